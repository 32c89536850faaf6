"""The reviewed image file: what it may say, and what its editor is told if it is damaged."""

import json
from pathlib import Path

import pytest

from settings import avadot
from settings.checks import SettingError
from settings.images import Image, read_images
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


def test_damaged_json_is_placed(tmp_path: Path) -> None:
    """A file that is no JSON is refused with the line and column of the damage."""
    file = tmp_path / "images.json"
    file.write_text('{"tarot": {')
    assert _refusal(file) == (
        f"image file '{file}' is not right "
        "(Expecting property name enclosed in double quotes: line 1 column 12 (char 11)): "
        "each entry has repository, tag and digest"
    )


@pytest.mark.parametrize(
    ("content", "damage"),
    [
        pytest.param(
            {"tarot": {"repository": "avadot/tarot", "tag": "1.0.0", "sha": _DIGEST}},
            "unexpected keyword argument 'sha'",
            id="wrong key",
        ),
        pytest.param(
            {"tarot": {"repository": "avadot/tarot", "tag": "1.0.0"}},
            "missing 1 required keyword-only argument: 'digest'",
            id="key left out",
        ),
        pytest.param({"tarot": _DIGEST}, "must be a mapping, not str", id="bare digest"),
        pytest.param(["tarot"], "'list' object has no attribute 'items'", id="list"),
    ],
)
def test_an_entry_of_another_shape_is_refused(tmp_path: Path, content: object, damage: str) -> None:
    """A file of another shape is refused with what is wrong and how an entry looks."""
    file = _written(tmp_path, content)
    told = _refusal(file)
    assert told.startswith(f"image file '{file}' is not right (")
    assert told.endswith(f"{damage}): each entry has repository, tag and digest")


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
