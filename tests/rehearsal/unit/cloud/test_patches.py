"""Patches of the emulator fit this version of it, and fail with one sentence where they do not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ministack.services import eks

from rehearsal.cloud.control_planes import ControlPlanes
from rehearsal.cloud.patches import ABSENT, Patch, PatchError, apply, private
from rehearsal.cloud.postgres import Databases, Trust
from rehearsal.cloud.server import patches
from rehearsal.cloud.valkey import Caches
from rehearsal.toolchain import Toolchain

_NOWHERE = Path("nowhere")
_TRUST = Trust(_NOWHERE)
PATCHES = patches(
    ControlPlanes(_NOWHERE, Toolchain(bin=_NOWHERE)),
    Databases(_NOWHERE, _TRUST),
    Caches(_NOWHERE, _TRUST),
    _NOWHERE,
)
REPLACING = [patch for patch in PATCHES if patch.fingerprint != ABSENT]


def _name(patch: Patch) -> str:
    return patch.name


@pytest.mark.parametrize("patch", PATCHES, ids=_name)
def test_a_patch_fits_the_installed_emulator(patch: Patch) -> None:
    patch.check()


def test_each_place_is_patched_once() -> None:
    """The second patch of a place would be written for the first, and not for the emulator."""
    names = [patch.name for patch in PATCHES]

    assert len(set(names)) == len(names) > 20


@pytest.mark.parametrize("patch", REPLACING, ids=_name)
def test_a_patch_fails_where_the_emulator_lacks_its_attribute(
    patch: Patch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence names the attribute, what the patch is for, and where it is."""
    if patch.keys:
        monkeypatch.setattr(patch.module, patch.attribute, {})
    else:
        monkeypatch.delattr(patch.module, patch.attribute)

    with pytest.raises(PatchError) as raised:
        patch.check()

    words = str(raised.value)
    assert words.startswith(f"the patch of {patch.name} ({patch.corrects}) was written for")
    assert "it is absent: read it, and adapt or remove" in words


def test_a_patch_fails_where_the_emulators_source_is_another() -> None:
    """A new release that changes the function is read before it is patched."""
    patch = replace(REPLACING[0], fingerprint="000000000000")

    with pytest.raises(PatchError, match="written for the fingerprint 000000000000, but in"):
        apply([patch])


def test_an_addition_fails_once_the_emulator_has_the_type(monkeypatch: pytest.MonkeyPatch) -> None:
    """What came upstream is taken from there."""
    added = next(patch for patch in PATCHES if patch.fingerprint == ABSENT and patch.keys)
    monkeypatch.setattr(added.module, added.attribute, {added.keys[0]: {}})

    with pytest.raises(PatchError, match="it is dict: read it"):
        added.check()


def test_what_is_read_of_the_emulator_is_looked_for() -> None:
    with pytest.raises(PatchError, match=r"has no ministack.services.eks._no_such for us to read"):
        private(eks, "_no_such")


def test_a_patch_may_be_applied_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is written for the emulator's own function, not for its own replacement."""
    patch = next(patch for patch in REPLACING if not patch.keys)
    original: Any = getattr(patch.module, patch.attribute)
    monkeypatch.setattr(patch.module, patch.attribute, original)

    apply([patch, patch])
    apply([patch])

    assert getattr(patch.module, patch.attribute) is not original
