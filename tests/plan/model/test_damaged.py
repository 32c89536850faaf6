"""Assemblies that are missing or damaged: one sentence for each."""

import json
from pathlib import Path
from typing import Any

import pytest

from plan.changes import compare
from plan.model.assembly import PlanError, read_assembly
from tests.plan.assemblies import Written, assembled, resource, write


def test_no_assembly_is_said_in_a_sentence(tmp_path: Path) -> None:
    """A directory without a manifest is named, and how to make one."""
    with pytest.raises(PlanError, match=r"is no cloud assembly: .*`cdk synth`"):
        read_assembly(tmp_path)


@pytest.mark.parametrize(
    "damage",
    [
        '{"Resources": {"It": {',
        "[]",
        '{"Resources": []}',
        '{"Outputs": {}}',
        '{"Resources": {"It": {"Properties": {}}}}',
        '{"Resources": {"It": {"Type": "T", "Properties": "none"}}}',
        '{"Resources": {}, "Outputs": {"O": {"Export": {}, "Value": 1}}}',
        "\x00\xff",
    ],
)
def test_a_damaged_template_is_said_in_a_sentence(tmp_path: Path, damage: str) -> None:
    """Whatever is wrong with a template, the stack or its file is named."""
    directory = write(tmp_path, Written(name="App", resources={}))
    (directory / "App.template.json").write_bytes(damage.encode("latin-1"))

    with pytest.raises(PlanError, match=r"App.*damaged"):
        read_assembly(directory)


def test_a_value_of_another_form_is_said_in_a_sentence() -> None:
    """What no schema was asked about is damaged too, and the thing that holds it is named."""
    role, broken = (
        assembled(Written(name="App", resources={"R": resource("AWS::IAM::Role", "App/R", values)}))
        for values in ({}, {"Policies": ["x"]})
    )

    with pytest.raises(PlanError, match=r"AWS::IAM::Role R of stack App holds a value of a form"):
        compare(role, broken)


def test_a_missing_template_is_said_in_a_sentence(tmp_path: Path) -> None:
    """A manifest that names a file that is not there is a damaged assembly."""
    directory = write(tmp_path, Written(name="App", resources={}))
    (directory / "App.template.json").unlink()

    with pytest.raises(PlanError, match=r"App.template.json is missing"):
        read_assembly(directory)


@pytest.mark.parametrize("artifacts", [{"App": {}}, {"App": "x"}, [1], None])
def test_a_damaged_manifest_is_said_in_a_sentence(tmp_path: Path, artifacts: Any) -> None:
    """A manifest of another shape is damaged."""
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))

    with pytest.raises(PlanError, match=r"manifest.json is damaged"):
        read_assembly(tmp_path)
