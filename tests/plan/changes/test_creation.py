"""What pods read when they are made is there before they are."""

from typing import Any

import pytest

from plan.changes.comparison import compare
from plan.changes.nouns import Changes, Severity, Topic
from plan.model.assembly import Assembly
from settings.system import System
from tests.plan.assemblies import Document, Written, assembled, manifest, resource, thing
from tests.plan.changes.compared import APP, assert_risk, risks
from tests.plan.changes.settings_changed import assembly_of
from tests.settings.avadot import examples as avadot
from tests.settings.dubbing import examples as dubbing
from tests.settings.guardian import examples as guardian

_CLUSTER = {"ClusterName": "avadot"}


def _name(system: System) -> str:
    return system.name


def _pods(image: str = "0") -> Document:
    container = {
        "name": "it",
        "image": f"it@sha256:{image}",
        "envFrom": [{"configMapRef": {"name": "values"}}],
    }
    volume = {"csi": {"volumeAttributes": {"secretProviderClass": "files"}}}
    pod = {"containers": [container], "serviceAccountName": "account", "volumes": [volume]}
    return thing("Deployment", "one", spec={"template": {"spec": pod}})


def _stack(other: Document | None, image: str, *, waits: bool) -> Assembly:
    """Return a stack with pods in a manifest of their own, which may wait for another resource."""
    wait = {"DependsOn": ["Other"]} if waits and other else {}
    pods = manifest(f"{APP}/one/Resource/Default", _pods(image), **wait)
    resources = {"Pods": pods} | ({"Other": other} if other else {})
    return assembled(Written(name=APP, resources=resources))


def _of(kind: str, name: str, **fields: Any) -> Document:
    return manifest(f"{APP}/other/Resource/Default", thing(kind, name, **fields))


_ASSOCIATION = resource(
    "AWS::EKS::PodIdentityAssociation",
    f"{APP}/Association",
    {**_CLUSTER, "Namespace": "avadot", "ServiceAccount": "account"},
)
_LATE: list[tuple[Document | None, Document]] = [
    (_of("ConfigMap", "values", data={"a": "1"}), _of("ConfigMap", "values", data={"a": "2"})),
    (
        _of("SecretProviderClass", "files", spec={"parameters": {"objects": "1"}}),
        _of("SecretProviderClass", "files", spec={"parameters": {"objects": "2"}}),
    ),
    (None, _of("ConfigMap", "values", data={})),
    (None, _ASSOCIATION),
]


def _changed(before: Document | None, after: Document, *, waits: bool, image: str) -> Changes:
    return compare(_stack(before, "0", waits=waits), _stack(after, image, waits=waits), APP)


@pytest.mark.parametrize(("before", "after"), _LATE)
def test_new_pods_may_be_made_before_what_they_read_only_then(
    before: Document | None, after: Document
) -> None:
    """What the finding names, that their manifest waits for it, is enough."""
    late = _changed(before, after, waits=False, image="1")
    waiting = _changed(before, after, waits=True, image="1")

    words = "may come after the new pods of Deployment avadot/one"
    assert_risk(late, Topic.MEANWHILE, Severity.RISKY, words)
    assert risks(waiting, Topic.MEANWHILE) == []


@pytest.mark.parametrize(("before", "after"), _LATE[:2])
def test_where_no_pod_is_made_the_order_does_not_matter(
    before: Document | None, after: Document
) -> None:
    assert risks(_changed(before, after, waits=False, image="0"), Topic.MEANWHILE) == []


def test_an_association_for_another_account_is_waited_for_by_nobody() -> None:
    properties = _ASSOCIATION["Properties"] | {"ServiceAccount": "another"}
    after = _ASSOCIATION | {"Properties": properties}

    assert risks(_changed(None, after, waits=False, image="1"), Topic.MEANWHILE) == []


@pytest.mark.parametrize("system", [avadot.PROD, guardian.PROD, dubbing.PROD], ids=_name)
def test_in_the_systems_everything_is_declared_in_its_order(system: System) -> None:
    """A first deploy makes all pods, and all that they read."""
    changes = compare(Assembly(()), assembly_of(system), system.name)

    assert risks(changes, Topic.MEANWHILE) == []
