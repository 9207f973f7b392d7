"""Fetching: what arrives is whole and right, whatever the server does; what does not arrive leaves no file."""

from __future__ import annotations

import base64
import hashlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.download import addresses, fetch
from engine.errors import DownloadError, SinkError
from tests.engine.file_server import FileServer, serving

CONTENT = np.random.default_rng(0).bytes(700_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("SKELTER_MODEL_MIRROR", "HF_ENDPOINT", "HF_TOKEN", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def running() -> Iterator[FileServer]:
    with serving(CONTENT) as server:
        yield server


@pytest.fixture
def server(running: FileServer) -> FileServer:
    running.asked.clear()
    running.passwords.clear()
    running.go_on.clear()
    running.failures = 0
    return running


def get(server: FileServer, target: Path, *behaviours: str, sha256: str | None = SHA256) -> str:
    return fetch([server.url(behaviour) for behaviour in behaviours], target, sha256=sha256, pause_s=0.001)


@pytest.mark.parametrize("behaviour", ["good", "once", "busy", "elsewhere", "cut", "long", "resets"])
def test_the_file_arrives_whole(behaviour: str, server: FileServer, tmp_path: Path) -> None:
    assert get(server, tmp_path / "net.onnx", behaviour) == SHA256

    assert (tmp_path / "net.onnx").read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["net.onnx"]


def test_what_came_before_the_break_is_not_asked_for_again(server: FileServer, tmp_path: Path) -> None:
    get(server, tmp_path / "net.onnx", "once")

    assert [wanted for _, wanted in server.asked] == [None, f"bytes={len(CONTENT) // 2}-"]


def test_an_earlier_call_is_gone_on_with(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "net.onnx.part").write_bytes(CONTENT[:1000])
    (tmp_path / "net.onnx.part.etag").write_text('"v1"')

    get(server, tmp_path / "net.onnx", "good")

    assert server.asked[0][1] == "bytes=1000-"
    assert (tmp_path / "net.onnx").read_bytes() == CONTENT


def test_a_part_of_another_version_is_thrown_away(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "net.onnx.part").write_bytes(b"old" * 1000)
    (tmp_path / "net.onnx.part.etag").write_text('"v0"')

    assert get(server, tmp_path / "net.onnx", "good") == SHA256


@pytest.mark.parametrize("length", [len(CONTENT), len(CONTENT) + 5])
def test_a_part_as_long_as_the_file_or_longer(length: int, server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "net.onnx.part").write_bytes((CONTENT + b"extra")[:length])

    assert get(server, tmp_path / "net.onnx", "good") == SHA256


def test_a_server_that_knows_no_ranges_sends_everything_again(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "net.onnx.part").write_bytes(b"?" * 1000)

    assert get(server, tmp_path / "net.onnx", "no-range") == SHA256


@pytest.mark.parametrize("sha256", [SHA256, None])
def test_what_one_address_began_no_other_goes_on_with(sha256: str | None, server: FileServer, tmp_path: Path) -> None:
    assert get(server, tmp_path / "net.onnx", "drops", "good", sha256=sha256) == SHA256

    assert server.asked[-1] == ("/good/net.onnx", None)


def test_the_same_version_elsewhere_is_gone_on_with(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "net.onnx.part").write_bytes(CONTENT[:1000])
    (tmp_path / "net.onnx.part.etag").write_text('"v1"\nanother address')

    assert get(server, tmp_path / "net.onnx", "good", sha256=None) == SHA256

    assert server.asked == [("/good/net.onnx", "bytes=1000-")]


@pytest.mark.parametrize(("behaviour", "requests"), [("replaced", 2), ("redated", 3), ("regrown", 3)])
def test_a_file_replaced_midway_is_not_put_together_of_two(
    behaviour: str, requests: int, server: FileServer, tmp_path: Path
) -> None:
    """Neither hash nor ETag tells them apart, but their dates or lengths do."""
    assert get(server, tmp_path / "net.onnx", behaviour, sha256=None) == SHA256

    assert len(server.asked) == requests


def test_a_file_of_the_same_date_is_gone_on_with(server: FileServer, tmp_path: Path) -> None:
    assert get(server, tmp_path / "net.onnx", "dated", sha256=None) == SHA256

    assert [wanted for _, wanted in server.asked] == [None, f"bytes={len(CONTENT) // 2}-"]


def test_a_part_of_something_else_costs_one_more_request(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "net.onnx.part").write_bytes(b"?" * 1000)

    assert get(server, tmp_path / "net.onnx", "good") == SHA256

    assert [wanted for _, wanted in server.asked] == ["bytes=1000-", None]


@pytest.mark.parametrize("first", ["gone", "wrong", "short", "page"])
def test_the_second_address_helps_where_the_first_fails(first: str, server: FileServer, tmp_path: Path) -> None:
    assert get(server, tmp_path / "net.onnx", first, "good") == SHA256

    assert (tmp_path / "net.onnx").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        ("gone", "404"),
        ("wrong", f"not {SHA256[:8]}"),
        ("short", f"not {SHA256[:8]}"),
        ("page", f"not {SHA256[:8]}"),
    ],
)
def test_a_file_that_is_not_right_never_gets_its_name(
    behaviour: str, said: str, server: FileServer, tmp_path: Path
) -> None:
    with pytest.raises(DownloadError, match=said):
        get(server, tmp_path / "net.onnx", behaviour)

    assert not (tmp_path / "net.onnx").exists()


def test_the_first_digits_of_a_hash_are_held_to(server: FileServer, tmp_path: Path) -> None:
    get(server, tmp_path / "net.onnx", "good", sha256=SHA256[:8])
    with pytest.raises(DownloadError):
        get(server, tmp_path / "other.onnx", "good", sha256="00000000")


def test_no_server_at_all(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"127\.0\.0\.1"):
        fetch(["http://127.0.0.1:9/net.onnx"], tmp_path / "net.onnx", pause_s=0.001)


def test_progress_grows_to_the_whole_over_a_break(server: FileServer, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []

    fetch([server.url("once")], tmp_path / "n", progress=lambda *now: seen.append(now), pause_s=0.001)

    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (len(CONTENT), len(CONTENT))


class Enough(Exception):
    """What a progress raises that wants no more."""


def test_a_server_that_says_when_is_asked_no_sooner_and_the_wait_can_be_left(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.web.SLICE_S", 0.01)
    calls: list[int] = []

    def tell(done: int, total: int | None) -> None:
        calls.append(done)
        if len(calls) == 20:
            raise Enough

    with pytest.raises(Enough):
        fetch([server.url("later")], tmp_path / "net.onnx", progress=tell, pause_s=0.001)
    assert len(server.asked) == 1


def test_a_server_that_stays_silent_can_be_left(tmp_path: Path) -> None:
    begun = time.monotonic()

    def tell(done: int, total: int | None) -> None:
        if time.monotonic() - begun > 0.1:
            raise Enough

    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Enough):
        fetch([f"http://127.0.0.1:{silent.getsockname()[1]}/net.onnx"], tmp_path / "net.onnx", progress=tell)
    assert time.monotonic() - begun < 3


def test_a_folder_that_cannot_be_made(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SinkError):
        get(server, tmp_path / "file" / "net.onnx", "good")


@pytest.mark.parametrize(
    ("variable", "value"),
    [("HTTP_PROXY", "http://[bad"), ("ALL_PROXY", "http://[bad"), ("HF_TOKEN", "hf_a\nb"), ("HF_TOKEN", "hf_ä€")],
)
def test_what_a_variable_holds_that_cannot_be_sent_is_said_with_its_name(
    variable: str, value: str, server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", f"{server.address}/good")
    monkeypatch.setenv(variable, value)

    with pytest.raises(DownloadError, match=rf"\(HF_ENDPOINT\): {variable} ") as caught:
        fetch(["https://huggingface.co/net.onnx"], tmp_path / "net.onnx")
    assert "hf_" not in str(caught.value)


def test_a_server_that_redirects_to_nonsense_is_refused(server: FileServer, tmp_path: Path) -> None:
    server.elsewhere = "http://[bad/x"
    try:
        with pytest.raises(DownloadError, match="redirects to is no web address"):
            get(server, tmp_path / "net.onnx", "elsewhere")
    finally:
        server.elsewhere = "/good/net.onnx"


def test_where_every_address_fails_the_variable_of_a_mirror_is_named(server: FileServer, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="SKELTER_MODEL_MIRROR can name a web folder"):
        get(server, tmp_path / "net.onnx", "gone")


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_proxies_are_used(name: str, server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, server.address)

    fetch(["http://proxied.invalid/good/net.onnx"], tmp_path / "net.onnx", sha256=SHA256, pause_s=0.001)

    assert server.asked == [("http://proxied.invalid/good/net.onnx", None)]


def test_hosts_without_proxy_are_asked_directly(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    get(server, tmp_path / "net.onnx", "good")


def test_a_socks_proxy_is_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")

    with pytest.raises(DownloadError, match="SOCKS"):
        fetch(["http://proxied.invalid/net.onnx"], tmp_path / "net.onnx")


def test_ones_own_mirror_is_asked_first(server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKELTER_MODEL_MIRROR", f"{server.address}/good/")

    fetch(["http://elsewhere.invalid/far/net.onnx"], tmp_path / "net.onnx", sha256=SHA256)

    assert server.asked[0][0] == "/good/net.onnx"


def test_a_mirror_s_folder_may_have_accents_and_spaces(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKELTER_MODEL_MIRROR", f"{server.address}/good/mes modèles")

    fetch(["http://elsewhere.invalid/net.onnx"], tmp_path / "net.onnx", sha256=SHA256)

    assert server.asked[0][0] == "/good/mes%20mod%C3%A8les/net.onnx"


def test_hugging_face_moves_where_its_variable_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://hf-mirror.com")

    assert addresses(["https://huggingface.co/a/b", "https://example.org/huggingface.co"]) == [
        "https://hf-mirror.com/a/b",
        "https://example.org/huggingface.co",
    ]


# ------------------------------------------------------------------------------------------------------ passwords


@pytest.mark.parametrize("token", ["hf_secret", "hf_secret\n"])  # as files that hold one end
def test_a_password_goes_to_the_host_it_is_for(
    token: str, server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", token)
    monkeypatch.setenv("HF_ENDPOINT", f"{server.address}/good")

    fetch(["https://huggingface.co/net.onnx"], tmp_path / "net.onnx", sha256=SHA256)

    assert server.passwords == ["Bearer hf_secret"]


@pytest.mark.parametrize("endpoint", [None, "", "http://127.0.0.1", "hf-mirror.com"])
def test_a_password_goes_nowhere_else(
    endpoint: str | None, server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty variable names no host; another port of the same machine is another host."""
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    if endpoint is not None:
        monkeypatch.setenv("HF_ENDPOINT", endpoint)

    get(server, tmp_path / "net.onnx", "good")

    assert server.passwords == [None]


def test_a_password_is_not_taken_along_to_another_port(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(CONTENT) as stranger:
        server.elsewhere = stranger.url("good")
        monkeypatch.setenv("HF_TOKEN", "hf_secret")
        monkeypatch.setenv("HF_ENDPOINT", f"{server.address}/elsewhere")
        try:
            fetch(["https://huggingface.co/net.onnx"], tmp_path / "net.onnx", sha256=SHA256)
        finally:
            server.elsewhere = "/good/net.onnx"

        assert (server.passwords, stranger.passwords) == (["Bearer hf_secret"], [None])


@pytest.mark.parametrize("variable", ["SKELTER_MODEL_MIRROR", "HF_ENDPOINT"])
def test_the_name_and_password_in_an_address_sign_in_there(
    variable: str, server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(CONTENT) as stranger:
        server.elsewhere = stranger.url("good")
        monkeypatch.setenv("HF_TOKEN", "hf_secret")
        monkeypatch.setenv(variable, f"{server.address}/elsewhere".replace("//", "//me:p@ss%2Fwörd@"))
        try:
            fetch(["https://huggingface.co/net.onnx"], tmp_path / "net.onnx", sha256=SHA256)
        finally:
            server.elsewhere = "/good/net.onnx"

        basic = base64.b64encode("me:p@ss/wörd".encode()).decode()
        assert (server.passwords, stranger.passwords) == ([f"Basic {basic}"], [None])


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SKELTER_MODEL_MIRROR", "http://me:Zq7@127.0.0.1:9/models"),
        ("SKELTER_MODEL_MIRROR", "http://me:Zq7@/models"),
        ("SKELTER_MODEL_MIRROR", "http://me:Zq7/8@127.0.0.1/models"),
        ("SKELTER_MODEL_MIRROR", "foo://me:Zq7@mirror/models"),
        ("SKELTER_MODEL_MIRROR", "me:Zq7@mirror/models"),
        ("HTTP_PROXY", "http:/me:Zq7@proxy"),
    ],
)
def test_a_password_in_an_address_is_not_shown(
    variable: str, value: str, server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(DownloadError) as caught:
        get(server, tmp_path / "net.onnx", "gone")
    assert "Zq7" not in str(caught.value)


@pytest.mark.parametrize(
    "mirror", ["mirror.local/models", "localhost:8000", "foo://mirror/models", "http://[::1/models"]
)
def test_a_mirror_that_is_no_web_address_is_named_and_the_next_is_asked(
    mirror: str, server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKELTER_MODEL_MIRROR", mirror)

    with pytest.raises(DownloadError) as caught:
        fetch([server.url("gone")], tmp_path / "net.onnx")
    assert f"{mirror}/net.onnx (SKELTER_MODEL_MIRROR): no web address" in str(caught.value)

    assert get(server, tmp_path / "net.onnx", "good") == SHA256


# ------------------------------------------------------------------------------------------------- two at the same


def test_two_programs_do_not_write_into_one_file(server: FileServer, tmp_path: Path) -> None:
    target = tmp_path / "net.onnx"
    program = "import sys, pathlib, engine.download as d; print(d.fetch(sys.argv[1:2], pathlib.Path(sys.argv[2])))"
    first = subprocess.Popen(
        [sys.executable, "-c", program, server.url("waits"), str(target)], stdout=subprocess.PIPE, text=True
    )
    try:
        half = wait_for_bytes(tmp_path / "net.onnx.part")

        with pytest.raises(SinkError, match=r"Another Skelter is fetching net\.onnx"):
            get(server, target, "good")

        assert (tmp_path / "net.onnx.part").stat().st_size == half
        assert len(server.asked) == 1
    finally:
        server.go_on.set()
        said, _ = first.communicate(timeout=60)
    assert said.strip() == SHA256
    assert target.read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["net.onnx"]


def test_a_download_that_gets_nothing_leaves_nothing(server: FileServer, tmp_path: Path) -> None:
    for behaviour in ("gone", "wrong"):
        with pytest.raises(DownloadError):
            get(server, tmp_path / "net.onnx", behaviour)

    assert list(tmp_path.iterdir()) == []


def wait_for_bytes(path: Path) -> int:
    """Until the first half has come to the disk; how much that is."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        size = path.stat().st_size if path.exists() else 0
        if size:
            time.sleep(0.2)
            if path.stat().st_size == size:
                return size
        time.sleep(0.02)
    raise AssertionError("nothing comes")
