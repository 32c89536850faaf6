"""Every wrong setting is refused where it is written, and its author is told why."""

from importlib import import_module

import pytest

from settings.checks import SettingError
from settings.system import folder_of
from settings.systems import SYSTEMS
from tests.settings.mistakes import Edge, Mistake, cluster, data, system, workloads

_TABLES = (
    *(system, cluster, data, workloads),
    *(import_module(f"tests.settings.{folder_of(each)}.mistakes") for each in SYSTEMS),
)
_MISTAKES: list[Mistake] = [mistake for table in _TABLES for mistake in table.MISTAKES]
_EDGES: list[Edge] = [edge for table in _TABLES for edge in table.EDGES]


@pytest.mark.parametrize("mistake", _MISTAKES, ids=[mistake.name for mistake in _MISTAKES])
def test_a_wrong_setting_is_refused(mistake: Mistake) -> None:
    """A wrong setting is refused with exactly one sentence about field, value and remedy."""
    with pytest.raises(SettingError) as refusal:
        mistake.write()
    assert str(refusal.value) == mistake.message


@pytest.mark.parametrize("edge", _EDGES, ids=[edge.name for edge in _EDGES])
def test_the_last_right_value_is_accepted(edge: Edge) -> None:
    """A limit refuses what lies beyond it, and nothing before."""
    edge.write()
