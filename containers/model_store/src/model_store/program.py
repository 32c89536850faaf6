"""The program itself as a file, for a container of the pod whose image does not have it."""

import os
import shutil
import sys
import zipfile
from pathlib import Path

from model_store.failure import ExitCode, Failure
from model_store.files import flush

VARIABLE = "MODEL_STORE_PROGRAM"


def hand_on(target: Path) -> None:
    """Copy the single file of which this process runs; `target` is the old one or the new one."""
    source = Path(os.environ.get(VARIABLE) or sys.argv[0])
    if not source.is_file() or not zipfile.is_zipfile(source):
        sentence = f"{source} is not the single file of this program: name that in {VARIABLE}"
        raise Failure(ExitCode.ARGUMENTS, sentence)
    new = target.with_name(f".{target.name}.new")
    shutil.copyfile(source, new)
    new.chmod(0o755)
    flush(new)
    new.replace(target)
