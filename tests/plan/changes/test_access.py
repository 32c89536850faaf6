"""Somebody may do more in AWS."""

from typing import Any

import pytest

from plan.changes.comparison import compare
from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, Written, assembled, resource
from tests.plan.changes.compared import resources, severities, told

_READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:models/*"}


def _policy(*statements: Document) -> Document:
    document = {"Statement": list(statements)}
    properties = {"PolicyDocument": document, "Roles": [{"Ref": "Role"}]}
    return resource("AWS::IAM::Policy", "App/tarot/Policy", properties)


def _role(**properties: Any) -> Document:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "a"}}
    return resource(
        "AWS::IAM::Role",
        "App/tarot/Role",
        {"AssumeRolePolicyDocument": {"Statement": [trust]}} | properties,
    )


def test_a_policy_that_allows_more_is_a_risk() -> None:
    """What it allows is in the sentence."""
    other = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:models/*"}

    changes = resources({"P": _policy(_READ)}, {"P": _policy(_READ, other)})

    assert told(changes, Topic.ACCESS) == [
        (Severity.RISKY, "now also allows s3:PutObject on arn:models/*")
    ]


def test_a_policy_that_allows_less_is_none() -> None:
    """The other direction is welcome."""
    other = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:models/*"}

    assert (
        severities(resources({"P": _policy(_READ, other)}, {"P": _policy(_READ)}), Topic.ACCESS)
        == []
    )


def test_a_policy_inside_a_role_counts_too() -> None:
    """It is one more place to look at."""
    inside = {"PolicyName": "p", "PolicyDocument": {"Statement": [_READ]}}

    changes = resources({"R": _role()}, {"R": _role(Policies=[inside])})

    assert told(changes, Topic.ACCESS) == [
        (Severity.RISKY, "now also allows s3:GetObject on arn:models/*")
    ]


def test_a_denial_that_goes_is_a_risk() -> None:
    """What it held back is open."""
    deny = {"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"}

    changes = resources({"P": _policy(_READ, deny)}, {"P": _policy(_READ)})

    assert told(changes, Topic.ACCESS) == [
        (Severity.RISKY, "no longer denies s3:DeleteObject on *")
    ]


def test_a_new_policy_of_a_role_that_was_there_is_a_risk() -> None:
    """Whoever has the role may do more."""
    changes = resources({"Role": _role()}, {"Role": _role(), "P": _policy(_READ)})

    assert severities(changes, Topic.ACCESS) == [Severity.RISKY]


def test_a_new_policy_of_a_new_role_is_none() -> None:
    """Nobody has the role yet."""
    changes = resources({}, {"Role": _role(), "P": _policy(_READ)})

    assert severities(changes, Topic.ACCESS) == []


def test_a_new_role_that_may_do_everything_is_a_risk() -> None:
    """That is never meant."""
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}

    changes = resources({}, {"Role": _role(), "P": _policy(everything)})

    assert severities(changes, Topic.ACCESS) == [Severity.RISKY]


def test_the_policy_of_a_new_key_for_its_own_account_is_none() -> None:
    """In the policy of a key, every resource is the key."""
    root = {
        "Effect": "Allow",
        "Action": "kms:*",
        "Resource": "*",
        "Principal": {"AWS": "arn:aws:iam::1:root"},
    }
    key = resource("AWS::KMS::Key", "App/Key", {"KeyPolicy": {"Statement": [root]}})

    assert severities(resources({}, {"Key": key}), Topic.ACCESS) == []


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}])
def test_a_new_bucket_for_everybody_is_a_risk(principal: object) -> None:
    """Also when nothing of it was there before."""
    policy = {"Statement": [{**_READ, "Principal": principal}]}
    bucket = resource("AWS::S3::BucketPolicy", "App/B", {"PolicyDocument": policy})

    assert severities(resources({}, {"B": bucket}), Topic.ACCESS) == [Severity.RISKY]


def test_a_new_principal_is_a_risk() -> None:
    """Somebody else may take the role."""
    before = _role()
    after = _role()
    trust = after["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]
    trust["Principal"] = {"Service": ["a", "b"]}

    ((severity, sentence),) = told(resources({"R": before}, {"R": after}), Topic.ACCESS)

    assert severity is Severity.RISKY
    assert sentence == "can now be assumed by b"


def test_a_managed_policy_that_comes_is_a_risk() -> None:
    """What is in it, AWS decides."""
    arn = "arn:aws:iam::aws:policy/PowerUserAccess"

    changes = resources({"R": _role()}, {"R": _role(ManagedPolicyArns=[arn])})

    assert told(changes, Topic.ACCESS) == [(Severity.RISKY, "now also has PowerUserAccess")]


def test_who_else_enters_a_cluster_that_was_there_is_a_risk() -> None:
    """An access entry belongs to its cluster."""
    entry = resource(
        "AWS::EKS::AccessEntry",
        "App/Entry",
        {"ClusterName": {"Ref": "C"}, "AccessPolicies": [{"PolicyArn": "x/AmazonEKSViewPolicy"}]},
    )
    cluster = {"C": resource("AWS::EKS::Cluster", "App/C")}

    old = resources(cluster, {**cluster, "Entry": entry})
    new = resources({}, {**cluster, "Entry": entry})

    assert told(old, Topic.ACCESS) == [(Severity.RISKY, "now also has AmazonEKSViewPolicy")]
    assert told(new, Topic.ACCESS) == []


def test_a_policy_of_a_role_in_another_stack_is_a_risk() -> None:
    """The role was there, only elsewhere."""
    export = {"Value": {"Ref": "Role"}, "Export": {"Name": "Role"}}
    base = Written(name="Base", resources={"Role": _role()}, outputs={"R": export})
    policy = _policy(_READ)
    policy["Properties"]["Roles"] = [{"Fn::ImportValue": "Role"}]

    changes = compare(
        assembled(base, Written(name="App", resources={})),
        assembled(base, Written(name="App", resources={"P": policy}, depends_on=["Base"])),
    )

    assert severities(changes, Topic.ACCESS) == [Severity.RISKY]
