"""Directories and prefixes of a bucket: the same to a step, and never half a file."""

import gc
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from containers.model_store.tests.s3.faults import Cut
from containers.model_store.tests.s3.server import Server
from containers.step.tests.fixtures import Bucket
from step.failure import Failed, WrongSetup
from step.places import Missing, local, place

_CONTENT = os.urandom(20 << 20)
"""More than boto3 reads in one piece."""


@pytest.fixture(params=["directory", "bucket"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "directory":
        return str(tmp_path / "place")
    name: str = request.getfixturevalue("bucket").name
    return f"s3://{name}/runs/m1/stage1/"


def test_what_was_put_is_what_is_fetched(tmp_path: Path, where: str) -> None:
    """Byte for byte, and by another process, which has a place of its own."""
    (tmp_path / "sound").write_bytes(_CONTENT)

    place(where).put("vocals.flac", tmp_path / "sound")
    place(where).fetch("vocals.flac", tmp_path / "copy")

    assert (tmp_path / "copy").read_bytes() == _CONTENT


def test_what_is_put_again_takes_the_place_of_the_first(tmp_path: Path, where: str) -> None:
    """A step that is tried again writes the same names."""
    for content in (b"first", b"second"):
        (tmp_path / "file").write_bytes(content)
        place(where).put("a", tmp_path / "file")
    place(where).fetch("a", tmp_path / "copy")

    assert (tmp_path / "copy").read_bytes() == b"second"


def test_what_is_missing_is_named(tmp_path: Path, where: str) -> None:
    """In one sentence."""
    with pytest.raises(Missing) as raised:
        place(where).fetch("segments.json", tmp_path / "copy")

    assert str(raised.value) == f"there is no {where.rstrip('/')}/segments.json"
    assert not (tmp_path / "copy").exists()


def test_a_prefix_may_end_without_a_slash(tmp_path: Path, bucket: Bucket) -> None:
    """People write both."""
    (tmp_path / "file").write_bytes(b"1")

    place(f"s3://{bucket.name}/runs/m1").put("a", tmp_path / "file")
    place(f"s3://{bucket.name}").put("b", tmp_path / "file")

    assert bucket.keys() == ["b", "runs/m1/a"]


def test_a_bucket_must_have_a_name() -> None:
    """The argument is wrong, not the network."""
    with pytest.raises(WrongSetup, match="names no bucket: write s3://BUCKET/PREFIX/"):
        place("s3:///runs/")


@pytest.mark.parametrize("text", ["s3://bucket", "s3://bucket/runs/", "s3://"])
def test_one_file_of_a_bucket_has_a_key(tmp_path: Path, text: str) -> None:
    """A bucket or a prefix is no video."""
    with pytest.raises(WrongSetup, match="names no object: write s3://BUCKET/KEY or a file"):
        local(text, tmp_path)


def test_one_file_is_taken_where_it_is_or_downloaded(tmp_path: Path, bucket: Bucket) -> None:
    """A film on a desk is not copied."""
    (tmp_path / "film.mp4").write_bytes(b"here")
    there = bucket.put("runs/m1/input/video", b"there")
    folder = tmp_path / "folder"
    folder.mkdir()

    assert local(str(tmp_path / "film.mp4"), folder) == tmp_path / "film.mp4"
    assert local(there, folder).read_bytes() == b"there"
    with pytest.raises(Missing, match="there is no file"):
        local(str(tmp_path / "none.mp4"), folder)
    with pytest.raises(Missing, match="there is no s3://"):
        local(there + "s", folder)


def test_a_disk_that_does_not_take_a_file_is_named(tmp_path: Path) -> None:
    """It may do so later."""
    (tmp_path / "file").write_bytes(b"1")
    (tmp_path / "taken").write_bytes(b"no directory")

    with pytest.raises(Failed, match=f"cannot write {tmp_path}/taken/a: "):
        place(str(tmp_path / "taken")).put("a", tmp_path / "file")


def test_a_file_is_not_seen_before_it_is_whole(tmp_path: Path) -> None:
    """A source that ends in the middle leaves neither half a file nor the rest of one."""
    (tmp_path / "place").mkdir()
    (tmp_path / "place" / "a").write_bytes(b"whole")

    with pytest.raises(Missing):
        place(str(tmp_path / "place")).put("a", tmp_path / "none")

    assert [path.name for path in (tmp_path / "place").iterdir()] == ["a"]
    assert (tmp_path / "place" / "a").read_bytes() == b"whole"


@pytest.fixture
def faulty(
    tmp_path: Path,
    bucket: Bucket,  # noqa: ARG001 - its environment is wanted
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Server]:
    (tmp_path / "bucket").mkdir()
    server = Server(tmp_path / "bucket", bucket="runs-1", versioned=True)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    yield server
    # boto3 leaves the connections of cut downloads to the garbage collector, which would say so
    # in a test that has nothing to do with them.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def test_a_download_that_is_cut_is_begun_again(tmp_path: Path, faulty: Server) -> None:
    """The file is whole all the same."""
    with faulty:
        (tmp_path / "file").write_bytes(_CONTENT)
        place("s3://runs-1/a").put("video", tmp_path / "file")
        faulty.faults.plan(Cut(after=1_500_000), times=2)
        place("s3://runs-1/a").fetch("video", tmp_path / "copy")

    assert (tmp_path / "copy").read_bytes() == _CONTENT


def test_a_download_that_is_always_cut_is_for_another_try(tmp_path: Path, faulty: Server) -> None:
    """And leaves nothing of the file."""
    with faulty:
        (tmp_path / "file").write_bytes(_CONTENT)
        place("s3://runs-1/a").put("video", tmp_path / "file")
        faulty.faults.plan(Cut(after=1000), times=1000)
        with pytest.raises(Failed, match="s3://runs-1/a/video"):
            place("s3://runs-1/a").fetch("video", tmp_path / "copy")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["bucket", "file"]


def test_credentials_that_are_missing_are_for_another_try(
    tmp_path: Path, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a new node the agent that hands them out may start after the pod."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(Failed, match=r"cannot be asked to read s3://.*credentials"):
        place(f"s3://{bucket.name}/").fetch("a", tmp_path / "copy")
