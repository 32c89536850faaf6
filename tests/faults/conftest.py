"""Prints the table of planted faults, and fails where too few are caught by meaning."""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.faults.fault import Layer
from tests.faults.table import FAULTS
from tests.faults.tree import Tree

_FEWEST = 0.9
"""Share of all faults that must be caught by meaning."""


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tree]:
    """Copy the tree once for all faults of a process."""
    copied = Tree.copied_to(tmp_path_factory.mktemp("faults") / "tree")
    yield copied
    copied.close()


def _rows(terminal: pytest.TerminalReporter) -> list[tuple[str, str, str, str]]:
    """Return name, kind, layer and words of each fault that was planted, as the table has them."""
    found = {}
    for reports in terminal.stats.values():
        for report in reports:
            values = dict(getattr(report, "user_properties", ()))
            if "fault" in values:
                found[values["fault"]] = values
    return [
        (fault.name, fault.kind, found[fault.name]["layer"], found[fault.name]["words"])
        for fault in FAULTS
        if fault.name in found
    ]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print each fault with what caught it, and the share of those that something caught."""
    rows = _rows(terminalreporter)
    if not rows:
        return
    terminalreporter.section("planted faults")
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        terminalreporter.line("  ".join(map(str.ljust, row, (*widths, 0))))
    layers = Counter(layer for _, _, layer, _ in rows)
    counted = ", ".join(f"{layer.value} {layers[layer.value]}" for layer in Layer)
    terminalreporter.line(f"{_share(rows):.0%} of {len(rows)} caught by meaning: {counted}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail where all have been planted and too few were caught."""
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    rows = _rows(terminal) if terminal else []
    if len(rows) == len(FAULTS) and _share(rows) < _FEWEST:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _share(rows: list[tuple[str, str, str, str]]) -> float:
    caught = sum(layer != Layer.NOBODY.value for _, _, layer, _ in rows)
    return caught / len(rows)
