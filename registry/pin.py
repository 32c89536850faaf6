"""Resolves the tags of the reviewed image file to digests."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from botocore.exceptions import ClientError

from settings.checks import SettingError
from settings.images import read_images
from settings.registries import Registry


class PinError(Exception):
    """The file stays as it was; the message is one sentence."""


class Ecr(Protocol):
    """The one call of boto3's ECR client that is used here."""

    def describe_images(
        self,
        *,
        repositoryName: str,  # noqa: N803 - boto3's spelling
        imageIds: list[dict[str, str]],  # noqa: N803
    ) -> dict[str, Any]:
        """Describe images of one repository."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One entry of the file, before and after."""

    name: str
    tag: str
    old_digest: str
    digest: str


def pin(path: Path, ecr: Ecr, tags: Mapping[str, str], registry: Registry) -> list[Change]:
    """Write the digest of every tag of a registry into the file and return what has changed.

    `tags` are new tags by entry name. All tags are resolved before anything is written; images of
    other registries stay as they are.
    """
    try:
        entries = {name: asdict(image) for name, image in read_images(path).items()}
    except SettingError as error:
        raise PinError(error) from None
    for name, tag in tags.items():
        if name not in entries:
            message = f"image {name!r} is not in {path}; it has {', '.join(entries)}"
            raise PinError(message)
        if not registry.has(name):
            message = f"image {name!r} is in another registry than {registry.stack}: name a SYSTEM"
            raise PinError(message)
        entries[name]["tag"] = tag
    own = {name: entry for name, entry in entries.items() if registry.has(name)}
    changes = list(_resolve(ecr, own, registry))
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")
    beside.replace(path)
    return changes


def _resolve(ecr: Ecr, entries: dict[str, dict[str, str]], registry: Registry) -> Iterator[Change]:
    for name, entry in entries.items():
        digest = _digest(ecr, entry["repository"], entry["tag"], registry)
        if digest != entry["digest"]:
            yield Change(name=name, tag=entry["tag"], old_digest=entry["digest"], digest=digest)
        entry["digest"] = digest


def _digest(ecr: Ecr, repository: str, tag: str, registry: Registry) -> str:
    try:
        answer = ecr.describe_images(repositoryName=repository, imageIds=[{"imageTag": tag}])
    except ClientError as error:
        match error.response["Error"]["Code"]:
            case "ImageNotFoundException":
                message = f"image {repository}:{tag} is not in ECR: push it first"
            case "RepositoryNotFoundException":
                message = f"repository {repository} is not in ECR: deploy {registry.stack} first"
            case code:
                message = f"ECR refused to describe {repository}:{tag}: {code}"
        raise PinError(message) from None
    return str(answer["imageDetails"][0]["imageDigest"])
