"""A backend that fails in the middle of a video: every frame is there, and the manifest says what ran."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from app import job, manifest
from app.engines import Choice, Engines
from app.results import FrameRecord, Recording
from engine.video.opening import open_source
from tests.faults.test_same_everywhere import FRAMES, clip  # noqa: F401 - a fixture


def test_no_frame_is_lost_when_a_backend_fails(
    clip: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture  # noqa: F811
) -> None:  # fmt: skip
    choice = Choice(device="cpu", precision="f32")
    with open_source(clip) as source, Engines.load(choice) as engines:

        def fail(*_: object, **__: object) -> None:
            raise RuntimeError("the device is gone")

        def each(record: FrameRecord) -> None:
            found.add(record)
            if record.index == 5:
                engines.pose._session._current._request = SimpleNamespace(infer=fail)

        found = Recording(engines.header(source.info))
        with manifest.Notary(engines, source) as notary:
            summary = job.run(source, engines, [tmp_path / "o.mp4"], each=each)
        told = notary.manifest(summary, summary.written, interrupted=False)
    assert [record.index for record in found] == list(range(FRAMES))
    assert "skelter-pose-s goes on by ONNX Runtime" in caplog.text
    assert told.run is not None
    assert (told.run.detector.device, told.run.pose.device) == ("openvino:cpu", "onnxruntime:cpu")
    before, after = (
        {one for r in part for one in r.tracks.ids.tolist()} for part in (list(found)[:6], list(found)[6:])
    )
    assert after <= before, "everybody keeps his number"
    assert after
