"""What is understood of Kubernetes' answers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from containers.music_api.tests.kubernetes import NAMESPACE, Kubernetes, failure
from music_api.failure import Unavailable
from music_api.workflows import Workflows

_RUN = "m" + "a" * 25
_MANY = f"""
import sys, threading
from lightkube.models.meta_v1 import Status
from music_api.workflows import Workflows

Workflows.of_this_process({NAMESPACE!r}, "music")
sys.setswitchinterval(1e-6)
together = threading.Barrier(8)

def read():
    together.wait()
    Status.from_dict({{"code": 404, "details": {{"name": "a"}}}})

for thread in [threading.Thread(target=read) for _ in range(8)]:
    thread.start()
"""


def test_threads_may_meet_their_first_refusal_at_once(
    kubernetes: Kubernetes, tmp_path: Path
) -> None:
    """A page of new runs is looked up by eight: without care that ends the process, mostly."""
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump(kubernetes.document))
    known = {"KUBECONFIG": str(path), "PYTHONPATH": os.pathsep.join(sys.path)}

    for _ in range(3):
        ended = subprocess.run(
            [sys.executable, "-c", _MANY], env=known, capture_output=True, text=True, check=False
        )
        assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(
    "answer",
    [
        failure(403, "Forbidden", "workflows is forbidden"),
        failure(500, "InternalError", "etcd"),
        (200, {}),
        (404, {}),
    ],
    ids=lambda answer: str(answer[0]),
)
def test_an_answer_that_says_nothing_of_the_run_is_no_missing_run(
    kubernetes: Kubernetes, answer: tuple[int, dict[str, object]]
) -> None:
    """A run would be taken for one that never began."""
    kubernetes.refusal = answer
    workflows = Workflows(kubernetes.config, NAMESPACE, "music")
    try:
        if answer == (200, {}):
            found = workflows.get(_RUN)
            assert found
            assert (found.phase, found.nodes) == ("", [])
        else:
            with pytest.raises(Unavailable, match="the cluster does not say how the run stands"):
                workflows.get(_RUN)
    finally:
        workflows.close()
