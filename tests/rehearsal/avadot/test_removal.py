"""Destroying production."""

import pytest

from tests.rehearsal.avadot.drill import REGION, AvadotDrill

pytestmark = pytest.mark.rehearsal


def test_production_keeps_its_data(drill: AvadotDrill) -> None:
    """`cdk destroy` takes workloads and cluster, and stops at the data stores."""
    (bucket,) = drill.model_store("--bucket")

    drill.destroy()

    buckets = drill.checkout.cloud.client("s3", REGION).list_buckets()["Buckets"]
    assert bucket in {one["Name"] for one in buckets}
