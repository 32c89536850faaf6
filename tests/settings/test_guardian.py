"""Silver Guardian's production is what the specification asks for, figure by figure."""

from dataclasses import replace

import pytest

from settings.analyzers import Analyzer
from settings.capacity import check_analyzers
from settings.checks import SettingError
from settings.workloads import Resources
from tests.settings.examples import GENERAL, GUARDIAN, GUARDIAN_DEV, ML_SPOT

_AUDIO, _VIDEO = GUARDIAN.analyzers


def test_production_stands_where_the_specification_puts_it() -> None:
    """It runs in Seoul, in the cluster that people type, in a namespace of its own."""
    assert GUARDIAN.name == "GuardianProd"
    assert GUARDIAN.region == "ap-northeast-2"
    assert GUARDIAN.cluster.name == "silver-guardian-cluster"
    assert GUARDIAN.namespace == "guardian-prod"
    assert GUARDIAN.cluster.kubernetes == "1.36"


def test_the_network_is_the_specified_one() -> None:
    """10.0.0.0/16 in the zones a and c, with one way out."""
    assert GUARDIAN.network.cidr == "10.0.0.0/16"
    assert GUARDIAN.network.zones == ("ap-northeast-2a", "ap-northeast-2c")
    assert GUARDIAN.network.nat_gateways == 1


def test_general_machines_are_always_there() -> None:
    """One to three t3.medium, two to begin with, open to all pods."""
    assert GENERAL.instance_types == ("t3.medium",)
    assert (GENERAL.minimum, GENERAL.first_size, GENERAL.maximum) == (1, 2, 3)
    assert GENERAL.taints == {}
    assert GUARDIAN.cluster.common_groups == (GENERAL,)


def test_machines_of_the_analyzers_come_from_nothing() -> None:
    """None to five spot machines, of the three types of old and two newer, for `ml` only."""
    of_old, newer = ("c5.xlarge", "c5.2xlarge", "c5a.xlarge"), ("c6i.xlarge", "c7i.xlarge")
    assert ML_SPOT.instance_types == (*of_old, *newer)
    assert (ML_SPOT.minimum, ML_SPOT.first_size, ML_SPOT.maximum) == (0, 0, 5)
    assert ML_SPOT.spot
    assert ML_SPOT.labels == {"node-group": "ml-spot", "workload": "ml", "nodeType": "spot"}
    assert ML_SPOT.purpose == {"workload": "ml", "nodeType": "spot"}
    assert ML_SPOT.taints == {"workload": "ml"}
    assert [GUARDIAN.machines_of(a) for a in GUARDIAN.analyzers] == [ML_SPOT, ML_SPOT]


@pytest.mark.parametrize(
    ("analyzer", "name", "port", "resources"),
    [
        pytest.param(_AUDIO, "audio-analyzer", 8000, (500, 512, 2000, 2048), id="audio"),
        pytest.param(_VIDEO, "video-analyzer", 8001, (1000, 1024, 2000, 3072), id="video"),
    ],
)
def test_each_analyzer_has_its_port_and_size(
    analyzer: Analyzer, name: str, port: int, resources: tuple[int, int, int, int]
) -> None:
    """Name, port, requests and limits are the specified ones."""
    size = analyzer.resources
    assert (analyzer.name, analyzer.port) == (name, port)
    assert resources == (
        size.cpu_milli,
        size.memory_mib,
        size.cpu_limit_milli,
        size.memory_limit_mib,
    )


@pytest.mark.parametrize("analyzer", GUARDIAN.analyzers, ids=lambda analyzer: analyzer.name)
def test_analyzers_scale_from_zero_to_five_by_their_queue(analyzer: Analyzer) -> None:
    """0 to 5 pods, gone after five minutes without a message, CPU at 50 percent beside it."""
    scaling = analyzer.scaling
    assert (scaling.minimum, scaling.maximum) == (0, 5)
    assert (scaling.cooldown, scaling.polling, scaling.cpu_percent) == (300, 30, 50)
    assert 1 <= scaling.messages_per_pod <= 5


def test_stores_are_the_specified_ones() -> None:
    """PostgreSQL 16 and a Redis-compatible cache, both on the smallest machines."""
    assert GUARDIAN.postgresql.version.startswith("16.")
    assert GUARDIAN.postgresql.instance_type == "t3.micro"
    assert GUARDIAN.postgresql.storage_gib == 20
    assert GUARDIAN.valkey.node_type == "cache.t3.micro"


def test_uploads_are_limited() -> None:
    """At most 500 MB below uploads/, by an address that is good for a quarter of an hour."""
    assert GUARDIAN.uploads.prefix == "uploads/"
    assert GUARDIAN.uploads.largest_bytes == 500_000_000
    assert GUARDIAN.uploads.url_seconds == 15 * 60


def test_development_is_smaller_and_disposable() -> None:
    """It keeps nothing, and has neither a standby nor production's name or network."""
    assert GUARDIAN_DEV.name == "GuardianDev"
    assert GUARDIAN_DEV.namespace == "guardian-dev"
    assert not GUARDIAN_DEV.retained
    assert not GUARDIAN_DEV.postgresql.multi_az
    assert GUARDIAN_DEV.cluster.name != GUARDIAN.cluster.name
    assert GUARDIAN_DEV.network.cidr != GUARDIAN.network.cidr
    assert GUARDIAN_DEV.analyzers == GUARDIAN.analyzers


def _as_large(cpu_milli: int, memory_mib: int) -> Analyzer:
    """Return the video analyser with other requests, five pods at most."""
    return replace(
        _VIDEO,
        resources=Resources(
            cpu_milli=cpu_milli,
            memory_mib=memory_mib,
            cpu_limit_milli=cpu_milli,
            memory_limit_mib=memory_mib,
        ),
    )


@pytest.mark.parametrize(
    ("largest", "larger"),
    [
        pytest.param(_as_large(3770, 1024), _as_large(3771, 1024), id="CPU"),
        pytest.param(_as_large(1000, 6584), _as_large(1000, 6585), id="memory"),
    ],
)
def test_a_pod_may_fill_the_smallest_machine(largest: Analyzer, larger: Analyzer) -> None:
    """Of a c5.xlarge the daemons leave 3770m and 6584Mi; one unit more finds no machine."""
    check_analyzers([largest], GUARDIAN.cluster)
    with pytest.raises(SettingError, match="hold 0 of its pods"):
        check_analyzers([larger], GUARDIAN.cluster)


def test_pods_are_not_split_between_machines() -> None:
    """Room in sum is not enough: of ten pods of half a machine and a little, five find one."""
    a_little_more_than_half = _as_large(1900, 1024)
    other = replace(a_little_more_than_half, name="other")
    assert 10 * 1900 <= 5 * 3920
    check_analyzers([other], GUARDIAN.cluster)
    with pytest.raises(SettingError, match="hold 0 of its pods"):
        check_analyzers([other, a_little_more_than_half], GUARDIAN.cluster)
