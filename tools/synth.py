"""Write the assembly of one system, quietly: `python -m tools.synth STACK [--output DIRECTORY]`.

The cdk command says much that nobody asked for here; what it says is shown if it fails. The
application's own warnings are told once, in their own words.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from plan.model.failure import PlanError
from plan.synthesis import synthesize
from settings.checks import SettingError
from settings.systems import named, systems


def main() -> None:
    """Synthesize, and tell what the application warns of; end with one sentence if it cannot."""
    parser = argparse.ArgumentParser(prog="python -m tools.synth", description=__doc__)
    parser.add_argument("stack", help="a system in an environment, or one of its stacks")
    parser.add_argument("--output", type=Path, default=Path("cdk.out"))
    asked = parser.parse_args()
    try:
        named(asked.stack, systems())
    except SettingError as error:
        print(f"settings: {error}", file=sys.stderr)
        sys.exit(2)
    try:
        synthesize(Path.cwd(), asked.output, "-c", f"system={asked.stack}")
    except PlanError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    for warning in dict.fromkeys(_warnings(asked.output)):
        print(f"warning: {warning}", file=sys.stderr)


def _warnings(assembly: Path) -> Iterator[str]:
    """Yield what the stacks warn of, without the identifier that acknowledges it."""
    for file in sorted(assembly.glob("*.metadata.json")):
        for entries in json.loads(file.read_text()).values():
            for entry in entries:
                if entry["type"] == "aws:cdk:warning":
                    yield entry["data"].partition(" [ack:")[0]


if __name__ == "__main__":
    main()
