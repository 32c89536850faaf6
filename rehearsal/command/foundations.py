"""What stands before a deploy: bootstrapped regions, and a registry with images in it."""

import hashlib
import subprocess
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from botocore.exceptions import ClientError

from rehearsal.cloud.emulator import Emulator
from rehearsal.cloud.images import PinnedImage, push_all
from rehearsal.command.assembly import StackArtifact
from rehearsal.command.cdk import Cdk, last_line
from rehearsal.command.deploy import deploy
from rehearsal.command.progress import CommandProgress
from rehearsal.command.workplace import UpError, Workplace

_TOOLKIT = "CDKToolkit"


def bootstrap(
    cdk: Cdk, cloud: Emulator, stacks: Sequence[StackArtifact], say: CommandProgress
) -> None:
    """Prepare for the CDK each region that is not yet."""
    for region in {stack.region for stack in stacks}:
        if not _exists(cloud, region, _TOOLKIT):
            await_step(cdk, "bootstrap", cdk.bootstrap(region), say)


def fill_registry(
    cdk: Cdk,
    cloud: Emulator,
    registry: StackArtifact,
    images: Collection[PinnedImage],
    say: CommandProgress,
) -> None:
    """Deploy a registry and push stand-ins, unless the same images are there already."""
    held = sorted(image for image in images if image.repository in registry.repositories)
    stamp = registry_stamp(cdk.workplace, registry)
    wanted = hashlib.sha256(repr(held).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    bootstrap(cdk, cloud, [registry], say)
    deploy(cdk, cloud, [registry], say)
    push_all(cloud.client("ecr", registry.region), held)
    say(f"{len(held)} images pushed")
    stamp.write_text(wanted)


def registry_stamp(workplace: Workplace, registry: StackArtifact) -> Path:
    """Return the file that says which images a registry holds."""
    return workplace.run / f"{registry.name}.sha256"


def images_of(stacks: Iterable[StackArtifact]) -> set[PinnedImage]:
    return set[PinnedImage]().union(*(stack.images for stack in stacks))


def registries_of(
    known: Mapping[str, StackArtifact], stacks: Sequence[StackArtifact]
) -> list[StackArtifact]:
    """Return the stacks whose repositories hold an image that these name, or that are of these."""
    named = {image.repository for image in images_of(stacks)}
    return [
        stack
        for stack in known.values()
        if stack.repositories & named or (stack.repositories and stack in stacks)
    ]


def await_step(cdk: Cdk, name: str, process: subprocess.Popen[bytes], say: CommandProgress) -> None:
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
