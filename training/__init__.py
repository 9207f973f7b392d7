"""Makes, scores and exports the networks. torch lives here and nowhere else."""
