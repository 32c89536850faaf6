"""`up` brings the rehearsal to where the application says it should be, `down` stops it."""

import random
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rehearsal import toolchain
from rehearsal.cloud import emulator, guard
from rehearsal.cloud.emulator import Emulator
from rehearsal.cloud.settings import environment_without_aws
from rehearsal.cluster.client import client_of
from rehearsal.command.assembly import CLUSTER, StackArtifact, read_stacks, with_foundations
from rehearsal.command.cdk import Cdk
from rehearsal.command.checkpoints import (
    CheckpointError,
    Checkpoints,
    Key,
    key_of_foundations,
    key_of_stacks,
    made_by,
)
from rehearsal.command.deploy import deploy
from rehearsal.command.foundations import (
    await_step,
    bootstrap,
    fill_registry,
    images_of,
    registries_of,
    registry_stamp,
)
from rehearsal.command.program_files import make_files
from rehearsal.command.progress import CommandProgress
from rehearsal.command.service_watch import watching
from rehearsal.command.workplace import DeployRecord, UpError, Workplace


def find_cluster(cloud: Emulator, stacks: Sequence[StackArtifact]) -> str | None:
    for stack in stacks:
        cloudformation = cloud.client("cloudformation", stack.region)
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack.name)
        for page in pages:
            for resource in page["StackResourceSummaries"]:
                if resource["ResourceType"] == CLUSTER:
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


def up(
    workplace: Workplace,
    stack: str,
    seed: str | None,
    say: CommandProgress,
    *,
    afresh: bool = False,
) -> None:
    """Rehearse the deploy of a stack and all it relies on, or bring back an earlier one.

    Where a rehearsal runs, it is deployed onto. Else what has been deployed before, with the same
    result, is restored from its checkpoint; not `afresh`, and not with a seed, whose order of
    creation is to be seen.

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
        versions = {version for one in stacks for version in one.kubernetes}
        toolchain.prepare_kubernetes(workplace.toolchain, versions, say)
    rehearsal = _Rehearsal(
        workplace=workplace,
        known=known,
        stacks=stacks,
        checkpoints=Checkpoints(workplace.checkpoints, say),
        say=say,
    )
    with _stopped_after(KeyboardInterrupt, workplace=workplace, if_fresh=is_fresh):
        charts = {chart for one in stacks for chart in one.charts}
        toolchain.prepare_charts(workplace.toolchain, charts, say)
        make_files(images_of(stacks), workplace.tools, say)
        if not is_fresh:
            rehearsal.deploy(cloud)
        elif seed or afresh:
            rehearsal.deploy_from_nothing(cloud)
        else:
            rehearsal.restore_or_deploy(cloud)


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


@dataclass(frozen=True, kw_only=True)
class _Rehearsal:
    """A stack with all that it relies on, and the ways to have it deployed."""

    workplace: Workplace
    known: Mapping[str, StackArtifact]
    stacks: Sequence[StackArtifact]
    checkpoints: Checkpoints
    say: CommandProgress

    def restore_or_deploy(self, cloud: Emulator) -> None:
        """Bring back the deploy, or else what stands before it; what is missing is deployed."""
        self.checkpoints.remove_outdated(self._foundations.made_by)
        for key in (self._deployed, self._relied_on, self._foundations):
            try:
                restored = self.checkpoints.restore(key, cloud)
            except CheckpointError as error:
                self.say(str(error))
                cloud = _start_again(self.workplace, self.say)
            else:
                if restored and key is self._deployed:
                    self.say(f"{key.name}: restored, as it was deployed before")
                    self._record(cloud, dict.fromkeys(one.name for one in self.stacks))
                    return
                if restored:
                    self.say(f"{key.name}: restored")
                    break
        self.deploy_from_nothing(cloud)

    def deploy_from_nothing(self, cloud: Emulator) -> None:
        """Deploy in a new emulator, and keep checkpoints of what nobody has changed yet."""
        self.say(f"order of creation drawn from seed {self.workplace.seed}")
        self._prepare(cloud)
        stamps = [registry_stamp(self.workplace, one) for one in self._registries]
        self.checkpoints.save(self._foundations, cloud, stamps)
        self._deploy_stacks(cloud, self._keep_relied_on(cloud, stamps))
        self.checkpoints.save(self._deployed, cloud, [*stamps, self.workplace.seed_file])

    def _keep_relied_on(self, cloud: Emulator, files: Sequence[Path]) -> Callable[[str], None]:
        """Return what keeps a checkpoint once all is complete that the last stack relies on."""
        missing = {stack.name for stack in self.stacks[:-1]}

        def created(name: str) -> None:
            if missing == {name}:
                self.checkpoints.save(self._relied_on, cloud, files)
            missing.discard(name)

        return created

    def deploy(self, cloud: Emulator) -> None:
        """Deploy onto what runs, and say what that meant for the Services there."""
        self._prepare(cloud)
        if not self.workplace.kubeconfig.exists():  # nothing has been deployed with success yet
            self._deploy_stacks(cloud, lambda _name: None)
            return
        with watching(client_of(self.workplace.kubeconfig)) as watch:
            self._deploy_stacks(cloud, lambda _name: None)
        for line in watch.told():
            self.say(line)
        if interrupted := watch.interrupted():
            message = f"deployed, but {', '.join(interrupted)} had more than one pod and a gap"
            raise UpError(message)

    @cached_property
    def _registries(self) -> list[StackArtifact]:
        return registries_of(self.known, self.stacks)

    @cached_property
    def _foundations(self) -> Key:
        images = images_of(self.known.values())
        return key_of_foundations(made_by(), self.stacks, self._registries, images)

    @cached_property
    def _relied_on(self) -> Key:
        """Of what the last stack relies on."""
        lower = self.stacks[:-1]
        return key_of_stacks(self._foundations, lower) if lower else self._foundations

    @cached_property
    def _deployed(self) -> Key:
        return key_of_stacks(self._foundations, self.stacks)

    def _cdk(self, cloud: Emulator) -> Cdk:
        return Cdk(workplace=self.workplace, environment=cloud.environment)

    def _prepare(self, cloud: Emulator) -> None:
        cdk = self._cdk(cloud)
        bootstrap(cdk, cloud, self.stacks, self.say)
        for registry in self._registries:
            fill_registry(cdk, cloud, registry, images_of(self.known.values()), self.say)

    def _deploy_stacks(self, cloud: Emulator, created: Callable[[str], None]) -> None:
        seconds = deploy(self._cdk(cloud), cloud, self.stacks, self.say, created)
        self._record(cloud, seconds)

    def _record(self, cloud: Emulator, seconds: Mapping[str, float | None]) -> None:
        cluster = find_cluster(cloud, self.stacks)
        if cluster:
            shutil.copy(kubeconfig_of(cloud, cluster), self.workplace.kubeconfig)
        DeployRecord(
            stack=self.stacks[-1].name,
            cluster=cluster,
            stacks=seconds,
            images=len(images_of(self.stacks)),
            seconds=self.say.seconds,
        ).write(self.workplace.record)


def _start(workplace: Workplace, say: CommandProgress) -> Emulator:
    cloud = emulator.start(workplace.run, workplace.toolchain.bin)
    say(f"AWS emulator at {cloud.endpoint}")
    return cloud


def _start_again(workplace: Workplace, say: CommandProgress) -> Emulator:
    """Start an emulator in the place of one that has been restored in part."""
    emulator.stop(workplace.run)
    for name in ("clusters", "databases", "caches", "charts"):
        shutil.rmtree(workplace.run / name, ignore_errors=True)
    return _start(workplace, say)
