"""The command: what it prints, and how it ends."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plan.assemblies import Document, Written, resource, write
from tests.plan.capacity.builder import ZONES, Group, cluster

_ROOT = Path(__file__).parents[2]


def _run(*arguments: str | Path, directory: Path = _ROOT) -> subprocess.CompletedProcess[str]:
    """Run the command as a pipeline does."""
    return subprocess.run(
        (sys.executable, "-m", "plan", *map(str, arguments)),
        cwd=directory,
        env=os.environ | {"PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def _written(directory: Path, **properties: object) -> Path:
    it: Document = resource("AWS::RDS::DBInstance", "App/Database/Resource", dict(properties))
    return write(directory, Written(name="App", resources={"It": it}))


def test_without_a_risk_the_command_ends_with_zero(tmp_path: Path) -> None:
    """A pipeline goes on."""
    before = _written(tmp_path / "before", AllocatedStorage="20")
    after = _written(tmp_path / "after", AllocatedStorage="40")

    done = _run("--stack", "App", "--assembly", after, "--before", before)

    assert (done.returncode, done.stderr) == (0, "")
    assert "      AllocatedStorage: 20 → 40" in done.stdout.splitlines()
    assert "Risk: Nothing risky; 1 changed" in done.stdout.splitlines()


def test_with_a_risk_the_command_ends_with_three(tmp_path: Path) -> None:
    """A pipeline asks somebody."""
    before = _written(tmp_path / "before", DBName="a")
    after = _written(tmp_path / "after", DBName="b")

    done = _run("--assembly", after, "--before", before)

    assert done.returncode == 3
    assert "Risk: 1 risky change; 1 in Database" in done.stdout.splitlines()


def test_pods_that_find_no_node_end_with_three(tmp_path: Path) -> None:
    """A release that cannot come up is for somebody to look at, also when nothing was there."""
    container = {"name": "it", "image": "it", "resources": {"requests": {"cpu": "3"}}}
    labels = {"app": "it"}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "it", "namespace": "it"},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }
    machines = Group(size=1, instance_type="t3.large", zones=ZONES[:1])
    assembly = cluster([machines], [deployment])
    resources = {
        name: {"Type": one.type, "Properties": dict(one.properties)}
        for name, one in assembly.stacks[0].resources.items()
    }
    directory = write(tmp_path / "assembly", Written(name="App", resources=resources))

    done = _run("--assembly", directory)

    assert done.returncode == 3
    assert "Pods: 1 pod without a node" in done.stdout


def test_without_a_before_the_first_deploy_is_planned(avadot: Path) -> None:
    """Whether it fits, what it costs, how long it takes; there is nothing to approve yet."""
    done = _run("--stack", "AvadotProd", "--assembly", avadot)

    assert (done.returncode, done.stderr) == (0, "")
    parts = ("does every pod find a node?", "Cost on ", "Deploy, one stack after the other: ")
    places = [done.stdout.index(part) for part in parts]
    assert places == sorted(places)


def test_a_change_is_planned_with_its_cost_and_its_time(avadot: Path, tmp_path: Path) -> None:
    """The change itself stands last, where a terminal ends."""
    (tmp_path / "manifest.json").write_text('{"artifacts": {}}')

    lines = _run("--stack", "AvadotProd", "--assembly", avadot, "--before", tmp_path).stdout

    places = [
        lines.index(text) for text in ("Cost of the change", "Deploy, one", " added, 0 changed")
    ]
    assert places == sorted(places)


def test_a_pipe_gets_no_colours(tmp_path: Path) -> None:
    """A log is read in an editor."""
    before = _written(tmp_path / "before", DBName="a")
    after = _written(tmp_path / "after", DBName="b")

    assert "\x1b" not in _run("--assembly", after, "--before", before).stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--assembly", "nowhere", "--before", "."], "nowhere is no cloud assembly"),
        (["--assembly", "good", "--before", "empty"], "empty is no cloud assembly"),
        (["--assembly", "damaged", "--before", "good"], "App.template.json is damaged"),
        (["--assembly", "good", "--before", "damaged"], "App.template.json is damaged"),
        (["--assembly", "good", "--before", "good", "--stack", "Nope"], "stack 'Nope' is not"),
    ],
)
def test_wrong_input_ends_with_two_and_one_sentence(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    """Nobody reads a traceback to learn that a name is wrong."""
    _written(tmp_path / "good")
    _written(tmp_path / "damaged")
    (tmp_path / "damaged" / "App.template.json").write_text("{")
    (tmp_path / "empty").mkdir()

    done = _run(*arguments, directory=tmp_path)

    assert done.returncode == 2
    assert done.stdout == ""
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith("plan: ")
    assert words in sentence


def test_the_exit_codes_are_in_the_help() -> None:
    """Whoever writes a pipeline looks there."""
    done = _run("--help")

    assert done.returncode == 0
    assert "3 something risky" in done.stdout


def test_the_app_is_compared_in_less_than_two_seconds(avadot: Path, tmp_path: Path) -> None:
    """Else nobody does it before each change."""
    released = tmp_path / "cdk.out"
    shutil.copytree(avadot, released, ignore=shutil.ignore_patterns("asset.*"))
    template = released / "AvadotProd.template.json"
    template.write_text(template.read_text().replace("3306", "3307"))
    _run("--help")  # compiles what no one has run yet
    start = os.times()

    done = _run("--stack", "AvadotProd", "--assembly", released, "--before", avadot)

    end = os.times()
    assert done.returncode in {0, 3}
    used = end.children_user + end.children_system - start.children_user - start.children_system
    assert used < 2
