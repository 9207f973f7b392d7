"""What a person touches: the window, the command line, the pipeline, the overlay and the exports."""

import engine  # noqa: F401  # what it tells libraries must be told before they are loaded

__version__ = "0.1.0"
