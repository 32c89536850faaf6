"""Argo Workflows' objects follow the values of its chart."""

import json
from pathlib import Path
from typing import Any, cast

import pytest
from lightkube.models.core_v1 import Container, ContainerPort, PodCondition, PodSpec, PodStatus
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Pod

from rehearsal.cluster import ClusterError, ControlPlane
from rehearsal.cluster.agent.informer import Informer
from rehearsal.cluster.components import Layout
from rehearsal.cluster.data_plane.endpoints import Endpoints
from rehearsal.cluster.data_plane.plane import DataPlane
from rehearsal.cluster.data_plane.programs import PodPrograms
from rehearsal.cluster.data_plane.proxy import Request, Response, listen
from rehearsal.cluster.operators import OPERATORS, Release
from rehearsal.cluster.operators.argo_workflows.objects import (
    CONTROLLER,
    executor_image,
    monitor,
    of_release,
)
from rehearsal.cluster.ports import free_ports
from rehearsal.toolchain import Toolchain
from tests.rehearsal.unit.cluster.held import Held


def _of_kind(kind: str, **values: Any) -> list[dict[str, Any]]:
    return [dict(one) for one in of_release("argo", values) if one["kind"] == kind]


def test_the_controllers_settings_are_those_of_the_values() -> None:
    """What the chart keeps for Service and monitor is none of them."""
    (settings,) = _of_kind(
        "ConfigMap",
        controller={
            "parallelism": 5,
            "metricsConfig": {"enabled": True, "secure": False, "portName": "metrics"},
            "workflowRestrictions": {"templateReferencing": "Strict"},
        },
        executor={"resources": {"requests": {"cpu": "50m"}}, "image": {"tag": "v1"}},
    )

    assert settings["metadata"]["name"] == "argo-workflows-workflow-controller-configmap"
    assert json.loads(settings["data"]["config"]) == {
        "parallelism": 5,
        "metricsConfig": {"enabled": True, "secure": False},
        "workflowRestrictions": {"templateReferencing": "Strict"},
        "executor": {"resources": {"requests": {"cpu": "50m"}}},
    }


def test_the_controllers_pod_takes_its_room_where_the_values_want_it() -> None:
    requests = {"requests": {"cpu": "100m"}}
    (deployment,) = _of_kind(
        "Deployment", controller={"resources": requests, "nodeSelector": {"node-group": "system"}}
    )

    pod = deployment["spec"]["template"]["spec"]
    assert pod["containers"][0]["resources"] == requests
    assert pod["nodeSelector"] == {"node-group": "system"}
    assert _of_kind("Service") == []


def test_accounts_may_report_in_the_namespaces_that_are_named_and_in_its_own() -> None:
    """Only for an account that the release brings itself none is made."""
    roles = _of_kind("RoleBinding", controller={"workflowNamespaces": ["music"]})
    assert [one["metadata"]["namespace"] for one in roles] == ["music", "argo"]
    assert {one["subjects"][0]["name"] for one in roles} == {"argo-workflow"}

    assert [one["metadata"]["namespace"] for one in _of_kind("Role", singleNamespace=True)] == [
        "argo"
    ]
    assert _of_kind("ServiceAccount") == []
    assert _of_kind("Role", workflow={"rbac": {"create": False}}) == []


def test_a_monitor_selects_the_service_by_its_labels() -> None:
    values = {
        "controller": {"metricsConfig": {"enabled": True}, "serviceMonitor": {"enabled": True}}
    }
    made = monitor("argo", values)
    (service,) = _of_kind("Service", **values)

    selected = made["spec"]["selector"]["matchLabels"]
    assert selected.items() <= service["metadata"]["labels"].items()
    assert made["spec"]["endpoints"][0]["port"] == service["spec"]["ports"][0]["name"]


def test_the_executors_image_is_that_of_the_values() -> None:
    """Without a tag it is that of the controller that runs here."""
    assert executor_image({}) == "quay.io/argoproj/argoexec:v4.0.5"
    own = {"registry": "", "repository": "mirror/argoexec", "tag": "v4"}
    assert executor_image({"executor": {"image": own}}) == "mirror/argoexec:v4"


def test_an_argument_that_is_not_known_here_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would otherwise be as if the chart had not been given it."""
    plane = ControlPlane(tmp_path / "plane", Toolchain(bin=tmp_path / "bin"), port=1)
    release = Release(
        plane=plane,
        chart="argo-workflows",
        namespace="argo",
        values={"controller": {"extraArgs": ["--executor-plugins"]}},
        identity_of=lambda _: {},
    )
    (plane.toolchain.shipped("argo-workflows")).mkdir(parents=True)
    monkeypatch.setattr(ControlPlane, "kubectl", lambda *_, **__: "token")
    plane.layout.directory.mkdir()
    plane.kubeconfig.write_text("users: [{}]")

    with pytest.raises(ClusterError, match="--executor-plugins of the workflow controller"):
        OPERATORS["argo-workflows"].install(release)


def test_requests_for_a_pod_reach_the_process_that_it_stands_for(tmp_path: Path) -> None:
    """Nobody answers before that process has told its port."""
    labels = {"app.kubernetes.io/name": CONTROLLER}
    container = Container(name="controller", ports=[ContainerPort(containerPort=9090)])
    pod = Pod(
        metadata=ObjectMeta(name="c", namespace="argo", uid="c", labels=labels),
        spec=PodSpec(containers=[container]),
        status=PodStatus(
            phase="Running",
            podIP="10.0.240.9",
            conditions=[PodCondition(type="Ready", status="True")],
        ),
    )
    pods = cast("Informer[Pod]", Held(pod))
    layout = Layout(directory=tmp_path)
    nothing = cast("Any", None)

    class _Silent:
        def families(self, _pod: Pod) -> None:
            """Play nothing."""

    plane = DataPlane(
        Endpoints(pods, nothing),
        PodPrograms(pods, tmp_path, ()),
        state_metrics=nothing,
        gpus=nothing,
        kubelets=nothing,
        stand_ins=cast("Any", _Silent()),
        operator_port=0,
        layout=layout,
    )
    asked = Request(
        method="GET", host="10.0.240.9", port=9090, target="/metrics", headers={}, body=b""
    )
    assert b"nothing answers" in plane.respond(asked).body

    (port,) = free_ports(1)
    layout.keep_port(CONTROLLER, port)
    program = listen(port, lambda _: Response(body=b"figures of the process"))

    assert plane.respond(asked).body == b"figures of the process"
    program.shutdown()
    program.server_close()
