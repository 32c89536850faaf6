"""Pods get their secrets as files: fields that there are, by a role that they have."""

import json
from typing import Any

import pytest

from plan.changes.comparison import compare
from plan.changes.nouns import Severity, Topic
from plan.model.assembly import Assembly
from tests.plan.assemblies import Document, Written, assembled, manifest, resource, thing
from tests.plan.changes.compared import APP, assert_risk, risks

_CLUSTER = {"ClusterName": "avadot"}
_OF_RDS = {"Fn::GetAtt": ["Secret", "MasterUserSecret.SecretArn"]}
_DATABASE = resource("AWS::RDS::DBInstance", f"{APP}/Secret")
_GENERATED = resource(
    "AWS::SecretsManager::Secret",
    f"{APP}/Secret",
    {
        "GenerateSecretString": {
            "SecretStringTemplate": json.dumps({"user": "it"}),
            "GenerateStringKey": "token",
        }
    },
)
_ATTACHED = resource(
    "AWS::SecretsManager::SecretTargetAttachment",
    f"{APP}/Attached",
    {"SecretId": {"Ref": "Secret"}},
)


def _class(*fields: str, pod_identity: str = "true") -> Document:
    wanted = {"objectName": "SECRET", "jmesPath": [{"path": one} for one in fields]}
    parameters = {"usePodIdentity": pod_identity, "objects": json.dumps([wanted])}
    return thing("SecretProviderClass", "files", spec={"provider": "aws", "parameters": parameters})


def _pods(**account: Any) -> list[Document]:
    volume = {"csi": {"volumeAttributes": {"secretProviderClass": "files"}}}
    pod = {
        "containers": [{"name": "it", "image": "it@sha256:0"}],
        "serviceAccountName": "one",
        "volumes": [volume],
    }
    metadata = {"name": "one", "namespace": "avadot"} | account
    owner = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
    return [owner, thing("Deployment", "one", spec={"template": {"spec": pod}})]


def _stack(
    files: Document,
    secret: Document = _DATABASE,
    named: Document = _OF_RDS,
    *,
    account: Document | None = None,
    has_association: bool = True,
) -> Assembly:
    applied = manifest(f"{APP}/one/Resource/Default", files, *_pods(**(account or {})))
    text = applied["Properties"]["Manifest"]
    first, last = text.split("SECRET")
    applied["Properties"]["Manifest"] = {"Fn::Join": ["", [first, named, last]]}
    association = resource(
        "AWS::EKS::PodIdentityAssociation",
        f"{APP}/Association",
        {**_CLUSTER, "Namespace": "avadot", "ServiceAccount": "one"},
    )
    others = {"Association": association} if has_association else {}
    resources = {"Secret": secret, "Attached": _ATTACHED, "Objects": applied, **others}
    return assembled(Written(name=APP, resources=resources))


@pytest.mark.parametrize(
    ("secret", "named", "right", "wrong"),
    [
        (_DATABASE, _OF_RDS, ["username", "password"], "pasword"),
        (_DATABASE, _OF_RDS, ["username"], "host"),
        (_GENERATED, {"Ref": "Secret"}, ["user", "token"], "password"),
        (_GENERATED, {"Ref": "Attached"}, ["user", "host"], "username"),
    ],
)
def test_a_field_that_a_secret_has_not_keeps_pods_from_starting(
    secret: Document, named: Document, right: list[str], wrong: str
) -> None:
    """RDS' own secret, one that CloudFormation makes, and one that is attached to a database."""
    before = _stack(_class(*right), secret, named)
    after = _stack(_class(*right, wrong), secret, named)

    changes = compare(before, after, APP)

    assert_risk(changes, Topic.REFUSED, Severity.RISKY, f"asks for {wrong} of a secret that has")
    assert risks(compare(Assembly(()), before, APP), Topic.REFUSED) == []


def test_what_a_secret_holds_that_a_person_fills_is_not_known() -> None:
    by_hand = resource("AWS::SecretsManager::Secret", f"{APP}/Secret")
    found = compare(Assembly(()), _stack(_class("any"), by_hand, {"Ref": "Secret"}), APP)

    assert risks(found, Topic.REFUSED) == []


_ROLE = {"annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/it"}}


@pytest.mark.parametrize(
    ("pod_identity", "has_association", "account", "works"),
    [
        ("true", True, {}, True),
        ("true", False, _ROLE, False),
        ("false", True, {}, False),
        ("false", False, _ROLE, True),
    ],
)
def test_secrets_are_fetched_by_a_role_that_the_pods_have(
    *, pod_identity: str, has_association: bool, account: Document, works: bool
) -> None:
    """Where they have none of the kind that is asked for, they have one of the other."""
    after = _stack(
        _class("username", pod_identity=pod_identity),
        account=account,
        has_association=has_association,
    )

    changes = compare(Assembly(()), after, APP)

    if works:
        assert risks(changes, Topic.REFUSED) == []
    else:
        other = "false" if pod_identity == "true" else "true"
        assert_risk(changes, Topic.REFUSED, Severity.RISKY, f"with `usePodIdentity: {other}`")
