"""The application of a tree that is still at the oldest release that today's can update.

It brings the release's assembly as it was synthesized. Only the Lambda layers are not in the
archive, since they have 60 MB: functions here find the layers' tools on the PATH, as always.
"""

import json
import os
import tarfile
import zipfile
from pathlib import Path

RELEASE = "2026-11-21"
OLDEST = Path(__file__).with_name(f"{RELEASE}.tar.xz")


def main() -> None:
    """Write the assembly where the cdk command expects it."""
    unpack(Path(os.environ["CDK_OUTDIR"]))


def unpack(assembly: Path) -> None:
    """Write the release's assembly, with empty layers."""
    with tarfile.open(OLDEST) as files:
        files.extractall(assembly, filter="data")
    for manifest in assembly.glob("*.assets.json"):
        for asset in json.loads(manifest.read_text())["files"].values():
            source = assembly / asset["source"]["path"]
            if not source.exists():
                zipfile.ZipFile(source, "w").close()


if __name__ == "__main__":
    main()
