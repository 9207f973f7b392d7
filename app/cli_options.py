"""The options that commands share: with which networks, tracker and device to run, and how people are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from engine.errors import UsageError

if TYPE_CHECKING:
    from app.engines import Choice
    from app.overlay import Style

DetectorOption = Annotated[
    str | None,
    typer.Option(help="Person detector: a name from `skelter models list`, or an ONNX file.", metavar="MODEL"),
]
PoseOption = Annotated[
    str | None, typer.Option(help="Pose network: a name from `skelter models list`, or an ONNX file.", metavar="MODEL")
]
TrackerOption = Annotated[
    str, typer.Option(help="What keeps identities: oks, iou or flow; still: pictures that do not follow one another.")
]
DeviceOption = Annotated[
    str,
    typer.Option(
        help="auto, cpu, tensorrt, openvino, onnxruntime or torch; for a GPU tensorrt, torch:cuda, onnxruntime:cuda or "
        "openvino:gpu."
    ),
]
PrecisionOption = Annotated[str | None, typer.Option(help="f32, bf16, f16 or int8; default: the backend's choice.")]
ThresholdOption = Annotated[
    float | None,
    typer.Option(
        min=0.0,
        max=1.0,
        help="Least score of a new person's box, on the detector's own scale (default: its card's, 0.33 of "
        "skelter-detector-n); in data it is a score of 0.5.",
    ),
]
DetectEveryOption = Annotated[
    str, typer.Option(help="Ask the detector on every N-th frame, or `auto`: when needed.", metavar="N|auto")
]
SmoothOption = Annotated[
    bool, typer.Option("--smooth", help="Steady the joints (One-Euro); the raw ones stay in the data.")
]
FlipOption = Annotated[
    bool, typer.Option("--flip", help="Look at everyone in the mirror too: surer joints, twice the work.")
]
FarOption = Annotated[
    bool,
    typer.Option(
        "--far",
        help="Look for people far away too, in parts of the picture: the detector takes up to 17 times as long.",
    ),
]
MinScoreOption = Annotated[
    float,
    typer.Option(
        min=0.0,
        max=1.0,
        help="Joints scored below are not drawn, and unknown in angles, summary, speeds, trc and opensim.",
    ),
]
BoxesOption = Annotated[bool, typer.Option("--boxes", help="Draw boxes too.")]
TrailsOption = Annotated[bool, typer.Option("--trails", help="Draw where each person came from.")]
AnglesOption = Annotated[bool, typer.Option("--angles", help="Write beside each joint how far it is bent, degrees.")]
BlackOption = Annotated[bool, typer.Option("--black", help="Draw on black instead of on the picture.")]
ByLimbOption = Annotated[bool, typer.Option("--by-limb", help="Colour left and right instead of persons.")]
PicturesFpsOption = Annotated[
    float | None,
    typer.Option(
        "--fps", min=0.01, max=1e5, help="Of pictures that follow one another: so many a second.", metavar="N"
    ),
]
RecordedAtOption = Annotated[
    float | None,
    typer.Option(
        min=0.01,
        max=1e5,
        help="Of slow motion: so many frames a second were taken, however many are shown (on average, where that "
        "varies). Times, speeds and rates are those of what happened; an annotated video keeps its pace and sound.",
        metavar="FPS",
    ),
]
RangeOption = Annotated[
    str | None,
    typer.Option(
        "--range",
        help="Only this part: 1:05-1:20 (minutes and seconds), 65-80, 1:05- to the end. Frames keep number and time. "
        "Of slow motion the times are those of what happened, as the window shows them.",
        metavar="FROM-TO",
    ),
]


def style_of(*, boxes: bool, trails: bool, angles: bool, black: bool, by_limb: bool, min_score: float) -> Style:
    """How people are drawn."""
    from app.overlay import Style

    return Style(boxes=boxes, trails=trails, angles=angles, black=black, by_limb=by_limb, min_score=min_score)


def check_look(style: Style, *, is_drawn: bool) -> None:
    """Raises UsageError where it is said how to draw people and nothing `is_drawn`."""
    for name in ("boxes", "trails", "angles", "black", "by_limb"):
        if getattr(style, name) and not is_drawn:
            raise UsageError(f"--{name.replace('_', '-')} is for pictures, and none is written; leave it out.")


def check_trails(style: Style, tracker: str | None) -> None:
    """Raises UsageError where trails are to be drawn of people whom `tracker` does not follow."""
    if style.trails and tracker == "still":
        raise UsageError(
            "--trails: who is looked for in each picture anew comes from nowhere; give a tracker, such as "
            "--tracker oks, or leave --trails out."
        )


def choice_of(
    detector: str | None,
    pose: str | None,
    tracker: str,
    device: str,
    precision: str | None,
    threshold: float | None,
    detect_every: str,
    smooth: bool,
    flip: bool,
    far: bool,
) -> Choice:
    """What to run with. Raises UsageError for names that nothing has, and where `detect_every` is neither."""
    from app.engines import Choice

    every: int | Literal["auto"] = "auto"
    if detect_every != "auto":
        if not detect_every.isdecimal() or int(detect_every) < 1:
            raise UsageError(f"--detect-every {detect_every}: give a whole number from 1, or auto.")
        every = int(detect_every)
    default = Choice()
    choice = Choice(
        detector or default.detector, pose or default.pose, tracker, device, precision, threshold, every, smooth,
        flip=flip, far=far,
    )  # fmt: skip
    choice.check_names()  # before anything is opened, let alone networks
    return choice
