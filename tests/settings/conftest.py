"""Settings that stay the same whatever the catalog says."""

import pytest

from catalog.addons import AddOnRequests, Requests
from settings import capacity

_ADD_ONS = AddOnRequests(
    per_node=Requests(cpu_milli=300, memory_mib=400, pods=6),
    per_cluster=Requests(cpu_milli=700, memory_mib=1500, pods=8),
)


@pytest.fixture
def fixed_add_ons(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the add-ons take round figures, whatever the catalog says today."""
    monkeypatch.setattr(capacity, "requests_of_add_ons", lambda _: _ADD_ONS)
