"""Many videos: found, followed by several workers or a cluster, each into a folder of its own, resumable."""
