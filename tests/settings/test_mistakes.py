"""Every wrong setting is refused where it is written, and its author is told why."""

import pytest

from settings.checks import SettingError
from tests.settings.mistakes import Mistake
from tests.settings.mistakes.analyzers import ANALYZERS
from tests.settings.mistakes.cluster import CLUSTER, NODES
from tests.settings.mistakes.data import DATA
from tests.settings.mistakes.figures import SIZES, TIMES
from tests.settings.mistakes.guardian import GUARDIAN_SYSTEM, STORES
from tests.settings.mistakes.network import ENTRANCE, NETWORK
from tests.settings.mistakes.system import SYSTEM
from tests.settings.mistakes.workloads import IMAGE, WORKLOADS

_MISTAKES = (
    *SYSTEM,
    *NETWORK,
    *ENTRANCE,
    *CLUSTER,
    *NODES,
    *DATA,
    *IMAGE,
    *SIZES,
    *TIMES,
    *WORKLOADS,
    *ANALYZERS,
    *STORES,
    *GUARDIAN_SYSTEM,
)


@pytest.mark.parametrize("mistake", _MISTAKES, ids=[mistake.name for mistake in _MISTAKES])
def test_a_wrong_setting_is_refused(mistake: Mistake) -> None:
    """A wrong setting is refused with exactly one sentence about field, value and remedy."""
    with pytest.raises(SettingError) as refusal:
        mistake.write()
    assert str(refusal.value) == mistake.message
