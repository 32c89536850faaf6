"""`python -m music_api.document`: print the OpenAPI document of the API."""

import json
import sys
from typing import Any

from music_api.http import create_app


def document() -> str:
    """Return it as the running program has it at /openapi.json."""
    # Routes are described, and none is asked: nothing is needed behind them.
    nothing: Any = None
    described = create_app(nothing, nothing, nothing).openapi()
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(document())
