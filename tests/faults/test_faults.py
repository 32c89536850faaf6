"""Each planted fault is caught by the layer that the table states, by what it says."""

from collections.abc import Callable

import pytest

from tests.faults.catching import catch
from tests.faults.fault import Fault
from tests.faults.table import FAULTS
from tests.faults.tree import Tree

_SHOWN = 100


@pytest.mark.faults
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_caught(
    fault: Fault, tree: Tree, record_property: Callable[[str, object], None]
) -> None:
    """The first layer that stops it is the stated one, and it names what is wrong."""
    caught = catch(fault, tree)
    meant = caught.is_as_stated(fault.caught)
    words = fault.caught.says if meant else caught.words.strip()
    for name, value in (
        ("fault", fault.name),
        ("layer", caught.layer.value if meant else "nobody"),
        ("words", words.replace("\n", " ")[:_SHOWN]),
    ):
        record_property(name, value)
    assert meant, f"{caught.layer.value} says: {caught.words}"
