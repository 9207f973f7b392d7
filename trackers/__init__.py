"""Poses and a time in, tracks out."""
