"""What the emulated registry holds, and how the programs in its images behave."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

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
class Image:
    """An image that a node has pulled; `identity` is what a pod's status calls `imageID`."""

    identity: str
    behaviour: Behaviour = Behaviour.SERVE
    startup_seconds: float = _DEFAULT_STARTUP_SECONDS


class PullError(LookupError):
    """An image cannot be pulled; the message is what a kubelet would report."""


class Registry:
    """The ECR of the emulator at an endpoint on this machine."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._clients: dict[tuple[str, str], Any] = {}
        self._found: dict[str, tuple[float, Image]] = {}

    def pull(self, image: str) -> Image:
        """Return an image that is named by a digest the registry holds, else raise `PullError`."""
        asked_at, known = self._found.get(image, (0.0, None))
        if known is None or time.monotonic() - asked_at > _SECONDS_TO_REMEMBER:
            known = self._ask(image)
            self._found[image] = (time.monotonic(), known)
        return known

    def _ask(self, image: str) -> Image:
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


def image_of_manifest(name: str, manifest: str) -> Image:
    """Read how the program behaves from an image's manifest."""
    annotations = json.loads(manifest).get("annotations") or {}
    return Image(
        identity=name,
        behaviour=Behaviour(annotations.get("rehearsal/behaviour", Behaviour.SERVE)),
        startup_seconds=float(
            annotations.get("rehearsal/startup-seconds", _DEFAULT_STARTUP_SECONDS)
        ),
    )


def _refusal(image: str, code: str, reason: str) -> PullError:
    """Word it as a kubelet words what containerd says."""
    return PullError(
        f'rpc error: code = {code} desc = failed to pull and unpack image "{image}": '
        f'failed to resolve reference "{image}": {reason}'
    )


Pull = Callable[[str], Image]
"""Returns an image or raises `PullError`."""
