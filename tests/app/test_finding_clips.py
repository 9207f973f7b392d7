"""The video of a result that has no manifest, found without reading its frames."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.imports import clip_of
from engine.errors import SkelterError
from tests.app.recordings import awkward, written


def _beside_its_clip(folder: Path, format: str = "json") -> tuple[Path, Path]:
    (result,) = written(awkward(), folder, format)
    clip = folder / awkward().header.source.name
    clip.touch()
    return result, clip


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_the_video_is_found_by_the_first_line_whatever_comes_after_it(tmp_path, format):
    result, clip = _beside_its_clip(tmp_path, format)
    assert clip_of(result) == clip
    with result.open("rb+") as file:
        file.readline()
        file.write(b"\xff no frame")
    assert clip_of(result) == clip


@pytest.mark.parametrize("indent", [None, 2])
def test_it_is_found_where_another_program_wrote_the_document_anew(tmp_path, indent):
    result, clip = _beside_its_clip(tmp_path)
    result.write_text(json.dumps(json.loads(result.read_text()), indent=indent))
    assert clip_of(result) == clip


@pytest.mark.parametrize("text", ["", "{", '{"frames":[\n]}\n', '"skelter/1"\n', "42\n"])
def test_a_file_that_is_no_result_is_told_as_such(tmp_path, text):
    (tmp_path / "no.json").write_text(text)
    with pytest.raises(SkelterError, match=r"no\.json is not Skelter JSON"):
        clip_of(tmp_path / "no.json")


def test_of_another_programs_list_no_video_is_told(tmp_path):
    (tmp_path / "poses.json").write_text('[{"image_id": 1, "keypoints": []}]')
    assert clip_of(tmp_path / "poses.json") is None
