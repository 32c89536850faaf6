#!/usr/bin/env -S python3 -I -S
"""Plays nvidia-smi: says what $PLAYED/nvidia-smi tells it to, in lines of name=value."""

# Tests start it often, so it imports next to nothing.
import os
import sys
import time


def main() -> int:
    """Answer as told; return the exit code."""
    with open(os.environ["PLAYED"] + "/nvidia-smi", encoding="utf-8") as file:  # noqa: PTH123 - pathlib
        told = dict(line.rstrip("\n").split("=", 1) for line in file)
    time.sleep(float(told["seconds"]))
    sys.stdout.write(told["says"] + "\n" if told["says"] else "")
    return int(told["code"])


if __name__ == "__main__":
    sys.exit(main())
