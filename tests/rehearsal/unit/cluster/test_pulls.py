"""Pulling takes a moment, fails as on a node, and is tried again."""

from datetime import timedelta

import pytest

from rehearsal.cluster.agent.images import (
    Behaviour,
    EcrRegistry,
    PulledImage,
    PullError,
    Pulls,
    WaitingReason,
    image_of_manifest,
)
from tests.rehearsal.unit.cluster.pods import START


def _refuse(image: str) -> PulledImage:
    message = f"{image}: not found"
    raise PullError(message)


def _reason(pulls: Pulls, seconds: int) -> str | None:
    found = pulls.get("pod", "main", "image", START + timedelta(seconds=seconds))
    assert isinstance(found, WaitingReason)
    return found.reason


def test_an_image_comes_after_a_moment() -> None:
    """The first look starts the pull, a later one has the image."""
    pulls = Pulls(lambda name: PulledImage(identity=name))

    assert pulls.get("pod", "main", "image", START) == WaitingReason()
    found = pulls.get("pod", "main", "image", START + timedelta(seconds=1))

    assert found == PulledImage(identity="image")


def test_a_refused_image_is_an_error_and_then_a_back_off() -> None:
    """ErrImagePull shows when an attempt fails, ImagePullBackOff until the next one."""
    pulls = Pulls(_refuse)

    reasons = [_reason(pulls, seconds) for seconds in (0, 1, 4, 10, 11, 14)]

    assert reasons == [
        None,
        "ErrImagePull",
        "ImagePullBackOff",
        "ImagePullBackOff",
        "ErrImagePull",
        "ImagePullBackOff",
    ]


def test_an_image_that_is_pushed_late_is_found() -> None:
    """The attempt after the push succeeds."""
    images: dict[str, PulledImage] = {}

    def pull(name: str) -> PulledImage:
        return images[name] if name in images else _refuse(name)

    pulls = Pulls(pull)
    _reason(pulls, 0)
    assert _reason(pulls, 1) == "ErrImagePull"
    images["image"] = PulledImage(identity="image")

    found = pulls.get("pod", "main", "image", START + timedelta(seconds=11))

    assert found == images["image"]


def test_a_new_pod_pulls_anew() -> None:
    """What is known of a pod goes with it."""
    pulls = Pulls(lambda name: PulledImage(identity=name))
    pulls.get("pod", "main", "image", START)
    pulls.get("pod", "main", "image", START + timedelta(seconds=1))

    pulls.forget_others([])

    assert pulls.get("pod", "main", "image", START + timedelta(seconds=2)) == WaitingReason()


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        ("nginx:1", "only from the emulator's ECR"),
        ("public.ecr.aws/nginx/nginx@sha256:" + "0" * 64, "only from the emulator's ECR"),
        ("000000000000.dkr.ecr.us-east-1.amazonaws.com/a:1", "only images named by digest"),
        ("000000000000.dkr.ecr.us-east-1.amazonaws.com/a", "only images named by digest"),
    ],
)
def test_other_images_are_refused_without_asking(image: str, reason: str) -> None:
    """Nobody listens at the endpoint, and nobody needs to."""
    with pytest.raises(PullError, match=reason):
        EcrRegistry("http://127.0.0.1:1").pull(image)


def test_the_manifest_says_how_the_program_behaves() -> None:
    """Annotations of the image are the drill's orders."""
    annotations = '{"rehearsal/behaviour": "crash", "rehearsal/startup-seconds": "30"}'

    found = image_of_manifest("image", f'{{"annotations": {annotations}}}')

    assert (found.behaviour, found.startup_seconds) == (Behaviour.CRASH, 30)
    assert image_of_manifest("image", "{}").behaviour is Behaviour.SERVE
