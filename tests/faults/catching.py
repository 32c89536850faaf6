"""Asks one layer after the other for a planted fault."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.fault import NOBODY, Catcher, Fault, Layer
from tests.faults.tree import Tree

_RISKY = 3
"""How `python -m plan` ends if somebody should approve."""
_UNSEEN_BY_THE_APPLICATION = ("containers/",)
"""It reads none of these files, so its templates cannot differ."""
_UNSEEN_BY_THE_VALIDATION = ("charts/",)
"""Its rules are about resources of AWS, and validating takes most of a synth."""
_TELLING = ("! ", "Pods: ")


@dataclass(frozen=True, kw_only=True)
class Caught:
    """The first layer that stops a fault, and what it says."""

    layer: Layer
    words: str

    def is_as_stated(self, stated: Catcher) -> bool:
        return self.layer is stated.layer and stated.says in self.words


def catch(fault: Fault, tree: Tree) -> Caught:
    """Plant a fault, and return what catches it first."""
    # Before the fault is there.
    if fault.caught.layer is Layer.TEST:
        assert tree.passes(fault.caught.says), f"{fault.caught.says} fails without the fault"
    before = tree.sound_assembly(fault.system)
    with tree.planted(fault), TemporaryDirectory() as after:
        for caught in _layers(fault, tree, before, Path(after)):
            return caught
    return Caught(layer=Layer.NOBODY, words=NOBODY.says)


def _layers(fault: Fault, tree: Tree, before: Path, after: Path) -> Iterator[Caught]:
    if not fault.path.startswith(_UNSEEN_BY_THE_APPLICATION):
        validate = not fault.path.startswith(_UNSEEN_BY_THE_VALIDATION)
        refusal = tree.synth(fault.system, after, validate=validate)
        if refusal:
            yield Caught(layer=Layer.SYNTH, words=refusal)
            return
        planned = tree.plan(fault.system, before, after)
        if planned.code == _RISKY:
            lines = [line.strip() for line in planned.output.splitlines()]
            words = "\n".join(line for line in lines if line.startswith(_TELLING))
            yield Caught(layer=Layer.PLAN, words=words)
            return
        # A plan that ends in any other way has said nothing of the fault.
    if fault.caught.layer is Layer.TEST and tree.test(fault.caught.says).code == 1:
        yield Caught(layer=Layer.TEST, words=fault.caught.says)
