"""A deployed system: what drills of every system ask of it."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TypeVar

from lightkube import Client
from lightkube.resources.core_v1 import Node

from rehearsal.cloud.images import Behaviour, PinnedImage, push
from rehearsal.cluster.components import API_SERVER
from rehearsal.cluster.processes import Processes, ProcessRecord
from rehearsal.command.program_files import make_files
from rehearsal.toolchain import CHARTS, Toolchain, prepare_charts
from rehearsal.toolchain.steps import fingerprint, one_builder
from settings.system import System
from settings.systems import images_of, systems
from tests.rehearsal.checkout import CHECKPOINTS, EDITED_APP, Checkout
from tests.rehearsal.edits import Edit, SettingEdit, system_named
from tests.rehearsal.waiting import until

_STARTED: list[Processes] = []
"""What drills have started again: a child that nobody holds is taken for a forgotten one."""


def stacks_of(system: str) -> tuple[str, ...]:
    """Return a system's stack after those that it relies on."""
    return (*(f"{system}{part}" for part in ("Network", "Data", "Cluster")), system)


@dataclass(frozen=True, kw_only=True)
class Drill:
    """The copy of the tree that was deployed, and the cluster that it went to."""

    system: ClassVar[str]
    databases: ClassVar[int] = 1
    """How many its data stores have."""
    checkout: Checkout
    kubernetes: Client

    @property
    def region(self) -> str:
        return system_named(systems(), self.system).region

    def client(self) -> Client:
        return self.kubernetes

    def status(self, stack: str) -> str:
        cloudformation = self.checkout.cloud.client("cloudformation", self.region)
        (found,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
        return str(found["StackStatus"])

    def bad_image(self, workload: str, behaviour: Behaviour) -> SettingEdit:
        """Push an image whose program behaves so, and return the edit that pins it."""
        repository = self._image(workload, "repository").current(systems())
        ecr = self.checkout.cloud.client("ecr", self.region)
        return self._image(workload, "digest", push(ecr, repository, behaviour))

    def missing_image(self, workload: str) -> SettingEdit:
        """Return the edit that pins an image that was never pushed."""
        return self._image(workload, "digest", f"sha256:{'0' * 64}")

    def _image(self, workload: str, field: str, value: str = "") -> SettingEdit:
        return SettingEdit(
            system=self.system, path=f"{self.setting_of(workload)}.image.{field}", value=value
        )

    def destroy(self) -> None:
        """Expect that `cdk destroy` keeps the data stores, says why, and takes all else."""
        cloud, data = self.checkout.cloud, f"{self.system}Data"
        databases = self._databases()
        assert len(databases) == self.databases
        ended = self.checkout.cdk("destroy", *reversed(stacks_of(self.system)), "--force")
        assert ended.code == 1, ended.output
        assert data in ended.output
        assert "TerminationProtection is enabled" in ended.output
        assert self.status(data) == "CREATE_COMPLETE"
        assert cloud.client("eks", self.region).list_clusters()["clusters"] == []
        assert self._databases() == databases
        beside = [program.name for chart in CHARTS.values() for program in chart.programs]
        until(lambda: not self._runs(*beside, API_SERVER), "control plane and programs beside end")

    def _databases(self) -> list[str]:
        rds = self.checkout.cloud.client("rds", self.region)
        return [one["DBInstanceIdentifier"] for one in rds.describe_db_instances()["DBInstances"]]

    def _runs(self, *programs: str) -> bool:
        return any(
            f"/bin/{name}" in line for line in self.checkout.processes() for name in programs
        )

    def machine(self, node: str) -> str:
        """Return the instance that a node is."""
        found = self.kubernetes.get(Node, node)
        assert found.spec
        assert found.spec.providerID
        return found.spec.providerID.rpartition("/")[2]

    def program(self, name: str) -> tuple[Path, ProcessRecord]:
        """Return a running program of the rehearsal, and the directory that has it on record."""
        found = [
            (record.parent, one)
            for record in self.checkout.run.rglob("processes.jsonl")
            for one in Processes(record.parent).running()
            if one.name == name
        ]
        assert found, f"no {name} runs"
        return found[0]

    def kill(self, name: str) -> None:
        """End a program of the rehearsal as a crash would."""
        _, record = self.program(name)
        os.kill(record.pid, signal.SIGKILL)

    @contextmanager
    def killed(self, name: str) -> Iterator[None]:
        """End a program as a crash would, and start it again as its kubelet would."""
        directory, record = self.program(name)
        process = Path(f"/proc/{record.pid}")
        command = (process / "cmdline").read_text().rstrip("\0").split("\0")
        variables = (process / "environ").read_text().rstrip("\0").split("\0")
        os.kill(record.pid, signal.SIGKILL)
        try:
            yield
        finally:
            environment = dict(one.split("=", 1) for one in variables)
            again = Processes(directory)
            again.start(name, command, environment)
            _STARTED.append(again)

    def setting_of(self, workload: str) -> str:
        """Return the path of a workload in the system's settings."""
        raise NotImplementedError


DrillT = TypeVar("DrillT", bound=Drill)


def build_programs(system: System, tools: Path) -> None:
    """Build what a system's charts and images run: no command of a drill may take as long.

    A copy of the tree has no Makefile, by which files of programs are made.
    """
    charts = (*system.cluster.add_ons, "karpenter-crd")
    prepare_charts(Toolchain(bin=tools / "bin"), charts, print)
    images = images_of(type(system)).values()
    make_files((PinnedImage(one.repository, one.digest) for one in images), tools, print)


@contextmanager
def deployed_copy(
    system: str,
    tools: Path,
    directory: Path,
    *edits: Edit,
    application: str = EDITED_APP,
    afresh: bool = True,
) -> Iterator[Checkout]:
    """Rehearse `cdk deploy` of a system in a copy of the tree, and stop it at the end.

    Unless it is to be deployed afresh, a checkpoint that an earlier drill has left will do.
    """
    build_programs(system_named(systems(), system), tools)
    checkout = Checkout.copied_to(directory / "tree", tools)
    checkout.edit(*edits)
    checkout.synthesize_with(application)
    checkout.share_checkpoints()
    try:
        # Drills that begin from the same deploy have the same pods, and wait for who is first.
        same_deploy = CHECKPOINTS / f".{fingerprint(map(repr, (system, application, *edits)))}"
        same_deploy.mkdir(parents=True, exist_ok=True)
        with one_builder(same_deploy):
            checkout.up(system, *(["--afresh"] if afresh else [])).must_succeed()
        yield checkout
    finally:
        checkout.down().must_succeed()
        for one in _STARTED:
            one.running()
    # A function's process ends behind the emulator's.
    until(lambda: not checkout.processes(), "all has ended that the rehearsal had started")


@contextmanager
def deployed_drill(
    kind: type[DrillT], tools: Path, directory: Path, *edits: Edit, afresh: bool
) -> Iterator[DrillT]:
    """Rehearse the deploy of a system whose drills are of a kind, and hand it over."""
    with deployed_copy(kind.system, tools, directory, *edits, afresh=afresh) as checkout:
        client = checkout.client()
        yield kind(checkout=checkout, kubernetes=client)
        client.close()
