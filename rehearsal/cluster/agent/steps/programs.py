"""Starts a step's program as a process of this machine, with what its pod gives it."""

import logging
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lightkube.resources.core_v1 import Node, Pod

from rehearsal.cluster.agent.steps.mains import NOT_STARTED, End, EndedMain, Main, ProcessMain
from rehearsal.cluster.agent.steps.step import Step
from rehearsal.cluster.components import AUDIENCE
from rehearsal.cluster.objects import labels_of, name_of, namespace_of
from rehearsal.cluster.played_programs import PlayedProgram
from rehearsal.cluster.pod_identity import environment_of_pod
from rehearsal.cluster.processes import Processes
from rehearsal.cluster.provisions import Provisions, mounts_of, moved

_REGION_LABEL = "topology.kubernetes.io/region"
_PYTHON = ("python", "python3")
_TELLS_LAST_WORDS = "FallbackToLogsOnError"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Programs:
    """The programs of steps; each writes what it says beside the others' logs."""

    endpoint: str
    """Of AWS."""
    cluster: str
    provisions: Provisions
    processes: Processes

    def start(self, step: Step, pod: Pod, node: Node, program: PlayedProgram, home: Path) -> Main:
        """Start a program; one that cannot be started has ended as Argo's executor would."""
        mounts = mounts_of(step.main, home)
        try:
            command = [moved(part, mounts) for part in program.stand_in(step.command)]
            environment = self._environment(step, pod, node, program, home)
            record = self.processes.start(
                f"{namespace_of(pod)}.{name_of(pod)}", _found(command), environment
            )
        except Exception as error:  # noqa: BLE001 - one step's fault must not stop the others
            _LOG.warning("%s does not start: %s", name_of(pod), error)
            return EndedMain(End(code=NOT_STARTED, message=str(error)))
        policy = step.main.terminationMessagePolicy
        return ProcessMain(self.processes, record, tells_last_words=policy == _TELLS_LAST_WORDS)

    def _environment(
        self, step: Step, pod: Pod, node: Node, program: PlayedProgram, home: Path
    ) -> Mapping[str, str]:
        mounts = mounts_of(step.main, home)
        for folder in mounts.values():
            folder.mkdir(exist_ok=True)
        for file, content in self.provisions.files(pod, step.main, home).items():
            file.write_bytes(content)
        token = home / "token"
        token.touch(mode=0o600)
        token.write_text(self.provisions.token(pod, AUDIENCE))
        kubeconfig = home / "kubeconfig"
        kubeconfig.touch(mode=0o600)
        kubeconfig.write_bytes(self.provisions.kubeconfig_of(pod))
        variables = self.provisions.variables(pod, step.main)
        return {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PYTHONPATH": os.pathsep.join(map(str, program.folders)),
            "SSL_CERT_FILE": os.environ.get("SSL_CERT_FILE", ""),
            "HOME": str(home),
            "TMPDIR": str(home),
            "KUBECONFIG": str(kubeconfig),
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_REGION": labels_of(node).get(_REGION_LABEL, ""),
            **environment_of_pod(self.endpoint, self.cluster, str(token)),
            **program.variables,
            **{name: moved(value, mounts) for name, value in variables.items()},
            "AWS_ENDPOINT_URL": self.endpoint,
        }


def _found(command: Sequence[str]) -> list[str]:
    """Return a command whose `python` is the rehearsal's."""
    if not command:
        message = "the step's container names no command"
        raise ValueError(message)
    program, *arguments = command
    return [sys.executable if program in _PYTHON else program, *arguments]
