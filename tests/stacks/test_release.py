"""The release gate: what it waits for, what it may do, and when it runs."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from shutil import copytree, ignore_patterns

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_

from plan.model.assembly import Assembly, Resource
from plan.model.kubernetes import MANIFEST
from settings.images import Image
from settings.system import System
from settings.systems import SYSTEMS, images_of
from stacks.parts import release
from stacks.parts.release import program
from tests.stacks.applied import manifests, manifests_of_checks, objects
from tests.stacks.grants import grants, principals
from tests.stacks.synths import (
    every_system,
    everything,
    reference,
    required_by,
    stack,
    synthesize,
    the,
)

_WAITER = re.compile(r'"IntervalSeconds":(\d+),"MaxAttempts":(\d+),"BackoffRate":1\b')
_GATE = "Custom::Release"
_CHECK = "-check-"
"""In the path of what checks an image."""


def _gate(system: System) -> Resource:
    return the(stack(system), _GATE)


def _digests(assembly: Assembly, system: System) -> Mapping[str, str]:
    """Return the manifests of an environment by workload, and what its gate knows of them."""
    workloads = assembly.stack(system.name)
    made = {
        f"{one.service} check" if _CHECK in one.path else one.service: one.properties["Manifest"]
        for one in workloads.of_type(MANIFEST)
    }
    assert len(made) == len(workloads.of_type(MANIFEST))
    return made | {"gate": the(workloads, _GATE).properties["Judged"]}


def changed(system: System) -> set[str]:
    """Return the names of what differs from the environment of that name as it is deployed."""
    before = _digests(everything().assembly, system)
    after = _digests(synthesize([system]).assembly, system)
    assert before.keys() == after.keys()
    return {name for name, value in before.items() if value != after[name]}


@every_system
def test_the_gate_is_the_last_of_a_release(system: System) -> None:
    """It waits for every manifest, and for its own way into the cluster."""
    entry = the(stack(system), "AWS::EKS::AccessEntry", "Release/")
    assert {*manifests(system.name), entry} <= required_by(_gate(system))


def _previews(system: System) -> set[str]:
    """Return the Services of versions that do not serve yet: there may be none."""
    return {
        rollout["spec"]["strategy"]["blueGreen"]["previewService"]
        for rollout in objects(system, "Rollout")
    }


@every_system
def test_the_gate_watches_every_workload(system: System) -> None:
    """In its namespace, as long as the settings say, every check and every service to be asked."""
    services = [
        (thing["metadata"]["namespace"], thing["metadata"]["name"])
        for thing in objects(system, "Service")
        if thing["spec"].get("clusterIP") != "None"
        and thing["metadata"]["name"] not in _previews(system)
    ]
    gate = _gate(system).properties
    assert sorted((one["Namespace"], one["Name"]) for one in gate["Services"]) == sorted(services)
    workloads = {workload.name: workload for workload in system.workloads}
    watched = [(workload.kind.value, name, workload) for name, workload in workloads.items()]
    checks = manifests_of_checks(system).items()
    assert gate["Workloads"] == [
        {
            "Namespace": system.namespace_of(workload),
            "Name": name,
            "Kind": kind,
            "ReadyWithinSeconds": workload.rollout.ready_within,
            "ScheduledWithinSeconds": workload.rollout.scheduled_within,
            "LimitSeconds": workload.rollout.limit,
        }
        for kind, name, workload in (
            *watched,
            *(("Job", name, workloads[check.service]) for name, check in checks),
        )
    ]


@every_system
def test_the_gate_outlasts_the_slowest_workload(system: System) -> None:
    """The gate says what failed; whoever waits for the gate waits longer than it does."""
    slowest = max(workload.rollout.limit for workload in system.workloads)
    machine = the(stack(system), "AWS::StepFunctions::StateMachine", "Release/")
    waiter = _WAITER.search(machine.properties["DefinitionString"])
    assert waiter
    waited = int(waiter[1]) * int(waiter[2])
    assert slowest < waited < int(_gate(system).properties["ServiceTimeout"])


@every_system
def test_the_gate_has_no_rights_in_aws(system: System) -> None:
    """In AWS it may nothing, in the cluster what its group may, in one namespace."""
    entry = the(stack(system), "AWS::EKS::AccessEntry", "Release/")
    assert entry.properties["KubernetesGroups"] == ["release-gate"]
    assert "AccessPolicies" not in entry.properties
    look = the(stack(system), "AWS::IAM::Role", "Release/Look/")
    assert principals(look) == {"Service": "lambda.amazonaws.com"}
    assert entry.properties["PrincipalArn"] == reference(look, "Arn", seen_from=look.stack)
    paths = {grant.path for grant in grants(system.name)}
    assert not any(path.startswith(("Release/Look", "Release/Begin")) for path in paths)


@every_system
def test_the_gate_stands_inside_the_network(system: System) -> None:
    """The API server may be private; the gate's functions are where the nodes are."""
    for path in ("Release/Begin/", "Release/Look/"):
        function = the(stack(system), "AWS::Lambda::Function", path)
        subnets = function.properties["VpcConfig"]["SubnetIds"]
        assert len(subnets) == len(system.network.zones)
        assert all(name.startswith(f"${{{system.name}Network/VpcPrivate") for name in subnets)


every_system_class = pytest.mark.parametrize(
    ("system", "production"),
    [(system, environments[0]) for system, environments in SYSTEMS.items()],
    ids=lambda value: value.__name__,
)
Make = Callable[[Mapping[str, Image]], System]


@every_system_class
def test_a_new_image_changes_its_own_manifest_and_the_gate(
    system: type[System], production: Make
) -> None:
    """A change of one workload is applied alone, and the gate looks again."""
    images = images_of(system)
    before = production(images)
    image = before.workloads[0].image
    pushed = replace(image, digest=f"sha256:{7:064x}")
    after = production({name: pushed if one == image else one for name, one in images.items()})
    touched = {w.name for w in before.workloads if w.image == image}
    checked = {check.service for check in manifests_of_checks(before).values()}
    checks = {f"{name} check" for name in touched & checked}
    steps = {"Pipeline"} if any(step.image == image for step in before.steps) else set()
    assert changed(after) == touched | checks | steps | {"gate"}


@every_system_class
def test_the_gate_looks_after_a_change_of_the_cluster(
    system: type[System], production: Make
) -> None:
    """Larger disks of the nodes change no manifest, but move every pod."""
    before = production(images_of(system))
    groups = tuple(replace(group, disk_gib=200) for group in before.cluster.node_groups)
    assert changed(replace(before, cluster=replace(before.cluster, node_groups=groups))) == {"gate"}


@every_system_class
def test_the_gate_looks_after_a_change_of_its_program(
    system: type[System], production: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that cannot judge is found now, and not in the next release and its rollback."""
    gate = copytree("functions/release_gate", tmp_path / "release_gate")
    (gate / "handler.py").write_text("def on_event(): ...\ndef is_complete(): ...\n")
    monkeypatch.setattr(release, "_FUNCTIONS", tmp_path)
    assert changed(production(images_of(system))) == {"gate"}


def test_the_asset_of_the_gate_is_its_folder_and_nothing_else(tmp_path: Path) -> None:
    """Another function may come and change without a release of every system."""
    functions = tmp_path / "functions"
    gate = copytree(
        "functions/release_gate", functions / "release_gate", ignore=ignore_patterns("__pycache__")
    )
    before = _asset(functions, tmp_path / "before")
    for folder in ("another", "release_gate/__pycache__"):
        (functions / folder).mkdir()
        (functions / folder / "handler.py").write_text("text = 1\n")
    after = _asset(functions, tmp_path / "after")

    assert before.name == after.name
    assert {path.relative_to(after) for path in after.rglob("*.py")} == {
        path.relative_to(functions) for path in gate.glob("*.py")
    }


def _asset(functions: Path, directory: Path) -> Path:
    """Return where the gate's asset is staged."""
    stack = cdk.Stack(cdk.App(outdir=str(directory)), "Stack")
    lambda_.Function(
        stack,
        "Function",
        code=program(functions),
        handler="release_gate.handler.on_event",
        runtime=lambda_.Runtime.PYTHON_3_14,
    )
    (staged,) = directory.glob("asset.*")
    return staged
