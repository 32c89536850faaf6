"""Which assembly a command is about, said in the same words to all of them."""

import argparse
from pathlib import Path


def add_assembly(parser: argparse.ArgumentParser) -> None:
    """Add the options that name an assembly, and a stack of it."""
    parser.add_argument("--stack", help="this stack and all it depends on (default: all stacks)")
    parser.add_argument(
        "--assembly",
        type=Path,
        default=Path("cdk.out"),
        metavar="DIRECTORY",
        help="what `cdk synth` wrote (default: cdk.out)",
    )
