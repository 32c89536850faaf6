"""The program as a process with a pod's environment, and the exit handler as its own."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import yaml

from containers.model_store.tests.emulated import Emulator
from containers.music_api.tests.balancer import ISSUER, SIGNER, Balancer
from containers.music_api.tests.cloud import VIDEO, Cloud, wait_for
from containers.music_api.tests.kubernetes import NAMESPACE, Kubernetes
from rehearsal.cluster.ports import free_ports

_PATIENCE_SECONDS = 90


@pytest.fixture
def variables(
    emulator: Emulator, cloud: Cloud, kubernetes: Kubernetes, balancer: Balancer, tmp_path: Path
) -> dict[str, str]:
    """Say what a pod's environment says."""
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(yaml.safe_dump(kubernetes.document))
    (port,) = free_ports(1)
    return {
        **emulator.environment,
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(sys.path),
        "AWS_ENDPOINT_URL": emulator.url,
        "KUBECONFIG": str(kubeconfig),
        "BUCKET": cloud.bucket,
        "QUEUE_URL": cloud.queue,
        "NAMESPACE": NAMESPACE,
        "IDENTITY_ISSUER": ISSUER,
        "IDENTITY_SIGNER": SIGNER,
        "IDENTITY_KEYS": balancer.endpoint,
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }


@dataclass(frozen=True, kw_only=True)
class Pod:
    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", headers=headers, timeout=30, trust_env=False)

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return self.get("/ready").is_success
        except httpx.TransportError:
            return False


@pytest.fixture
def pod(variables: dict[str, str], tmp_path: Path) -> Iterator[Pod]:
    log = tmp_path / "log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-m", "music_api"],
            env=variables,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        running = Pod(process=process, url=f"http://127.0.0.1:{variables['PORT']}", log=log)
        try:
            wait_for(running.is_ready)
            yield running
        finally:
            process.kill()


def _ended(module: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=variables,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=False,
    )


def test_from_an_upload_to_the_end(
    pod: Pod, cloud: Cloud, kubernetes: Kubernetes, balancer: Balancer, variables: dict[str, str]
) -> None:
    """By real HTTP, real events, and the exit handler's own command."""
    cloud.notify()
    headers = balancer.headers("ann")
    made = httpx.post(
        f"{pod.url}/runs",
        headers=headers,
        json={"filename": "a.mp4", "bytes": len(VIDEO)},
        trust_env=False,
    ).json()
    upload = made["upload"]
    httpx.put(upload["url"], headers=upload["headers"], content=VIDEO, trust_env=False)
    wait_for(lambda: made["id"] in kubernetes.workflows)

    cloud.put_results(made["id"], 1, 2, 3, 4)
    ending = _ended(
        "music_api.ending", made["id"], **variables, WORKFLOW_STATUS="Succeeded",
        WORKFLOW_FAILURES='"null"',
    )  # fmt: skip

    assert (ending.returncode, ending.stderr) == (0, "")
    assert ending.stdout == f"{made['id']} Succeeded: four results\n"
    found = pod.get(f"/runs/{made['id']}", **headers).json()
    assert (found["state"], found["results"]) == ("succeeded", [1, 2, 3, 4])
    wait_for(lambda: 'music_run_seconds_count{phase="Succeeded"} 1.0' in pod.get("/metrics").text)


def test_an_order_to_end_is_followed_after_what_is_being_done(
    pod: Pod, cloud: Cloud, kubernetes: Kubernetes, balancer: Balancer
) -> None:
    """The last request gets its answer; the log is lines of JSON."""
    headers = balancer.headers("ann")
    run = httpx.post(
        f"{pod.url}/runs",
        headers=headers,
        json={"filename": "a", "bytes": len(VIDEO)},
        trust_env=False,
    ).json()["id"]
    cloud.put(run, "input/video", VIDEO)
    kubernetes.delay_seconds = 2
    answers: list[int] = []
    asking = threading.Thread(
        target=lambda: answers.append(pod.get(f"/runs/{run}", **headers).status_code)
    )
    asking.start()
    wait_for(lambda: f"/workflows/{run}" in kubernetes.requests[-1])

    pod.process.send_signal(signal.SIGTERM)
    asking.join()

    assert pod.process.wait(_PATIENCE_SECONDS) == 0
    assert answers == [200]
    lines = [json.loads(line) for line in pod.log.read_text().splitlines()]
    asked = [line["route"] for line in lines if line["logger"] == "access"]
    assert [route for route in asked if route != "/ready"] == ["/runs", "/runs/{run}"]
    assert run not in pod.log.read_text()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"IDENTITY_ISSUER": ""}, "IDENTITY_ISSUER is '': it has to be the issuer of the OIDC"),
        ({"IDENTITY_SIGNER": ""}, "IDENTITY_SIGNER is '': it has to be the ARN of the load"),
        ({"QUEUE_URL": ""}, "QUEUE_URL is '': it has to be the URL of an SQS queue"),
        ({"KUBECONFIG": "/nowhere"}, "KUBECONFIG has to name a file with a user, where no"),
        ({"PORT": "1", "HOST": "192.0.2.1"}, "cannot listen on 192.0.2.1:1: "),
    ],
)
def test_it_does_not_start_with_a_setting_that_cannot_be(
    variables: dict[str, str], changed: dict[str, str], sentence: str
) -> None:
    """One sentence and code 2: without identity it would be open to everybody."""
    ended = _ended("music_api", **variables | changed)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"music_api: {sentence}")
    assert ended.stderr.count("\n") == 1
