"""Programs that Lambda functions find before those of the layers."""

import sys
from pathlib import Path

from rehearsal.cloud import helm

_HELM = """#!/bin/sh
exec "{python}" "{helm}" "{charts}" "$@"
"""
_AWS = """#!/bin/sh
# A token for EKS is a call to STS that is signed and never sent. The cluster takes it only for
# the address of STS itself, so the endpoint of the emulator is hidden while it is signed.
case " $* " in
    *" eks get-token "*) unset AWS_ENDPOINT_URL ;;
esac
exec "{aws}" "$@"
"""


def install(directory: Path, *, tools: Path, charts: Path) -> None:
    """Write `helm`, which only notes the chart in `charts`, and `aws`, which signs for EKS."""
    directory.mkdir(exist_ok=True)
    scripts = {
        "helm": _HELM.format(python=sys.executable, helm=helm.__file__, charts=charts),
        "aws": _AWS.format(aws=tools / "aws"),
    }
    for name, script in scripts.items():
        (directory / name).write_text(script)
        (directory / name).chmod(0o755)
