"""The table of planted faults fits the tree that is here."""

from tests.faults.fault import Layer
from tests.faults.table import FAULTS
from tests.faults.tree import REPOSITORY

_FEWEST = 80


def test_each_fault_can_be_planted() -> None:
    """What it replaces stands exactly once in its file, and the edit changes something."""
    for fault in FAULTS:
        assert fault.spoil(REPOSITORY) != (REPOSITORY / fault.path).read_text(), fault.name


def test_the_table_is_a_sample_of_its_own() -> None:
    """No fault stands twice, and there are enough to tell a share by."""
    assert len(FAULTS) >= _FEWEST
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert len({(fault.path, fault.old, fault.new) for fault in FAULTS}) == len(FAULTS)


def test_a_test_that_catches_is_no_golden_file() -> None:
    """Its author would rewrite that along with the fault."""
    for fault in FAULTS:
        if fault.caught.layer is Layer.TEST:
            path = fault.caught.says.partition("::")[0]
            assert (REPOSITORY / path).exists(), fault.caught.says
            assert "golden" not in path, fault.name
