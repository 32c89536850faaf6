"""What the release gate may read in a namespace."""

import cdk8s
import pytest

from charts.release_gate import ReleaseGateChart
from tests.charts.examples import draw, pick


@pytest.mark.parametrize(
    ("rollouts", "read"), [(True, [["rollouts", "analysisruns"]]), (False, [])]
)
def test_kinds_of_argo_are_read_only_where_there_are_any(
    rollouts: bool,  # noqa: FBT001 - the parameter of the test
    read: list[list[str]],
) -> None:
    """A right that nobody needs is not given."""
    chart = ReleaseGateChart(cdk8s.App(), system="a", namespace="b", rollouts=rollouts)

    rules = pick(draw(chart), "Role")["rules"]
    argo = [rule for rule in rules if rule["apiGroups"] == ["argoproj.io"]]
    assert [rule["resources"] for rule in argo] == read
    assert all(rule["verbs"] == ["get", "list"] for rule in argo)
