"""Takes the place of `helm` in the rehearsal's Lambda functions: notes the chart and succeeds.

Charts cannot run here. Their registry may be out of reach, their images are not in our ECR, and
the one that matters needs AWS itself: the load balancer controller. Its objects without its pods
would do harm, since a webhook without endpoints makes the API server refuse every Service.

Runs as a file of its own, on whatever interpreter: nothing but the standard library here.
"""

import argparse
import json
import sys
from pathlib import Path


def note(directory: Path, arguments: list[str]) -> None:
    """Write down what would have been installed, or forget what is uninstalled."""
    parser = argparse.ArgumentParser()
    parser.add_argument("verb")
    parser.add_argument("release")
    parser.add_argument("chart", nargs="?")
    parser.add_argument("--repo", default="")
    parser.add_argument("--version", default="")
    parser.add_argument("--namespace", default="default")
    parser.add_argument("--values")
    asked, _ = parser.parse_known_args(arguments)
    file = directory / f"{asked.namespace}.{asked.release}.json"
    if asked.verb == "uninstall":
        file.unlink(missing_ok=True)
    elif asked.verb in ("install", "upgrade"):
        values = json.loads(Path(asked.values).read_text()) if asked.values else {}
        directory.mkdir(parents=True, exist_ok=True)
        content = {
            "release": asked.release,
            "namespace": asked.namespace,
            "chart": asked.chart,
            "version": asked.version,
            "repository": asked.repo,
            "values": values,
        }
        file.write_text(json.dumps(content, indent=2))


if __name__ == "__main__":
    note(Path(sys.argv[1]), sys.argv[2:])
