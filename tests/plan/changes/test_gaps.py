"""A Service keeps a pod that answers while old and new are there at once."""

from itertools import pairwise
from typing import Any

from plan.changes.comparison import compare
from plan.changes.nouns import Changes, Severity, Topic
from tests.plan.assemblies import Document, Written, assembled, manifest, thing
from tests.plan.changes.compared import APP, assert_risk, objects, risks

_HTTP = {"name": "http", "containerPort": 8080}


def _service(port: int = 80, target: int | str = 8080, **selector: str) -> Document:
    ports = [{"port": port, "targetPort": target}]
    return thing("Service", spec={"selector": selector or {"a": "1"}, "ports": ports})


def _pods(name: str = "one", port: Document = _HTTP, **labels: str) -> Document:
    pod = {"containers": [{"name": "it", "image": "it@sha256:0", "ports": [port]}]}
    template = {"metadata": {"labels": {"a": "1"} | labels}, "spec": pod}
    return thing("Deployment", name, spec={"template": template})


def _assert_gap(changes: Changes, words: str) -> None:
    assert_risk(changes, Topic.MEANWHILE, Severity.RISKY, words)


def _assert_no_gap(*steps: list[Document]) -> None:
    """Expect that a service serves through some deploys, one after another."""
    for before, after in pairwise(steps):
        assert risks(objects(before, after), Topic.MEANWHILE) == []


def test_a_deployment_that_is_renamed_in_its_manifest_is_gone_before_the_new_one_serves() -> None:
    """What the finding names is without a gap: first both, then the new one alone."""
    old, new = [_service(), _pods("old")], [_service(), _pods("new")]

    _assert_gap(objects(old, new), "kubectl deletes Deployment avadot/old as soon as")
    _assert_no_gap(old, [_service(), _pods("old"), _pods("new")], new)


def test_a_deployment_that_is_renamed_with_its_manifest_is_deleted_last() -> None:
    """CloudFormation deletes a manifest that goes as a whole when all else is done."""

    def stack(name: str) -> Written:
        service = manifest(f"{APP}/service/Resource/Default", _service())
        pods = manifest(f"{APP}/{name}/Resource/Default", _pods(name))
        return Written(name=APP, resources={"Service": service, name: pods})

    changes = compare(assembled(stack("old")), assembled(stack("new")), APP)

    assert risks(changes, Topic.MEANWHILE) == []


def test_a_service_that_selects_only_what_new_pods_have_leaves_the_old_ones() -> None:
    old = [_service(), _pods()]
    new = [_service(a="1", b="2"), _pods(b="2")]

    _assert_gap(objects(old, new), "it no longer selects those that serve")
    _assert_no_gap(old, [_service(), _pods(b="2")], new)


def test_a_service_whose_port_leads_to_where_only_new_pods_listen_is_away() -> None:
    """By a name that each pod resolves for itself it is not."""
    other = {"name": "http", "containerPort": 9090}
    old, new = [_service(), _pods()], [_service(target=9090), _pods(port=other)]
    by_name = _service(target="http")

    _assert_gap(objects(old, new), "has no pod at port 80/TCP until")
    _assert_no_gap(old, [by_name, _pods()], [by_name, _pods(port=other)])


def test_a_name_that_only_new_pods_have_leads_nowhere_meanwhile() -> None:
    unnamed = {"containerPort": 8080}
    old, new = [_service(), _pods(port=unnamed)], [_service(target="http"), _pods()]

    _assert_gap(objects(old, new), "has no pod at port 80/TCP until")
    _assert_no_gap(old, [_service(), _pods()], new)


def test_a_port_that_no_container_declares_may_stay() -> None:
    """What a container says of its ports is only information."""
    old, new = _pods(port={"containerPort": 1}), _pods(port={"containerPort": 1}, b="2")

    assert risks(objects([_service(), old], [_service(), new]), Topic.MEANWHILE) == []


def test_one_of_several_deployments_behind_a_service_may_go() -> None:
    both = [_service(), _pods("old"), _pods("new")]

    assert risks(objects(both, [_service(), _pods("new")]), Topic.MEANWHILE) == []


def test_what_served_nobody_is_not_missed() -> None:
    """A Deployment without pods, and a Service without any."""
    stopped: dict[str, Any] = _pods("old")
    stopped = stopped | {"spec": stopped["spec"] | {"replicas": 0}}

    for before in ([_service(), stopped], [_service()]):
        assert risks(objects(before, [_service(), _pods("new")]), Topic.MEANWHILE) == []


def test_a_name_that_no_pod_gives_to_a_port_leads_nowhere() -> None:
    """Not even when new ones are ready."""
    changes = objects([_service(), _pods()], [_service(target="web"), _pods()])

    _assert_gap(changes, "leads port 80/TCP (web) to a name that none of its pods gives to a port")
