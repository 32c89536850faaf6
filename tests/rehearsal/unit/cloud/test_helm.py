"""What is told of a chart, and noted in the place of one that is installed."""

import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from rehearsal.cloud.helm import run

_UPGRADE = (
    *("upgrade", "controller", "aws-load-balancer-controller", "--install"),
    *("--repo", "https://aws.github.io/eks-charts", "--version", "3.6.0"),
    *("--namespace", "kube-system", "--timeout", "900s"),
)
_UNINSTALL = ("uninstall", "controller", "--namespace", "kube-system", "--wait")
"""As the handler of the CDK calls it."""


class Emulator(HTTPServer):
    """Takes what `helm` tells, and answers what it was given to answer."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told: list[str] = []
        self.answer: tuple[int, dict[str, str]] = (200, {"rehearsed": "as noted"})

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Emulator

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append(self.path)
        status, content = self.server.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def kubeconfig(tmp_path: Path) -> list[str]:
    file = tmp_path / "kubeconfig"
    file.write_text("current-context: arn:aws:eks:eu-west-1:000000000000:cluster/blue\n")
    return ["--kubeconfig", str(file)]


def test_an_installed_chart_is_noted_with_its_values(
    tmp_path: Path, emulator: Emulator, kubeconfig: list[str]
) -> None:
    """Chart, version, repository and values are what the report can name, and what became of it."""
    values = tmp_path / "values.yaml"
    values.write_text('{"clusterName": "blue"}')

    arguments = [*_UPGRADE, "--values", str(values), *kubeconfig]
    run(tmp_path / "charts", arguments, emulator.endpoint)

    assert emulator.told == ["/rehearsal/clusters/blue/charts/install"]
    (file,) = (tmp_path / "charts").iterdir()
    assert json.loads(file.read_text()) == {
        "release": "controller",
        "namespace": "kube-system",
        "chart": "aws-load-balancer-controller",
        "version": "3.6.0",
        "repository": "https://aws.github.io/eks-charts",
        "values": {"clusterName": "blue"},
        "rehearsed": "as noted",
    }


def test_a_chart_of_an_oci_registry_is_noted_as_what_was_pulled(
    tmp_path: Path, emulator: Emulator, kubeconfig: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is installed from a folder, which says neither version nor registry."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO("password"))
    repository = "oci://public.ecr.aws/karpenter/karpenter-crd"

    run(tmp_path, ["registry", "login", "--password-stdin", "public.ecr.aws"], emulator.endpoint)
    run(tmp_path, ["pull", repository, "--version", "1.13.1", "--untar"], emulator.endpoint)
    arguments = ["upgrade", "definitions", str(tmp_path / "karpenter-crd"), "--install"]
    run(tmp_path / "charts", [*arguments, *kubeconfig], emulator.endpoint)

    (file,) = (tmp_path / "charts").iterdir()
    noted = json.loads(file.read_text())
    assert noted["chart"] == "karpenter-crd"
    assert (noted["version"], noted["repository"]) == ("1.13.1", repository)


def test_an_uninstalled_chart_is_forgotten(
    tmp_path: Path, emulator: Emulator, kubeconfig: list[str]
) -> None:
    """After a destroy nothing is said to be there; a chart that never was is not told of."""
    charts = tmp_path / "charts"
    run(charts, [*_UPGRADE, *kubeconfig], emulator.endpoint)

    for _ in range(2):
        run(charts, [*_UNINSTALL, *kubeconfig], emulator.endpoint)

    assert not list(charts.iterdir())
    assert [path.rpartition("/")[2] for path in emulator.told] == ["install", "uninstall"]


def test_a_chart_that_fails_says_why(
    tmp_path: Path, emulator: Emulator, kubeconfig: list[str]
) -> None:
    """The handler shows what helm says, and nothing is noted."""
    emulator.answer = (500, {"message": "keda-operator does not serve"})

    with pytest.raises(SystemExit, match="Error: keda-operator does not serve"):
        run(tmp_path / "charts", [*_UPGRADE, *kubeconfig], emulator.endpoint)

    assert not (tmp_path / "charts").exists()
