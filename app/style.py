"""What is drawn and in which colours. Apart from the drawing, so that the window can show before OpenCV is loaded."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass, replace
from functools import lru_cache

from app.certainty import MIN_SCORE

Colour = tuple[int, int, int]

# Okabe & Ito (2008), told apart by colour-blind people too; black is left out, it would vanish on dark pictures
PALETTE: tuple[Colour, ...] = (
    (86, 180, 233), (230, 159, 0), (0, 158, 115), (240, 228, 66), (204, 121, 167), (213, 94, 0), (0, 114, 178),
)  # fmt: skip
LEFT: Colour = (255, 170, 60)
RIGHT: Colour = (70, 170, 255)
MIDDLE: Colour = (235, 235, 235)
SIDES = {"left": LEFT, "right": RIGHT, "middle": MIDDLE}
OUTLINE: Colour = (16, 16, 16)


@dataclass(frozen=True, slots=True)
class Style:
    """What is drawn and how. `line_width` 1.0 suits the picture's size; joints well below `min_score` are not drawn,
    about it faintly.

    angles  beside each joint how far it is bent, without a sign (docs/angles.md)
    heat    the joint whose heatmap the window lays over everyone; empty: none
    """

    skeleton: bool = True
    boxes: bool = False
    ids: bool = True
    trails: bool = False
    names: bool = False
    scores: bool = False
    angles: bool = False
    black: bool = False
    by_limb: bool = False
    line_width: float = 1.0
    min_score: float = MIN_SCORE
    trail_s: float = 1.5
    heat: str = ""

    def with_(self, **changes: bool | float | str) -> Style:
        """The same style with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


# by how much a turn of the palette goes round the wheel of hues, and how far it goes towards white: found by search, so
# that the first 42 colours lie at least 12 apart in CIELAB and are bright enough to be seen on black
_TURNS = ((0.0, 0.0), (0.292, 0.35), (0.75, 0.0), (0.042, 0.65), (0.542, 0.8), (0.5, 0.2))
_PALEST = 0.9
_LEAST_CONTRAST = 3.0
"""Of graphics with what is beside them, WCAG 2.1, 1.4.11."""


@lru_cache(maxsize=1024)
def person_colour(person_id: int) -> Colour:
    """The colour of an id, RGB: the palette first, then other hues of it, paler."""
    times, place = divmod(person_id - 1, len(PALETTE))
    if times == 0:
        return PALETTE[place]
    further, turn = divmod(times, len(_TURNS))
    hue_step, paler = _TURNS[turn]
    hue, light, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in PALETTE[place]))
    light += (_PALEST - light) * paler
    red, green, blue = colorsys.hls_to_rgb((hue + hue_step + further / 12) % 1.0, light, saturation)
    colour = round(red * 255), round(green * 255), round(blue * 255)
    while contrast(colour, OUTLINE) < _LEAST_CONTRAST:
        colour = _mixed(colour, (255, 255, 255), 0.1)
    return colour


@lru_cache(maxsize=1024)
def shade(colour: Colour, side: str) -> Colour:
    """Of a person's colour: lighter on his left, deeper on his right, as long as it stands out from an outline."""
    if side == "left":
        return _mixed(colour, (255, 255, 255), 0.45)
    if side == "right":
        deeper = (_mixed(colour, (0, 0, 0), amount) for amount in (0.25, 0.2, 0.15, 0.1, 0.05))
        return next((other for other in deeper if contrast(other, OUTLINE) >= _LEAST_CONTRAST), colour)
    return colour


@lru_cache(maxsize=1024)
def pale(colour: Colour) -> Colour:
    """Of a person's colour: as bright as white to read, and still his, for words beside his joints."""
    return _mixed(colour, (255, 255, 255), 0.7)


@lru_cache(maxsize=1024)
def ink_on(colour: Colour) -> Colour:
    """Dark or white, whichever can be read better on it."""
    return max(OUTLINE, (255, 255, 255), key=lambda ink: contrast(ink, colour))


def seen_on(colour: Colour, ground: Colour) -> Colour:
    """As much darker or lighter as it takes to stand out from what is behind it."""
    while contrast(colour, ground) < _LEAST_CONTRAST:
        colour = _mixed(colour, ink_on(ground), 0.1)
    return colour


def contrast(one: Colour, other: Colour) -> float:
    """How far two colours differ in brightness, 1 to 21 (WCAG 2.1)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(colour: Colour, other: Colour, amount: float) -> Colour:
    red, green, blue = (round(a + (b - a) * amount) for a, b in zip(colour, other, strict=True))
    return red, green, blue
