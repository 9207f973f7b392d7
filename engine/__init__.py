"""Pixels in, poses out: video, detector, pose network and the backends that run them. Needs neither Qt nor torch."""

import os

# OpenCV reads this once, when it is loaded: a picture of 100 kB may say that it has a billion pixels
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(1 << 28))

# ONNX Runtime reads this when it is loaded: it would else queue events about the machine and send them to its makers
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
