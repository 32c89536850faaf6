"""The job `get`: downloads one object, which its SHA-256 names, to one file.

A single object needs neither a manifest nor a version: the hash says what is meant, and a file that
another container of the pod reads once needs no links to switch.
"""

import argparse
import hashlib
import re
from pathlib import Path

from model_store.bucket import Bucket
from model_store.failure import ExitCode, Failure
from model_store.files import flush
from model_store.manifest import is_sha256
from model_store.progress import ByteProgress, megabytes, say

_OBJECT = re.compile(r"(s3://[^/]+(?:/[^/]+)*)/([^/]+)")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", metavar="s3://BUCKET/KEY", help="the object")
    parser.add_argument("--sha256", required=True, help="of its content")
    parser.add_argument("--largest", required=True, type=int, help="bytes that it may have")
    parser.add_argument("--file", required=True, type=Path, help="where it is to lie")


def run(arguments: argparse.Namespace) -> None:
    if not is_sha256(arguments.sha256):
        sentence = f"{arguments.sha256!r} is not a SHA-256: 64 lower-case hexadecimal digits"
        raise Failure(ExitCode.ARGUMENTS, sentence)
    named = _OBJECT.fullmatch(arguments.url)
    if not named:
        sentence = f"{arguments.url!r} names no object: write s3://BUCKET/KEY"
        raise Failure(ExitCode.ARGUMENTS, sentence)
    get(
        Bucket.at(named[1]),
        named[2],
        sha256=arguments.sha256,
        largest=arguments.largest,
        file=arguments.file,
    )


def get(bucket: Bucket, name: str, *, sha256: str, largest: int, file: Path) -> None:
    """Put an object into a file, whole and verified, or leave nothing behind; raise `Failure`."""
    new = file.with_name(f".{file.name}.new")
    try:
        size = _download(bucket, name, new, sha256=sha256, largest=largest)
        flush(new)
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)
    say(f"{file} is {bucket.url(name)}: {megabytes(size)}, verified")


def _download(bucket: Bucket, name: str, new: Path, *, sha256: str, largest: int) -> int:
    """Write the object into a new file; return its size in bytes."""
    with bucket.opened(name) as read:
        if read.size > largest:
            sentence = f"{bucket.url(name)} has {read.size} bytes: at most {largest} are taken"
            raise Failure(ExitCode.ARGUMENTS, sentence)
        progress, found = ByteProgress("received", read.size), hashlib.sha256()
        with new.open("wb") as target:
            for block in read.blocks:
                found.update(block)
                target.write(block)
                progress.add(len(block))
    if found.hexdigest() != sha256:
        sentence = f"{bucket.url(name)} has the SHA-256 {found.hexdigest()}, not {sha256}"
        raise Failure(ExitCode.DAMAGED, f"{sentence}: it is damaged, or another object is meant")
    return read.size
