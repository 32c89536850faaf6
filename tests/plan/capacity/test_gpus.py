"""GPUs, which a node offers through the device plugin only."""

import json

import pytest

from plan.model.failure import PlanError
from tests.plan.capacity.asking import finding, reasons, waiting
from tests.plan.capacity.builder import NAMESPACE, Document, Group, deployment, pod_spec
from tests.plan.capacity.pieces import device_plugin

_GPU = "nvidia.com/gpu"
_GROUPS = [Group(name="gpu", instance_type="g4dn.xlarge", size=2)]


def _server(pods: int, resource: str = _GPU) -> Document:
    return deployment("server", pod_spec("100m", extended={resource: "1"}), pods)


def _shared(**slicing: object) -> list[Document]:
    """Return the plugin with a configuration that cuts each GPU into four."""
    resources = [{"name": _GPU, "replicas": 4}]
    content = {"version": "v1", "sharing": {"timeSlicing": {"resources": resources, **slicing}}}
    config_map = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "slices", "namespace": NAMESPACE},
        "data": {"config.yaml": json.dumps(content)},
    }
    volume = {"name": "config", "configMap": {"name": "slices"}}
    return [config_map, device_plugin(volumes=[volume])]


def test_each_gpu_goes_to_one_pod() -> None:
    """Two machines with one GPU each serve two pods; what is left is said."""
    assert waiting(_GROUPS, [device_plugin(), _server(2)]) == {}
    assert waiting(_GROUPS, [device_plugin(), _server(3)]) == {"server": 1}
    assert reasons(_GROUPS, [device_plugin(), _server(3)]) == {"2 Insufficient nvidia.com/gpu"}
    assert finding(_GROUPS, [device_plugin(), _server(1)]).headroom[0].gpus == 1


def test_without_the_plugin_there_are_none() -> None:
    """A machine's GPUs cannot be had while nobody offers them."""
    assert waiting(_GROUPS, [_server(1)]) == {"server": 1}
    assert finding(_GROUPS, []).headroom[0].gpus == 0


def test_the_plugin_offers_nothing_where_there_is_no_gpu() -> None:
    """On a node without GPUs it changes nothing."""
    assert waiting([Group(name="gpu", size=1)], [device_plugin(), _server(1)]) == {"server": 1}


def test_time_slices_count_as_gpus() -> None:
    """Each GPU offers as many as the configuration says."""
    assert waiting(_GROUPS, [*_shared(), _server(8)]) == {}
    assert waiting(_GROUPS, [*_shared(), _server(9)]) == {"server": 1}


def test_slices_may_have_a_name_of_their_own() -> None:
    """Renamed ones serve only pods that ask for them by that name."""
    renamed = _shared(renameByDefault=True)

    assert waiting(_GROUPS, [*renamed, _server(1)]) == {"server": 1}
    assert waiting(_GROUPS, [*renamed, _server(8, f"{_GPU}.shared")]) == {}
    assert finding(_GROUPS, renamed).headroom[0].gpus == 8


def test_nodes_may_choose_among_configurations() -> None:
    """The label of a node names its entry; the entry `default` is for all others."""
    config_map, plugin = _shared()
    sliced = config_map["data"].pop("config.yaml")
    config_map["data"] = {"sliced": sliced, "default": "{version: v1}"}
    labelled = Group(
        name="gpu",
        instance_type="g4dn.xlarge",
        size=1,
        labels={"nvidia.com/device-plugin.config": "sliced"},
    )
    plain = Group(name="gpu", instance_type="g4dn.xlarge", size=1)

    assert finding([labelled], [config_map, plugin]).headroom[0].gpus == 4
    assert finding([plain], [config_map, plugin]).headroom[0].gpus == 1


def test_a_configuration_that_is_no_yaml_is_said() -> None:
    """In one sentence."""
    config_map, plugin = _shared()
    config_map["data"] = {"config.yaml": "{"}

    with pytest.raises(
        PlanError, match="the configuration of the device plugin is no YAML"
    ) as says:
        finding(_GROUPS, [config_map, plugin])
    assert "\n" not in str(says.value)
