"""Stand-in images."""

import json
from typing import Any

from rehearsal.cloud.images import (
    PinnedImage,
    digest_of,
    images_in,
    push,
    push_all,
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
        """Refuse a digest that is there, as ECR does."""
        assert (given["repositoryName"], given["imageDigest"]) not in self.held
        self.held[given["repositoryName"], given["imageDigest"]] = given


def test_a_manifest_is_always_the_same() -> None:
    """An image that was pushed is found again."""
    manifest = standin_manifest("blue/tarot")

    assert manifest == standin_manifest("blue/tarot")
    assert digest_of(manifest) != digest_of(standin_manifest("blue/backend"))


def test_a_manifest_says_how_its_container_behaves() -> None:
    """The played kubelet reads behaviour and start-up time from annotations."""
    manifest = json.loads(standin_manifest("blue/tarot", "crash", startup_seconds=0.5))

    assert manifest["annotations"]["rehearsal/behaviour"] == "crash"
    assert manifest["annotations"]["rehearsal/startup-seconds"] == "0.5"


def test_every_image_is_held_under_the_digest_of_the_template() -> None:
    """Also one whose digest is of a real image, which is then played."""
    ecr = FakeEcr()

    push_all(ecr, images_in(f'"image": "1.amazonaws.com/blue/tarot@{REAL_DIGEST}", "blue/x:1"'))

    assert set(ecr.held) == {("blue/tarot", REAL_DIGEST)}


def test_pushing_again_changes_nothing() -> None:
    """ECR would refuse a second push of the same image."""
    ecr = FakeEcr()
    images = [PinnedImage("blue/tarot", REAL_DIGEST)]

    push_all(ecr, images)
    push_all(ecr, images)

    assert len(ecr.held) == 1


def test_a_drill_keeps_its_behaviour() -> None:
    """An image that a drill pushed first is not overwritten by the stand-in of the template."""
    ecr = FakeEcr()
    digest = push(ecr, "blue/tarot", "never-ready")

    push_all(ecr, [PinnedImage("blue/tarot", digest)])

    (image,) = ecr.held.values()
    assert "never-ready" in image["imageManifest"]
