"""One object, named by its hash, as the program brings it to a pod."""

import hashlib
from pathlib import Path

import pytest

from containers.model_store.tests.examples import BUCKET, PREFIX, content, put
from containers.model_store.tests.pods import Ended, ended, started
from containers.model_store.tests.s3.faults import ACCESS_DENIED, Cut, Fault, Flip
from containers.model_store.tests.s3.server import Server
from model_store.failure import ExitCode

_DATA = content("detector", 3_000_001)
_SHA256 = hashlib.sha256(_DATA).hexdigest()
_URL = f"s3://{BUCKET}/{PREFIX}detector.onnx"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    path = tmp_path / "place"
    path.mkdir()
    return path


def _get(
    server: Server, place: Path, url: str = _URL, *, sha256: str = _SHA256, largest: int = 1 << 24
) -> Ended:
    how = ("--sha256", sha256, "--largest", str(largest), "--file", str(place / "model.onnx"))
    return ended(started(server, "get", url, *how))


def test_an_object_comes_whole_and_under_its_new_name(server: Server, place: Path) -> None:
    """No manifest is asked for, and one line says what is there now."""
    put(server, "detector.onnx", _DATA)

    got = _get(server, place)

    assert got == Ended(code=0, output=f"{place}/model.onnx is {_URL}: 3 MB, verified\n", errors="")
    assert (place / "model.onnx").read_bytes() == _DATA
    assert len(list(place.iterdir())) == 1
    assert len(server.seen) == 1


def test_an_object_at_the_top_of_a_bucket_is_found(server: Server, place: Path) -> None:
    """A key need not have a slash in it."""
    staged = server.objects.staging()
    staged.write_bytes(_DATA)
    server.objects.publish("detector.onnx", staged, {})

    assert _get(server, place, f"s3://{BUCKET}/detector.onnx").code == 0


def test_another_content_leaves_nothing_behind(server: Server, place: Path) -> None:
    """It was replaced in the bucket, or the wrong hash was written into the settings."""
    put(server, "detector.onnx", b"another model")
    other = hashlib.sha256(b"another model").hexdigest()

    got = _get(server, place)

    assert got.code == ExitCode.DAMAGED
    assert got.errors == (
        f"model-store: {_URL} has the SHA-256 {other}, not {_SHA256}: "
        "it is damaged, or another object is meant\n"
    )
    assert not list(place.iterdir())


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Flip(at=1000), ExitCode.DAMAGED),
        (Cut(after=1_500_000), ExitCode.UNAVAILABLE),
        (ACCESS_DENIED, ExitCode.NOT_PERMITTED),
    ],
    ids=["flipped", "cut", "forbidden"],
)
def test_what_did_not_come_whole_is_no_file(
    server: Server, place: Path, fault: Fault, code: ExitCode
) -> None:
    """The next start of the container begins anew."""
    put(server, "detector.onnx", _DATA)
    server.faults.plan(fault, times=1)

    got = _get(server, place)

    assert got.code == code
    assert len(got.errors.splitlines()) == 1
    assert not list(place.iterdir())


def test_what_is_larger_than_it_may_be_is_not_read(server: Server, place: Path) -> None:
    """Else a wrong object would fill the node's disk before its hash is known."""
    put(server, "detector.onnx", _DATA)

    got = _get(server, place, largest=3_000_000)

    assert got.code == ExitCode.ARGUMENTS
    assert got.errors == (f"model-store: {_URL} has 3000001 bytes: at most 3000000 are taken\n")
    assert not list(place.iterdir())


def test_an_object_that_is_not_there_is_named(server: Server, place: Path) -> None:
    got = _get(server, place)

    assert (got.code, got.errors) == (ExitCode.NOT_FOUND, f"model-store: there is no {_URL}\n")


@pytest.mark.parametrize(
    ("url", "sha256", "sentence"),
    [
        *(
            (url, _SHA256, f"{url!r} names no object: write s3://BUCKET/KEY")
            for url in ("s3://models/a/", "s3://models", "https://models/a")
        ),
        (_URL, _SHA256.upper(), f"{_SHA256.upper()!r} is not a SHA-256: 64 lower-case"),
    ],
)
def test_what_names_no_content_of_an_object_is_refused(
    server: Server, place: Path, url: str, sha256: str, sentence: str
) -> None:
    """Before anything is asked of S3."""
    got = _get(server, place, url, sha256=sha256)

    assert got.code == ExitCode.ARGUMENTS
    assert got.errors.startswith(f"model-store: {sentence}")
    assert not server.seen
