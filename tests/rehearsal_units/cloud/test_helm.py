"""What is noted in the place of an installed chart."""

import json
from pathlib import Path

from rehearsal.cloud.helm import note

UPGRADE = [
    *("upgrade", "controller", "aws-load-balancer-controller", "--install"),
    *("--repo", "https://aws.github.io/eks-charts", "--version", "3.6.0"),
    *("--namespace", "kube-system", "--timeout", "900s", "--kubeconfig", "kubeconfig"),
]
"""As the handler of the CDK calls it."""


def test_an_installed_chart_is_noted_with_its_values(tmp_path: Path) -> None:
    """Chart, version, repository and values are what the report can name."""
    values = tmp_path / "values.yaml"
    values.write_text('{"clusterName": "avadot"}')

    note(tmp_path / "charts", [*UPGRADE, "--values", str(values)])

    (file,) = (tmp_path / "charts").iterdir()
    assert json.loads(file.read_text()) == {
        "release": "controller",
        "namespace": "kube-system",
        "chart": "aws-load-balancer-controller",
        "version": "3.6.0",
        "repository": "https://aws.github.io/eks-charts",
        "values": {"clusterName": "avadot"},
    }


def test_an_uninstalled_chart_is_forgotten(tmp_path: Path) -> None:
    """After a destroy nothing is said to be there."""
    note(tmp_path, UPGRADE)

    note(tmp_path, ["uninstall", "controller", "--namespace", "kube-system", "--wait"])

    assert not list(tmp_path.iterdir())
