"""The pictures in docs show the networks as they are."""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

import pytest
import torch

from scripts.draw_networks import PICTURES, TARGET, Picture, boxes_of, drawn
from training.models.hrnet import HRNet, HRNetConfig


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_of_the_network_as_it_is(picture: Picture) -> None:
    """Where this fails after a change of a network: python -m scripts.draw_networks."""
    assert (TARGET / f"{picture.name}.svg").read_text(encoding="utf-8") == drawn(picture)


@pytest.mark.parametrize("name", ["draw_networks", "draw_angles", "hostile"])
def test_a_script_asked_for_help_does_nothing_else(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = Path(__file__).parents[2] / "scripts" / f"{name}.py"
    before = [entry.stat().st_mtime_ns for entry in os.scandir(TARGET)]
    monkeypatch.setattr(sys, "argv", [str(script), "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(script), run_name="__main__")
    assert ended.value.code == 0
    assert "usage" in capsys.readouterr().out
    assert [entry.stat().st_mtime_ns for entry in os.scandir(TARGET)] == before


def test_arrows_follow_what_is_exchanged() -> None:

    kinds = {"body": r"stage4\.\d\.branches\.\d", "head": "final_layer"}
    for exchange, sources in (("everywhere", 4), ("end", 1)):
        with torch.device("meta"):
            network = HRNet(HRNetConfig(exchange=exchange))
        boxes = {box.name: box for box in boxes_of(network, kinds, (64, 64))}
        assert len(boxes["stage4.1.branches.2"].sources) == sources
        assert len(boxes["final_layer"].sources) == 4
