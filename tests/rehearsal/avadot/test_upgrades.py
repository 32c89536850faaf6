"""Other machines under running services: nobody notices."""

import pytest
from lightkube.resources.core_v1 import Node

from rehearsal.cluster.objects import labels_of, spec_of, uid_of
from tests.rehearsal.avadot.drill import REGION, STACK, ZONES, AvadotDrill
from tests.rehearsal.avadot.workloads import AUDIO2FACE
from tests.rehearsal.conftest import Figure
from tests.rehearsal.edits import ElementEdit, SettingEdit

pytestmark = [pytest.mark.rehearsal, pytest.mark.long]

_GROUPS = ("avadot-nodes", "avadot-node-gpu")
_GPU = "cluster.node_groups[avadot-node-gpu]"
_TYPE = "node.kubernetes.io/instance-type"


def test_a_new_image_of_the_machines_interrupts_nothing(drill: AvadotDrill, figure: Figure) -> None:
    """EKS starts a new machine for each old one, and the disruption budgets let pods move."""
    before = _nodes(drill)

    drill.deploy_without_a_gap(
        *(
            SettingEdit(
                system=STACK, path=f"cluster.node_groups[{name}].image", value="1.36.3-20261120"
            )
            for name in _GROUPS
        ),
    )

    after = _nodes(drill)
    assert len(after) == len(before)
    assert not before.keys() & after.keys()
    figure(f"new image of {len(after)} nodes: every Service had a ready endpoint all the time")


def test_a_third_zone_moves_nothing(drill: AvadotDrill, figure: Figure) -> None:
    """Its ranges were kept free; the groups stay in the zones that they are written to have."""
    before = _nodes(drill)
    zones = [*ZONES, "ap-northeast-2b"]
    kept = [
        SettingEdit(system=STACK, path=f"cluster.node_groups[{name}].zones", value=list(ZONES))
        for name in _GROUPS
    ]

    drill.deploy_without_a_gap(*kept, SettingEdit(system=STACK, path="network.zones", value=zones))

    subnets = drill.checkout.cloud.client("ec2", REGION).describe_subnets()["Subnets"]
    own = [one for one in subnets if one["CidrBlock"].startswith("10.0.")]
    assert {one["AvailabilityZone"] for one in own} == set(zones)
    assert before.keys() <= _nodes(drill).keys()
    figure("a third zone: every Service had a ready endpoint all the time")


def test_another_gpu_comes_as_a_second_group(drill: AvadotDrill, figure: Figure) -> None:
    """The new group is deployed beside the old one, which is removed by a second deploy."""
    new = ElementEdit(
        system=STACK,
        path=_GPU,
        copied_with={"name": "avadot-node-gpu-g5", "instance_types": ["g5.xlarge"]},
    )

    drill.deploy_without_a_gap(new)
    drill.deploy_without_a_gap(ElementEdit(system=STACK, path=_GPU, copied_with=None))

    types = {
        labels_of(node)[_TYPE]
        for node in drill.client().list(Node)
        if node.metadata and node.metadata.name in _machines_of_audio2face(drill)
    }
    assert types == {"g5.xlarge"}
    figure("another GPU by a second group: every Service had a ready endpoint all the time")


def test_a_service_is_renamed_by_two_deploys(drill: AvadotDrill, figure: Figure) -> None:
    """It gets its new name beside the old one, which goes when nobody asks for it any more.

    While both are there they share the room that one has at its largest.
    """
    tarot = "services[tarot]"
    renamed = {"name": "oracle", "component": "oracle", "port": 4099}
    smaller = SettingEdit(system=STACK, path=f"{tarot}.scaling.maximum", value=2)

    drill.deploy_without_a_gap(smaller, ElementEdit(system=STACK, path=tarot, copied_with=renamed))
    assert len(drill.avadot.ready_pods("oracle")) == len(drill.avadot.ready_pods("tarot")) == 2
    drill.deploy_without_a_gap(ElementEdit(system=STACK, path=tarot, copied_with=None))

    assert drill.avadot.pods("tarot") == []
    figure("a service renamed: every Service had a ready endpoint all the time")


def _nodes(drill: AvadotDrill) -> dict[str, Node]:
    return {uid_of(node): node for node in drill.client().list(Node)}


def _machines_of_audio2face(drill: AvadotDrill) -> set[str]:
    pods = drill.avadot.ready_pods(AUDIO2FACE)
    assert len(pods) == 2
    return {spec_of(pod).nodeName or "" for pod in pods}
