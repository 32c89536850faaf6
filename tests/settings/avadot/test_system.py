"""Production is what the specification asks for, figure by figure; development is smaller."""

from dataclasses import replace
from typing import Any

import pytest

from settings.avadot.audio2face import EngineBuild
from settings.avadot.services import Protocol
from settings.checks import SettingError
from settings.data import NewBucket
from settings.scaling import CpuScaling
from settings.workloads import Resources
from tests.settings.avadot.examples import CPU_NODES, DEV, GPU_NODES, PROD, SERVICES


def test_production_stands_where_the_specification_puts_it() -> None:
    """Avadot runs in Seoul, in the cluster and namespace that people type."""
    assert PROD.name == "AvadotProd"
    assert PROD.region == "ap-northeast-2"
    assert PROD.cluster.name == "avadot-cluster"
    assert PROD.namespace == "avadot-prod"
    assert PROD.cluster.kubernetes == DEV.cluster.kubernetes == "1.36"


def test_each_node_group_has_two_machines() -> None:
    """Both groups are fixed at two machines; ordinary pods keep off those with GPUs."""
    assert (CPU_NODES.name, CPU_NODES.instance_types) == ("avadot-nodes", ("t3.large",))
    assert (GPU_NODES.name, GPU_NODES.instance_types) == ("avadot-node-gpu", ("g4dn.xlarge",))
    for group in (CPU_NODES, GPU_NODES):
        assert (group.minimum, group.maximum) == (2, 2)
    assert PROD.cluster.common_groups == (CPU_NODES,)
    assert PROD.cluster.gpu_kinds == (GPU_NODES,)


def test_each_service_is_found_at_its_port() -> None:
    """The six services have their specified names, protocols and ports; the worker has no port."""
    found = {s.name: (s.component, s.protocol, s.port) for s in PROD.services}
    assert found == {
        "backend": ("backend", Protocol.REST, 4008),
        "tarot": ("tarot", Protocol.WEBSOCKET, 4007),
        "custom-chat": ("custom_chat", Protocol.WEBSOCKET, 4009),
        "blind-date": ("blind_date", Protocol.WEBSOCKET, 4010),
        "concierge": ("concierge", Protocol.REST, 4011),
        "fact-worker": ("fact_worker", Protocol.WORKER, None),
    }


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_as_large_as_specified(name: str) -> None:
    """A pod asks for 100m and 256Mi, may use 500m and 512Mi, and 2 to 4 run at 70 % CPU."""
    service = SERVICES[name]
    assert service.resources == Resources(
        cpu_milli=100, memory_mib=256, cpu_limit_milli=500, memory_limit_mib=512
    )
    assert service.scaling == CpuScaling(minimum=2, maximum=4, cpu_percent=70)


def test_only_the_backend_speaks_to_providers_and_to_audio2face() -> None:
    """The keys for language and voice, and the way to the GPUs, are the backend's alone."""
    keys = {name: service.provider_secrets for name, service in SERVICES.items()}
    callers = [name for name, service in SERVICES.items() if service.calls_audio2face]
    assert keys.pop("backend") == ("anthropic", "openai", "elevenlabs")
    assert set(keys.values()) == {()}
    assert callers == ["backend"]


def test_audio2face_is_as_specified() -> None:
    """Two servers on port 50051 have a GPU and 50 GiB each, and begin with the English model."""
    server = PROD.audio2face
    assert (server.name, server.port) == ("a2f-grpc-server", 50051)
    assert (server.replicas, server.gpus, server.volume.size_gib) == (2, 1, 50)
    assert server.default_model == "multi-diffusion"
    assert server.engine_build is EngineBuild.WHEN_NEEDED


def test_audio2face_fits_the_node_that_the_specification_gives_it() -> None:
    """A pod's request and its limit both stay within 3920m and 14481Mi."""
    resources = PROD.audio2face.resources
    assert resources.cpu_limit_milli < 3920
    assert resources.memory_limit_mib < 14481


def test_audio2face_may_build_its_first_engines() -> None:
    """A build may take 20 minutes (D-10), and the release waits for both models' and a start."""
    server = PROD.audio2face
    assert server.engine_limit >= 20 * 60
    assert server.rollout.limit >= 2 * server.engine_limit + server.rollout.ready_within


def test_audio2face_finishes_its_clip() -> None:
    """A pod that must go has the 330 s that a 300 s clip needs (D-13)."""
    assert PROD.audio2face.shutdown.termination_grace >= 330


def test_the_volume_is_fast_enough_for_the_models() -> None:
    """The disk gives 500 MiB/s (D-4) and has the operations that gp3 wants for it."""
    volume = PROD.audio2face.volume
    assert volume.throughput_mib == 500
    assert volume.iops == 3000
    assert replace(volume, throughput_mib=1000).iops == 4000


def test_models_are_where_the_specification_keeps_them() -> None:
    """Models lie under a2f-models/ in the bucket, and engines beside them."""
    assert PROD.model_store.bucket == NewBucket()
    assert PROD.model_store.models_prefix == "a2f-models/"
    assert PROD.model_store.engines_prefix == "a2f-engines/"


def test_a_quiet_stream_outlives_a_minute() -> None:
    """The load balancer keeps a silent WebSocket or gRPC stream longer than its 60 s (D-22)."""
    assert PROD.load_balancer.idle_seconds > 60


def test_production_keeps_its_data() -> None:
    """MySQL 8.4 has a standby in another zone and backups; the cache can fail over."""
    assert PROD.mysql.version.startswith("8.4.")
    assert PROD.mysql.multi_az
    assert PROD.mysql.backup_days >= 7
    assert PROD.valkey.nodes == 2


def test_data_stores_listen_where_clients_expect_them() -> None:
    """MySQL and the cache keep their usual ports."""
    assert (PROD.mysql.port, PROD.valkey.port) == (3306, 6379)


def test_development_is_smaller() -> None:
    """Development has one GPU node, one server and no standby of the database."""
    (gpu_nodes,) = DEV.cluster.gpu_kinds
    assert (gpu_nodes.minimum, gpu_nodes.maximum, DEV.audio2face.replicas) == (1, 1, 1)
    assert not DEV.mysql.multi_az
    assert DEV.services == PROD.services


def test_all_services_at_their_maximum_fit_production() -> None:
    """Two t3.large hold 24 pods of 100m and 256Mi beside the add-ons, but not 30."""
    assert sum(service.scaling.maximum for service in PROD.services) == 24
    five = [replace(s, scaling=replace(s.scaling, maximum=5)) for s in PROD.services]
    with pytest.raises(
        SettingError, match=r"most pods is 5: . of them fit node group avadot-nodes at"
    ):
        replace(PROD, services=tuple(five))
    more = replace(CPU_NODES, minimum=3, maximum=3)
    cluster = replace(PROD.cluster, node_groups=(more, GPU_NODES))
    replace(PROD, services=tuple(five), cluster=cluster)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"replicas": 3}, "most pods is 3: 2 of them fit node group avadot-node-gpu at "),
        ({"gpus": 2}, "placement is 'nvidia.com/gpu.present=true': no machine has "),
    ],
)
def test_each_audio2face_pod_has_a_node_of_its_own(change: dict[str, Any], message: str) -> None:
    """Three pods do not fit two nodes, and a g4dn.xlarge has one GPU."""
    with pytest.raises(SettingError, match=f"^workload a2f-grpc-server {message}"):
        replace(PROD, audio2face=replace(PROD.audio2face, **change))
