"""Makes, scores and exports the networks. torch lives here and nowhere else."""

import engine  # noqa: F401  # what it tells libraries must be told before they are loaded
