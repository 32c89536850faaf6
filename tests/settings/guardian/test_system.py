"""Silver Guardian's production is what the specification asks for, figure by figure."""

from dataclasses import astuple, replace

import pytest

from settings.checks import SettingError
from settings.guardian.analyzers import Analyzer
from settings.guardian.system import Guardian
from settings.guardian.workflow import WORKFLOW
from settings.node_pools import Capacity
from tests.settings.guardian.examples import DETECTING, DETECTOR, DEV, GENERAL, ML_SPOT, PROD


def test_production_stands_where_the_specification_puts_it() -> None:
    """It runs in Seoul, in the cluster that people type, in two zones with one NAT gateway."""
    assert PROD.name == "GuardianProd"
    assert PROD.region == "ap-northeast-2"
    assert PROD.cluster.name == "silver-guardian-cluster"
    assert PROD.namespace == "guardian-prod"
    assert PROD.cluster.kubernetes == "1.36"
    assert PROD.network.cidr == "10.0.0.0/16"
    assert PROD.network.zones == ("ap-northeast-2a", "ap-northeast-2c")
    assert PROD.network.nat_gateways == 1


def test_general_machines_are_always_there() -> None:
    """One to three t3.medium, two to begin with, open to all pods."""
    assert GENERAL.instance_types == ("t3.medium",)
    assert (GENERAL.minimum, GENERAL.first_size, GENERAL.maximum) == (1, 2, 3)
    assert GENERAL.node_taints == {}
    assert PROD.cluster.common_groups == (GENERAL,)


def test_machines_of_the_analyzers_start_from_zero() -> None:
    """None to five spot machines, of the three types of old and two newer, for `ml` only."""
    of_old, newer = ("c5.xlarge", "c5.2xlarge", "c5a.xlarge"), ("c6i.xlarge", "c7i.xlarge")
    assert ML_SPOT.instance_types == (*of_old, *newer)
    assert (ML_SPOT.minimum, ML_SPOT.maximum) == (0, 5)
    assert ML_SPOT.capacity is Capacity.SPOT
    assert not ML_SPOT.renews_busy
    assert ML_SPOT.written_labels == {"workload": "ml", "nodeType": "spot"}
    assert ML_SPOT.node_taints == {"workload": "ml"}
    for analyzer in PROD.workloads:
        assert analyzer.placement.node_selector == ML_SPOT.labels
        assert analyzer.placement.tolerations == ML_SPOT.taints


def test_each_analyzer_has_its_port_and_size() -> None:
    """Name, port, requests and limits are the specified ones."""
    found = [(a.name, a.port, *astuple(a.resources)) for a in PROD.workloads]
    assert found == [
        ("audio-analyzer", 8000, 500, 512, 2000, 2048),
        ("video-analyzer", 8001, 1000, 1024, 2000, 3072),
    ]


@pytest.mark.parametrize("analyzer", PROD.workloads, ids=lambda analyzer: analyzer.name)
def test_analyzers_scale_from_zero_to_five_by_their_queue(analyzer: Analyzer) -> None:
    """0 to 5 pods, gone after five minutes without a message, CPU at 50 percent beside it."""
    scaling = analyzer.scaling
    assert (scaling.minimum, scaling.maximum) == (0, 5)
    assert (scaling.cooldown, scaling.polling, scaling.cpu_percent) == (300, 30, 50)
    assert 1 <= scaling.messages_per_pod <= 5


@pytest.mark.parametrize("system", [PROD, DEV], ids=lambda system: system.name)
def test_no_analyzer_has_a_trained_detector_by_itself(system: Guardian) -> None:
    """So no image has what runs one."""
    assert [analyzer.detector for analyzer in system.workloads] == [None, None]
    assert system.extras == {}


def test_an_image_has_what_its_detector_runs_on() -> None:
    """The other analyser's is as it was."""
    assert DETECTING.extras == {"guardian/audio-analyzer": "detector"}
    assert (DETECTOR.bucket, DETECTOR.key) == ("example-models", "detectors/voices.onnx")


def test_stores_are_the_specified_ones() -> None:
    """PostgreSQL 16 and a Redis-compatible cache, both on the smallest machines."""
    assert PROD.postgresql.version.startswith("16.")
    assert PROD.postgresql.instance_class == "db.t3.micro"
    assert PROD.postgresql.storage_gib == 20
    assert PROD.valkey.node_type == "cache.t3.micro"


def test_uploads_are_limited() -> None:
    """At most 500 MB below uploads/, by a URL that is good for a quarter of an hour."""
    assert PROD.uploads.prefix == "uploads/"
    assert PROD.uploads.largest_bytes == 500_000_000
    assert PROD.uploads.url_seconds == 15 * 60


def test_development_is_smaller() -> None:
    """It has no standby of the database, but the same analysers."""
    assert DEV.name == "GuardianDev"
    assert DEV.namespace == "guardian-dev"
    assert not DEV.postgresql.multi_az
    assert DEV.workloads == PROD.workloads


def test_three_machines_hold_all_analyzers() -> None:
    """Development's maximum is the smallest that ten pods fit."""
    (spot,) = DEV.cluster.node_pools
    assert spot.maximum == 3
    cluster = replace(PROD.cluster, node_pools=(replace(ML_SPOT, maximum=2),))
    with pytest.raises(SettingError, match=r"most pods is 5: . of them fit node pool ml-spot at"):
        replace(PROD, cluster=cluster)


def test_model_is_what_follows_the_geography() -> None:
    """The role names the model in every region that its profile may choose."""
    assert WORKFLOW.model.model == "anthropic.claude-haiku-4-5-20251001-v1:0"
    korean = replace(WORKFLOW.model, profile="apac.anthropic.claude-sonnet-4-20250514-v1:0")
    assert korean.model == "anthropic.claude-sonnet-4-20250514-v1:0"


def test_transcription_is_polled_until_its_limit() -> None:
    """Every ten seconds for half an hour."""
    assert WORKFLOW.transcription.polls == 180
