"""Dubbing's production is what the specification asks for, figure by figure."""

from dataclasses import astuple, replace

import pytest

from settings.checks import SettingError
from settings.dubbing.machines import BASE, GENERAL, MORE_CPU, PREMIUM, SHARED, STANDARD
from settings.dubbing.services import SLICE, WHOLE, ModelService, Priority, Tier
from settings.dubbing.system import Dubbing
from settings.node_pools import Capacity
from settings.nodes import GPU_TAINT, TimeSlicing
from settings.workloads import WorkloadKind
from tests.settings.dubbing.examples import DEV, PROD, service_of

every_service = pytest.mark.parametrize("service", PROD.services, ids=lambda one: one.name)
every_environment = pytest.mark.parametrize("system", [PROD, DEV], ids=lambda one: one.name)
_SHARING = ("marian-mt", "wav2lip-lipsync")


def test_production_stands_where_the_specification_puts_it() -> None:
    """It runs in Virginia, in the cluster that people type, its models in their namespace."""
    assert PROD.name == "DubbingProd"
    assert PROD.region == "us-east-1"
    assert PROD.cluster.name == "ai-dubbing-production"
    assert PROD.namespace == "ai-models"
    assert PROD.network.cidr == "10.0.0.0/16"
    assert PROD.network.nat_gateways == len(PROD.network.zones)


def test_two_to_ten_machines_have_no_gpu() -> None:
    """Two m5.xlarge are always there, and eight more come for pods that find no room."""
    assert GENERAL.instance_types == MORE_CPU.instance_types == ("m5.xlarge",)
    assert (GENERAL.minimum, GENERAL.minimum + MORE_CPU.maximum) == (2, 10)
    assert GENERAL.disk_gib == MORE_CPU.disk_gib == 100
    assert MORE_CPU.capacity is Capacity.ON_DEMAND


def test_one_machine_with_a_gpu_is_never_taken_back() -> None:
    """On demand, and with those that come and go eight at most."""
    assert (BASE.minimum, BASE.maximum, BASE.spot) == (1, 1, False)
    assert BASE.maximum + STANDARD.maximum == 8
    assert STANDARD.capacity is Capacity.SPOT_FIRST
    assert BASE.disk_gib == STANDARD.disk_gib == 150


def test_standard_machines_are_what_v100_were() -> None:
    """8 vCPU and 24 GB of GPU memory: those of the original are no longer sold."""
    assert STANDARD.instance_types == SHARED.instance_types == ("g5.2xlarge", "g6.2xlarge")
    assert set(BASE.instance_types) < set(STANDARD.instance_types)
    for machine in STANDARD.machines:
        assert (machine.vcpu, machine.gpus, machine.gpu_memory_mib) == (8, 1, 22888)


def test_premium_machines_come_for_what_finds_no_other() -> None:
    """None to two p4d.24xlarge."""
    assert PREMIUM.instance_types == ("p4d.24xlarge",)
    assert PREMIUM.maximum == 2
    assert PREMIUM.labels["gpu-type"] == "a100"


@pytest.mark.parametrize("kind", [BASE, STANDARD, SHARED, PREMIUM], ids=lambda kind: kind.name)
def test_machines_with_gpus_are_for_models(kind: object) -> None:
    """By the labels of the specification, and by its taint."""
    assert kind in PROD.cluster.gpu_kinds
    (found,) = (one for one in PROD.cluster.gpu_kinds if one == kind)
    assert found.node_labels["workload-type"] == "ai-inference"
    assert found.node_labels["tier"] in {tier.value for tier in Tier}
    assert found.node_taints == GPU_TAINT


def test_each_service_has_its_size() -> None:
    """Requests, limits, priority, disk and number of pods are the specified ones."""
    found = {
        one.name: (
            *astuple(one.resources),
            one.priority,
            one.models.disk_gib,
            one.fewest,
            one.most,
        )
        for one in PROD.services
    }
    large = (4000, 16384, 8000, 32768)
    assert found == {
        "whisper-pyannote-stt": (*large, Priority.HIGH, 50, 2, 8),
        "marian-mt": (2000, 8192, 4000, 16384, Priority.MEDIUM, 30, 2, 6),
        "styletts-tts": (*large, Priority.HIGH, 40, 2, 8),
        "xtts-tts": (*large, Priority.HIGH, 40, 2, 8),
        "wav2lip-lipsync": (*large, Priority.MEDIUM, 30, 1, 6),
    }
    assert service_of(PROD, "wav2lip-lipsync").scratch_gib == 30


def test_each_service_scales_by_its_jobs_and_its_gpus() -> None:
    """Queue, jobs for each pod, and the loads from which on pods are added."""
    found = {
        one.name: (
            one.queue,
            one.scaling.jobs_per_pod,
            one.scaling.gpu_percent,
            one.scaling.cpu_percent,
            one.scaling.memory_percent,
        )
        for one in PROD.services
    }
    assert found == {
        "whisper-pyannote-stt": ("stt", 5, 80, 70, 80),
        "marian-mt": ("mt", 10, 75, 70, None),
        "styletts-tts": ("tts-preset", 5, 80, None, None),
        "xtts-tts": ("tts-clone", 3, 80, None, None),
        "wav2lip-lipsync": ("lipsync", 3, 75, 70, None),
    }


@every_service
def test_services_grow_fast_and_shrink_slowly(service: ModelService) -> None:
    """In the windows of the specification."""
    up, down = service.scaling.up, service.scaling.down
    assert (down.stabilization, down.percent) == (300, 50)
    if service.name == "wav2lip-lipsync":
        assert (up.stabilization, up.period, up.percent, up.pods) == (90, 90, 100, 1)
        assert (down.period, down.pods) == (180, None)
    else:
        assert (up.stabilization, up.period, up.percent, up.pods) == (60, 60, 100, 2)
        assert down.period == 120
        assert down.pods == (1 if service.name == "whisper-pyannote-stt" else None)


@every_service
def test_only_small_models_share_a_gpu(service: ModelService) -> None:
    """A GPU that is shared has no limit between its users; the others have one to themselves."""
    assert service.shares_gpu == (service.name in _SHARING)
    assert service.gpus == 1
    wanted = SLICE if service.shares_gpu else WHOLE
    assert wanted.items() <= service.placement.node_selector.items()


@every_service
def test_services_are_released_blue_green(service: ModelService) -> None:
    """Their models have ten minutes and more to load."""
    assert service.kind is WorkloadKind.ROLLOUT
    assert service.rollout.ready_within >= 600


@every_service
def test_a_service_may_be_kept_from_dear_machines(service: ModelService) -> None:
    """Which tiers it may use is a value: with one of them its pods ask for it."""
    if service.shares_gpu:
        assert service.placement.node_selector["tier"] == "standard"
        return
    assert "tier" not in service.placement.node_selector
    kept = replace(service, tiers=(Tier.STANDARD,))
    assert kept.placement.node_selector["tier"] == "standard"


def test_only_speech_recognition_reads_the_token() -> None:
    """Pyannote's models are gated."""
    assert [one.name for one in PROD.services if one.needs_hugging_face] == ["whisper-pyannote-stt"]


@every_environment
def test_the_cache_keeps_every_job(system: Dubbing) -> None:
    """A queue whose store drops keys loses jobs without a word."""
    assert not system.valkey.evicts


def test_the_data_stores_are_the_specified_ones() -> None:
    """PostgreSQL with 2 vCPU, 8 GiB and 500 GiB; a cache with two replicas."""
    assert PROD.postgresql.instance_class == "db.m7g.large"
    assert PROD.postgresql.storage_gib == 500
    assert PROD.valkey.nodes == 3


def test_a_slice_has_room_for_each_model_that_shares() -> None:
    """More slices would be smaller than a model: it is refused in one sentence."""
    four = replace(SHARED, gpu_sharing=TimeSlicing(replicas=4))
    pools = tuple(four if pool == SHARED else pool for pool in PROD.cluster.node_pools)
    with pytest.raises(SettingError) as refused:
        replace(PROD, cluster=replace(PROD.cluster, node_pools=pools))
    assert str(refused.value) == (
        "workload wav2lip-lipsync gpu_memory_mib is 10000: node pool gpu-shared gives each of 4 "
        "pods 5722 MiB of a GPU; share it among fewer"
    )


def test_production_and_development_are_two_of_the_sizes() -> None:
    """What `make sizes` compares under these names is what is deployed."""
    assert PROD.sized("high") == PROD
    assert DEV.sized("minimum") == DEV


def test_development_is_smaller() -> None:
    """One pod of each service, two at most, and no premium machine."""
    assert {(one.fewest, one.most) for one in DEV.services} == {(1, 2)}
    assert "gpu-premium" not in {pool.name for pool in DEV.cluster.node_pools}
    assert not DEV.postgresql.multi_az
    assert not DEV.retained


def test_no_pod_on_a_gpu_is_moved_while_it_works() -> None:
    """Machines of pools go when they are empty; only EC2 takes one that is not."""
    pools = [pool for pool in PROD.cluster.node_pools if pool.has_gpus]
    assert pools
    assert not any(pool.renews_busy for pool in pools)
