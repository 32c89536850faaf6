"""What stands before a deploy: bootstrapped regions, and a registry with images in it."""

import hashlib
import subprocess
from collections.abc import Mapping, Sequence

from botocore.exceptions import ClientError

from rehearsal.cloud.emulator import Emulator
from rehearsal.cloud.images import Pushed, push_all
from rehearsal.command.assembly import Stack
from rehearsal.command.cdk import Cdk, last_line
from rehearsal.command.deploy import deploy
from rehearsal.command.failure import UpError
from rehearsal.command.progress import Progress

_TOOLKIT = "CDKToolkit"
_REGISTRY = "AvadotRegistry"
"""The stack that holds the image repositories; it stands before the first release."""


def bootstrap(cdk: Cdk, cloud: Emulator, stacks: Sequence[Stack], say: Progress) -> None:
    """Prepare for the CDK each region that is not yet."""
    for region in {stack.region for stack in stacks}:
        if not _exists(cloud, region, _TOOLKIT):
            await_step(cdk, "bootstrap", cdk.bootstrap(region), say)


def fill_registry(
    cdk: Cdk, cloud: Emulator, stacks: Mapping[str, Stack], images: Sequence[Pushed], say: Progress
) -> None:
    """Deploy the registry and push stand-ins, unless the same images are there already."""
    stamp = cdk.workplace.run / "images.sha256"
    wanted = hashlib.sha256(repr(images).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    registry = stacks[_REGISTRY]
    bootstrap(cdk, cloud, [registry], say)
    deploy(cdk, cloud, [registry], say)
    push_all(cloud.client("ecr", registry.region), images)
    say(f"{len(images)} images pushed")
    stamp.write_text(wanted)


def await_step(cdk: Cdk, name: str, process: subprocess.Popen[bytes], say: Progress) -> None:
    """Wait for a cdk command; raise `UpError` with what it said last if it failed."""
    try:
        with say.waiting():
            while process.poll() is None:
                say.wait_for(f"cdk {name}")
                try:
                    process.wait(0.5)
                except subprocess.TimeoutExpired:
                    continue
    finally:
        process.terminate()
        process.wait()
    log = cdk.workplace.log(name)
    if process.returncode:
        message = f"cdk {name} failed: {last_line(log)} (whole log: {log})"
        raise UpError(message)
    say(f"cdk {name}")


def _exists(cloud: Emulator, region: str, stack: str) -> bool:
    try:
        cloud.client("cloudformation", region).describe_stacks(StackName=stack)
    except ClientError:
        return False
    return True
