"""The changes between two releases of the application itself."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from plan.changes.comparison import compare
from plan.changes.nouns import Changes, Severity, Topic
from plan.model.assembly import read_assembly
from settings.avadot.environments import PROVIDERS
from settings.system import System
from tests.plan.changes.compared import fields, listed, risks, severities
from tests.plan.changes.settings_changed import (
    assembly_of,
    changed,
    with_group,
    without_add_on,
    without_objects,
    without_resources,
)
from tests.settings.avadot.examples import GPU_NODES, PROD


def test_the_same_assembly_has_no_changes(avadot: Path) -> None:
    assembly = read_assembly(avadot)

    changes = compare(assembly, assembly)

    assert (changes.changes, changes.risks) == ((), ())


def test_another_image_of_one_service_changes_that_service_and_nothing_else(
    avadot: Path, tmp_path: Path
) -> None:
    """It changes the hash of the manifests in the release gate too."""
    released = tmp_path / "cdk.out"
    shutil.copytree(avadot, released, ignore=shutil.ignore_patterns("asset.*"))
    template = released / "AvadotProd.template.json"
    content = template.read_text()
    (digest,) = set(re.findall(r"tarot@(sha256:[0-9a-f]{64})", content))
    gate = json.loads(content)["Resources"]["ReleaseGate0BC77B6D"]["Properties"]["Judged"]
    template.write_text(content.replace(digest, f"sha256:{'a' * 64}").replace(gate, "b" * 64))

    changes = compare(read_assembly(avadot), read_assembly(released), "AvadotProd")

    assert changes.services == ("tarot",)
    assert listed(changes) == [("Changed", "Deployment avadot-prod/tarot")]
    ((path, (before, after)),) = fields(changes).items()
    assert path == "spec.template.spec.containers[tarot].image"
    assert (str(before)[-71:], str(after)[-71:]) == (digest, f"sha256:{'a' * 64}")
    assert {risk.topic for risk in changes.risks} == {Topic.RESTART}
    assert changes.risky == ()


def test_larger_disks_and_one_machine_more_are_two_deploys() -> None:
    gpu, larger, more = GPU_NODES.name, {"disk_gib": 140}, {"maximum": 3}

    both = changed(PROD, with_group(PROD, gpu, **larger, **more))
    first = changed(PROD, with_group(PROD, gpu, **larger))
    then = changed(with_group(PROD, gpu, **larger), with_group(PROD, gpu, **larger, **more))

    assert severities(both, Topic.REFUSED) == [Severity.RISKY]
    assert severities(first, Topic.REFUSED) == severities(then, Topic.REFUSED) == []


@pytest.mark.parametrize(
    ("name", "user"),
    [
        ("vpc-cni", "Deployment avadot-prod/backend"),
        ("kube-proxy", "Deployment avadot-prod/backend"),
        ("eks-pod-identity-agent", "AWS::EKS::PodIdentityAssociation"),
        ("coredns", "Deployment avadot-prod/backend"),
        ("metrics-server", "HorizontalPodAutoscaler avadot-prod/backend"),
        ("aws-ebs-csi-driver", "StatefulSet avadot-prod/a2f-grpc-server"),
        ("aws-secrets-store-csi-driver-provider", "SecretProviderClass avadot-prod/backend"),
        ("aws-load-balancer-controller", "Ingress avadot-prod/backend"),
    ],
)
def test_what_needs_a_removed_add_on_is_named(name: str, user: str) -> None:
    ((severity, sentence),) = risks(without_add_on(PROD, name), Topic.ADD_ONS)

    assert severity is Severity.RISKY
    assert user in sentence
    assert f"keep {name} (`add_ons` in the settings)" in sentence


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("aws-load-balancer-controller", ("Ingress",)),
        ("aws-ebs-csi-driver", ("StatefulSet", "StorageClass")),
        ("metrics-server", ("HorizontalPodAutoscaler",)),
    ],
)
def test_an_add_on_does_not_go_together_with_what_needs_it(
    name: str, kinds: tuple[str, ...]
) -> None:
    """The cluster's stack is deployed first: who takes a load balancer down is gone by then."""
    before = assembly_of(PROD)
    after = without_resources(without_objects(before, kinds), name)

    ((severity, sentence),) = risks(compare(before, after, PROD.name), Topic.ADD_ONS)

    assert severity is Severity.RISKY
    assert f"{kinds[0]} avadot-prod/" in sentence
    assert "need it until their own stack is deployed, which is later" in sentence
    assert "still" not in sentence


def test_an_add_on_goes_after_what_needs_it() -> None:
    """The order that the finding names: nothing is left that needs it when it goes."""
    users = {"HorizontalPodAutoscaler"}
    before = assembly_of(PROD)
    first = without_objects(before, users)
    then = without_resources(first, "metrics-server")

    assert risks(compare(before, first, PROD.name), Topic.ADD_ONS) == []
    assert severities(compare(first, then, PROD.name), Topic.ADD_ONS) == [Severity.NOTICE]


def test_the_sources_of_secrets_go_with_the_driver_that_defines_them() -> None:
    changes = without_add_on(PROD, "aws-secrets-store-csi-driver-provider")

    assert "go with it, as their definition does" in risks(changes, Topic.ADD_ONS)[0][1]


def test_gpu_machines_may_be_renamed_under_pods_that_run() -> None:
    """Pods choose them by what they have, so those of the deployed release fit the new group."""
    changes = changed(PROD, with_group(PROD, GPU_NODES.name, name="gpus"))

    assert not any("finds no node" in risk.sentence for risk in changes.risks)


@pytest.mark.parametrize(
    ("machine", "engine"),
    [("g5.xlarge", "engine build 600 s"), ("g4dn.2xlarge", "engine load 60 s")],
)
def test_a_server_needs_longer_than_eks_waits_for_a_group_that_is_replaced(
    machine: str, engine: str
) -> None:
    """The way without a gap is accepted step by step, and leaves nothing on what goes."""
    after = with_group(PROD, GPU_NODES.name, instance_types=(machine,))
    new = replace(GPU_NODES, name="gpus", instance_types=(machine,))
    both = replace(
        PROD, cluster=replace(PROD.cluster, node_groups=(*PROD.cluster.node_groups, new))
    )

    (sentence,) = [text for _, text in risks(changed(PROD, after), Topic.NODES) if "5 min" in text]

    assert "the 2 of StatefulSet a2f-grpc-server may take" in sentence
    assert engine in sentence
    assert "`cdk deploy AvadotProdCluster`" in sentence
    assert "`kubectl drain -l node-group=avadot-node-gpu --ignore-daemonsets" in sentence
    assert changed(PROD, both).risky == ()


def test_another_namespace_is_said_once() -> None:
    changes = changed(PROD, replace(PROD, namespace="avadot-main"))

    ((_, sentence),) = risks(changes, Topic.ADDRESSES)
    assert "all of backend, tarot, custom-chat and 4 more are away until then" in sentence
    assert "at another load balancer" in sentence
    assert risks(changes, Topic.LEFT_BEHIND) == risks(changes, Topic.EXPOSURE) == []


def test_a_service_that_goes_or_has_another_port_no_longer_answers() -> None:
    others = tuple(service for service in PROD.services if service.name != "concierge")
    moved = tuple(
        replace(service, port=4012) if service.name == "tarot" else service
        for service in PROD.services
    )

    gone = changed(PROD, replace(PROD, services=others))
    at_another_port = changed(PROD, replace(PROD, services=moved))

    assert [sentence.split(":")[0] for _, sentence in risks(gone, Topic.ADDRESSES)] == [
        "no longer answers at concierge.avadot-prod",
        "no longer answers at ",
    ]
    for _, sentence in risks(at_another_port, Topic.ADDRESSES):
        assert "4012" in sentence
        assert "at no time at both" in sentence


def test_a_third_zone_moves_no_range() -> None:
    first, second = PROD.network.zones

    def with_zones(*zones: str) -> Changes:
        return changed(PROD, replace(PROD, network=replace(PROD.network, zones=zones)))

    last = with_zones(first, second, f"{PROD.region}d")
    between = with_zones(first, f"{PROD.region}b", second)

    assert risks(last, Topic.REFUSED) == []
    assert ("Replaced", "AWS::EC2::Subnet Vpc/PrivateSubnet2/Subnet") not in listed(last)
    assert any("name a new zone last" in sentence for _, sentence in risks(between, Topic.REFUSED))


def test_machines_that_keep_their_zones_stay_when_the_network_gets_another() -> None:
    """EKS knows a group by its subnets; the finding names the setting that keeps them."""
    wider = replace(PROD.network, zones=(*PROD.network.zones, f"{PROD.region}d"))
    kept = with_group(PROD, GPU_NODES.name, zones=PROD.network.zones)
    group = f"AWS::EKS::Nodegroup {GPU_NODES.name}/Group"

    moved = changed(PROD, replace(PROD, network=wider))
    stays = changed(PROD, replace(kept, network=wider))

    assert ("Replaced", group) in listed(moved)
    assert any("with the `zones` that it has" in text for _, text in risks(moved, Topic.NODES))
    assert ("Replaced", group) not in listed(stays)


def test_a_provider_is_given_up_by_the_workloads_first() -> None:
    backend, *others = PROD.services
    without = replace(backend, provider_secrets=("anthropic",))

    changes = changed(PROD, replace(PROD, services=(without, *others)))

    for _, sentence in risks(changes, Topic.REFUSED):
        assert "is no longer exported while AvadotProd still imports it" in sentence
        assert "`cdk deploy --exclusively AvadotProd` first" in sentence
    assert len(risks(changes, Topic.REFUSED)) == len(PROVIDERS) - 1


def test_nodes_follow_a_new_version_by_their_own_setting() -> None:
    """In a deploy of its own, as the finding says: that one upgrades no control plane."""

    def at(cluster: str, nodes: str) -> System:
        groups = tuple(replace(one, kubernetes=nodes) for one in PROD.cluster.node_groups)
        settings = replace(PROD.cluster, kubernetes=cluster, node_groups=groups)
        return replace(PROD, cluster=settings)

    first = changed(at("1.35", "1.35"), at("1.36", "1.35"))
    then = changed(at("1.36", "1.35"), at("1.36", "1.36"))

    stay = "its nodes last, which stay at 1.35"
    assert any(sentence.startswith(stay) for _, sentence in risks(first, Topic.VERSION))
    assert risks(first, Topic.REFUSED) == risks(then, Topic.REFUSED) == []
    assert risks(then, Topic.VERSION) == []
    assert len(risks(then, Topic.NODES)) == len(PROD.cluster.node_groups)
