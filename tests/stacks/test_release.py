"""The release gate: what it waits for, what it may do, and when it runs."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_

from settings.system import Avadot, System
from stacks.parts.release import program
from tests.stacks.assembly import Resource
from tests.stacks.grants import grants, principals
from tests.stacks.manifests import MANIFEST, manifests
from tests.stacks.synths import (
    DEV,
    GUARDIAN,
    GUARDIAN_DEV,
    OTHERWISE,
    PROD,
    everything,
    stack,
    synthesize,
)

_SERVER = PROD.audio2face.name
every_avadot = pytest.mark.parametrize("system", [PROD, DEV, OTHERWISE], ids=lambda s: s.name)
every_guardian = pytest.mark.parametrize("system", [GUARDIAN, GUARDIAN_DEV], ids=lambda s: s.name)
every_system = pytest.mark.parametrize(
    "system", [PROD, DEV, OTHERWISE, GUARDIAN, GUARDIAN_DEV], ids=lambda s: s.name
)


def _gate(system: System) -> Resource:
    return stack(system).the("Custom::Release")


def _watched(system: System) -> list[dict[str, Any]]:
    namespaces = _gate(system).properties["Namespaces"]
    return [workload for namespace in namespaces for workload in namespace["Workloads"]]


@cache
def _as_changed(system: Avadot) -> dict[str, str]:
    """Return what a change of production alone makes of its manifests and its gate."""
    assembly = synthesize([system])
    made = {
        resource.path.partition("/")[0]: assembly.spell(
            system.name, resource.properties["Manifest"]
        )
        for resource in assembly.stacks[system.name].of_type(MANIFEST)
    }
    gate = assembly.stacks[system.name].the("Custom::Release")
    return made | {"gate": gate.properties["Manifests"]}


def _changed(system: Avadot) -> set[str]:
    """Return the names of what differs from production."""
    before, after = _as_changed(PROD), _as_changed(system)
    assert before.keys() == after.keys()
    return {name for name, value in before.items() if value != after[name]}


@every_system
def test_the_gate_is_the_last_of_a_release(system: System) -> None:
    """It waits for every manifest, and for its own way into the cluster."""
    needed = everything().relies_on(_gate(system))
    for manifest in manifests(everything(), system.name):
        assert (system.name, manifest.resource.logical_id) in needed
    entry = stack(system).the("AWS::EKS::AccessEntry", "Release/")
    assert (system.name, entry.logical_id) in needed


@every_system
def test_the_gate_watches_every_workload(system: System) -> None:
    """Whatever makes pods in the namespace is watched, and every service that has endpoints."""
    objects = [thing for m in manifests(everything(), system.name) for thing in m.objects]
    (gate,) = _gate(system).properties["Namespaces"]
    assert {(w["Kind"], w["Name"]) for w in gate["Workloads"]} == {
        (thing["kind"], thing["metadata"]["name"])
        for thing in objects
        if thing["kind"] in ("Deployment", "StatefulSet", "DaemonSet")
    }
    assert set(gate["Services"]) == {
        thing["metadata"]["name"]
        for thing in objects
        if thing["kind"] == "Service" and thing["spec"].get("clusterIP") != "None"
    }
    assert gate["Name"] == system.namespace


@every_avadot
def test_the_gate_outlasts_the_slowest_workload(system: Avadot) -> None:
    """The gate says what failed; whoever waits for the gate waits longer than it does."""
    gate = _gate(system).properties
    slowest = max(workload["LimitSeconds"] for workload in _watched(system))
    assert slowest == 3000
    machine = stack(system).the("AWS::StepFunctions::StateMachine")
    definition = everything().spell(system.name, machine.properties["DefinitionString"])
    assert '"IntervalSeconds":5,"MaxAttempts":624,"BackoffRate":1' in definition
    assert slowest < 5 * 624 < int(gate["ServiceTimeout"])


@every_guardian
def test_the_gate_awaits_machines_that_have_to_start(system: System) -> None:
    """A pod without a node is no failure for ten minutes, and the whole may take twenty."""
    for workload in _watched(system):
        assert workload["ScheduledWithinSeconds"] == 600
        assert workload["LimitSeconds"] == 1200


@every_avadot
def test_the_gate_awaits_room_but_no_machines(system: System) -> None:
    """Nothing adds machines to fixed groups, so half a minute without a node is final."""
    for workload in _watched(system):
        assert workload["ScheduledWithinSeconds"] == 30


@every_system
def test_the_gate_has_no_rights_in_aws(system: System) -> None:
    """In AWS it may nothing, in the cluster what its group may, in one namespace."""
    gates = stack(system)
    entry = gates.the("AWS::EKS::AccessEntry", "Release/")
    assert entry.properties["KubernetesGroups"] == ["release-gate"]
    assert "AccessPolicies" not in entry.properties
    look = gates.the("AWS::IAM::Role", "Release/Look/")
    assert principals(look) == {"Service": "lambda.amazonaws.com"}
    assert entry.properties["PrincipalArn"] == {"Fn::GetAtt": [look.logical_id, "Arn"]}
    paths = {grant.path for grant in grants(everything(), system.name)}
    assert not any(path.startswith(("Release/Look", "Release/Begin")) for path in paths)


@every_system
def test_the_gate_stands_inside_the_network(system: System) -> None:
    """The API server may be private; the gate's functions are where the nodes are."""
    for path in ("Release/Begin/", "Release/Look/"):
        function = stack(system).the("AWS::Lambda::Function", path)
        subnets = function.properties["VpcConfig"]["SubnetIds"]
        spelled = [everything().spell(system.name, subnet) for subnet in subnets]
        assert len(spelled) == len(system.network.zones)
        assert all(text.startswith(f"${{{system.name}Network.VpcPrivate") for text in spelled)


def test_a_new_image_changes_its_own_manifest_and_the_gate() -> None:
    """A change of one service is applied alone, and the gate looks again."""
    tarot = next(service for service in PROD.services if service.name == "tarot")
    pushed = replace(tarot, image=replace(tarot.image, digest=f"sha256:{7:064x}"))
    services = tuple(pushed if service is tarot else service for service in PROD.services)
    assert _changed(replace(PROD, services=services)) == {"tarot", "gate"}


def test_a_change_below_a_release_leaves_it_alone() -> None:
    """Larger disks of the nodes change the cluster, and no manifest and no gate."""
    groups = tuple(replace(group, disk_gib=200) for group in PROD.cluster.node_groups)
    assert _changed(replace(PROD, cluster=replace(PROD.cluster, node_groups=groups))) == set()


def test_the_order_of_services_means_nothing() -> None:
    """Another order in the settings changes no manifest, and has the gate look once more."""
    assert _changed(replace(PROD, services=PROD.services[::-1])) == {"gate"}


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
