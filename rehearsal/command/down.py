"""`down`: stops a rehearsal and removes its state; the built tools stay."""

import shutil

from rehearsal.cloud import emulator
from rehearsal.command.workplace import Workplace


def down(workplace: Workplace) -> bool:
    """Stop whatever runs, also what a crash has left; return whether anything did."""
    stopped = emulator.stop(workplace.run)
    shutil.rmtree(workplace.run, ignore_errors=True)
    workplace.kubeconfig.unlink(missing_ok=True)
    return stopped
