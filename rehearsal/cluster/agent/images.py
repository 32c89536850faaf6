"""Images: what the emulated registry holds, how their programs behave, and pulling them."""

import json
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from rehearsal.cluster.played_programs import PlayedProgram
from rehearsal.cluster.played_steps import PlayedStep

_DEFAULT_STARTUP_SECONDS = 2.0
_SECONDS_TO_REMEMBER = 5.0
_ECR_IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/"
    r"(?P<repository>[^@:]+)(?P<reference>@sha256:[0-9a-f]{64}|:[^@]+|)"
)


class Behaviour(StrEnum):
    """How a program behaves; images say it in the annotation `rehearsal/behaviour`."""

    SERVE = "serve"
    CRASH = "crash"
    OUT_OF_MEMORY = "out-of-memory"
    NEVER_READY = "never-ready"


@dataclass(frozen=True, kw_only=True)
class PulledImage:
    """An image that a node has pulled; `identity` is what a pod's status calls `imageID`."""

    identity: str
    behaviour: Behaviour = Behaviour.SERVE
    startup_seconds: float = _DEFAULT_STARTUP_SECONDS
    step: PlayedStep | None = None
    """How a step of a workflow goes whose program does not run here."""
    program: PlayedProgram | None = None
    """What runs here, if something does."""


class PullError(LookupError):
    """An image cannot be pulled; the message is what a kubelet would report."""


class EcrRegistry:
    """The ECR of the emulator at an endpoint on this machine."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._clients: dict[tuple[str, str], Any] = {}
        self._found: dict[str, tuple[float, PulledImage]] = {}

    def pull(self, image: str) -> PulledImage:
        """Return an image that is named by a digest the registry holds, else raise `PullError`."""
        asked_at, known = self._found.get(image, (0.0, None))
        if known is None or time.monotonic() - asked_at > _SECONDS_TO_REMEMBER:
            known = self._ask(image)
            self._found[image] = (time.monotonic(), known)
        return known

    def _ask(self, image: str) -> PulledImage:
        name = _ECR_IMAGE.fullmatch(image)
        if name is None:
            raise _refusal(image, "Unknown", "the rehearsal pulls only from the emulator's ECR")
        digest = name["reference"].removeprefix("@")
        if not digest.startswith("sha256:"):
            raise _refusal(image, "Unknown", "the rehearsal pulls only images named by digest")
        try:
            answer = self._client(name["account"], name["region"]).batch_get_image(
                registryId=name["account"],
                repositoryName=name["repository"],
                imageIds=[{"imageDigest": digest}],
            )
        except ClientError as error:
            raise _refusal(image, "NotFound", error.response["Error"]["Message"]) from None
        except BotoCoreError as error:
            raise _refusal(image, "Unavailable", str(error)) from None
        if not answer["images"]:
            raise _refusal(image, "NotFound", f"{image}: not found")
        return image_of_manifest(image, answer["images"][0]["imageManifest"])

    def _client(self, account: str, region: str) -> Any:  # noqa: ANN401 - boto3 makes it at run time
        if (account, region) not in self._clients:
            self._clients[account, region] = boto3.client(
                "ecr",
                endpoint_url=self._endpoint,
                region_name=region,
                # The emulator's account is the access key; nothing of the user's can be sent.
                aws_access_key_id=account,
                aws_secret_access_key="rehearsal",  # noqa: S106 - the emulator checks none
                config=Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2}),
            )
        return self._clients[account, region]


def image_of_manifest(name: str, manifest: str) -> PulledImage:
    """Read how the program behaves from an image's manifest."""
    annotations = json.loads(manifest).get("annotations") or {}
    step, program = annotations.get("rehearsal/step"), annotations.get("rehearsal/program")
    return PulledImage(
        identity=name,
        behaviour=Behaviour(annotations.get("rehearsal/behaviour", Behaviour.SERVE)),
        startup_seconds=float(
            annotations.get("rehearsal/startup-seconds", _DEFAULT_STARTUP_SECONDS)
        ),
        step=PlayedStep.read(step) if step else None,
        program=PlayedProgram.read(program) if program else PlayedProgram.of_image(name),
    )


def _refusal(image: str, code: str, reason: str) -> PullError:
    """Use the kubelet's message for an error of containerd."""
    return PullError(
        f'rpc error: code = {code} desc = failed to pull and unpack image "{image}": '
        f'failed to resolve reference "{image}": {reason}'
    )


Pull = Callable[[str], PulledImage]
"""Returns an image or raises `PullError`."""


_PULL = timedelta(seconds=1)
_ERROR_SHOWS = timedelta(seconds=2)
_FIRST_BACK_OFF = timedelta(seconds=10)
_LONGEST_BACK_OFF = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class WaitingReason:
    """`state.waiting` of a container that cannot start yet; no reason while its image is pulled."""

    reason: str | None = None
    message: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Attempt:
    ends: datetime
    failures: int = 0
    error: str = ""
    error_shows_until: datetime | None = None

    def failed(self, error: str, time: datetime) -> "_Attempt":
        return _Attempt(
            ends=time + min(_FIRST_BACK_OFF * 2**self.failures, _LONGEST_BACK_OFF),
            failures=self.failures + 1,
            error=error,
            error_shows_until=time + _ERROR_SHOWS,
        )


class Pulls:
    """Pulls in progress on all nodes, by pod and container."""

    def __init__(self, pull: Pull) -> None:
        self._pull = pull
        self._attempts: dict[tuple[str, str], _Attempt] = {}
        self._pulled: dict[tuple[str, str], PulledImage] = {}

    def get(
        self, pod: str, container: str, image: str, time: datetime
    ) -> PulledImage | WaitingReason:
        """Return the image of a container once it is there; `pod` is a uid."""
        key = pod, container
        if key in self._pulled:
            return self._pulled[key]
        attempt = self._attempts.setdefault(key, _Attempt(ends=time + _PULL))
        if time >= attempt.ends:
            try:
                self._pulled[key] = self._pull(image)
            except PullError as error:
                attempt = self._attempts[key] = attempt.failed(str(error), time)
            else:
                return self._pulled[key]
        if not attempt.failures:
            return WaitingReason()
        if attempt.error_shows_until and time < attempt.error_shows_until:
            return WaitingReason(reason="ErrImagePull", message=attempt.error)
        return WaitingReason(
            reason="ImagePullBackOff",
            message=f'Back-off pulling image "{image}": ErrImagePull: {attempt.error}',
        )

    def forget_others(self, pods: Iterable[str]) -> None:
        """Drop what belongs to pods that are gone; `pods` are the uids of those that are not."""
        alive = frozenset(pods)
        self._attempts = {key: a for key, a in self._attempts.items() if key[0] in alive}
        self._pulled = {key: i for key, i in self._pulled.items() if key[0] in alive}
