"""Permissions in AWS are broadened."""

from typing import Any

import pytest

from plan.changes.comparison import compare
from plan.changes.nouns import Severity, Topic
from plan.changes.risks.iam import allowed, uncovered
from tests.plan.assemblies import Document, Written, assembled, resource
from tests.plan.changes.compared import resources, risks, severities

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
    other = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:models/*"}

    changes = resources({"P": _policy(_READ)}, {"P": _policy(_READ, other)})

    assert risks(changes, Topic.ACCESS) == [
        (Severity.RISKY, "now also allows s3:PutObject on arn:models/*")
    ]


def test_a_policy_that_allows_less_is_none() -> None:
    other = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:models/*"}

    assert (
        severities(resources({"P": _policy(_READ, other)}, {"P": _policy(_READ)}), Topic.ACCESS)
        == []
    )


def test_a_policy_inside_a_role_counts_too() -> None:
    inside = {"PolicyName": "p", "PolicyDocument": {"Statement": [_READ]}}

    changes = resources({"R": _role()}, {"R": _role(Policies=[inside])})

    assert risks(changes, Topic.ACCESS) == [
        (Severity.RISKY, "now also allows s3:GetObject on arn:models/*")
    ]


def test_a_denial_that_goes_is_a_risk() -> None:
    deny = {"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"}

    changes = resources({"P": _policy(_READ, deny)}, {"P": _policy(_READ)})

    assert risks(changes, Topic.ACCESS) == [
        (Severity.RISKY, "no longer denies s3:DeleteObject on *")
    ]


def test_a_new_policy_of_a_role_that_was_there_is_a_risk() -> None:
    changes = resources({"Role": _role()}, {"Role": _role(), "P": _policy(_READ)})

    assert severities(changes, Topic.ACCESS) == [Severity.RISKY]


@pytest.mark.parametrize("role", ["by-name", {"Fn::ImportValue": "Unknown"}, {"Ref": "Parameter"}])
def test_a_new_policy_of_a_role_that_no_template_makes_is_a_risk(role: object) -> None:
    policy = _policy(_READ)
    policy["Properties"]["Roles"] = [role]

    assert severities(resources({}, {"P": policy}), Topic.ACCESS) == [Severity.RISKY]


@pytest.mark.parametrize(
    ("kind", "owner"),
    [
        ("AWS::SQS::QueuePolicy", {"Queues": [{"Ref": "It"}]}),
        ("AWS::SNS::TopicPolicy", {"Topics": [{"Ref": "It"}]}),
        ("AWS::SecretsManager::ResourcePolicy", {"SecretId": {"Ref": "It"}}),
    ],
)
def test_a_new_resource_policy_of_what_was_there_is_a_risk(kind: str, owner: Document) -> None:
    document = {"Statement": [{**_READ, "Principal": {"Service": "a"}}]}
    name = "ResourcePolicy" if "SecretId" in owner else "PolicyDocument"
    it, policy = {"It": resource("T")}, {"P": resource(kind, "", {name: document, **owner})}

    assert severities(resources(it, it | policy), Topic.ACCESS) == [Severity.RISKY]
    assert severities(resources({}, it | policy), Topic.ACCESS) == []


def _permission(principal: str, **source: str) -> Document:
    function = {"Fn::GetAtt": ["F", "Arn"]}
    properties = {"Action": "lambda:InvokeFunction", "FunctionName": function, **source}
    return resource("AWS::Lambda::Permission", "", properties | {"Principal": principal})


def test_who_else_may_invoke_a_function_that_was_there_is_a_risk() -> None:
    function = {"F": resource("AWS::Lambda::Function")}
    mine, any_source = _permission("events", SourceArn="mine"), _permission("events")

    def found(before: Document, after: Document) -> list[tuple[Severity, str]]:
        return risks(resources(before, after), Topic.ACCESS)

    risk = (Severity.RISKY, "now also allows lambda:InvokeFunction by events")
    assert found(function, function | {"P": mine}) == [risk]
    assert found(function | {"P": mine}, function | {"P": any_source}) == [risk]
    assert found(function | {"P": any_source}, function | {"P": mine}) == []
    assert found({}, function | {"P": mine}) == []
    assert severities(resources({}, function | {"P": _permission("*")}), Topic.ACCESS) == [
        Severity.RISKY
    ]


def test_a_new_policy_of_a_new_role_is_none() -> None:
    changes = resources({}, {"Role": _role(), "P": _policy(_READ)})

    assert severities(changes, Topic.ACCESS) == []


def test_a_new_role_that_may_do_everything_is_a_risk() -> None:
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
    policy = {"Statement": [{**_READ, "Principal": principal}]}
    bucket = resource("AWS::S3::BucketPolicy", "App/B", {"PolicyDocument": policy})

    assert severities(resources({}, {"B": bucket}), Topic.ACCESS) == [Severity.RISKY]


def test_a_new_principal_is_a_risk() -> None:
    before = _role()
    after = _role()
    trust = after["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]
    trust["Principal"] = {"Service": ["a", "b"]}

    ((severity, sentence),) = risks(resources({"R": before}, {"R": after}), Topic.ACCESS)

    assert severity is Severity.RISKY
    assert sentence == "can now be assumed by b"


def test_a_managed_policy_that_comes_is_a_risk() -> None:
    arn = "arn:aws:iam::aws:policy/PowerUserAccess"

    changes = resources({"R": _role()}, {"R": _role(ManagedPolicyArns=[arn])})

    assert risks(changes, Topic.ACCESS) == [(Severity.RISKY, "now also has PowerUserAccess")]


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

    assert risks(old, Topic.ACCESS) == [(Severity.RISKY, "now also has AmazonEKSViewPolicy")]
    assert risks(new, Topic.ACCESS) == []


def test_a_policy_of_a_role_in_another_stack_is_a_risk() -> None:
    export = {"Value": {"Ref": "Role"}, "Export": {"Name": "Role"}}
    base = Written(name="Base", resources={"Role": _role()}, outputs={"R": export})
    policy = _policy(_READ)
    policy["Properties"]["Roles"] = [{"Fn::ImportValue": "Role"}]

    changes = compare(
        assembled(base, Written(name="App", resources={})),
        assembled(base, Written(name="App", resources={"P": policy}, depends_on=["Base"])),
    )

    assert severities(changes, Topic.ACCESS) == [Severity.RISKY]


@pytest.mark.parametrize(
    "wider",
    [
        {**_READ, "Action": "s3:*"},
        {**_READ, "Action": ["s3:GetObject", "s3:PutObject"]},
        {**_READ, "Resource": "*"},
        {**_READ, "Resource": ["arn:models/*", "arn:logs/*"]},
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:models/*"},
    ],
)
def test_a_wider_statement_allows_more(wider: Document) -> None:
    new = allowed({"Statement": [wider]})

    assert uncovered(new, allowed({"Statement": [_READ]}))


@pytest.mark.parametrize(
    "narrower",
    [
        _READ,
        {**_READ, "Action": "s3:getobject"},
        {**_READ, "Resource": "arn:models/a"},
        {**_READ, "Condition": {"StringEquals": {"a": "b"}}},
    ],
)
def test_a_narrower_statement_allows_nothing_new(narrower: Document) -> None:
    new = allowed({"Statement": [narrower]})

    assert uncovered(new, allowed({"Statement": [_READ]})) == []


@pytest.mark.parametrize(
    ("operator", "before", "after", "more"),
    [
        ("StringEquals", ["a"], ["a", "b"], True),
        ("StringEquals", ["a", "b"], ["a"], False),
        ("StringNotEquals", ["a"], ["a", "b"], False),
        ("StringNotEquals", ["a", "b"], ["a"], True),
        ("StringEquals", ["a"], [], True),
    ],
)
def test_a_condition_with_more_values_is_looser(
    operator: str, before: list[str], after: list[str], *, more: bool
) -> None:
    """One of the values must hold; where it must not, fewer values are looser."""

    def grants(values: list[str]) -> Any:
        condition = {"Condition": {operator: {"key": values}}} if values else {}
        return allowed({"Statement": [_READ | condition]})

    assert bool(uncovered(grants(after), grants(before))) is more


@pytest.mark.parametrize(
    ("condition", "is_stricter"),
    [
        ({"StringEquals": {"tag": "mine"}}, True),
        ({"ForAnyValue:StringLike": {"tag": "mine*"}}, True),
        ({"StringEquals": {"another": "mine"}}, False),
        ({"StringNotEquals": {"tag": "mine"}}, False),
        ({"StringEqualsIfExists": {"tag": "mine"}}, False),
        ({"ForAllValues:StringEquals": {"tag": "mine"}}, False),
        ({"Null": {"tag": "true"}}, False),
    ],
)
def test_a_key_that_must_have_a_value_must_be_there(
    condition: Document, *, is_stricter: bool
) -> None:
    """Whoever asked only that it is there gives nothing more by asking for its value."""
    there = _policy({**_READ, "Condition": {"Null": {"tag": "false"}}})

    changes = resources({"P": there}, {"P": _policy({**_READ, "Condition": condition})})

    assert (risks(changes, Topic.ACCESS) == []) is is_stricter
