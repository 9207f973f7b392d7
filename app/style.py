"""What is drawn and in which colours. Apart from the drawing, so that the window can show before OpenCV is loaded."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass, replace

Colour = tuple[int, int, int]

# Okabe & Ito (2008), told apart by colour-blind people too; black is left out, it would vanish on dark pictures
PALETTE: tuple[Colour, ...] = (
    (86, 180, 233), (230, 159, 0), (0, 158, 115), (240, 228, 66), (204, 121, 167), (213, 94, 0), (0, 114, 178),
)  # fmt: skip
LEFT: Colour = (255, 170, 60)
RIGHT: Colour = (70, 170, 255)
MIDDLE: Colour = (235, 235, 235)
OUTLINE: Colour = (16, 16, 16)


@dataclass(frozen=True, slots=True)
class Style:
    """What is drawn and how. `line_width` 1.0 suits the picture's size; joints below `min_score` are not drawn.

    heat  the joint whose heatmap the window lays over everyone; empty: none
    """

    skeleton: bool = True
    boxes: bool = False
    ids: bool = True
    trails: bool = False
    names: bool = False
    scores: bool = False
    black: bool = False
    by_limb: bool = False
    line_width: float = 1.0
    min_score: float = 0.3
    trail_s: float = 1.5
    heat: str = ""

    def with_(self, **changes: bool | float | str) -> Style:
        """The same style with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


def person_colour(person_id: int) -> Colour:
    """The colour of an id, RGB: the palette first, then its hues again, paler."""
    base = PALETTE[(person_id - 1) % len(PALETTE)]
    turn = (person_id - 1) // len(PALETTE)
    if turn == 0:
        return base
    hue, light, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in base))
    light = light + (0.9 - light) * (0.35 if turn % 2 else 0.65)
    red, green, blue = colorsys.hls_to_rgb(hue, light, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)
