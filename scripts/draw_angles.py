"""Draws docs/pictures/angles.svg: a figure seen from the side and one seen from the front, each angle at its place.

    python -m scripts.draw_angles

The figures' angles are measured by app.analysis, so the picture cannot say anything else than the program.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path

import numpy as np

from app.analysis import angles_of, joint_angles
from engine.skeletons import HALPE

TARGET = Path(__file__).parents[1] / "docs" / "pictures" / "angles.svg"
STYLE = """
text{font:13px sans-serif;fill:#24292f} .limb{stroke:#57606a;stroke-width:7;stroke-linecap:round}
.line{stroke:#8c959f;stroke-width:1.5;stroke-dasharray:5 4} .arc{stroke:#0969da;stroke-width:2.5;fill:none}
.joint{fill:#24292f} .head{fill:none;stroke:#57606a;stroke-width:6} .title{font-weight:bold}
"""
SIDE = {  # px; a person who looks to the right, mid-stride
    "ear": (286, 86), "shoulder": (246, 140), "elbow": (292, 205), "wrist": (352, 178), "hip": (212, 262),
    "knee": (292, 330), "ankle": (262, 430), "heel": (250, 452), "big_toe": (332, 452),
}  # fmt: skip
FRONT = {
    "left_shoulder": (668, 128), "right_shoulder": (572, 142), "left_hip": (648, 262), "right_hip": (592, 256),
    "left_elbow": (700, 195), "right_elbow": (538, 208), "left_wrist": (716, 258), "right_wrist": (524, 270),
    "left_knee": (652, 345), "right_knee": (588, 345), "left_ankle": (654, 430), "right_ankle": (584, 430),
}  # fmt: skip

Point = tuple[float, float]


def line(start: Point, end: Point, kind: str) -> str:
    return f'<line class="{kind}" x1="{start[0]}" y1="{start[1]}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"/>'


def beyond(start: Point, end: Point, length: float) -> Point:
    """The point `length` behind `end`, as seen from `start`."""
    way = np.subtract(end, start)
    x, y = np.add(end, way / np.linalg.norm(way) * length)
    return float(x), float(y)


def arc(corner: Point, first: Point, second: Point, radius: float) -> str:
    """The smaller arc round `corner` from the direction of one point to that of another."""
    a, b = (np.arctan2(point[1] - corner[1], point[0] - corner[0]) for point in (first, second))
    turn = (b - a + np.pi) % (2 * np.pi) - np.pi
    start, end = ((corner[0] + radius * np.cos(angle), corner[1] + radius * np.sin(angle)) for angle in (a, a + turn))
    return (
        f'<path class="arc" d="M{start[0]:.1f} {start[1]:.1f} A{radius} {radius} 0 0 {int(turn > 0)} '
        f'{end[0]:.1f} {end[1]:.1f}"/>'
    )


def text(at: Point, words: str, anchor: str = "start", kind: str = "") -> str:
    return f'<text x="{at[0]}" y="{at[1]}" text-anchor="{anchor}" class="{kind}">{words}</text>'


def measured(points: dict[str, Point], facing: int) -> dict[str, float]:
    pose = np.full((len(HALPE), 2), np.nan)  # the skeleton with feet, so all angles
    for name, point in points.items():
        for full in (name, f"left_{name}", f"right_{name}"):
            if full in HALPE.keypoints:
                pose[HALPE.keypoints.index(full)] = point
    told = joint_angles(pose, HALPE, facing=facing).tolist()
    return dict(zip((angle.name for angle in angles_of(HALPE)), told, strict=True))


def side_view() -> list[str]:
    s, told = SIDE, measured(SIDE, facing=1)
    drawn = [text((246, 24), "from the side, facing right", "middle", "title")]
    for corner, before, after, radius in (
        ("knee", "hip", "ankle", 34), ("hip", "shoulder", "knee", 40), ("elbow", "shoulder", "wrist", 28),
        ("shoulder", "hip", "elbow", 52),
    ):  # fmt: skip
        # the shoulder is measured from the trunk itself, the others from the line that goes on straight
        straight = s[before] if corner == "shoulder" else beyond(s[before], s[corner], 62)
        if corner != "shoulder":
            drawn.append(line(s[corner], straight, "line"))
        drawn.append(arc(s[corner], straight, s[after], radius))
    for corner, end, up in (("hip", "shoulder", 110), ("knee", "hip", 74), ("ankle", "knee", 70)):
        top = (s[corner][0], s[corner][1] - up)
        drawn += [line(s[corner], top, "line"), arc(s[corner], top, s[end], up - 14)]
    # where the sole is at 0, at a right angle to the shank, and where it is, both at the ankle
    (shank_x, shank_y), sole = np.subtract(s["ankle"], s["knee"]), np.subtract(s["big_toe"], s["heel"])
    level, along = (tuple(np.add(s["ankle"], way).tolist()) for way in ((shank_y, -shank_x), sole))
    drawn += [line(s["ankle"], beyond(point, s["ankle"], -84), "line") for point in (level, along)]
    drawn.append(arc(s["ankle"], level, along, 76))
    onward = beyond(s["hip"], s["shoulder"], 66)
    drawn += [line(s["shoulder"], onward, "line"), arc(s["shoulder"], onward, s["ear"], 50)]
    limbs = ("ear", "shoulder"), ("shoulder", "elbow"), ("elbow", "wrist"), ("shoulder", "hip"), ("hip", "knee")
    drawn += [line(s[a], s[b], "limb") for a, b in (*limbs, ("knee", "ankle"), ("heel", "big_toe"))]
    drawn.append(f'<circle class="head" cx="{s["ear"][0] + 6}" cy="{s["ear"][1] - 18}" r="24"/>')
    drawn += [f'<circle class="joint" cx="{x}" cy="{y}" r="5"/>' for x, y in s.values()]
    labels = {
        "neck": ((296, 122), "start"), "shoulder": ((160, 186), "end"), "elbow": ((326, 232), "start"),
        "trunk": ((176, 150), "end"), "hip": ((190, 312), "end"), "knee": ((344, 356), "start"),
        "shank": ((246, 380), "end"), "thigh": ((302, 296), "start"), "ankle": ((350, 446), "start"),
    }  # fmt: skip
    for name, (at, anchor) in labels.items():
        value = told.get(name, told.get(f"left_{name}", float("nan")))
        drawn.append(text(at, f"{name} {value:.0f}°", anchor))
    return drawn


def front_view() -> list[str]:
    f, told = FRONT, measured(FRONT, facing=0)
    drawn = [text((620, 24), "from the front", "middle", "title")]
    for name, right, left in (("shoulders", "right_shoulder", "left_shoulder"), ("hips", "right_hip", "left_hip")):
        level = (f[right][0] + 144, f[right][1])
        drawn += [line(f[right], level, "line"), arc(f[right], level, beyond(f[right], f[left], 60), 140)]
        drawn.append(text((level[0] + 8, level[1] + 4), f"{name} {told[name]:.0f}°"))
    pairs = ("left_shoulder", "right_shoulder"), ("left_hip", "right_hip")
    for side in ("left", "right"):
        chain = [f"{side}_{part}" for part in ("wrist", "elbow", "shoulder", "hip", "knee", "ankle")]
        drawn += [line(f[a], f[b], "limb") for a, b in pairwise(chain)]
    drawn += [line(f[a], f[b], "limb") for a, b in pairs]
    drawn.append('<circle class="head" cx="620" cy="82" r="24"/>')
    drawn += [f'<circle class="joint" cx="{x}" cy="{y}" r="5"/>' for x, y in f.values()]
    drawn += [text((548, 126), "right", "end"), text((690, 112), "left")]
    return drawn


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    body = "\n".join([*side_view(), *front_view()])
    TARGET.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 470" width="860" height="470">\n'
        f'<style>{STYLE}</style>\n<rect width="860" height="470" fill="white"/>\n{body}\n</svg>\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
