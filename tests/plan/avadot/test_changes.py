"""The changes between two releases of the application itself."""

import json
import re
import shutil
from pathlib import Path

from plan.changes.comparison import compare
from plan.changes.nouns import Topic
from plan.model.assembly import read_assembly
from tests.plan.changes.compared import fields, listed


def test_the_same_assembly_has_no_changes(avadot: Path) -> None:
    assembly = read_assembly(avadot)

    changes = compare(assembly, assembly)

    assert (changes.changes, changes.risks) == ((), ())


def test_another_image_of_one_service_changes_that_service_and_nothing_else(
    avadot: Path, tmp_path: Path
) -> None:
    """It changes the hash of the manifests in the release gate too."""
    released = tmp_path / "cdk.out"
    shutil.copytree(avadot, released, ignore=shutil.ignore_patterns("asset.*"))
    template = released / "AvadotProd.template.json"
    content = template.read_text()
    (digest,) = set(re.findall(r"tarot@(sha256:[0-9a-f]{64})", content))
    gate = json.loads(content)["Resources"]["ReleaseGate0BC77B6D"]["Properties"]["Judged"]
    template.write_text(content.replace(digest, f"sha256:{'a' * 64}").replace(gate, "b" * 64))

    changes = compare(read_assembly(avadot), read_assembly(released), "AvadotProd")

    assert changes.services == ("tarot",)
    assert listed(changes) == [("Changed", "Deployment avadot-prod/tarot")]
    ((path, (before, after)),) = fields(changes).items()
    assert path == "spec.template.spec.containers[tarot].image"
    assert (str(before)[-71:], str(after)[-71:]) == (digest, f"sha256:{'a' * 64}")
    assert {risk.topic for risk in changes.risks} == {Topic.RESTART}
    assert changes.risky == ()
