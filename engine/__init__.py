"""Pixels in, poses out: video, detector, pose network and the backends that run them. Needs neither Qt nor torch."""
