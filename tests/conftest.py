"""Fixtures shared by all tests."""

import hashlib
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from yaml.representer import SafeRepresenter

from rehearsal.toolchain import prepare_promtool
from settings.system import System, folder_of
from settings.systems import system_of

# Node beside this Python, not the machine's: jsii starts the first one on the PATH.
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

_BEGAN = pytest.StashKey[float]()
_GOLDEN = Path(__file__).parent / "golden"
_TOOLS = Path(__file__).parents[1] / ".rehearsal" / "tools"

Golden = Callable[[str, Sequence[dict[str, Any]]], None]


FIGURE = "rehearsal figure"
"""Under what name a drill notes what it has measured."""
_LAST_RUN = "last-run"
_MINUTE = 60


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what the make targets pass on."""
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden")
    parser.addoption("--system", help="of the drills, run those of one system only")
    parser.addoption("--orders", type=int, default=6, help="how many orders of creation to try")
    parser.addoption("--seeds", help="try these orders of creation instead: 12,3456")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Say first what is going to run, and how long that took on this machine."""
    config = session.config
    config.stash[_BEGAN] = time.monotonic()
    what = config.getoption("markexpr")
    if not what or not config.cache or hasattr(config, "workerinput"):
        return
    seconds = config.cache.get(_key(config), None)
    took = "not timed here yet" if seconds is None else f"took {_spoken(seconds)} last time"
    config.get_terminal_writer().line(f"tests that are {what}: {took}")


def _spoken(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < _MINUTE else f"{seconds / _MINUTE:.0f} min"


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Keep how long a whole run took."""
    config = session.config
    what = config.getoption("markexpr")
    has_run = not config.option.collectonly and not hasattr(config, "workerinput")
    if exitstatus == pytest.ExitCode.OK and what and config.cache and has_run:
        config.cache.set(_key(config), time.monotonic() - config.stash[_BEGAN])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what drills have measured: here, since of a run in processes no other file is loaded."""
    texts = [
        value
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        for name, value in report.user_properties
        if name == FIGURE
    ]
    if texts:
        terminalreporter.section("rehearsal figures")
        for text in texts:
            terminalreporter.write_line(text)


def _key(config: pytest.Config) -> str:
    """Return where the time of such a run is kept: of these tests in these folders."""
    chosen = " ".join((config.getoption("markexpr"), *config.args))
    # It becomes the name of a file, and people may name many tests.
    return f"{_LAST_RUN}/{hashlib.sha256(chosen.encode()).hexdigest()[:16]}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with long tests; leave out what is another system's than `--system`, or no system's."""
    turns = _turns(items)
    items.sort(key=lambda item: (_is_short(item), turns[item.path]))
    wanted = config.getoption("--system")
    if wanted is None:
        return
    system = system_of(wanted)
    chosen = [item for item in items if _is_of(system, item, config.rootpath)]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


def _is_short(item: pytest.Item) -> bool:
    return item.get_closest_marker("long") is None


def _turns(items: Sequence[pytest.Item]) -> Mapping[Path, int]:
    """Return in which turn each file is begun: the folders of drills take turns, file by file.

    Drills of one system wait for the same deploy, and those of one kind are all heavy or all light.
    """
    turns: dict[Path, int] = {}
    begun: Counter[tuple[Path, bool]] = Counter()
    for item in items:
        if item.path not in turns:
            folder = item.path.parent, _is_short(item)
            turns[item.path] = begun[folder]
            begun[folder] += item.get_closest_marker("rehearsal") is not None
    return turns


def _is_of(system: type[System], item: pytest.Item, root: Path) -> bool:
    """Whether a test lies in the system's folder, or is that of the system among all systems'."""
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    is_in_folder = folder_of(system) in item.path.relative_to(root).parts
    return is_in_folder or parameters.get("system") is system


class _Plain(yaml.SafeDumper):
    """Writes strings as PyYAML does: hera, where it is imported, has others for the process."""


_Plain.add_representer(str, SafeRepresenter.represent_str)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare documents with the reviewed file of a name, as charts/prod/backend."""

    def compare(name: str, documents: Sequence[dict[str, Any]]) -> None:
        path = _GOLDEN / f"{name}.yaml"
        text = yaml.dump_all(documents, Dumper=_Plain)
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        assert path.exists(), f"{path} does not exist: make it with `make golden`, and read it"
        assert text == path.read_text(), f"{path} differs: if that is wanted, run `make golden`"

    return compare


@pytest.fixture(scope="session")
def promtool() -> Path:
    """Return the promtool of the rehearsal's Prometheus; a fresh clone builds it first."""
    return prepare_promtool(_TOOLS, print)
