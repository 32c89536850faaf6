"""Music's production is what the specification asks for, figure by figure."""

import pytest

from catalog import instance_type
from settings.exposure import Domain
from settings.music.pipeline import TEMPLATE
from settings.music.system import Music
from settings.node_pools import Capacity, NodePool
from settings.nodes import GPU_TAINT
from tests.settings.music.examples import COMPOSING, DEV, GENERAL, LISTENING, PROD

every_environment = pytest.mark.parametrize("system", [PROD, DEV], ids=lambda one: one.name)
every_pool = pytest.mark.parametrize("pool", [LISTENING, COMPOSING], ids=lambda one: one.name)
_LISTEN, _COMPOSE, _END = PROD.steps


def test_production_stands_where_the_specification_puts_it() -> None:
    """It runs in Seoul, in two zones, its steps by Argo."""
    assert PROD.name == "MusicProd"
    assert PROD.region == "ap-northeast-2"
    assert PROD.namespace == "music-prod"
    assert PROD.cluster.kubernetes == "1.36"
    assert PROD.network.zones == ("ap-northeast-2a", "ap-northeast-2c")
    assert "argo-workflows" in PROD.cluster.add_ons


def test_whisper_has_ten_gigabytes_and_riffusion_thirty() -> None:
    """The smallest GPU of each step's machines holds what the step loads."""
    for step, pool, least in ((_LISTEN, LISTENING, 10), (_COMPOSE, COMPOSING, 30)):
        assert step.gpu_memory_mib == least * 1024
        smallest = min(instance_type(name).gpu_memory_mib for name in pool.instance_types)
        assert smallest >= step.gpu_memory_mib
        assert step.gpus == 1
        assert step.placement.node_selector == pool.labels
        assert step.placement.tolerations == GPU_TAINT == pool.node_taints


def test_machines_are_of_the_specified_families() -> None:
    """T4, A10G and L4 for what listens, L40S for what composes, four of these at most."""
    families = {name.partition(".")[0] for name in LISTENING.instance_types}
    assert families == {"g4dn", "g5", "g6"}
    assert COMPOSING.instance_types == ("g6e.xlarge",)
    assert COMPOSING.maximum == 4


@every_pool
def test_no_machine_with_a_gpu_is_there_without_a_run(pool: NodePool) -> None:
    """They come for pods, stay ten minutes for the next, and are never replaced while in use."""
    assert pool.minimum == 0
    assert pool.idle_seconds == 600
    assert pool.capacity is Capacity.SPOT_FIRST
    assert not pool.renews_busy


def test_what_is_always_there_has_no_gpu() -> None:
    """Two machines hold controllers and API."""
    assert PROD.cluster.node_groups == (GENERAL,)
    assert (GENERAL.minimum, GENERAL.maximum, GENERAL.gpus) == (2, 2, 0)


def test_a_run_has_four_results_of_four_seeds() -> None:
    """The original had one seed, by which four machines could differ by noise only."""
    assert PROD.pipeline.seeds == (42, 43, 44, 45)
    assert PROD.pipeline.at_once == 4
    assert TEMPLATE == "music"


def test_nothing_waits_for_days() -> None:
    """The original waited four; here a step ends within the hour, and a run within two."""
    assert all(step.deadline <= 3600 for step in PROD.steps)
    assert PROD.pipeline.deadline == 7200


def test_as_many_pods_of_a_step_as_it_has_machines() -> None:
    """More would wait for a machine that may not come, and their deadline with them."""
    assert (_LISTEN.most, _COMPOSE.most) == (LISTENING.maximum, COMPOSING.maximum)
    assert _END.gpus == 0


def test_two_copies_of_the_api_answer_at_the_port_of_old() -> None:
    assert PROD.api.fewest == 2
    assert PROD.api.port == 8383


@every_environment
def test_everybody_is_asked_who_they_are(system: Music) -> None:
    """By HTTPS, at a name of the system's own domain."""
    assert isinstance(system.load_balancer.names, Domain)
    assert system.page == f"https://music-api.{system.domain.name}"
    assert system.login.issuer.startswith("https://")


def test_development_is_production_with_less_beside_it() -> None:
    """The same steps on the same machines, without a disk of its own."""
    assert DEV.name == "MusicDev"
    assert not DEV.retained
    assert DEV.pipeline == PROD.pipeline
    assert DEV.disk is None
    assert DEV.uploads.kept_days < PROD.uploads.kept_days
