"""One line of JSON for each decision, which CloudWatch Logs Insights can search."""

import json
import sys


def log(decision: str, **facts: object) -> None:
    """Write a decision and what it was about."""
    sys.stdout.write(json.dumps({"decision": decision, **facts}, ensure_ascii=False) + "\n")
