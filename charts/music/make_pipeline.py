"""Rebuild the pipeline's definitions from their source: `python -m charts.music.make_pipeline DIR`.

Writes `argo.yaml`, which is run, and `kubeflow.yaml`, which kfp makes of the same graph in an
environment of its own (`charts/music/kubeflow.txt`).
"""

import argparse
import subprocess
import sys
from pathlib import Path

import cdk8s
import yaml

from charts.context import Addresses, Registry
from charts.music.context import PipelineContext
from charts.music.graph import EXAMPLE_BUCKET, EXAMPLE_REGISTRY
from charts.music.pipeline import PipelineChart
from settings.images import read_images
from settings.music import environments

_ROOT = Path(__file__).parents[2]
_LOCK = Path(__file__).with_name("kubeflow.txt")
_IMAGES = _ROOT / "settings" / "music" / "images.json"


def argo() -> str:
    """Return Argo's form of production's pipeline, with bucket and registry as examples."""
    system = environments.prod(read_images(_IMAGES))
    context = PipelineContext(
        system=system.label,
        namespace=system.namespace,
        images=Registry(host=EXAMPLE_REGISTRY),
        region=system.region,
        bucket=EXAMPLE_BUCKET,
        models="example-models",
        api=Addresses(cidrs=(system.network.cidr,)),
    )
    chart = PipelineChart(cdk8s.App(), pipeline=system.pipeline, context=context)
    return str(yaml.safe_dump_all(chart.to_json(), sort_keys=False))


def kubeflow() -> str:
    """Return Kubeflow's form; raise `CalledProcessError` where kfp refuses it."""
    isolated = ["--isolated", "--no-project", "--python", sys.executable]
    return subprocess.run(
        [
            *("uv", "run", "--quiet", *isolated, "--with-requirements", str(_LOCK)),
            *("python", "-m", "charts.music.kubeflow"),
        ],
        cwd=_ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def main() -> None:
    """Write both."""
    parser = argparse.ArgumentParser(
        prog="python -m charts.music.make_pipeline", description=__doc__
    )
    parser.add_argument("directory", type=Path)
    directory: Path = parser.parse_args().directory
    directory.mkdir(parents=True, exist_ok=True)
    for name, make in (("argo", argo), ("kubeflow", kubeflow)):
        path = directory / f"{name}.yaml"
        try:
            path.write_text(make())
        except (OSError, subprocess.CalledProcessError) as error:
            sys.exit(f"pipeline: {path} could not be made: {error}")
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
