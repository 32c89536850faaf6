"""The command line of the rehearsal: `python -m rehearsal up|down|status|tools`."""

import argparse
import os
import sys

from rehearsal import toolchain
from rehearsal.cloud import emulator
from rehearsal.command.progress import CommandProgress
from rehearsal.command.report import show
from rehearsal.command.up import down, up
from rehearsal.command.workplace import DeployRecord, Workplace

_INTERRUPTED = 130


def main() -> None:
    """Run one command; end with one sentence and a code if it cannot do its work."""
    asked = _parse()
    workplace = Workplace.of_repository()
    try:
        match asked.command:
            case "up":
                say = CommandProgress()
                up(workplace, asked.stack, asked.seed, say, afresh=asked.afresh)
                _report(workplace, say)
            case "down":
                print("stopped" if down(workplace) else "nothing was running")
            case "status":
                _report(workplace, CommandProgress())
            case "tools":
                toolchain.prepare_all(workplace.tools, CommandProgress())
    except (RuntimeError, ValueError) as error:
        sys.exit(f"rehearsal: {error}")
    except KeyboardInterrupt:
        print("rehearsal: interrupted; what this command started is stopped", file=sys.stderr)
        sys.exit(_INTERRUPTED)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m rehearsal", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    start = commands.add_parser("up", help="rehearse `cdk deploy STACK` on this machine")
    start.add_argument("stack", metavar="STACK")
    start.add_argument(
        "--seed",
        default=os.environ.get("REHEARSAL_SEED"),
        help="draw the order of creation from this (default: $REHEARSAL_SEED, else by chance)",
    )
    start.add_argument(
        "--afresh", action="store_true", help="deploy again what a checkpoint could bring back"
    )
    commands.add_parser("down", help="stop the rehearsal and remove its state")
    commands.add_parser("status", help="show what stands")
    commands.add_parser(
        "tools", help="build what any rehearsal may need, so that none waits for it"
    )
    return parser.parse_args()


def _report(workplace: Workplace, say: CommandProgress) -> None:
    cloud = emulator.running(workplace.run)
    if cloud is None:
        message = "nothing is running: `make up` starts a rehearsal"
        raise RuntimeError(message)
    record = DeployRecord.read(workplace.record)
    if record is None:
        message = "no deploy has succeeded yet: run `make up` and see what it says"
        raise RuntimeError(message)
    show(workplace, cloud, record, say.console)


if __name__ == "__main__":
    main()
