"""What the documents name is there: linked files and headings, paths of the repository, targets."""

import re
from pathlib import Path

import pytest

from settings.system import System, folder_of
from settings.systems import SYSTEMS

_ROOT = Path(__file__).parent.parent
_DOCUMENTS = sorted(  # not the changelog, which names what was
    [
        _ROOT / "README.md",
        *(_ROOT / "docs").rglob("*.md"),
        *(_ROOT / "containers").glob("*/README.md"),
    ]
)
_ROOMS = (
    *("catalog", "settings", "charts", "stacks", "functions", "plan", "rehearsal", "tools"),
    *("containers", "tests", "docs", ".github", ".ci"),
)
_LINK = re.compile(r"\]\((?!https?:)([^)\s#]*)(?:#([^)\s]+))?\)")
_PATH = re.compile(
    rf"(?<![\w/.*-])(?:{'|'.join(map(re.escape, _ROOMS))})/[\w./-]*[\w/](?![\w*…{{])"
)
_TARGET = re.compile(r"(?:^ *|`)make ([a-z-]+)", re.MULTILINE)
_PLACEHOLDER = re.compile(r"(^|/)[A-Z]+(/|$)")
"""A part of a path that stands for a name, as in `settings/SYSTEM/images.json`."""


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda path: str(path.relative_to(_ROOT)))
def test_named_things_exist(document: Path) -> None:
    """Every link leads to a file and a heading, every path and every target of make exists."""
    text = document.read_text()
    links = [
        ((document.parent / file) if file else document, at) for file, at in _LINK.findall(text)
    ]
    paths = [path for path in _PATH.findall(text) if not _PLACEHOLDER.search(path)]
    targets = re.findall(r"^([a-z-]+):", (_ROOT / "Makefile").read_text(), re.MULTILINE)
    wrong = [
        *(str(file) for file, _ in links if not file.exists()),
        *(
            f"{file}#{at}"
            for file, at in links
            if file.is_file() and at and at not in _anchors(file)
        ),
        *(path for path in paths if not (_ROOT / path).exists()),
        *(f"make {name}" for name in _TARGET.findall(text) if name not in targets),
    ]
    assert not wrong


@pytest.mark.parametrize("system", SYSTEMS, ids=folder_of)
def test_the_readme_has_a_row_for_each_system(system: type[System]) -> None:
    """It begins with the system's title and leads to the system's folder."""
    rows = re.findall(
        r"^\| \*\*(.+?)\*\* \|.*\]\((.+?)\) \|$", (_ROOT / "README.md").read_text(), re.MULTILINE
    )
    assert (system.title, f"docs/{folder_of(system)}/README.md") in rows


def _anchors(document: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub spells them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
