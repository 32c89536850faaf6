"""The templates are those that were reviewed.

The objects in them have reviewed files of their own (tests/golden/charts), drawn in made-up
surroundings; here each manifest shows which objects it has, and which values of AWS go into them.
"""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Golden
from tests.stacks.assembly import Stack
from tests.stacks.manifests import MANIFEST, identity, manifests
from tests.stacks.synths import everything

_REVIEWED = (
    "AvadotRegistry",
    "AvadotProdNetwork",
    "AvadotProdData",
    "AvadotProdCluster",
    "AvadotProd",
    "AvadotDev",
    "GuardianRegistry",
    "GuardianProdNetwork",
    "GuardianProdData",
    "GuardianProdCluster",
    "GuardianProd",
)
_FILLED_IN = re.compile(r"\$\{[^}]+\}")
_ASSET = re.compile(r"^[0-9a-f]{64}\.zip$")


def _legible(stack: Stack) -> dict[str, Any]:
    """Return a template as a reviewer wants to read it."""
    contents = {
        manifest.resource.logical_id: manifest.objects
        for manifest in manifests(everything(), stack.name)
    }
    resources = {}
    for resource in stack.resources:
        properties = dict(resource.properties)
        if resource.type == MANIFEST:
            text = everything().spell(stack.name, properties["Manifest"])
            properties["Manifest"] = {
                "objects": [identity(thing) for thing in contents[resource.logical_id]],
                "values of AWS": sorted(set(_FILLED_IN.findall(text))),
            }
        if resource.type == "Custom::Release":
            properties["Manifests"] = "(digest of the manifests)"
        if resource.type == "Custom::Migration":
            properties["Migration"] = "(digest of the migration)"
        document = {name: part for name, part in resource.document.items() if name != "Metadata"}
        resources[resource.logical_id] = document | {"Properties": _without_hashes(properties)}
    own = ("Conditions", "Description", "Outputs")
    return {part: stack.template[part] for part in own if part in stack.template} | {
        "Resources": resources
    }


def _without_hashes(value: Any) -> Any:
    """Replace the names of assets, which change with every release of the library."""
    match value:
        case dict():
            return {name: _without_hashes(part) for name, part in value.items()}
        case list():
            return [_without_hashes(part) for part in value]
        case str() if _ASSET.match(value):
            return "(asset).zip"
    return value


@pytest.mark.parametrize("name", _REVIEWED)
def test_a_template_is_what_was_reviewed(name: str, golden: Golden) -> None:
    """The template of a stack is the one in its golden file."""
    golden(f"templates/{name}", [_legible(everything().stacks[name])])


def test_no_reviewed_template_is_left_over() -> None:
    """A golden file whose stack is gone would be reviewed for nothing."""
    directory = Path(__file__).parents[1] / "golden" / "templates"
    assert {path.stem for path in directory.iterdir()} == set(_REVIEWED)
