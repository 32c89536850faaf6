"""Collects what the findings advise, from the source of all that finds something."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_FINDING = (
    *("plan/changes", "plan/capacity", "plan/preflight", "plan/cost", "plan/time"),
    "rehearsal/command/stuck.py",
)
_PROGRAMS = "aws|npx cdk|cdk|kubectl|make|docker|git|helm"
_QUOTED = re.compile(rf"`((?:{_PROGRAMS}) [^`]+)`")
_WHOLE = re.compile(rf"(?:{_PROGRAMS}) [a-z].*")
"""Of the preflight, a remedy is a command and nothing else."""
_VERBS = (
    *(
        "add",
        "apply",
        "ask",
        "change",
        "choose",
        "deploy",
        "give",
        "keep",
        "leave",
        "let",
        "name a",
        "name one",
        "put",
    ),
    *("remove", "set", "take", "update", "write"),
)
_ADVICE = re.compile(rf"(?:^|[:;,(] |, then |→ )(?:{'|'.join(_VERBS)}) ")
_NAMED = re.compile(r"`[^`]*`")


@dataclass(frozen=True, kw_only=True)
class Text:
    """What a finding says, with its placeholders as `{expression}`."""

    module: str
    words: str


def commands() -> list[Text]:
    """Return all commands, each once, without the words around them."""
    found = [
        Text(module=text.module, words=command) for text in _texts() for command in _of_text(text)
    ]
    return list(dict.fromkeys(found))


def _of_text(text: Text) -> list[str]:
    is_whole = text.module.startswith("plan/preflight/") and _WHOLE.fullmatch(text.words)
    return [text.words] if is_whole else _QUOTED.findall(text.words)


def advice() -> list[Text]:
    """Return all that says what to change: by a verb, or by a name in quotes that is no command."""
    return [
        text
        for text in _texts()
        if _ADVICE.search(text.words)
        or any(not _QUOTED.fullmatch(name) for name in _NAMED.findall(text.words))
    ]


@cache
def _texts() -> tuple[Text, ...]:
    return tuple(text for file in _files() for text in _of_file(file))


def _files() -> Iterator[Path]:
    for name in _FINDING:
        path = _ROOT / name
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _of_file(file: Path) -> Iterator[Text]:
    tree = ast.parse(file.read_text())
    nodes = list(ast.walk(tree))
    parts = {part for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    docstrings = {node.value for node in nodes if isinstance(node, ast.Expr)}
    module = str(file.relative_to(_ROOT))
    for node in nodes:
        if node not in parts and node not in docstrings and " " in (words := _words(node)):
            yield Text(module=module, words=words)


def _words(node: ast.AST) -> str:
    match node:
        case ast.Constant(value=str(words)):
            return words
        case ast.JoinedStr(values=values):
            return "".join(
                str(one.value) if isinstance(one, ast.Constant) else f"{{{ast.unparse(one.value)}}}"
                for one in values
                if isinstance(one, ast.Constant | ast.FormattedValue)
            )
        case _:
            return ""
