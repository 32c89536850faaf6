"""The pods of add-ons and charts, as the scheduler of the plan sees them."""

from plan.model.addons import add_on_objects
from tests.plan.capacity.builder import stack


def _node_selectors(*names: str) -> dict[str, dict[str, str]]:
    add_ons = {
        f"AddOn{number}": {"Type": "AWS::EKS::Addon", "Properties": {"AddonName": name}}
        for number, name in enumerate(names)
    }
    objects, _ = add_on_objects(stack(add_ons))
    return {
        one.name: one.document["spec"]["template"]["spec"].get("nodeSelector", {})
        for one in objects
        if one.kind == "DaemonSet"
    }


def test_a_daemon_runs_on_every_node_and_one_of_gpus_on_nodes_with_gpus() -> None:
    """The exporter of what GPUs do takes no room on other machines."""
    assert _node_selectors("kube-proxy", "dcgm-exporter") == {
        "kube-proxy": {},
        "dcgm-exporter": {"nvidia.com/gpu.present": "true"},
    }
