"""Legs and arms by the parts of the body they are made of, from root to end; what moves with a part beside it."""

from __future__ import annotations

LEG = ("hip",), ("knee",), ("ankle", "heel", "big_toe", "small_toe")
ARM = ("shoulder",), ("elbow",), ("wrist",)
