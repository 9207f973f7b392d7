"""The pictures in docs show the networks as they are."""

from __future__ import annotations

import pytest
import torch

from scripts.draw_networks import PICTURES, TARGET, Picture, boxes_of, drawn
from training.models.hrnet import HRNet, HRNetConfig


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_of_the_network_as_it_is(picture: Picture) -> None:
    """Where this fails after a change of a network: python -m scripts.draw_networks."""
    assert (TARGET / f"{picture.name}.svg").read_text(encoding="utf-8") == drawn(picture)


def test_arrows_follow_what_is_exchanged() -> None:

    kinds = {"body": r"stage4\.\d\.branches\.\d", "head": "final_layer"}
    for exchange, sources in (("everywhere", 4), ("end", 1)):
        with torch.device("meta"):
            network = HRNet(HRNetConfig(exchange=exchange))
        boxes = {box.name: box for box in boxes_of(network, kinds, (64, 64))}
        assert len(boxes["stage4.1.branches.2"].sources) == sources
        assert len(boxes["final_layer"].sources) == 4
