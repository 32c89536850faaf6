"""Replaces `helm` in Lambda functions: records the chart, and posts it to the emulator.

A chart that is pulled from an OCI registry is a folder with the note of what it stands for.

Charts cannot be installed here: their registry may be out of reach, their images are not in our
ECR, and the load balancer controller's needs AWS itself. Its objects without its pods would do
harm, since a webhook without endpoints makes the API server refuse every Service. What can run
all the same, the emulator's process starts on that request.

Runs as a file of its own, on whatever interpreter: nothing but the standard library here.
"""

import argparse
import json
import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

_CLUSTER = re.compile(r"current-context: (?:arn:[^/]+/)?([A-Za-z0-9_-]+)")
"""The context is named by the cluster's ARN, or by its name."""
_SECONDS = 300
_NOTE = "rehearsed.json"


def run(directory: Path, arguments: list[str], endpoint: str) -> None:
    """Post what is installed or uninstalled, and keep a record while it is."""
    match arguments:
        case ["registry", "login", *_]:
            sys.stdin.read()  # the password, which its sender must get rid of
            return
        case ["pull", chart, "--version", version, *_]:
            _pull(chart, version)
            return
    parser = argparse.ArgumentParser()
    parser.add_argument("verb")
    parser.add_argument("release")
    parser.add_argument("chart", nargs="?")
    parser.add_argument("--repo", default="")
    parser.add_argument("--version", default="")
    parser.add_argument("--namespace", default="default")
    parser.add_argument("--values")
    parser.add_argument("--kubeconfig", type=Path, required=True)
    asked, _ = parser.parse_known_args(arguments)
    cluster = _cluster(asked.kubeconfig)
    file = directory / f"{cluster}.{asked.namespace}.{asked.release}.json"
    if asked.verb == "uninstall":
        if file.exists():
            _post(f"{endpoint}/rehearsal/clusters/{cluster}/charts/uninstall", _read(file))
            file.unlink()
    elif asked.verb in ("install", "upgrade"):
        content = {
            "release": asked.release,
            "namespace": asked.namespace,
            "chart": asked.chart,
            "version": asked.version,
            "repository": asked.repo,
            **_pulled(Path(asked.chart)),
            "values": _read(Path(asked.values)) if asked.values else {},
        }
        answered = _post(f"{endpoint}/rehearsal/clusters/{cluster}/charts/install", content)
        directory.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content | answered, indent=2))


def _pull(chart: str, version: str) -> None:
    """Make the folder that `helm pull --untar` makes, with a note in the place of the chart."""
    name = chart.rpartition("/")[2]
    folder = Path(name)
    folder.mkdir()
    note = {"chart": name, "version": version.removeprefix("v"), "repository": chart}
    (folder / _NOTE).write_text(json.dumps(note))


def _pulled(folder: Path) -> dict[str, object]:
    note = folder / _NOTE
    return _read(note) if note.exists() else {}


def _cluster(kubeconfig: Path) -> str:
    """Return the name of the cluster, which `aws eks update-kubeconfig` has written down."""
    found = _CLUSTER.search(kubeconfig.read_text())
    if found is None:
        sys.exit(f"Error: {kubeconfig} names no EKS cluster")
    return found[1]


def _read(file: Path) -> dict[str, object]:
    content: dict[str, object] = json.loads(file.read_text())
    return content


def _post(url: str, content: Mapping[str, object]) -> dict[str, object]:
    request = urllib.request.Request(url, data=json.dumps(content).encode())  # noqa: S310 - ours
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=_SECONDS) as answer:
            answered: dict[str, object] = json.load(answer)
            return answered
    except urllib.error.HTTPError as error:
        sys.exit(f"Error: {json.load(error)['message']}")


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2:], os.environ["AWS_ENDPOINT_URL"])
