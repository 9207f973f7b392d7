"""Pixels in, poses out: video, detector, pose network and the backends that run them. Needs neither Qt nor torch."""

import os

# OpenCV reads this once, when it is loaded: a picture of 100 kB may say that it has a billion pixels
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(1 << 28))
