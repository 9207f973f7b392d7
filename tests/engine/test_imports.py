"""Importing ONNX files: the whole network is copied, options are heard, and what cannot run is refused beforehand."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest

from engine import cards
from engine.cards import PoseLayout, Task, read_card
from engine.crops import PixelRule
from engine.decoding import Decoding
from engine.errors import MissingFileError, ModelError, SkelterError, UsageError
from engine.files import sha256_of
from engine.heads import DetectorLayout
from engine.imports import infer_card
from engine.loading import load_detector, load_pose
from engine.models import find_model, import_onnx
from engine.skeletons import SKELETONS
from engine.types import Boxes
from tests.engine.onnx_graphs import save_graph


def heatmap_network(path: Path, *, peak: float = 0.9) -> Path:
    """The left eye stands in the middle of the crop, with a score of `peak`."""
    maps = np.zeros((1, 17, 64, 48), np.float32)
    maps[0, 1, 32, 24] = peak
    return save_graph(path, ["N", 3, 256, 192], {"maps": maps})


def with_weights_beside(path: Path, *, peak: float = 0.9) -> Path:
    """The same, its weights in a file of their own, as PyTorch's exporter makes it."""
    path.parent.mkdir(exist_ok=True)
    model = onnx.load(heatmap_network(path, peak=peak))
    onnx.save_model(model, path, save_as_external_data=True, location=f"{path.name}.data", size_threshold=1024)
    return path


def eye_score(model: Path) -> float:
    with load_pose(model, device="onnxruntime") as pose:
        poses = pose.estimate(np.zeros((256, 192, 3), np.uint8), Boxes.of([[20, 20, 170, 230]], [1]))
    return float(poses.scores[0, 1])


def detector(path: Path, names: str | None = None) -> Path:
    """A YOLO of two classes."""
    metadata = {"names": names} if names else None
    return save_graph(path, [1, 3, 64, 64], {"output0": np.zeros((1, 6, 84), np.float32)}, metadata=metadata)


# ------------------------------------------------------------------------------------------- weights in other files


def test_weights_in_another_file_are_imported_too(tmp_path: Path) -> None:
    source = with_weights_beside(tmp_path / "from" / "net.onnx")
    assert (tmp_path / "from" / "net.onnx.data").stat().st_size > 100_000
    card = import_onnx(source, tmp_path / "to" / "mine.onnx")
    shutil.rmtree(tmp_path / "from")

    assert sorted(path.name for path in (tmp_path / "to").iterdir()) == ["mine.onnx", "mine.toml"]
    assert find_model(tmp_path / "to" / "mine.onnx", Task.POSE) == card
    assert eye_score(card.path) == pytest.approx(0.9)


@pytest.mark.parametrize("name", ["net.onnx", f"{'long' * 40}.onnx"])
def test_a_network_whose_weights_changed_is_another_network(name: str, tmp_path: Path) -> None:
    path = with_weights_beside(tmp_path / name)
    before, same = find_model(path, Task.POSE), path.read_bytes()
    weights = path.with_name(f"{name}.data")
    weights.write_bytes(weights.read_bytes().replace(np.float32(0.9).tobytes(), np.float32(0.5).tobytes()))

    after = find_model(path, Task.POSE)

    assert path.read_bytes() == same
    assert after.sha256 != before.sha256
    assert eye_score(path) == pytest.approx(0.5)


def test_one_file_has_the_hash_that_others_find_too(tmp_path: Path) -> None:
    path = heatmap_network(tmp_path / "net.onnx")

    assert find_model(path, Task.POSE).sha256 == sha256_of(path)


def test_metadata_of_that_name_is_no_file(tmp_path: Path) -> None:
    path = save_graph(
        tmp_path / "net.onnx", ["N", 3, 64, 48], {"maps": np.zeros((1, 17, 16, 12), np.float32)},
        metadata={"location": "Paris"},
    )  # fmt: skip

    assert import_onnx(path, tmp_path / "to" / "mine.onnx").layout is PoseLayout.HEATMAPS


def test_missing_weights_are_named_and_nothing_is_imported(tmp_path: Path) -> None:
    path = with_weights_beside(tmp_path / "net.onnx")
    (tmp_path / "net.onnx.data").unlink()

    for use in (lambda: import_onnx(path, tmp_path / "to" / "mine.onnx"), lambda: load_pose(path)):
        with pytest.raises(MissingFileError, match=r"keeps its weights in net\.onnx\.data, which is not beside it"):
            use()
    assert not (tmp_path / "to").exists()


def test_weights_outside_the_folder_are_not_followed(tmp_path: Path) -> None:
    path = with_weights_beside(tmp_path / "in" / "net.onnx")
    content = path.read_bytes()
    path.write_bytes(content.replace(b"net.onnx.data", b"../onnx.datas"))
    shutil.copy(tmp_path / "in" / "net.onnx.data", tmp_path / "onnx.datas")

    with pytest.raises(ModelError, match=r"outside its folder \(\.\./onnx\.datas\)"):
        import_onnx(path, tmp_path / "to" / "mine.onnx")


def test_a_card_answers_for_one_file_only(tmp_path: Path) -> None:
    path = with_weights_beside(tmp_path / "net.onnx")
    card = find_model(path, Task.POSE)
    cards.write_card(cards.with_options(card, sha256=sha256_of(path)))

    with pytest.raises(ModelError, match=r"remove net\.toml and import"):
        load_pose(path)


# ---------------------------------------------------------------------------------------------------------- options


def test_what_is_said_of_a_model_stands_in_its_card(tmp_path: Path) -> None:
    card = import_onnx(
        heatmap_network(tmp_path / "net.onnx"), tmp_path / "to" / "mine.onnx",
        licence="MIT", data="my runners", pixel_rule=PixelRule.UDP, decoding=Decoding.QUARTER,
    )  # fmt: skip

    assert read_card(card.path.with_suffix(".toml")) == card
    assert (card.licence, card.data) == ("MIT", "my runners")
    assert (card.pixel_rule, card.decoding) == (PixelRule.UDP, Decoding.QUARTER)


@pytest.mark.parametrize("decoding", [Decoding.GRAPH, Decoding.SIMCC])
def test_a_decoding_that_reads_no_heatmaps_is_refused(decoding: Decoding, tmp_path: Path) -> None:
    path = heatmap_network(tmp_path / "net.onnx")
    said = "choose argmax, quarter, parabola or dark"
    with pytest.raises(ModelError, match=said):
        import_onnx(path, tmp_path / "to.onnx", decoding=decoding)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["net.onnx"]


def test_a_card_with_such_a_decoding_is_refused(tmp_path: Path) -> None:
    path = heatmap_network(tmp_path / "net.onnx")
    card = cards.write_card(find_model(path, Task.POSE))
    card.write_text(card.read_text(encoding="utf-8").replace('"dark"', '"graph"'), encoding="utf-8")

    with pytest.raises(ModelError, match=r"net\.onnx gives heatmaps"):
        load_pose(path)


def test_options_of_another_kind_of_network_are_refused(tmp_path: Path) -> None:
    pose = heatmap_network(tmp_path / "pose.onnx")
    boxes = detector(tmp_path / "boxes.onnx")
    simcc = save_graph(
        tmp_path / "simcc.onnx", ["N", 3, 128, 96],
        {"x": np.zeros((1, 17, 192), np.float32), "y": np.zeros((1, 17, 256), np.float32)},
    )  # fmt: skip
    with pytest.raises(UsageError, match="leave the person class out"):
        import_onnx(pose, tmp_path / "to.onnx", person_class=0)
    with pytest.raises(UsageError, match="leave pixel rule and decoding out"):
        import_onnx(boxes, tmp_path / "to.onnx", decoding=Decoding.DARK)
    with pytest.raises(UsageError, match="leave the decoding out"):
        import_onnx(simcc, tmp_path / "to.onnx", decoding=Decoding.DARK)
    assert not (tmp_path / "to.onnx").exists()


# ----------------------------------------------------------------------------------------------------------- people


def test_which_class_is_a_person_can_be_said_where_none_is_called_so(tmp_path: Path) -> None:
    path = detector(tmp_path / "crew.onnx", "{0: ' ship\\n', 1: 'matelot'}")
    with pytest.raises(ModelError, match=r"finds ship, matelot.*skelter models import crew\.onnx --person-class N"):
        import_onnx(path, tmp_path / "to.onnx")

    card = import_onnx(path, tmp_path / "to.onnx", person_class=1)

    assert (card.person_class, card.class_names) == (1, ("ship", "matelot"))
    with load_detector(card.path, device="onnxruntime") as loaded:
        assert len(loaded.detect(np.zeros((64, 64, 3), np.uint8))) == 0


@pytest.mark.parametrize("names", [None, "{0: 'ship', 1: 'person'}"])
def test_a_class_that_there_is_not_is_refused(names: str | None, tmp_path: Path) -> None:
    path = detector(tmp_path / "crew.onnx", names)

    with pytest.raises(UsageError, match="knows 2 classes, counted from 0: none is 2"):
        import_onnx(path, tmp_path / "to.onnx", person_class=2)

    assert not (tmp_path / "to.onnx").exists()


def test_a_card_with_a_class_that_there_is_not_is_refused(tmp_path: Path) -> None:
    path = detector(tmp_path / "crew.onnx", "{0: 'ship', 1: 'person'}")
    card = cards.write_card(find_model(path, Task.DETECTOR))
    text = card.read_text(encoding="utf-8")
    card.write_text(text.replace("person_class = 1", "person_class = 999"), encoding="utf-8")

    with pytest.raises(ModelError, match=r"none is the person class 999"):
        load_detector(path)


@pytest.mark.parametrize(
    "names",
    ["{'person': 0}", "{None: 'person', 2: 'cat'}", "{-5: 'person', 2: 'cat'}", "{900: 'person', 2: 'cat'}", "people",
     "-" * 100_000 + "1"],
    ids=["reversed", "None", "below 0", "too many", "text", "deep"],
)  # fmt: skip
def test_names_that_do_not_tell_the_person_are_asked_for(names: str, tmp_path: Path) -> None:
    path = detector(tmp_path / "crew.onnx", names)
    with pytest.raises(ModelError, match=r"(does not tell|finds).* `skelter models import crew\.onnx --person"):
        import_onnx(path, tmp_path / "to.onnx")
    assert not (tmp_path / "to.onnx").exists()

    assert import_onnx(path, tmp_path / "to.onnx", person_class=1).person_class == 1


def test_names_in_a_list_count_from_nought(tmp_path: Path) -> None:
    card = import_onnx(detector(tmp_path / "crew.onnx", "['ship', 'person']"), tmp_path / "to.onnx")

    assert (card.person_class, card.class_names) == (1, ("ship", "person"))


# ------------------------------------------------------------------------------------------------------ odd networks


def with_text_that_is_none(path: Path) -> Path:
    save_graph(path, [1, 3, 64, 64], {"o": np.zeros((1, 6, 84), np.float32)}, metadata={"license": "ABCD"})
    path.write_bytes(path.read_bytes().replace(b"ABCD", b"\xff\xfe\xff\xfe"))
    return path


def giving_a_list(path: Path) -> Path:
    picture = onnx.helper.make_tensor_value_info("picture", onnx.TensorProto.FLOAT, [1, 3, 64, 64])
    given = onnx.helper.make_tensor_sequence_value_info("list", onnx.TensorProto.FLOAT, None)
    node = onnx.helper.make_node("SequenceConstruct", ["picture"], ["list"])
    graph = onnx.helper.make_graph([node], "list", [picture], [given])
    onnx.save(onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def of_input(path: Path, *shape: int) -> Path:
    return save_graph(path, shape, {"maps": np.zeros((1, 17, 5, 5), np.float32)})


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (with_text_that_is_none, "no text"),
        (giving_a_list, "gives lists or texts"),
        (
            lambda path: of_input(path, 1, 3, 200_000, 200_000),
            r"\[1, 3, 200000, 200000\], which is no size of a picture",
        ),
        (lambda path: of_input(path, 1_000_000, 3, 320, 320), r"\[1000000, 3, 320, 320\], which is no size"),
        (lambda path: of_input(path, 1, 3, 10, 10), r"\[1, 3, 10, 10\], which is no size of a picture"),
        (lambda path: of_input(path, 1, 3, 0, 0), r"\[1, 3, 0, 0\], which is no size of a picture"),
    ],
    ids=["no text", "list", "huge", "many", "tiny", "nothing"],
)
def test_a_network_of_a_form_that_nobody_foresaw_is_one_sentence(
    make: Callable[[Path], Path], said: str, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match=rf"odd\.onnx .*{said}") as caught:
        import_onnx(make(tmp_path / "odd.onnx"), tmp_path / "to.onnx")

    assert "\n" not in str(caught.value)
    assert not (tmp_path / "to.onnx").exists()


@pytest.mark.parametrize("vectors", [(197, 768), (50, 768), (197, 384), (197, 192)])
def test_a_network_that_describes_pictures_is_no_detector(vectors: tuple[int, int], tmp_path: Path) -> None:
    tokens = np.random.default_rng(0).normal(0, 1, (1, *vectors)).astype(np.float32)
    path = save_graph(tmp_path / "vit.onnx", [1, 3, 224, 224], {"tokens": tokens})

    with pytest.raises(ModelError, match="neither a detector nor a pose network"):
        import_onnx(path, tmp_path / "to.onnx")


@pytest.mark.parametrize("keypoints", [0, 17, 133])
def test_boxes_with_their_class_and_perhaps_keypoints_are_a_detector(keypoints: int, tmp_path: Path) -> None:
    rows = np.zeros((1, 300, 6 + 3 * keypoints), np.float32)
    rows[0, 0, :6], rows[0, 1:, 5] = (8, 8, 40, 60, 0.9, 0), -1
    path = save_graph(tmp_path / "net.onnx", [1, 3, 64, 64], {"output0": rows})

    assert import_onnx(path, tmp_path / "to.onnx").layout is DetectorLayout.END2END


@pytest.mark.parametrize("licence", ["\x7f", 'a\nb"]\\ \x00\x1b[31m'])
def test_what_a_network_says_of_itself_can_be_read_again(licence: str, tmp_path: Path) -> None:
    shape, boxes = [1, 3, 64, 64], {"output0": np.zeros((1, 6, 84), np.float32)}
    path = save_graph(tmp_path / "net.onnx", shape, boxes, metadata={"license": licence})

    assert find_model(import_onnx(path, tmp_path / "to.onnx").path).licence == licence


def test_what_no_card_can_hold_leaves_nothing(tmp_path: Path) -> None:
    path = detector(tmp_path / "net.onnx")

    for wrong in ({"data": "a name that is no text: \udcff"}, {"input_size": (8, 8)}):
        with pytest.raises(ModelError, match="can have no card"):
            import_onnx(path, tmp_path / "to.onnx", **wrong)
        assert sorted(each.name for each in tmp_path.iterdir()) == ["net.onnx"]


def test_a_network_of_neither_kind_is_told_so(tmp_path: Path) -> None:
    """What an unknown number of keypoints means is not hidden by what it means to a detector."""
    many = save_graph(tmp_path / "many.onnx", ["N", 3, 256, 192], {"maps": np.zeros((1, 133, 64, 48), np.float32)})
    other = save_graph(tmp_path / "other.onnx", [1, 3, 224, 224], {"logits": np.zeros((1, 1000), np.float32)})
    for path, said in ((many, "places 133 keypoints"), (other, "neither a detector nor a pose network")):
        with pytest.raises(ModelError, match=said) as caught:
            import_onnx(path, tmp_path / "to.onnx")
        assert isinstance(caught.value, SkelterError)
        assert "--pose" not in str(caught.value)


def test_who_has_no_pose_network_is_told_all_the_numbers_of_keypoints_that_one_may_have(tmp_path: Path) -> None:
    other = save_graph(tmp_path / "other.onnx", [1, 3, 224, 224], {"logits": np.zeros((1, 1000), np.float32)})
    for task in (None, Task.POSE):
        with pytest.raises(ModelError, match=r"heatmaps or SimCC of 16, 17 or 26 keypoints"):
            infer_card(other, task)
    assert {len(skeleton) for skeleton in SKELETONS.values()} == {16, 17, 26}
