"""Stand-in images."""

import json
from pathlib import Path
from typing import Any

import pytest

from rehearsal.cloud.images import (
    ImageFileError,
    Pushed,
    digest_of,
    push,
    push_all,
    read_image_file,
    standin_manifest,
)

REAL_DIGEST = "sha256:" + "1" * 64


class FakeEcr:
    """Keeps what is put, by repository and digest."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], Any] = {}

    def batch_get_image(self, **asked: Any) -> Any:
        """Find an image by digest."""
        key = asked["repositoryName"], asked["imageIds"][0]["imageDigest"]
        return {"images": [self.held[key]] if key in self.held else []}

    def put_image(self, **given: Any) -> None:
        """Refuse a tag that is there, as an immutable repository does."""
        assert given["imageTag"] not in [image["imageTag"] for image in self.held.values()]
        self.held[given["repositoryName"], given["imageDigest"]] = given


def test_a_manifest_is_always_the_same() -> None:
    """The digest of a stand-in can stand in a reviewed file."""
    manifest = standin_manifest("avadot/tarot")

    assert manifest == standin_manifest("avadot/tarot")
    assert digest_of(manifest) != digest_of(standin_manifest("avadot/backend"))


def test_a_manifest_says_how_its_container_behaves() -> None:
    """The played kubelet reads behaviour and start-up time from annotations."""
    manifest = json.loads(standin_manifest("avadot/tarot", "crash", startup_seconds=0.5))

    assert manifest["annotations"]["rehearsal/behaviour"] == "crash"
    assert manifest["annotations"]["rehearsal/startup-seconds"] == "0.5"


def test_every_image_is_held_under_its_reviewed_digest() -> None:
    """Also one whose digest is of a real image, which is then played."""
    ecr = FakeEcr()
    standin = digest_of(standin_manifest("avadot/backend"))
    images = [
        Pushed(repository="avadot/backend", tag="1.0.0", digest=standin),
        Pushed(repository="avadot/tarot", tag="2.0.0", digest=REAL_DIGEST),
    ]

    push_all(ecr, images)

    assert set(ecr.held) == {("avadot/backend", standin), ("avadot/tarot", REAL_DIGEST)}
    assert [image.is_real for image in images] == [False, True]


def test_pushing_again_changes_nothing() -> None:
    """Immutable tags would refuse a second push of the same image."""
    ecr = FakeEcr()
    images = [Pushed(repository="avadot/tarot", tag="2.0.0", digest=REAL_DIGEST)]

    push_all(ecr, images)
    push_all(ecr, images)

    assert len(ecr.held) == 1


def test_a_drill_keeps_its_behaviour() -> None:
    """An image that a drill pushed first is not overwritten by the stand-in of the file."""
    ecr = FakeEcr()
    digest = push(ecr, "avadot/tarot", "bad", "never-ready")

    push_all(ecr, [Pushed(repository="avadot/tarot", tag="bad", digest=digest)])

    (image,) = ecr.held.values()
    assert "never-ready" in image["imageManifest"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "does not exist"),
        ("{", "is not right"),
        ('{"tarot": {"repository": "avadot/tarot"}}', "is not right .KeyError"),
        ('["tarot"]', "is not right"),
    ],
)
def test_a_wrong_image_file_is_named(tmp_path: Path, content: str | None, says: str) -> None:
    """A missing or broken file ends in one sentence."""
    file = tmp_path / "images.json"
    if content is not None:
        file.write_text(content)

    with pytest.raises(ImageFileError, match=says):
        read_image_file(file)
