"""Destroying production: the last module by name, since little is left of it."""

import pytest

from tests.rehearsal.avadot.drill import REGION, STACKS, Drill

pytestmark = [pytest.mark.rehearsal, pytest.mark.xdist_group("avadot")]


def test_production_keeps_its_data(drill: Drill) -> None:
    """`cdk destroy` takes workloads and cluster, stops at the data stores, and says why."""
    cloud = drill.checkout.cloud
    databases, buckets = cloud.client("rds", REGION), cloud.client("s3", REGION)
    (bucket,) = drill.model_store("--bucket")

    ended = drill.checkout.cdk("destroy", *reversed(STACKS), "--force")

    assert ended.code == 1, ended.output
    assert "AvadotProdData" in ended.output
    assert "TerminationProtection is enabled" in ended.output
    assert cloud.client("eks", REGION).list_clusters()["clusters"] == []
    assert len(databases.describe_db_instances()["DBInstances"]) == 1
    assert bucket in {one["Name"] for one in buckets.list_buckets()["Buckets"]}
    assert drill.status("AvadotProdData") == "CREATE_COMPLETE"
    assert not [line for line in drill.checkout.processes() if "kube-apiserver" in line]
