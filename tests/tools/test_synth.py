"""`python -m tools.synth`: one system's assembly, and nothing said that nobody asked for."""

import json
import subprocess
import sys
from pathlib import Path

from settings.systems import registry_stack, systems

_SYSTEM = systems()[0]


def _synth(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.synth", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_one_system_is_made_and_its_warnings_are_told_once(tmp_path: Path) -> None:
    """Its stacks and its registry are there, no other's; no line is the cdk command's."""
    result = _synth(_SYSTEM.name, "--output", str(tmp_path / "out"))
    assert result.returncode == 0, result.stderr
    artifacts = json.loads((tmp_path / "out" / "manifest.json").read_text())["artifacts"]
    stacks = {name for name, one in artifacts.items() if one["type"].endswith(":stack")}
    registry = registry_stack(type(_SYSTEM))
    assert registry in stacks
    assert all(name.startswith(_SYSTEM.name) for name in stacks - {registry})
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert all(line.startswith("warning: ") for line in lines)
    assert len(set(lines)) == len(lines)


def test_an_unknown_system_is_refused_with_those_that_could_be_meant(tmp_path: Path) -> None:
    """Nothing is written."""
    result = _synth("Shop", "--output", str(tmp_path / "out"))
    known = ", ".join(system.name for system in systems())
    assert result.returncode == 2
    assert result.stderr == f"settings: system is 'Shop': name one of {known}\n"
    assert not (tmp_path / "out").exists()
