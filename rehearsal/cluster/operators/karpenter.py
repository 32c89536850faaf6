"""Karpenter: its definitions, and its controller with the rights and settings of its real chart."""

import json
import subprocess
from collections.abc import Mapping
from typing import Any

import yaml

from rehearsal.cluster.control_plane import ClusterError
from rehearsal.cluster.operators.release import Manifest, Release
from rehearsal.cluster.ports import free_ports
from rehearsal.cluster.waiting import answers

_PROGRAM = "karpenter"
_OF_PODS = ("Deployment", "PodDisruptionBudget")
"""What of the chart is a process of this machine instead."""


class KarpenterDefinitions:
    """The chart that has nothing but definitions."""

    rehearsed = "its definitions are there, as its module ships them"

    def install(self, release: Release) -> None:
        release.define(_text(release))

    def remove(self, release: Release) -> None:
        """Delete the definitions, which takes what they define."""
        release.delete(_text(release))


class Karpenter:
    """The controller of its AWS provider; what it asks of EC2 the emulator answers."""

    rehearsed = "its controller runs, built from its module; the machines that it starts are played"

    def install(self, release: Release) -> None:
        release.stop()
        rendered = _rendered(release)
        release.apply(one for one in rendered if one["kind"] not in _OF_PODS)
        (deployment,) = (one for one in rendered if one["kind"] == "Deployment")
        account = deployment["spec"]["template"]["spec"]["serviceAccountName"]
        metrics, probe = free_ports(2)
        environment = {
            **_variables(deployment),
            **release.identity(account),
            "KUBECONFIG": str(release.kubeconfig(account)),
            "SYSTEM_NAMESPACE": release.namespace,
            "METRICS_PORT": str(metrics),
            "HEALTH_PROBE_PORT": str(probe),
        }
        program = release.start(_PROGRAM, [], environment)
        release.await_serving(program, lambda: answers(f"http://127.0.0.1:{probe}/readyz"))

    def remove(self, release: Release) -> None:
        release.stop()
        release.delete(one for one in _rendered(release) if one["kind"] not in _OF_PODS)


def _variables(deployment: Manifest) -> Mapping[str, str]:
    """Return the environment of the chart's container, without what its machine would fill in."""
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    return {one["name"]: one["value"] for one in container["env"] if "value" in one}


def _rendered(release: Release) -> list[dict[str, Any]]:
    return [one for one in yaml.load_all(_text(release), Loader=yaml.CSafeLoader) if one]


def _text(release: Release) -> str:
    """Return the objects of the chart with the values of the release, as helm writes them."""
    helm = release.plane.toolchain.bin / "helm"
    chart = release.shipped_folder(f"charts/{release.chart}")
    ended = subprocess.run(
        [
            *(str(helm), "template", release.chart, str(chart)),
            *("--namespace", release.namespace, "--values", "-"),
        ],
        input=json.dumps(dict(release.values)),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        message = f"helm does not render {release.chart}: {ended.stderr.strip()}"
        raise ClusterError(message)
    return ended.stdout
