"""The edits that drills make, seen before a rehearsal has run for half an hour."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

from settings.systems import systems
from tests import rehearsal
from tests.rehearsal.checkout import Checkout
from tests.rehearsal.edits import Edit, EditError, ObjectEdit, SettingEdit


def _of(value: object) -> list[Edit]:
    found = value if isinstance(value, tuple) else (value,)
    return [one for one in found if isinstance(one, SettingEdit | ObjectEdit)]


_EDITS: list[Edit] = []
for _module in walk_packages(rehearsal.__path__, f"{rehearsal.__name__}."):
    for _value in vars(import_module(_module.name)).values():
        # Another module may have imported it.
        _EDITS += [edit for edit in _of(_value) if edit not in _EDITS]
_TOP = systems()[0].name


def test_every_edit_finds_what_it_changes(tmp_path: Path) -> None:
    """The application is synthesized with all edits at once, and with one too many."""
    unknown = ObjectEdit(kind="Deployment", name="nobody", path="spec.replicas", value=1)
    copy = Checkout.copied_to(tmp_path / "tree", tools=tmp_path)
    copy.edit(*_EDITS, unknown)

    ended = subprocess.run(
        [sys.executable, "-m", "tests.rehearsal.edited_app"],
        cwd=copy.root,
        env={**os.environ, "CDK_OUTDIR": "cdk.out"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (copy.root / "cdk.out" / "manifest.json").exists()
    said = [line for line in ended.stderr.splitlines() if not line.startswith("Bundling asset")]
    assert (ended.returncode, said) == (1, ["drill: no chart has Deployment nobody"])


def test_edited_settings_have_their_values() -> None:
    """In the systems that the edits name, and in no other."""
    settings = [edit for edit in _EDITS if isinstance(edit, SettingEdit)]
    edited = systems()
    for edit in settings:
        assert edit.current(edited) != edit.value
        edited = edit.applied(edited)

    assert [edit.current(edited) for edit in settings] == [edit.value for edit in settings]
    changed = {new.name for new, old in zip(edited, systems(), strict=True) if new != old}
    assert changed == {edit.system for edit in settings}


@pytest.mark.parametrize(
    ("system", "path", "says"),
    [
        ("Nobody", "region", "there is no system 'Nobody'; there are "),
        (_TOP, "cluster.nodes", "Cluster has no nodes; it has "),
        (_TOP, "cluster.node_groups[gone].minimum", "there is no 'gone' in "),
        (_TOP, "cluster.node_groups[].minimum", r"Cluster has no node_groups\[\]"),
        (_TOP, "region.name", "str has no name"),
    ],
)
def test_an_edit_of_a_setting_that_is_not_there_fails(system: str, path: str, says: str) -> None:
    with pytest.raises(EditError, match=says):
        SettingEdit(system=system, path=path, value=1).applied(systems())


def test_an_edit_of_an_object_names_fields_that_are_there() -> None:
    edit = ObjectEdit(kind="Pod", name="p", path="spec.conteiners.image", value="x")

    with pytest.raises(EditError, match=r"Pod p has no conteiners on the way of spec\.conteiners"):
        edit.apply({"kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": []}})
