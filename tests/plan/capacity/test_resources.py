"""What a node has room for: resources, places for pods, and who goes first."""

import json
from typing import Any

import pytest

from plan.capacity.findings import AtMaximum
from plan.model.failure import PlanError
from tests.plan.capacity.builder import (
    NAMESPACE,
    Document,
    Group,
    autoscaler,
    deployment,
    device_plugin,
    finding,
    job,
    node_affinity,
    pod_spec,
    priority_class,
    reasons,
    taint,
    waiting,
    workload,
)

_ONE = Group(size=1)


@pytest.mark.parametrize(
    ("template", "pods", "left", "reason"),
    [
        (pod_spec("965m"), 3, 1, "1 Insufficient cpu"),
        (pod_spec("10m", "2279Mi"), 4, 1, "1 Insufficient memory"),
        (pod_spec(extended={"ephemeral-storage": "9Gi"}), 2, 1, "1 Insufficient ephemeral-storage"),
        (pod_spec(), 36, 1, "1 Too many pods"),
        (pod_spec(extended={"example.com/card": "1"}), 1, 1, "1 Insufficient example.com/card"),
    ],
)
def test_a_node_holds_what_it_can_allocate_and_no_more(
    template: Document, pods: int, left: int, reason: str
) -> None:
    """One pod is too many where 1930m, 6837Mi, 17408Mi of disk and 35 pods are to be had."""
    assert waiting([_ONE], [deployment("app", template, pods - left)]) == {}
    assert waiting([_ONE], [deployment("app", template, pods)]) == {"app": left}
    assert reasons([_ONE], [deployment("app", template, pods)]) == {reason}


def test_what_is_left_is_summed_by_group() -> None:
    """What no pod asks for is left: CPU, memory, places for pods."""
    found = finding([Group(size=2)], [deployment("app", pod_spec("500m", "1Gi"), 3)])

    (room,) = found.headroom
    assert (room.cpu_milli, room.memory_mib, room.pods) == (3860 - 1500, 2 * 6837 - 3072, 67)


def test_every_reason_of_a_node_is_said() -> None:
    """A node that is short of two things says both."""
    assert reasons([_ONE], [deployment("app", pod_spec("3", "9Gi"))]) == {
        "1 Insufficient cpu, 1 Insufficient memory"
    }


def test_a_daemon_set_has_a_pod_on_every_node_that_lets_it() -> None:
    """It avoids nodes with taints it does not tolerate, and those it does not select."""
    closed = Group(name="closed", size=1, taints=[taint("closed")])
    groups = [Group(size=2), closed]
    tolerating = {"tolerations": [{"operator": "Exists"}]}
    chosen = node_affinity(
        {"key": "eks.amazonaws.com/nodegroup", "operator": "In", "values": ["closed"]}
    )

    def pods(**spec: Any) -> int:
        return finding(groups, [workload("DaemonSet", "daemon", pod_spec("1m", **spec))]).pods

    assert pods() == 2
    assert pods(**tolerating) == 3
    assert pods(**tolerating, **chosen) == 1


def test_a_pod_of_a_daemon_set_that_does_not_fit_waits_for_its_own_node() -> None:
    """Room on another node is no help to it."""
    groups = [Group(size=1), Group(name="large", size=1, instance_type="t3.xlarge")]
    daemon = workload("DaemonSet", "daemon", pod_spec("2"))

    assert waiting(groups, [daemon]) == {"daemon": 1}
    assert reasons(groups, [daemon]) == {
        "1 Insufficient cpu, 1 node(s) didn't satisfy plugin(s) [NodeAffinity]"
    }


def test_a_job_has_as_many_pods_as_run_at_once() -> None:
    """Not more than are to be completed, and one if nothing is said."""

    def pods(**spec: int) -> int:
        return finding([_ONE], [job("job", pod_spec("1m"), **spec)]).pods

    assert pods() == 1
    assert pods(parallelism=3) == 3
    assert pods(parallelism=3, completions=2) == 2


def test_a_stateful_set_makes_a_pod_only_once_the_one_before_runs() -> None:
    """With the default policy the pods behind the one that waits are not even made."""
    app = workload("StatefulSet", "app", pod_spec("1"), replicas=4)
    parallel = {"spec": app["spec"] | {"podManagementPolicy": "Parallel"}}

    assert waiting([_ONE], [app]) == waiting([_ONE], [app | parallel]) == {"app": 3}
    assert reasons([_ONE], [app]) == {
        *("1 Insufficient cpu", "made once app-1 runs", "made once app-2 runs")
    }
    assert reasons([_ONE], [app | parallel]) == {"1 Insufficient cpu"}


def test_pods_of_higher_priority_push_others_aside() -> None:
    """Whoever comes first, the important pods run."""
    important = deployment("important", pod_spec("900m", priorityClassName="high"), 2)
    objects = [priority_class("high", 1000), deployment("modest", pod_spec("900m"), 2), important]

    assert waiting([_ONE], objects) == {"modest": 2}


def test_a_priority_that_never_preempts_only_comes_first() -> None:
    """Such pods win only where they are there in time."""
    never = priority_class("polite", 1000, preemptionPolicy="Never")
    polite = deployment("polite", pod_spec("900m", priorityClassName="polite"), 2)
    found = finding([_ONE], [never, deployment("modest", pod_spec("900m"), 2), polite])

    assert not found.is_certain
    assert (found.fewest_waiting, found.most_waiting) == (2, 2)


def test_the_default_priority_is_that_of_pods_that_name_none() -> None:
    """A class may be the default for all."""
    classes = [priority_class("usual", 10, globalDefault=True), priority_class("low", 1)]
    low = deployment("low", pod_spec("900m", priorityClassName="low"), 2)

    assert waiting([_ONE], [*classes, low, deployment("usual", pod_spec("900m"), 2)]) == {"low": 2}


_ROOMY = [Group(size=2)]
"""3860m of CPU and 70 pods."""


def _quota(namespace: str = NAMESPACE, **hard: str) -> Document:
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "share", "namespace": namespace},
        "spec": {"hard": {name.replace("_", "."): most for name, most in hard.items()}},
    }


def _limited(cpu: str, limit: str) -> Document:
    resources = {"requests": {"cpu": cpu}, "limits": {"cpu": limit}}
    return pod_spec(container={"resources": resources})


@pytest.mark.parametrize(
    ("hard", "left"),
    [
        ({"pods": "3"}, 1),
        ({"requests_cpu": "250m"}, 2),
        ({"cpu": "250m"}, 2),
        ({"limits_cpu": "1"}, 2),
        ({"pods": "4", "requests_cpu": "400m", "limits_cpu": "2"}, 0),
    ],
)
def test_pods_beyond_a_quota_are_not_made(hard: dict[str, str], left: int) -> None:
    """Four pods that ask for 100m and may take 500m, on nodes with room for all."""
    pods = deployment("many", _limited("100m", "500m"), replicas=4)

    assert waiting(_ROOMY, [pods, _quota(**hard)]) == ({"many": left} if left else {})


def test_the_reason_names_the_quota_and_what_is_short() -> None:
    """As the API server says it."""
    pods = deployment("many", pod_spec("100m"), replicas=2)
    (shortage,) = finding(_ROOMY, [pods, _quota(pods="1")]).shortages

    assert shortage.reasons == ("exceeded quota: share, pods",)


def test_a_quota_of_another_namespace_does_not_matter() -> None:
    """Each has its own."""
    pods = deployment("many", pod_spec("100m"), replicas=2)

    assert waiting(_ROOMY, [pods, _quota("other", pods="1")]) == {}


def test_a_quota_of_a_priority_class_counts_its_pods_only() -> None:
    """Each service may have its own, though they share a namespace."""
    scope = {"scopeName": "PriorityClass", "operator": "In", "values": ["first"]}
    quota = _quota(pods="1")
    quota["spec"]["scopeSelector"] = {"matchExpressions": [scope]}
    pods = [
        thing
        for name in ("first", "second")
        for thing in (
            priority_class(name, 1),
            deployment(name, pod_spec("100m", priorityClassName=name), replicas=2),
        )
    ]

    assert waiting(_ROOMY, [*pods, quota]) == {"first": 1}


def test_a_quota_of_another_scope_is_not_guessed() -> None:
    """What it counts cannot be told from a pod's template."""
    quota = _quota(pods="1")
    quota["spec"]["scopes"] = ["Terminating"]

    with pytest.raises(PlanError, match="quota share has scope Terminating"):
        waiting(_ROOMY, [deployment("app", pod_spec("100m"), replicas=2), quota])


def test_what_a_quota_counts_besides_pods_is_left_alone() -> None:
    """Of services and volumes the scheduler knows nothing."""
    pods = deployment("many", pod_spec("100m"), replicas=2)

    assert waiting(_ROOMY, [pods, _quota(services="0", persistentvolumeclaims="0")]) == {}


def test_an_autoscaler_can_ask_for_more_than_the_namespace_may_have() -> None:
    """Its maximum is never reached."""
    objects = [
        deployment("many", pod_spec("100m")),
        autoscaler("many", 1, 5),
        _quota(requests_cpu="300m"),
    ]

    assert waiting(_ROOMY, objects, AtMaximum()) == {"many": 2}


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
