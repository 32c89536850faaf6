"""The reviewed image file: what it may say, and what its editor is told if it is damaged."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

import pytest

from settings import avadot
from settings.checks import SettingError
from settings.images import Image, read_images
from settings.system import Avadot
from tests.settings.examples import IMAGES

_REVIEWED = Path(avadot.__file__).with_name("images.json")
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


def test_the_reviewed_file_names_every_image_of_both_environments() -> None:
    """Production and development can be made from the file in the repository."""
    images = read_images(_REVIEWED)
    assert avadot.prod(images).services[0].image == images["backend"]
    assert avadot.dev(images).audio2face.image == images["a2f-grpc-server"]


def test_the_reviewed_file_pins_no_digest_twice() -> None:
    """Two programs are never the same image, as a slip of copy and paste would have it."""
    digests = [image.digest for image in read_images(_REVIEWED).values()]
    assert len(set(digests)) == len(digests) >= len(IMAGES)


def test_an_image_is_read_as_written(tmp_path: Path) -> None:
    """An entry becomes the image that it describes, and is deployed by its digest."""
    file = _written(
        tmp_path, {"tarot": {"repository": "avadot/tarot", "tag": "2.1.0", "digest": _DIGEST}}
    )
    images = read_images(file)
    assert images == {"tarot": Image(repository="avadot/tarot", tag="2.1.0", digest=_DIGEST)}
    assert images["tarot"].reference == f"avadot/tarot@{_DIGEST}"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """Without the file its path is given, and what it is for."""
    file = tmp_path / "images.json"
    assert _refusal(file) == (f"image file '{file}' does not exist: it names every image by digest")


def test_a_directory_is_no_image_file(tmp_path: Path) -> None:
    """A path that cannot be read as a file is refused with the system's reason."""
    assert _refusal(tmp_path) == (
        f"image file '{tmp_path}' cannot be read (Is a directory): it must be a readable file"
    )


def test_another_encoding_is_placed(tmp_path: Path) -> None:
    """A file in another encoding is refused with the first byte that is wrong."""
    file = tmp_path / "images.json"
    file.write_text("{}", encoding="utf-16")
    assert _refusal(file) == f"image file '{file}' is not UTF-8 at byte 0: save it as UTF-8 text"


def test_damaged_json_is_placed(tmp_path: Path) -> None:
    """A file that is no JSON is refused with the line and column of the damage."""
    file = tmp_path / "images.json"
    file.write_text('{"tarot": {')
    assert _refusal(file) == (
        f"image file '{file}' is not JSON "
        "(Expecting property name enclosed in double quotes: line 1 column 12 (char 11)): "
        "mend it there"
    )


def test_a_list_has_no_entries(tmp_path: Path) -> None:
    """A file without names is refused."""
    file = _written(tmp_path, ["tarot"])
    assert _refusal(file) == (
        f"image file '{file}' holds no entries: write one for each image, by its name"
    )


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param('{"tarot": {"tag": "1"}, "tarot": {"tag": "2"}}', "tarot", id="image"),
        pytest.param('{"tarot": {"digest": "reviewed", "digest": "not"}}', "digest", id="digest"),
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
            {"repository": "avadot/tarot", "tag": "1.0.0", "sha": _DIGEST}, id="wrong key"
        ),
        pytest.param({"repository": "avadot/tarot", "tag": "1.0.0"}, id="key left out"),
        pytest.param(
            {"repository": "avadot/tarot", "tag": "1.0.0", "digest": _DIGEST, "arch": "arm64"},
            id="key too many",
        ),
        pytest.param(
            {"repository": "avadot/tarot", "tag": 1.0, "digest": _DIGEST}, id="tag as a number"
        ),
        pytest.param(_DIGEST, id="bare digest"),
    ],
)
def test_an_entry_of_another_shape_is_named(tmp_path: Path, entry: object) -> None:
    """An entry of another shape is refused by its name, with how an entry looks."""
    file = _written(tmp_path, {"tarot": entry})
    assert _refusal(file) == (
        f"image 'tarot' is {entry!r} in the image file: "
        "write an entry with repository, tag and digest, each a text"
    )


@pytest.mark.parametrize("environment", [avadot.prod, avadot.dev])
def test_an_image_that_is_not_in_the_file_is_named(
    tmp_path: Path, environment: Callable[[Mapping[str, Image]], Avadot]
) -> None:
    """An environment that asks for a missing image is refused with its name."""
    others = {name: asdict(image) for name, image in IMAGES.items() if name != "tarot"}
    images = read_images(_written(tmp_path, others))
    with pytest.raises(SettingError) as refusal:
        environment(images)
    assert str(refusal.value) == (
        "image 'tarot' is not in the image file: "
        "write an entry with repository, tag and digest, each a text"
    )


def test_a_tag_is_no_digest(tmp_path: Path) -> None:
    """An image pinned by its tag is refused with the command that pins it."""
    file = _written(
        tmp_path, {"tarot": {"repository": "avadot/tarot", "tag": "1.0.0", "digest": "1.0.0"}}
    )
    assert _refusal(file) == (
        "image avadot/tarot digest is '1.0.0': "
        "pin it as sha256: and 64 hexadecimal digits (`make pin` does)"
    )


def test_latest_is_no_version(tmp_path: Path) -> None:
    """The tag `latest` is refused even beside a digest, since it says nothing to a reviewer."""
    file = _written(
        tmp_path, {"tarot": {"repository": "avadot/tarot", "tag": "latest", "digest": _DIGEST}}
    )
    assert _refusal(file) == (
        "image avadot/tarot tag is 'latest': name a version, since `latest` moves"
    )
