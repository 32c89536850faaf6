"""`python -m registry FILE STACK [NAME=TAG …]`: pin a system's images to what ECR holds."""

import argparse
import sys
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError

from registry.pin import PinError, pin
from settings.registries import registry_of


def main() -> int:
    """Pin, and say what has changed."""
    parser = argparse.ArgumentParser(prog="python -m registry", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("stack", help="any stack of the system whose images are pinned")
    parser.add_argument("tags", nargs="*", metavar="NAME=TAG", help="give an image a new tag")
    arguments = parser.parse_args()
    wrong = [text for text in arguments.tags if "=" not in text]
    if wrong:
        parser.error(f"{wrong[0]!r} is not NAME=TAG, as in tarot=1.4.0")
    tags = dict(text.split("=", 1) for text in arguments.tags)
    try:
        registry = registry_of(arguments.stack)
        ecr = boto3.client("ecr", region_name=registry.region)
        changes = pin(arguments.file, ecr, tags, registry)
    except (PinError, LookupError, BotoCoreError) as error:
        print(f"pin: {error}", file=sys.stderr)
        return 1
    for change in changes:
        print(f"{change.name} {change.tag}: {change.old_digest[:19]}… → {change.digest[:19]}…")
    print(f"{len(changes)} of the images changed in {arguments.file}; review it with git diff")
    return 0


if __name__ == "__main__":
    sys.exit(main())
