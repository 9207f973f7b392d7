"""What keypoints and angles are called on the screen."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication


def body_words(name: str) -> str:
    """Words for the name of a keypoint or an angle; the name itself, without its underscores, where there are none."""
    return known_words().get(name, name.replace("_", " "))


def side_words(side: str) -> str:
    """What a side of the body is called where there is little room; empty for neither."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("Body", text)

    return {"left": tr("Left"), "right": tr("Right")}.get(side, "")


def known_words() -> dict[str, str]:
    """Words for the names of keypoints and angles."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("Body", text)

    return {
        "nose": tr("Nose"),
        "left_eye": tr("Left eye"),
        "right_eye": tr("Right eye"),
        "left_ear": tr("Left ear"),
        "right_ear": tr("Right ear"),
        "left_shoulder": tr("Left shoulder"),
        "right_shoulder": tr("Right shoulder"),
        "left_elbow": tr("Left elbow"),
        "right_elbow": tr("Right elbow"),
        "left_wrist": tr("Left wrist"),
        "right_wrist": tr("Right wrist"),
        "left_hip": tr("Left hip"),
        "right_hip": tr("Right hip"),
        "left_knee": tr("Left knee"),
        "right_knee": tr("Right knee"),
        "left_ankle": tr("Left ankle"),
        "right_ankle": tr("Right ankle"),
        "head": tr("Head"),
        "head_top": tr("Top of the head"),
        "head_bottom": tr("Bottom of the head"),
        "upper_neck": tr("Upper neck"),
        "thorax": tr("Chest"),
        "pelvis": tr("Pelvis"),
        "hip": tr("Middle of the hips"),
        "left_big_toe": tr("Left big toe"),
        "right_big_toe": tr("Right big toe"),
        "left_small_toe": tr("Left small toe"),
        "right_small_toe": tr("Right small toe"),
        "left_heel": tr("Left heel"),
        "right_heel": tr("Right heel"),
        "left_thigh": tr("Left thigh"),
        "right_thigh": tr("Right thigh"),
        "left_shank": tr("Left shank"),
        "right_shank": tr("Right shank"),
        "trunk": tr("Trunk"),
        "neck": tr("Neck"),
        "shoulders": tr("Shoulders' tilt"),
        "hips": tr("Hips' tilt"),
    }
