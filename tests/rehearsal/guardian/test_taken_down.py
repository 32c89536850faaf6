"""Destroying production."""

import pytest

from tests.rehearsal.guardian.analyses import REGION
from tests.rehearsal.guardian.drill import GuardianDrill

pytestmark = pytest.mark.rehearsal


def test_production_keeps_its_data(drill: GuardianDrill) -> None:
    """`cdk destroy` takes workloads, KEDA and cluster, and stops at the data stores."""
    drill.destroy()

    states = drill.checkout.cloud.client("stepfunctions", REGION)
    assert states.list_state_machines()["stateMachines"] == []
