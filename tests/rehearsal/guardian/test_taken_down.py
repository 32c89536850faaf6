"""Destroying production: the last module by name, since little is left of it."""

import pytest

from tests.rehearsal.guardian.analyses import REGION
from tests.rehearsal.guardian.drill import STACKS, Drill

pytestmark = [pytest.mark.rehearsal, pytest.mark.xdist_group("guardian")]

_OF_CLUSTER = ("kube-apiserver", "keda-operator", "keda-adapter", "keda-webhooks")


def test_production_keeps_its_data(drill: Drill) -> None:
    """`cdk destroy` takes workloads, KEDA and cluster, stops at the data stores, and says why."""
    cloud = drill.checkout.cloud

    ended = drill.checkout.cdk("destroy", *reversed(STACKS), "--force")

    assert ended.code == 1, ended.output
    assert "GuardianProdData" in ended.output
    assert "TerminationProtection is enabled" in ended.output
    assert cloud.client("eks", REGION).list_clusters()["clusters"] == []
    assert len(cloud.client("rds", REGION).describe_db_instances()["DBInstances"]) == 1
    assert cloud.client("stepfunctions", REGION).list_state_machines()["stateMachines"] == []
    assert drill.status("GuardianProdData") == "CREATE_COMPLETE"
    running = drill.checkout.processes()
    assert not [line for line in running if any(name in line for name in _OF_CLUSTER)]
