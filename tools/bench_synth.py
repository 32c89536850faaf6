"""`python -m tools.bench_synth`: what a synth of AvadotProd costs, beside two smaller apps.

All run in turn, with validation switched off, so that a busy machine slows all alike. The floor is
an app with one empty stack: command line, Python, jsii kernel. The bare cluster is what any app on
EKS begins with: a VPC, a cluster, two node groups. Ours is production alone and its registry.
"""

import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

_ROUNDS = 7
_ROOT = Path(__file__).parents[1]
_CDK = _ROOT / "node_modules" / ".bin" / "cdk"
_FLOOR = """\
import aws_cdk as cdk

app = cdk.App()
cdk.Stack(app, "Floor")
app.synth()
"""
_BARE_CLUSTER = """\
import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks_v2 as eks
from aws_cdk.lambda_layer_kubectl_v36 import KubectlV36Layer

app = cdk.App()
stack = cdk.Stack(app, "BareCluster")
cluster = eks.Cluster(
    stack,
    "Cluster",
    vpc=ec2.Vpc(stack, "Vpc"),
    version=eks.KubernetesVersion.V1_36,
    default_capacity_type=eks.DefaultCapacityType.NODEGROUP,
    default_capacity=0,
    kubectl_provider_options=eks.KubectlProviderOptions(
        kubectl_layer=KubectlV36Layer(stack, "Kubectl")
    ),
)
for name in ("Cpu", "Gpu"):
    cluster.add_nodegroup_capacity(name, ami_type=eks.NodegroupAmiType.AL2023_X86_64_STANDARD)
app.synth()
"""


def main() -> None:
    """Print the median of each app, and the median of our ratio to each of the others."""
    with tempfile.TemporaryDirectory() as scratch:
        apps = {
            "Floor": _write(Path(scratch) / "floor", _FLOOR),
            "BareCluster": _write(Path(scratch) / "cluster", _BARE_CLUSTER),
            "AvadotProd": _ROOT,
        }
        for stack, directory in apps.items():
            _synth(stack, directory)  # fills the caches
        times: dict[str, list[float]] = {stack: [] for stack in apps}
        for turn in range(_ROUNDS):
            for stack, directory in apps.items():
                times[stack].append(_synth(stack, directory))
            print(f"round {turn + 1} of {_ROUNDS}", *(f"{t[-1]:.2f} s" for t in times.values()))
    _report(times)


def _write(directory: Path, app: str) -> Path:
    directory.mkdir()
    (directory / "app.py").write_text(app)
    python = _ROOT / ".venv" / "bin" / "python"
    (directory / "cdk.json").write_text(json.dumps({"app": f"{python} app.py"}))
    return directory


def _synth(stack: str, directory: Path) -> float:
    with tempfile.TemporaryDirectory() as output:
        start = time.monotonic()
        subprocess.run(
            [
                *(_CDK, "synth", stack, "--quiet", "--no-lookups", "--no-notices"),
                *("--context", f"system={stack}", "--output", output),
            ],
            cwd=directory,
            env={**os.environ, "CDK_VALIDATION": "false"},
            check=True,
            capture_output=True,
        )
        return time.monotonic() - start


def _report(times: Mapping[str, list[float]]) -> None:
    for stack, seconds in times.items():
        ratios = [ours / theirs for theirs, ours in zip(seconds, times["AvadotProd"], strict=True)]
        print(
            f"{stack:<12} median {statistics.median(seconds):.2f} s, "
            f"AvadotProd takes {statistics.median(ratios):.2f} times as long"
        )


if __name__ == "__main__":
    main()
