"""What a person touches: the window, the command line, the pipeline, the overlay and the exports."""

__version__ = "0.1.0"
