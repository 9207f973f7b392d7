"""What other programs make of files of their formats, read by their layouts, as strictly as they do."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np


def posetrack(path: Path) -> dict[int, dict[int, np.ndarray]]:
    """Image number → track id → [17, 3], read as PoseTrack18's layout is described."""
    document = json.loads(path.read_text("utf-8"))
    assert document["categories"][0]["keypoints"][:3] == ["nose", "head_bottom", "head_top"]
    images = {image["id"]: place for place, image in enumerate(document["images"])}
    assert len(images) == len(document["images"])
    assert len({row["id"] for row in document["annotations"]}) == len(document["annotations"])
    found: dict[int, dict[int, np.ndarray]] = {place: {} for place in images.values()}
    for row in document["annotations"]:
        assert row["id"] // 100 == row["image_id"]
        assert len(row["scores"]) == 17
        found[images[row["image_id"]]][row["track_id"]] = np.array(row["keypoints"]).reshape(17, 3)
    return found


def openpose(folder: Path) -> dict[int, dict[int, np.ndarray]]:
    """Frame → person id → [25, 3], read as OpenPose's layout is described."""
    found = {}
    for file in sorted(folder.iterdir()):
        name = re.fullmatch(r".+_(\d{12})_keypoints\.json", file.name)
        assert name, file.name
        document = json.loads(file.read_text("utf-8"))
        assert document["version"] == 1.3
        people = {}
        for person in document["people"]:
            assert person["face_keypoints_2d"] == person["hand_left_keypoints_3d"] == []
            people[person["person_id"][0]] = np.array(person["pose_keypoints_2d"]).reshape(25, 3)
        found[int(name[1])] = people
    return found


def trc(path: Path) -> tuple[dict[str, str], list[str], np.ndarray, np.ndarray]:
    """Header, marker names, frames and times [T, 2], coordinates [T, M, 3]."""
    lines = path.read_text("utf-8").split("\n")
    assert lines[-1] == ""
    assert lines[0].split("\t")[:3] == ["PathFileType", "4", "(X/Y/Z)"]
    header = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=True))
    assert list(header) == [
        "DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units", "OrigDataRate", "OrigDataStartFrame",
        "OrigNumFrames",
    ]  # fmt: skip
    names = [name for name in lines[3].split("\t") if name]
    assert names[:2] == ["Frame#", "Time"]
    assert len(names) - 2 == int(header["NumMarkers"])
    labels = [label for label in lines[4].split("\t") if label]
    assert labels == [f"{axis}{number}" for number in range(1, len(names) - 1) for axis in "XYZ"]
    rows = [line.split("\t") for line in lines[5:-1]]
    assert len(rows) == int(header["NumFrames"])
    assert {len(row) for row in rows} == {3 * (len(names) - 2) + 2}
    values = np.array(rows, float)  # no cell is empty: .NET's float.Parse would stop there
    return header, names[2:], values[:, :2], values[:, 2:].reshape(len(rows), -1, 3)


def opensim(path: Path) -> tuple[list[str], np.ndarray]:
    """Column names and values, read as OpenSim's STO reader does; its tools' own would end at the first NaN."""
    head, _, body = path.read_text("utf-8").partition("endheader\n")
    facts = dict(line.split("=") for line in head.splitlines()[1:])
    assert facts["inDegrees"] == "yes"
    rows = [line.split("\t") for line in body.splitlines()]
    assert (len(rows) - 1, len(rows[0])) == (int(facts["nRows"]), int(facts["nColumns"]))
    values = np.array(rows[1:], float)
    assert np.isfinite(values).all()
    return rows[0], values
