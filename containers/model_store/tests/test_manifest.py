"""What a manifest says, and what it cannot say."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from model_store.failure import ExitCode, Failure
from model_store.manifest import ManifestFile, ModelManifest

_ONE, _TWO, _OTHER = "1" * 64, "2" * 64, "3" * 64
_NETWORK = ManifestFile(
    path="a23/network.onnx",
    size=1500,
    sha256=_ONE,
    parts=(_ONE, _TWO),
    etag='"etag"',
    version_id="v1",
)
_EMPTY = replace(_NETWORK, path="a23/empty", size=0, parts=())
_MANIFEST = ModelManifest(part_bytes=1000, files=(_NETWORK, _EMPTY))


def _with(**changes: Any) -> ModelManifest:
    return replace(_MANIFEST, files=(replace(_NETWORK, **changes), _EMPTY))


@pytest.mark.parametrize(
    "other",
    [
        _with(path="a23/other.onnx"),
        _with(size=1501),
        _with(sha256=_OTHER),
        _with(parts=(_ONE, _OTHER)),
        replace(_MANIFEST, part_bytes=1001),
        replace(_MANIFEST, files=(_NETWORK,)),
    ],
)
def test_another_content_is_another_version(other: ModelManifest) -> None:
    """Nothing of what the files are can change unnoticed."""
    assert other.version != _MANIFEST.version


@pytest.mark.parametrize(
    "same",
    [
        _with(etag='"other"'),
        _with(version_id="other"),
        replace(_MANIFEST, files=(_EMPTY, _NETWORK)),
    ],
)
def test_the_same_content_is_the_same_version(same: ModelManifest) -> None:
    """Wherever S3 has it, and in whatever order it is listed."""
    assert same.version == _MANIFEST.version


def test_a_version_does_not_change_from_one_program_to_the_next() -> None:
    """Pods and buckets hold it, so this figure stays."""
    expected = "e86c2ae5aa095a685b8d76bde6fb3e38d92209a051d64aef1899957db5705e2e"
    assert _MANIFEST.version == expected


def test_what_is_written_is_what_is_read() -> None:
    """With all that is needed to fetch the files."""
    assert ModelManifest.from_json(_MANIFEST.to_json(), expected=_MANIFEST.version) == _MANIFEST


def test_the_bytes_are_those_of_all_files() -> None:
    """Of which some may be empty."""
    assert _MANIFEST.bytes == 1500


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../a",
        "a/../../b",
        "a/./b",
        "a//b",
        "a/",
        ".lock",
        ".versions/a",
        "current/a",
        "current",
        "manifest.json",
        "manifests/a",
        "a\\b",
        "a\0b",
        "a\nb",
        "a\udc80b",
    ],
)
def test_a_path_that_could_leave_its_place_is_refused(path: str) -> None:
    """Or that stands for something else on the volume, in the bucket or in a log."""
    with pytest.raises(ValueError, match="path"):
        _with(path=path)


@pytest.mark.parametrize("path", ["a/b c", "a/.gitkeep", "a/current", "모델/network.onnx", "a..b"])
def test_other_paths_are_welcome(path: str) -> None:
    """Whatever people call their models."""
    assert _with(path=path).files[0].path == path


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: replace(_MANIFEST, files=()), "it lists no file"),
        (lambda: replace(_MANIFEST, part_bytes=0), "its parts have 0 bytes"),
        (lambda: replace(_MANIFEST, files=(_EMPTY, _EMPTY)), "a23/empty is listed 2 times"),
        (
            lambda: _with(path="a23/empty/network.onnx"),
            "a23/empty is listed as a file, and as the directory of a23/empty/network.onnx",
        ),
        (
            lambda: _with(parts=(_ONE,)),
            "a23/network.onnx of 1500 bytes has 1 parts, not 2",
        ),
        (lambda: _with(size=-1), "a23/network.onnx has the size -1"),
        (lambda: _with(sha256="ABC"), "a23/network.onnx has the SHA-256 'ABC'"),
        (lambda: _with(parts=(_ONE, "")), "a23/network.onnx has the SHA-256 ''"),
    ],
)
def test_files_that_cannot_be_are_refused(make: Callable[[], object], sentence: str) -> None:
    """The sentence names what is wrong."""
    with pytest.raises(ValueError, match="^" + sentence):
        make()


def _lacks(document: dict[str, Any], field: str) -> dict[str, Any]:
    del document["files"][0][field]
    return document


_DOCUMENT = json.loads(_MANIFEST.to_json())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '{"format": 1}',
        json.dumps(_DOCUMENT | {"format": 2}),
        json.dumps(_DOCUMENT | {"files": [1]}),
        json.dumps(_DOCUMENT | {"files": [_DOCUMENT["files"][0] | {"etag": ""}]}),
        json.dumps(_DOCUMENT | {"files": [_DOCUMENT["files"][0] | {"parts": [1]}]}),
        json.dumps(_DOCUMENT | {"part_bytes": 999}),
        json.dumps(_DOCUMENT | {"part_bytes": True}),
        *(
            json.dumps(_lacks(json.loads(_MANIFEST.to_json()), field))
            for field in _DOCUMENT["files"][0]
        ),
    ],
    ids=lambda text: text[:20],
)
def test_a_damaged_text_is_refused(text: str) -> None:
    """In one line that names the version."""
    with pytest.raises(Failure) as failure:
        ModelManifest.from_json(text, expected=_MANIFEST.version)
    assert failure.value.code is ExitCode.DAMAGED
    assert failure.value.sentence.startswith(
        f"the manifest of version {_MANIFEST.version} is damaged: "
    )
    assert "\n" not in failure.value.sentence


def test_the_manifest_of_another_version_is_refused() -> None:
    """However right it is in itself."""
    with pytest.raises(Failure, match=f"it lists the content of version {_MANIFEST.version}"):
        ModelManifest.from_json(_MANIFEST.to_json(), expected=_OTHER)
