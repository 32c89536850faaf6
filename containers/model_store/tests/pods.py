"""A pod as the program sees it: a volume, an environment, and a server with a bucket."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from containers.model_store.tests.examples import BUCKET, PREFIX, Models
from containers.model_store.tests.s3.server import Server
from model_store.manifest import ModelManifest

_SOURCES = Path(__file__).parent.parent / "src"

_HANGING = 120
"""Seconds after which a pull counts as hanging."""

_OWN = {"current", ".previous", ".versions", ".staging", ".engines", ".lock"}

PROGRAM = ("-m", "model_store")

IMPATIENT = (
    "-c",
    """
import time
from dataclasses import replace
from model_store.transfer import worker
sleep = time.sleep
time.sleep = lambda seconds: sleep(min(seconds, 0.1))  # that of boto3 too
worker.RETRY_POLICY = replace(
    worker.RETRY_POLICY, attempts=6, base_delay_s=0.02, max_delay_s=0.1, idle_s=1.0
)
from model_store.cli import main
main()
""",
)
"""The same program with short pauses, for faults that do not go away."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    code: int
    output: str
    errors: str


class Volume:
    """The volume of one pod, and the program that pulls models to it from a server."""

    def __init__(self, path: Path, server: Server) -> None:
        self.path = path
        self.server = server

    def start(
        self,
        version: str,
        *,
        bucket: str = BUCKET,
        program: tuple[str, ...] = PROGRAM,
        **environment: str,
    ) -> "subprocess.Popen[str]":
        where = ("--bucket", bucket, "--prefix", PREFIX, "--destination", str(self.path))
        job = ("pull", *where, "--version", version)
        return started(self.server, *job, program=program, **environment)

    def pull(
        self,
        version: str,
        *,
        bucket: str = BUCKET,
        program: tuple[str, ...] = PROGRAM,
        **environment: str,
    ) -> Ended:
        return ended(self.start(version, bucket=bucket, program=program, **environment))

    @property
    def current(self) -> str | None:
        """The version that the server of the pod would load now."""
        link = self.path / "current"
        return link.readlink().name if link.is_symlink() else None

    def has(self, version: str, files: Models) -> bool:
        """Say whether this version is current, whole, and found by its own names."""
        return self.current == version and not self.wrong(files) and not wrong(self.path, files)

    def wrong(self, files: Models) -> list[str]:
        """Give the files of the current version that are missing, strange or wrong in any byte."""
        current = self.path / "current"
        return wrong(current, files) + sorted(found(current) ^ {*files, "manifest.json"})

    def strangers(self) -> set[str]:
        """Give what lies on the volume without belonging there."""
        tops = {path.name for path in self.path.iterdir()} - _OWN
        current = self.path / "current"
        known = {path.name for path in current.iterdir()} if current.exists() else set()
        return tops - known


def started(
    server: Server, *job: str, program: tuple[str, ...] = PROGRAM, **environment: str
) -> "subprocess.Popen[str]":
    """Start a job in a process group of its own; an empty value takes a variable away."""
    variables = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(_SOURCES),
        "AWS_ENDPOINT_URL_S3": server.url,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        # Nobody's own settings count, and no machine of AWS is asked.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        **environment,
    }
    return subprocess.Popen(
        [sys.executable, *program, *job],
        env={name: value for name, value in variables.items() if value},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_until_sent(server: Server, size: int, process: "subprocess.Popen[str]") -> None:
    """Wait until the server has sent so many bytes to a run that still goes on."""
    while server.sent < size:
        assert process.poll() is None, "it ended by itself"
        time.sleep(0.01)


def ended(process: "subprocess.Popen[str]") -> Ended:
    with process:
        try:
            output, errors = process.communicate(timeout=_HANGING)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return Ended(code=process.returncode, output=output, errors=errors)


def found(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def wrong(folder: Path, files: Models) -> list[str]:
    """Give the files below the folder that are missing or differ in any byte."""
    return [
        path
        for path, data in files.items()
        if not (folder / path).is_file() or (folder / path).read_bytes() != data
    ]


def missing_parts(folder: Path, manifest: ModelManifest) -> list[int]:
    """Give the sizes of the parts that do not lie in the folder with every byte right."""
    missing = []
    for file in manifest.files:
        path = folder / file.path
        data = path.read_bytes() if path.is_file() else b""
        for part in manifest.ranges(file):
            held = data[part.offset : part.offset + part.size]
            if hashlib.sha256(held).hexdigest() != part.sha256:
                missing.append(part.size)
    return missing
