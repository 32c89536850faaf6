"""Resolve tags to digests: `python -m tools.pin STACK [NAME=TAG …]` asks ECR for a system's images.

A stack stands for its system, whose image file is rewritten.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from settings.checks import SettingError
from settings.images import read_images
from settings.systems import environments_of, images_file, registry_stack, system_of


class PinError(Exception):
    """The file stays as it was; the message is one sentence."""


class Ecr(Protocol):
    """The one call of boto3's ECR client that is used here."""

    def describe_images(
        self,
        *,
        repositoryName: str,  # noqa: N803 - boto3's spelling
        imageIds: list[dict[str, str]],  # noqa: N803
    ) -> dict[str, Any]: ...


@dataclass(frozen=True, kw_only=True)
class Repinned:
    """One entry of the file, before and after."""

    name: str
    tag: str
    old_digest: str
    digest: str


def pin(path: Path, ecr: Ecr, tags: Mapping[str, str], *, registry: str) -> list[Repinned]:
    """Write the digest of every tag into the file and return what has changed.

    `tags` are new tags by entry name, `registry` is the stack with the repositories. All tags are
    resolved before anything is written.
    """
    try:
        entries = {name: asdict(image) for name, image in read_images(path).items()}
    except SettingError as error:
        raise PinError(error) from None
    for name, tag in tags.items():
        if name not in entries:
            message = f"image {name!r} is not in {path}; it has {', '.join(entries)}"
            raise PinError(message)
        entries[name]["tag"] = tag
    changes = list(_resolve(ecr, entries, registry))
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")
    beside.replace(path)
    return changes


def _resolve(ecr: Ecr, entries: dict[str, dict[str, str]], registry: str) -> Iterator[Repinned]:
    for name, entry in entries.items():
        digest = _digest(ecr, entry["repository"], entry["tag"], registry)
        if digest != entry["digest"]:
            yield Repinned(name=name, tag=entry["tag"], old_digest=entry["digest"], digest=digest)
        entry["digest"] = digest


def _digest(ecr: Ecr, repository: str, tag: str, registry: str) -> str:
    try:
        response = ecr.describe_images(repositoryName=repository, imageIds=[{"imageTag": tag}])
    except ClientError as error:
        match error.response["Error"]["Code"]:
            case "ImageNotFoundException":
                message = f"image {repository}:{tag} is not in ECR: push it first"
            case "RepositoryNotFoundException":
                message = f"repository {repository} is not in ECR: deploy {registry} first"
            case code:
                message = f"ECR refused to describe {repository}:{tag}: {code}"
        raise PinError(message) from None
    return str(response["imageDetails"][0]["imageDigest"])


def main() -> int:
    """Pin, and say what has changed."""
    parser = argparse.ArgumentParser(prog="python -m tools.pin", description=__doc__)
    parser.add_argument("stack", help="any stack of the system whose images are pinned")
    parser.add_argument("tags", nargs="*", metavar="NAME=TAG", help="give an image a new tag")
    arguments = parser.parse_args()
    wrong = [text for text in arguments.tags if "=" not in text]
    if wrong:
        parser.error(f"{wrong[0]!r} is not NAME=TAG, as in backend=1.4.0")
    tags = dict(text.split("=", 1) for text in arguments.tags)
    try:
        system = system_of(arguments.stack)
        file = images_file(system)
        ecr = boto3.client("ecr", region_name=environments_of(system)[0].region)
        changes = pin(file, ecr, tags, registry=registry_stack(system))
    except (PinError, LookupError, SettingError, BotoCoreError) as error:
        print(f"pin: {error}", file=sys.stderr)
        return 1
    for change in changes:
        print(f"{change.name} {change.tag}: {change.old_digest[:19]}… → {change.digest[:19]}…")
    print(f"{len(changes)} of the images changed in {file}; review it with git diff")
    return 0


if __name__ == "__main__":
    sys.exit(main())
