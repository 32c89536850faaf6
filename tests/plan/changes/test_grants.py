"""What one policy allows that another does not."""

from typing import Any

import pytest

from plan.changes.consequences.grants import allowed, uncovered
from tests.plan.assemblies import Document

_READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:models/*"}


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
    """Another action, or another resource."""
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
    """What a wildcard held before, or with a condition more."""
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
