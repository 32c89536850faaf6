"""The application as a whole: what `cdk` sees when it runs `app.py`."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import cfnlint.api  # type: ignore[import-untyped] # it ships no types
import pytest

from settings.system import Avadot, System
from tests.stacks.synths import (
    DEPLOYED,
    DEV,
    GUARDIAN,
    GUARDIAN_DEV,
    NEXT,
    OTHERWISE,
    PROD,
    STACKS,
    everything,
    stack,
)

_ROOT = Path(__file__).parents[1]
_CLOSED = "http://127.0.0.1:9"  # discard: nothing listens there


def _run(directory: Path, out: Path) -> subprocess.CompletedProcess[str]:
    """Run app.py as the CLI does, on a machine without a network, a home and credentials."""
    _temporary(out).mkdir(exist_ok=True)
    context = json.loads((_ROOT / "cdk.json").read_text())["context"]
    environment = {
        # For jsii, which starts Node and unpacks the libraries into its cache.
        "PATH": os.environ["PATH"],
        "HOME": os.environ["HOME"],
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "HTTP_PROXY": _CLOSED,
        "HTTPS_PROXY": _CLOSED,
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
        "CDK_CONTEXT_JSON": json.dumps(context | {"aws:cdk:disable-asset-staging": True}),
        "CDK_OUTDIR": str(out),
        "CDK_VALIDATION": "false",
        "TMPDIR": str(_temporary(out)),
    }
    return subprocess.run(
        [sys.executable, str(directory / "app.py")],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _temporary(out: Path) -> Path:
    return out.with_name(f"{out.name}-temporary")


def _written(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.glob("*.template.json")}


def test_two_synths_are_alike(tmp_path: Path) -> None:
    """Without network and credentials the same sources give the same bytes and leave no other."""
    first, second = tmp_path / "first", tmp_path / "second"
    for out in (first, second):
        result = _run(_ROOT, out)
        assert result.returncode == 0, result.stderr
        assert not list(_temporary(out).iterdir())
    made = ("AvadotRegistry", "GuardianRegistry", *(system.name for system in DEPLOYED))
    deployed = {name for name in STACKS if name.startswith(made)}
    assert _written(first).keys() == {f"{name}.template.json" for name in deployed}
    assert _written(first) == _written(second)


def _copy_with_images(directory: Path, images: str) -> Path:
    """Make a place where app.py finds everything as it is, and other images."""
    for room in ("catalog", "charts", "functions", "stacks"):
        (directory / room).symlink_to(_ROOT / room)
    shutil.copy(_ROOT / "app.py", directory)
    shutil.copytree(_ROOT / "settings", directory / "settings")
    (directory / "settings" / "images.json").write_text(images)
    return directory


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        ("{", "is not JSON"),
        ("{}", "image 'backend' is not in the image file"),
        (
            '{"backend": {"repository": "avadot/backend", "tag": "1.0.0", "digest": "sha256:1"}}',
            "image avadot/backend digest is 'sha256:1': pin it as sha256:",
        ),
    ],
    ids=["no JSON", "no entries", "no digest"],
)
def test_a_bad_image_file_is_one_sentence(tmp_path: Path, images: str, sentence: str) -> None:
    """Whoever synthesizes is told what is wrong, without a traceback, and nothing is written."""
    result = _run(_copy_with_images(tmp_path, images), tmp_path / "out")
    assert result.returncode == 1
    assert result.stderr.startswith("settings: ")
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("production", "development", "ways_out"),
    [
        # One way out of the network instead of two.
        (PROD, DEV, {"AWS::EC2::NatGateway", "AWS::EC2::EIP"}),
        (GUARDIAN, GUARDIAN_DEV, set()),
    ],
    ids=["Avadot", "Guardian"],
)
@pytest.mark.parametrize("part", ["Network", "Data", "Cluster", ""])
def test_environments_differ_by_values_only(
    production: System, development: System, ways_out: set[str], part: str
) -> None:
    """Development has production's resources, but for what its settings take away or need."""
    counts = [
        Counter(r.type for r in stack(system, part).resources)
        for system in (production, development)
    ]
    extra, missing = counts[0] - counts[1], counts[1] - counts[0]
    assert set(extra) == (ways_out if part == "Network" else set())
    # Buckets are emptied before they go.
    emptying = {"Custom::S3AutoDeleteObjects", "AWS::IAM::Role", "AWS::Lambda::Function"}
    assert set(missing) == (emptying if part == "Data" else set())


@pytest.mark.parametrize("system", [PROD, DEV, NEXT], ids=lambda system: system.name)
def test_plain_http_is_said(system: Avadot) -> None:
    """Without a domain synth says what is open, what is closed, and what to set."""
    (warning,) = stack(system).warnings
    assert "no domain is set" in warning
    assert "Audio2Face only inside the cluster" in warning
    assert "set load_balancer.names to a Domain" in warning


def test_a_domain_needs_no_warning() -> None:
    """With a certificate nothing is left to say."""
    assert stack(OTHERWISE).warnings == ()


@pytest.mark.parametrize("name", STACKS)
def test_cfn_lint_finds_no_error(name: str) -> None:
    """A second opinion on each template, by the specification of the region."""
    template = json.dumps(everything().stacks[name].template)
    rules = cfnlint.api.ManualArgs(regions=["ap-northeast-2"])
    found = cfnlint.api.lint(template, config=rules)
    assert [str(match) for match in found if match.rule.severity == "error"] == []
