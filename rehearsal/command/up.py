"""`up` brings the rehearsal to where the application says it should be, `down` stops it."""

import random
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rehearsal import toolchain
from rehearsal.cloud import emulator, guard
from rehearsal.cloud.emulator import Emulator
from rehearsal.cloud.settings import environment_without_aws
from rehearsal.command.assembly import StackArtifact, read_stacks, with_foundations
from rehearsal.command.cdk import Cdk
from rehearsal.command.deploy import deploy
from rehearsal.command.foundations import (
    await_step,
    bootstrap,
    fill_registry,
    images_of,
    registries_of,
)
from rehearsal.command.progress import CommandProgress
from rehearsal.command.workplace import DeployRecord, Workplace

_CLUSTER = "AWS::EKS::Cluster"


def find_cluster(cloud: Emulator, stacks: Sequence[StackArtifact]) -> str | None:
    for stack in stacks:
        cloudformation = cloud.client("cloudformation", stack.region)
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack.name)
        for page in pages:
            for resource in page["StackResourceSummaries"]:
                if resource["ResourceType"] == _CLUSTER:
                    return str(resource["PhysicalResourceId"])
    return None


def kubeconfig_of(cloud: Emulator, cluster: str) -> Path:
    return cloud.directory / "clusters" / cluster / "kubeconfig"


def down(workplace: Workplace) -> bool:
    """Stop whatever runs, also what a crash has left; return whether anything did."""
    stopped = emulator.stop(workplace.run)
    shutil.rmtree(workplace.run, ignore_errors=True)
    workplace.kubeconfig.unlink(missing_ok=True)
    return stopped


_SEEDS = 10_000


def up(workplace: Workplace, stack: str, seed: str | None, say: CommandProgress) -> None:
    """Rehearse the deploy of a stack and all it relies on, from nothing or onto what runs.

    Raises a `RuntimeError` or `ValueError` whose message is one sentence for the user. What was
    started stays up after a failed deploy, so that one can look; it is stopped on Ctrl-C, and if
    no deploy could begin.
    """
    toolchain.prepare(workplace.tools, say)
    is_fresh = emulator.running(workplace.run) is None
    if is_fresh:
        emulator.stop(workplace.run)
        shutil.rmtree(workplace.run, ignore_errors=True)
        workplace.run.mkdir(parents=True)
    with _stopped_after(Exception, KeyboardInterrupt, workplace=workplace, if_fresh=is_fresh):
        _choose_seed(workplace, seed)
        cloud, known = _begin(workplace, stack, say)
        stacks = with_foundations(known, stack)
    with _stopped_after(KeyboardInterrupt, workplace=workplace, if_fresh=is_fresh):
        _deploy(workplace, cloud, known=known, stacks=stacks, say=say)


@contextmanager
def _stopped_after(
    *failures: type[BaseException], workplace: Workplace, if_fresh: bool
) -> Iterator[None]:
    """Stop the emulator if one of the failures comes, unless it ran before this command."""
    try:
        yield
    except failures:
        if if_fresh:
            emulator.stop(workplace.run)
        raise


def _choose_seed(workplace: Workplace, seed: str | None) -> None:
    if seed or not workplace.seed_file.exists():
        drawn = str(random.randrange(_SEEDS))  # noqa: S311 - no secret is drawn
        workplace.seed_file.write_text(seed or drawn)


def _begin(
    workplace: Workplace, stack: str, say: CommandProgress
) -> tuple[Emulator, Mapping[str, StackArtifact]]:
    """Start what does not run, and read what the application is; both at once."""
    synthesis = Cdk(workplace=workplace, environment=environment_without_aws())
    synth = synthesis.synth(stack)
    cloud = emulator.running(workplace.run) or _start(workplace, say)
    guard.prove(cloud.endpoint)
    await_step(synthesis, "synth", synth, say)
    return cloud, read_stacks(workplace.assembly)


def _deploy(
    workplace: Workplace,
    cloud: Emulator,
    *,
    known: Mapping[str, StackArtifact],
    stacks: Sequence[StackArtifact],
    say: CommandProgress,
) -> None:
    cdk = Cdk(workplace=workplace, environment=cloud.environment)
    if any("keda" in one.charts for one in stacks):
        toolchain.prepare_keda(workplace.toolchain, say)
    bootstrap(cdk, cloud, stacks, say)
    for registry in registries_of(known, stacks):
        fill_registry(cdk, cloud, registry, images_of(known.values()), say)
    seconds = deploy(cdk, cloud, stacks, say)

    cluster = find_cluster(cloud, stacks)
    if cluster:
        shutil.copy(kubeconfig_of(cloud, cluster), workplace.kubeconfig)
    DeployRecord(
        stack=stacks[-1].name,
        cluster=cluster,
        stacks=seconds,
        images=len(images_of(stacks)),
        seconds=say.seconds,
    ).write(workplace.record)


def _start(workplace: Workplace, say: CommandProgress) -> Emulator:
    cloud = emulator.start(workplace.run, workplace.toolchain.bin)
    say(f"AWS emulator at {cloud.endpoint}, order of creation drawn from seed {workplace.seed}")
    return cloud
