"""The overlay: what a person sees of the people found."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from app.overlay import PALETTE, Style, Trails, draw, person_colour
from app.style import OUTLINE, contrast, ink_on, shade
from engine.skeletons import COCO, HALPE, MPII, Skeleton
from engine.types import Boxes, Poses, Tracks
from tests.app.numbers_read import angles_in


def one_person(
    person_id: int = 1, score: float = 0.9, offset: float = 0.0, box: tuple[float, ...] = (60, 35, 140, 270)
) -> Tracks:
    """A person who stands upright in a 200 × 300 picture."""
    points = BODY[None] + np.float32(offset)
    boxes = Boxes.of([np.array(box) + offset], [0.8])
    poses = Poses.of(points, np.full((1, 17), score), boxes)
    return Tracks(poses, np.array([person_id]), np.array([0]))


_X = [100, 104, 96, 110, 90, 120, 80, 130, 70, 135, 65, 112, 88, 113, 87, 114, 86]
_Y = [50, 46, 46, 50, 50, 80, 80, 115, 115, 150, 150, 160, 160, 210, 210, 260, 260]
BODY = np.stack([_X, _Y], axis=1).astype(np.float32)


def together(*people: Tracks) -> Tracks:
    poses = [person.poses for person in people]
    boxes = Boxes(*(np.concatenate([getattr(one.boxes, name) for one in poses]) for name in ("xyxy", "scores")))
    joined = Poses(*(np.concatenate([getattr(one, name) for one in poses]) for name in ("keypoints", "scores")), boxes)
    return Tracks(joined, np.concatenate([person.ids for person in people]), np.arange(len(people)))


def placed(tracks: Tracks, points: np.ndarray) -> Tracks:
    """The same person with joints elsewhere."""
    return Tracks(Poses.of(points[None], tracks.poses.scores, tracks.poses.boxes), tracks.ids, tracks.rows)


def changed(drawn: np.ndarray) -> np.ndarray:
    return (drawn != 90).any(axis=2)


def grey(height: int = 300, width: int = 200) -> np.ndarray:
    return np.full((height, width, 3), 90, np.uint8)


def test_draws_on_a_copy():
    picture = grey()
    drawn = draw(picture, one_person())
    assert (picture == 90).all()
    assert (drawn != 90).any()


def test_nobody_leaves_the_picture_as_it_is():
    picture = grey()
    assert (draw(picture, Tracks.empty()) == picture).all()


def test_a_limb_has_the_persons_colour_at_its_middle():
    drawn = draw(grey(), one_person(person_id=2), Style(ids=False, line_width=3))
    shoulders = drawn[80, 100]  # the line from shoulder to shoulder belongs to neither side
    assert tuple(shoulders) == PALETTE[1]


def test_left_and_right_are_told_apart():
    drawn = draw(grey(), one_person(), Style(ids=False, by_limb=True)).astype(int)
    left_thigh, right_thigh = drawn[185, 112], drawn[185, 88]
    assert left_thigh[0] > left_thigh[2] + 60  # warm
    assert right_thigh[2] > right_thigh[0] + 60  # cold


def test_joints_below_the_threshold_are_not_drawn():
    unsure = one_person(score=0.22)
    assert (draw(grey(), unsure, Style(ids=False))[60:250, 65:135] == 90).all()
    assert (draw(grey(), unsure, Style(ids=False, min_score=0.1))[60:250, 65:135] != 90).any()


def test_somebody_without_sure_joints_is_shown_by_his_box():
    drawn = draw(grey(), one_person(person_id=3, score=0.1), Style(ids=False))
    assert np.abs(drawn[150, 60].astype(int) - PALETTE[2]).max() < 30  # antialiasing may pale a thin line


def test_black_hides_the_picture():
    drawn = draw(grey(), one_person(), Style(black=True))
    assert (drawn[290, 5] == 0).all()


@pytest.mark.parametrize("name", ["boxes", "names", "scores", "angles", "ids"])
def test_every_switch_shows(name: str):
    plain = Style(ids=False)
    assert (draw(grey(), one_person(), plain.with_(**{name: True})) != draw(grey(), one_person(), plain)).any()


def test_trails_follow_and_fade():
    trails = Trails(seconds=1.0)
    for step in range(40):
        trails.add(one_person(offset=step), step / 10)
    (line,) = trails.lines()[1]
    assert 10 <= len(line) <= 11  # one second at ten frames a second
    assert line[-1].tolist() == [100 + 39, 260 + 39]
    trails.add(Tracks.empty(), 9.0)
    assert trails.lines() == {}


def test_a_seek_backwards_does_not_draw_the_future():
    trails = Trails(seconds=1.0)
    trails.add(one_person(), 5.0)
    trails.add(one_person(), 2.0)
    assert [len(line) for line in trails.lines()[1]] == [1]


def test_the_first_hundred_ids_have_visible_colours():
    colours = [person_colour(person_id) for person_id in range(1, 101)]
    assert len(set(colours)) == 100
    shades = [shade(colour, side) for colour in colours for side in ("left", "middle", "right")]
    assert min(contrast(other, OUTLINE) for other in shades) >= 3


def test_the_colours_of_six_turns_of_the_palette_are_told_apart():
    colours = np.array([[person_colour(person_id) for person_id in range(1, 43)]], np.float32) / 255
    lab = cv2.cvtColor(colours, cv2.COLOR_RGB2LAB)[0]
    apart = np.linalg.norm(lab[:, None] - lab[None], axis=2) + 1000 * np.eye(42)
    assert apart.min() > 12


@pytest.mark.parametrize("person_id", range(1, 43))
def test_numbers_are_written_in_what_is_read_best(person_id: int):
    colour = person_colour(person_id)
    assert contrast(ink_on(colour), colour) > 4.3


def test_feet_that_jump_leave_no_scribble_and_the_trail_leads_to_where_they_are():
    trails = Trails()
    for step in range(20):
        trails.add(one_person(offset=4 * step + (10 if step % 2 else -10)), step / 30)
    (line,) = trails.lines()[1]
    straight = 4.0 * np.arange(20)
    apart = line[:, 0] - (line[0, 0] + 10) - straight
    assert np.abs(apart[3:-3]).max() < 3
    assert (apart[0], apart[-1]) == (-10, 10)


def test_a_box_that_jumps_takes_neither_number_nor_trail_with_it():
    still, jumped = one_person(), one_person(box=(20, 60, 120, 290))
    assert (draw(grey(), still) == draw(grey(), jumped)).all()
    trails = Trails()
    trails.add(still, 0.0)
    trails.add(jumped, 0.1)
    assert [line.tolist() for line in trails.lines()[1]] == [[[100, 260], [100, 260]]]


def test_an_arm_held_out_does_not_take_the_number_along():
    def where(points: np.ndarray) -> float:
        columns = np.flatnonzero(
            changed(draw(grey(300, 400), placed(one_person(), points), Style(skeleton=False))).any(axis=0)
        )
        return float(columns.mean())

    held_out = BODY + np.float32([100, 0])
    held_out[9] = 300, 85
    assert abs(where(held_out) - where(BODY + np.float32([100, 0]))) < 6


def test_a_drawn_box_holds_the_whole_person():
    tight = one_person(box=(90, 100, 110, 200))
    drawn = changed(draw(grey(), tight, Style(ids=False, skeleton=False, boxes=True)))
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    assert rows[0] < 40  # over the eyes there is a head
    assert rows[-1] > 262
    assert columns[0] <= 65
    assert columns[-1] >= 135


def test_the_feet_tell_the_way_and_the_hips_where_those_are_not_seen():
    scores = np.full((1, 17), 0.9, np.float32)
    scores[0, 15] = 0.1
    person = one_person()
    without = Tracks(Poses(person.poses.keypoints, scores, person.poses.boxes), person.ids, person.rows)
    trails = Trails()
    for step, tracks in enumerate((person, person, without, without)):
        trails.add(tracks, step / 30)
    assert [line.tolist() for line in trails.lines()[1]] == [[[100, 260]] * 2, [[100, 160]] * 2]


def thigh(drawn: np.ndarray, column: int) -> int:
    """How many pixels wide the thigh there is drawn."""
    return int(changed(drawn)[185, column - 11 : column + 12].sum())


def test_the_width_of_lines_is_obeyed_for_far_people_too():
    drawn = [draw(grey(1080, 1920), one_person(), Style(ids=False, line_width=width)) for width in (0.6, 1.0, 2.0)]
    thin, usual, wide = (thigh(each, 88) for each in drawn)
    assert thin < usual
    assert 1.4 * usual < wide


def test_somebody_lying_has_the_lines_he_has_standing():
    lying = placed(one_person(box=(60, 90, 320, 150)), BODY[:, ::-1])
    drawn = draw(grey(1080, 1920), lying, Style(ids=False)).transpose(1, 0, 2)
    assert thigh(drawn, 88) == thigh(draw(grey(1080, 1920), one_person(), Style(ids=False)), 88)


@pytest.mark.parametrize("near_first", [True, False])
def test_who_is_nearer_is_drawn_over_who_is_farther(near_first: bool):
    far = placed(one_person(person_id=1, box=(60, 25, 140, 240)), BODY - np.float32([0, 20]))
    near = one_person(person_id=2)
    for_order = (near, far) if near_first else (far, near)
    drawn = draw(grey(), together(*for_order), Style(ids=False))
    alone = draw(grey(), near, Style(ids=False))
    colours = [OUTLINE, *(shade(PALETTE[1], side) for side in ("left", "middle", "right"))]
    inside = np.any([(alone == colour).all(axis=2) for colour in colours], axis=0)  # at their rims others shine through
    assert inside.sum() > 500
    assert (drawn[inside] == alone[inside]).all()


def test_no_skeleton_strikes_through_a_number():
    below, above = one_person(person_id=1), placed(one_person(person_id=3), BODY - np.float32([14, 130]))
    picture = grey(400, 400)
    number = changed(draw(picture, below, Style(skeleton=False)))
    assert changed(draw(picture, above, Style(ids=False)))[number].any()
    assert (draw(picture, together(below, above))[number] == draw(picture, below)[number]).all()


def test_a_way_ends_with_who_went_it():
    trails = Trails()
    for step in range(10):
        trails.add(one_person(offset=-step), step / 30)
    other = Tracks(one_person().poses, np.array([2]), np.array([0]))
    style = Style(trails=True)
    assert (draw(grey(), other, style, trails=trails) == draw(grey(), other, style)).all()
    assert (draw(grey(), one_person(), style, trails=trails) != draw(grey(), one_person(), style)).any()


def test_a_way_is_broken_where_nobody_was_seen_for_long():
    trails = Trails(seconds=3.0)
    for step in range(30):
        here = step not in range(5, 8) and step not in range(12, 24)  # away for 0.13 s, then for 0.43 s
        trails.add(one_person(offset=step) if here else Tracks.empty(), step / 30)
    assert [len(line) for line in trails.lines()[1]] == [9, 6]


def test_few_pictures_a_second_break_no_way():
    trails = Trails(seconds=3.0)
    for step in range(4):
        trails.add(one_person(offset=step), step / 2)
    assert [len(line) for line in trails.lines()[1]] == [4]


def test_in_small_pictures_limbs_have_their_colour():
    small = placed(one_person(box=(30, 17, 70, 135)), BODY / 2)
    drawn = draw(grey(240, 426), small, Style(ids=False))
    right = np.abs(drawn.astype(int) - shade(PALETTE[0], "right")).max(axis=2) < 12
    assert right[85:125, 38:50].sum() >= 40  # on each of these rows of the right leg at least one pixel


def strength(score: float, min_score: float = 0.3) -> int:
    """How much of the picture is changed by one limb that is scored so, where all others are sure."""
    person = one_person(score=1.0)
    scores = person.poses.scores.copy()
    scores[0, 9] = score
    given = Tracks(Poses(person.poses.keypoints, scores, person.poses.boxes), person.ids, person.rows)
    drawn = draw(grey(), given, Style(ids=False, min_score=min_score)).astype(int)
    return int(np.abs(drawn[125:155, 130:145] - 90).sum())


def test_a_joint_near_the_least_score_is_drawn_faintly():
    assert strength(0.22) == 0
    assert 0 < strength(0.26) < strength(0.3) < strength(0.34) < strength(0.38)
    assert strength(0.38) == strength(0.99)


def test_at_the_ends_of_the_scale_a_joint_is_drawn_or_not():
    assert strength(0.0, min_score=0.0) == strength(1.0, min_score=0.0) > 0
    assert strength(1.0, min_score=1.0) == strength(1.0)


def white(drawn: np.ndarray) -> np.ndarray:
    return drawn.min(axis=2) > 170


CAPTIONED = Style(skeleton=False, ids=False, names=True, scores=True)


class Blocks:
    """Has a square for each letter, and calls every joint the same."""

    def __call__(self, text: str, height: int) -> np.ndarray:
        return np.full((height, height * len(text)), 255, np.uint8)

    def joint(self, name: str) -> str:
        return "민민"


def test_captions_of_other_scripts_have_their_letters_an_outline_and_their_place():
    spread = placed(one_person(), np.stack([np.linspace(20, 800, 17), np.linspace(20, 580, 17)], 1).astype(np.float32))
    drawn = draw(grey(600, 900), spread, Style(skeleton=False, ids=False, names=True), lettering=Blocks())
    ink = white(drawn).astype(np.uint8)
    count, _, boxes, _ = cv2.connectedComponentsWithStats(ink)
    height = boxes[1, cv2.CC_STAT_HEIGHT]
    assert count - 1 == 17
    assert (boxes[1:, cv2.CC_STAT_WIDTH : cv2.CC_STAT_HEIGHT + 1] == (2 * height, height)).all()
    around = cv2.dilate(ink, np.ones((3, 3), np.uint8)) - ink
    assert (drawn[around == 1] == OUTLINE).mean() > 0.9
    left = draw(grey(600, 900), spread, Style(skeleton=False, ids=False, names=True))
    assert 0 < white(left).sum() < ink.sum(), "nobody who has no letters is given any"


def test_captions_stand_away_from_the_body():
    ink = white(draw(grey(300, 600), placed(one_person(), BODY + np.float32([200, 0])), CAPTIONED))
    assert ink[:, :260].any()
    assert ink[:, 340:].any()
    assert not ink[180:, 288:312].any()  # between the legs


def test_captions_stay_in_the_picture():
    at_the_edge = placed(one_person(), BODY + np.float32([60, 0]))
    whole = white(draw(grey(300, 900), at_the_edge, CAPTIONED)).sum()
    assert white(draw(grey(), at_the_edge, CAPTIONED)).sum() > 0.9 * whole


def test_captions_can_be_read_in_large_pictures():
    drawn = draw(grey(2160, 3840), placed(one_person(), BODY * 7), CAPTIONED)
    strokes = cv2.erode(white(drawn).astype(np.uint8), np.ones((3, 3), np.uint8))
    assert strokes.sum() > 500


def test_captions_do_not_lie_on_each_other():
    twice = together(one_person(1), one_person(2, offset=4))
    drawn = white(draw(grey(600, 900), twice, Style(skeleton=False, ids=False, scores=True)))
    count, _, boxes, _ = cv2.connectedComponentsWithStats(
        cv2.morphologyEx(drawn.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((1, 9), np.uint8))
    )
    assert count > 14  # somebody's, at least
    assert boxes[1:, cv2.CC_STAT_HEIGHT].max() <= 14  # one line of letters each


def test_letters_are_as_large_whatever_the_width_of_lines():
    text = Style(skeleton=False, names=True)
    assert (draw(grey(), one_person(), text) == draw(grey(), one_person(), text.with_(line_width=3.0))).all()


@pytest.mark.parametrize("letter", ["m", "민"])
def test_a_long_name_is_cut_short(letter: str):
    picture, style = grey(400, 900), Style(skeleton=False)
    drawn = draw(picture, one_person(offset=100), style, names={1: letter * 80}, lettering=Blocks())
    width = changed(drawn).any(axis=0).sum()
    assert 900 / 8 < width < 900 / 4 + 10


def test_a_far_persons_face_has_no_bar_over_the_eyes():
    far, near = one_person(), placed(one_person(box=(240, 140, 560, 1080)), BODY * 4)
    style = Style(ids=False)
    assert draw(grey(1080, 1920), far, style)[40:58, 84:116].max(axis=2).min() > 60  # no outline either
    assert changed(draw(grey(1080, 1920), near, style))[192, 428]


@settings(max_examples=60, deadline=None)
@given(
    points=arrays.arrays(np.float32, (2, 17, 2), elements=st.floats(width=32, allow_nan=True, allow_infinity=True)),
    box=arrays.arrays(np.float32, (2, 4), elements=st.floats(-1e6, 1e6, width=32)),
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
)
def test_any_coordinates_can_be_drawn(points: np.ndarray, box: np.ndarray, size: tuple[int, int]):
    tracks = Tracks(
        Poses(points, np.ones((2, 17), np.float32), Boxes(box, np.ones(2, np.float32))), np.array([1, 9]), np.arange(2)
    )
    picture = np.zeros((*size, 3), np.uint8)
    style = Style(boxes=True, names=True, scores=True, angles=True)
    for lettering in (None, Blocks()):
        assert draw(picture, tracks, style, names={9: "민"}, lettering=lettering).shape == picture.shape


def test_the_last_people_of_a_network_of_other_joints_keep_their_number_alone():
    captioned = Style(names=True, scores=True, angles=True)
    drawn = draw(grey(), one_person(), captioned, skeleton=MPII)
    assert (drawn[140:270] == 90).all()
    assert (drawn[:60] != 90).any()


BENT = Style(skeleton=False, ids=False, angles=True)
LEG = {"left_shoulder": (0, -60), "left_hip": (0, 0), "left_knee": (0, 60)}
"""From the hip, y down."""


def limb(
    joints: dict[str, tuple[float, float]],
    *,
    hip: tuple[float, float] = (400, 150),
    scale: float = 1.0,
    unsure: tuple[str, ...] = (),
    person_id: int = 1,
    skeleton: Skeleton = COCO,
) -> Tracks:
    """Somebody of whom these joints alone are seen, but for those that are `unsure`."""
    points, scores = np.zeros((1, len(skeleton), 2), np.float32), np.zeros((1, len(skeleton)), np.float32)
    for name, (x, y) in joints.items():
        joint = skeleton.keypoints.index(name)
        points[0, joint] = hip[0] + scale * x, hip[1] + scale * y
        scores[0, joint] = 0.28 if name in unsure else 0.9
    seen = points[scores > 0]
    boxes = Boxes.of([[*seen.min(axis=0), *seen.max(axis=0)]], [0.9])
    return Tracks(Poses.of(points, scores, boxes), np.array([person_id]), np.array([0]))


def bent_knee(degrees: float, **how: object) -> Tracks:
    """The heel goes towards the buttocks, to the left."""
    turn = np.radians(degrees)
    return limb(LEG | {"left_ankle": (-60 * np.sin(turn), 60 + 60 * np.cos(turn))}, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("degrees", [0, 7, 38, 90, 125])
@pytest.mark.parametrize("height", [180, 360, 1080, 2160])
def test_how_far_a_knee_is_bent_is_written_beside_it_large_enough_to_be_read(degrees: int, height: int):
    hip, scale = (height * 0.9, height * 0.4), height / 300
    person = bent_knee(degrees, hip=hip, scale=scale)
    at_hip, at_knee = angles_in(draw(grey(height, 2 * height), person, BENT))
    assert (at_hip.text, at_knee.text) == ("0°", f"{degrees}°")
    knee = person.poses.keypoints[0, 13]
    assert abs(at_knee.y - knee[1]) < at_knee.high
    assert abs(at_knee.x - knee[0]) < 3 * at_knee.high
    assert max(10, height / 40) <= at_knee.high <= max(10, height / 25)
    x, y = np.rint(knee).astype(int)
    with_limbs = BENT.with_(skeleton=True), BENT.with_(skeleton=True, angles=False)
    here = [draw(grey(height, 2 * height), person, style)[y - 1 : y + 2, x - 1 : x + 2] for style in with_limbs]
    assert (here[0] == here[1]).all(), "the joint is not hidden"


def test_angles_are_written_in_whole_degrees_of_the_joints_that_are_drawn():
    texts = [angles_in(draw(grey(300, 800), bent_knee(degrees), BENT))[1].text for degrees in (37.6, 38.4, 38.6)]
    assert texts == ["38°", "38°", "39°"]


@pytest.mark.parametrize(
    ("unsure", "written"),
    [
        ((), ["0°", "90°"]),
        (("left_ankle",), ["0°"]),
        (("left_shoulder",), ["90°"]),
        (("left_knee",), []),
    ],
)
def test_an_unsure_joint_gives_no_angle(unsure: tuple[str, ...], written: list[str]):
    drawn = draw(grey(300, 800), bent_knee(90, unsure=unsure), BENT)
    assert [number.text for number in angles_in(drawn)] == written
    surer = draw(grey(300, 800), bent_knee(90, unsure=unsure), BENT.with_(min_score=0.2))
    assert [number.text for number in angles_in(surer)] == ["0°", "90°"]


@pytest.mark.parametrize("degrees", [-20, 20])
def test_no_angle_in_the_picture_has_a_sign(degrees: int):
    turn = np.radians(degrees)
    hip = limb(LEG | {"left_knee": (60 * np.sin(turn), 60 * np.cos(turn))})
    assert [number.text for number in angles_in(draw(grey(300, 800), hip, BENT))] == ["20°"]
    toes = 50 + 40 * np.cos(turn), 120 + 40 * np.sin(turn)
    foot = {"left_knee": (0, 60), "left_ankle": (0, 120), "left_heel": (50, 120), "left_big_toe": toes}
    sole = limb(foot, skeleton=HALPE)
    (ankle,) = angles_in(draw(grey(300, 800), sole, BENT, skeleton=HALPE))
    assert ankle.text == "20°"
    assert abs(ankle.y - 270) < 20, "at the ankle"


def test_what_has_no_angle_has_no_number():
    whole = draw(grey(), one_person(), BENT)
    rows = white(whole).any(axis=1)
    assert len(angles_in(draw(grey(300, 800), placed(one_person(), BODY * [2, 1] + [200, 0]), BENT))) == 8
    assert not rows[:60].any(), "face"
    assert not rows[230:].any(), "ankles, without feet"


def test_feet_bring_numbers_to_the_ankles_and_none_to_the_neck():
    whole = one_person()
    at = dict(zip(COCO.keypoints, (BODY * [2, 1] + [200, 0]).tolist(), strict=True))
    at |= {"head": (300, 20), "neck": (300, 75), "hip": (300, 150)}
    for side in ("left", "right"):
        x, y = at[f"{side}_ankle"]
        at |= {f"{side}_heel": (x, y + 8), f"{side}_big_toe": (x + 20, y + 8), f"{side}_small_toe": (x + 16, y + 8)}
    points = np.array([at[name] for name in HALPE.keypoints], np.float32)
    poses = Poses.of(points[None], np.full((1, len(HALPE)), 0.9), whole.poses.boxes)
    person = Tracks(poses, whole.ids, whole.rows)
    assert len(angles_in(draw(grey(320, 800), person, BENT, skeleton=HALPE))) == 10


def test_a_skeleton_of_others_has_the_numbers_of_the_joints_that_it_names():
    foreign = replace(COCO, keypoints=tuple(name.replace("nose", "chin") for name in COCO.keypoints), flip_pairs=())
    person = placed(one_person(), BODY * [2, 1] + [200, 0])
    assert len(angles_in(draw(grey(300, 800), person, BENT, skeleton=foreign))) == 8


def test_what_stands_at_people_s_joints_has_their_colours():
    one, other = one_person(1), placed(one_person(2), BODY + np.float32([100, 0]))
    drawn = draw(grey(300, 300), together(one, other), BENT)
    written_on = drawn[white(drawn)].astype(int)
    blue = written_on[:, 2] - written_on[:, 0] > 15
    orange = written_on[:, 0] - written_on[:, 2] > 15
    assert blue.mean() > 0.1
    assert orange.mean() > 0.1


def test_an_angle_is_the_last_word_beside_a_joint_in_every_script():
    written: list[str] = []

    class Noting(Blocks):
        def __call__(self, text: str, height: int) -> np.ndarray:
            written.append(text)
            return super().__call__(text, height)

    style = BENT.with_(names=True, scores=True)
    draw(grey(300, 800), bent_knee(38), style, lettering=Noting())
    joint = ["민민", "0.90"]
    assert written == [*joint, *joint, "0°", *joint, "38°", *joint]
    latin = draw(grey(300, 800), bent_knee(38), style)
    without = draw(grey(300, 800), bent_knee(38), style.with_(angles=False))
    added = np.flatnonzero((latin != without).any(axis=(0, 2)))
    assert added[0] > 405, "after the rest"


def test_by_limb_what_is_written_beside_a_joint_has_the_colour_of_its_side():
    left = draw(grey(300, 800), bent_knee(90), BENT.with_(by_limb=True))
    assert not white(left).any()
    ink = (left == np.array([255, 170, 60])).all(axis=2)
    plain = (draw(grey(300, 800), bent_knee(90), BENT) == 255).all(axis=2)
    assert (ink == plain).all()


def test_nothing_is_written_over_a_face():
    arm = limb({"right_shoulder": (0, 0), "right_elbow": (0, 60), "right_hip": (0, 120)}, hip=(400, 100))
    (alone,) = angles_in(draw(grey(300, 800), arm, BENT))
    x, y = round(alone.x), round(alone.y)
    face = {"nose": (0, 0), "left_eye": (10, -12), "right_eye": (-10, -12), "left_ear": (20, 0), "right_ear": (-20, 0)}
    behind = limb(face, hip=(x, y + 4), person_id=2)

    def ink_there(*people: Tracks) -> bool:
        return bool(white(draw(grey(300, 800), together(*people), BENT))[y - 8 : y + 9, x - 12 : x + 13].any())

    assert ink_there(arm)
    assert not ink_there(behind, arm)


def test_what_is_written_beside_joints_that_pass_each_other_slides():
    arm = {"left_shoulder": (0, -60), "left_elbow": (0, 0), "left_wrist": (0, 60)}
    near = limb(arm, hip=(400, 200))
    beside = []
    for down in range(-40, 41):
        far = limb(arm | {"left_wrist": (0, 15)}, hip=(400, 200 + down), person_id=2)
        numbers = angles_in(draw(grey(400, 800), together(far, near), BENT))
        own = [number.y - 200 - down for number in numbers if abs(number.y - 200) > 3]
        beside.append(own[0] if own else 0.0)
    steps = np.abs(np.diff(beside))
    assert (steps > 3).sum() == 1, "from above to below the other"


def test_the_numbers_of_a_pair_keep_their_sides_while_one_of_it_hides_the_other():
    both = LEG | {name.replace("left", "right"): place for name, place in LEG.items()}
    sides = []
    for step in range(-3, 4):
        moved = {name: (x + (step if name == "left_hip" else 0), y) for name, (x, y) in both.items()}
        turned = moved | {"left_knee": (30, 60)}
        hips = angles_in(draw(grey(300, 800), limb(turned), BENT))
        assert len(hips) == 2
        left, right = sorted(hips, key=lambda number: -number.x)
        assert int(left.text[:-1]) > 20 > int(right.text[:-1])
        sides.append((left.x > 400, right.x < 400))
    assert set(sides) == {(True, True)}
    apart = both | {"left_knee": (-60, 90), "left_hip": (-40, 0), "right_hip": (40, 0)}
    crossed = sorted(angles_in(draw(grey(300, 800), limb(apart), BENT)), key=lambda number: number.x)
    assert (crossed[0].x < 360, crossed[-1].x > 440) == (True, True)
    assert abs(crossed[0].y - 150) < 8, "nobody's is in the way of the other's"
