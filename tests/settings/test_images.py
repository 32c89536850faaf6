"""The reviewed image file: what it may say, and what its editor is told if it is damaged."""

import json
from pathlib import Path

import pytest

from settings.checks import SettingError
from settings.images import Image, read_images

_DIGEST = f"sha256:{'a' * 64}"


def _refusal(file: Path) -> str:
    """Return what a reader of the file is told."""
    with pytest.raises(SettingError) as refusal:
        read_images(file)
    return str(refusal.value)


def _written(directory: Path, content: object) -> Path:
    """Write an image file."""
    file = directory / "images.json"
    file.write_text(json.dumps(content))
    return file


def test_an_image_is_read_as_written(tmp_path: Path) -> None:
    """An entry becomes the image that it describes, and is deployed by its digest."""
    file = _written(
        tmp_path, {"program": {"repository": "team/program", "tag": "2.1.0", "digest": _DIGEST}}
    )
    images = read_images(file)
    assert images == {"program": Image(repository="team/program", tag="2.1.0", digest=_DIGEST)}
    assert images["program"].reference == f"team/program@{_DIGEST}"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(None, "does not exist: it names every image by digest", id="no file"),
        pytest.param(
            "{}".encode("utf-16"), "is not UTF-8 at byte 0: save it as UTF-8 text", id="encoding"
        ),
        pytest.param(
            b'{"program": {',
            "is not JSON (Expecting property name enclosed in double quotes: "
            "line 1 column 14 (char 13)): correct it there",
            id="JSON",
        ),
        pytest.param(
            b'["program"]', "holds no entries: write one for each image, by its name", id="list"
        ),
    ],
)
def test_a_damaged_file_is_named_with_the_place(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    """Its path is given, what is wrong and where, and what would be right."""
    file = tmp_path / "images.json"
    if content is not None:
        file.write_bytes(content)
    assert _refusal(file) == f"image file '{file}' {message}"


def test_a_directory_is_no_image_file(tmp_path: Path) -> None:
    """A path that cannot be read as a file is refused with the system's reason."""
    assert _refusal(tmp_path) == (
        f"image file '{tmp_path}' cannot be read (Is a directory): it must be a readable file"
    )


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param('{"program": {"tag": "1"}, "program": {"tag": "2"}}', "program", id="image"),
        pytest.param('{"program": {"digest": "reviewed", "digest": "not"}}', "digest", id="digest"),
    ],
)
def test_nothing_is_written_twice(tmp_path: Path, text: str, key: str) -> None:
    """A second image or digest of the same name cannot shadow the one that was reviewed."""
    file = tmp_path / "images.json"
    file.write_text(text)
    assert _refusal(file) == (
        f"image file has '{key}' twice in one object: keep the one that was reviewed"
    )


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(
            {"repository": "team/program", "tag": "1.0.0", "sha": _DIGEST}, id="wrong key"
        ),
        pytest.param({"repository": "team/program", "tag": "1.0.0"}, id="key left out"),
        pytest.param(
            {"repository": "team/program", "tag": "1.0.0", "digest": _DIGEST, "arch": "arm64"},
            id="key too many",
        ),
        pytest.param(
            {"repository": "team/program", "tag": 1.0, "digest": _DIGEST}, id="tag as a number"
        ),
        pytest.param(_DIGEST, id="bare digest"),
    ],
)
def test_an_entry_of_another_shape_is_named(tmp_path: Path, entry: object) -> None:
    """An entry of another shape is refused by its name, with how an entry looks."""
    file = _written(tmp_path, {"program": entry})
    assert _refusal(file) == (
        f"image 'program' is {entry!r} in the image file: "
        "write an entry with repository, tag and digest, each a text"
    )
