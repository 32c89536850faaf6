"""Write the assembly of one system, quietly: `python -m tools.synth STACK [--output DIRECTORY]`.

The cdk command says much that nobody asked for here; what it says is shown if it fails. The
application's own warnings are told once, in their own words.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from settings.checks import SettingError
from settings.systems import named, systems

_CDK = ("cdk", "--no-lookups", "--no-notices", "--no-validation", "synth", "--quiet")
_EPILOGUE = "Subprocess exited with error"
"""What cdk adds after the words of an application that failed."""


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
    cdk = subprocess.run(
        [*_CDK, "-c", f"system={asked.stack}", "--output", asked.output],
        env={**os.environ, "CI": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    if cdk.returncode:
        said = [line.strip() for line in cdk.stderr.splitlines() if line.strip()]
        telling = [line for line in said if not line.startswith(_EPILOGUE)]
        print(telling[-1] if telling else "cdk synth failed and said nothing", file=sys.stderr)
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
