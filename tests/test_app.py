"""The application as a whole: what `cdk` sees when it runs `app.py`."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from itertools import product
from pathlib import Path

import cfnlint.api  # type: ignore[import-untyped] # it ships no types
import pytest

from plan.model.kubernetes import MANIFEST
from settings.system import System, folder_of
from settings.systems import SYSTEMS, environments_of
from tests.stacks.synths import (
    ENVIRONMENTS,
    REGISTRIES,
    every_stack,
    everything,
    parts_of,
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
    deployed = (
        f"{system.name}{part}" for system in ENVIRONMENTS for part in parts_of(type(system))
    )
    assert _written(first).keys() == {f"{name}.template.json" for name in (*REGISTRIES, *deployed)}
    assert _written(first) == _written(second)


_FIRST = next(iter(SYSTEMS))


def _copy_with_images(directory: Path, images: str) -> Path:
    """Make a place where app.py finds everything as it is, and other images of a system."""
    for room in ("catalog", "charts", "functions", "stacks"):
        (directory / room).symlink_to(_ROOT / room)
    shutil.copy(_ROOT / "app.py", directory)
    shutil.copytree(_ROOT / "settings", directory / "settings")
    (directory / "settings" / folder_of(_FIRST) / "images.json").write_text(images)
    return directory


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        ("{", "is not JSON"),
        ("{}", " is not in the image file: write an entry with repository, tag and digest"),
        (
            '{"some": {"repository": "team/some", "tag": "1.0.0", "digest": "sha256:1"}}',
            "image team/some digest is 'sha256:1': pin it as sha256:",
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


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.__name__)
def test_environments_differ_by_values_only(system: type[System]) -> None:
    """Others have production's resources, but for what their settings take away or need."""
    production, *others = environments_of(system)
    for other, part in product(others, parts_of(system)):
        made = Counter(one.type for one in stack(other, part).resources.values())
        missing = Counter(one.type for one in stack(production, part).resources.values())
        missing, extra = missing - made, made - missing
        fewer = production.network.nat_gateways - other.network.nat_gateways
        # A way out of the network is a gateway and its address.
        ways_out = {"AWS::EC2::NatGateway": fewer, "AWS::EC2::EIP": fewer} if fewer else {}
        # A pool of machines is a manifest of its own.
        pools = len(production.cluster.node_pools) - len(other.cluster.node_pools)
        cluster = {MANIFEST: pools} if pools else {}
        # The driver of disks has a role; no other add-on is left out anywhere.
        if set(production.cluster.add_ons) - set(other.cluster.add_ons) == {"aws-ebs-csi-driver"}:
            cluster |= {"AWS::EKS::Addon": 1, "AWS::IAM::Role": 1}
        smaller = {"Cluster": cluster, "Network": ways_out}
        assert missing == smaller.get(part, {})
        # Buckets are emptied before they go.
        emptying = {"Custom::S3AutoDeleteObjects", "AWS::IAM::Role", "AWS::Lambda::Function"}
        assert set(extra) <= (emptying if part == "Data" and not other.retained else set())


@every_stack
def test_cfn_lint_finds_no_error(name: str) -> None:
    """A second opinion on each template, by the specification of the region."""
    template = json.dumps(everything().templates[name])
    rules = cfnlint.api.ManualArgs(regions=["ap-northeast-2"])
    found = cfnlint.api.lint(template, config=rules)
    assert [str(match) for match in found if match.rule.severity == "error"] == []
