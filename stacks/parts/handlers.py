"""Handlers of Lambda functions: a name in a template, and a function in a file."""

import ast
from pathlib import Path

from settings.checks import require


def require_handler(functions: Path, handler: str) -> str:
    """Return the handler; raise `SettingError` unless a file below `functions` defines it.

    Lambda would find out at the first call only.
    """
    module, _, name = handler.rpartition(".")
    file = functions.joinpath(*module.split(".")).with_suffix(".py")
    require(file.is_file(), "function handler", handler, f"{functions.name} has no {module}")
    defined = [
        one.name
        for one in ast.parse(file.read_text()).body
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    require(name in defined, "function handler", handler, f"{module} has {', '.join(defined)}")
    return handler
