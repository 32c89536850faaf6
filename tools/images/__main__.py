"""Build the images of the project's own programs: `python -m tools.images [NAME …]`.

Each is left with the builder under the name that it prints, and below dist/images as OCI lays it
out, with a bill of materials beside it.
"""

import argparse
import shutil
import sys
import time
from pathlib import Path

from tools.images.bill import bill
from tools.images.builders import STAND_IN, Builder, builder
from tools.images.layout import BuiltImage, read
from tools.images.source import BuildError, ImageSource, sources

_FOLDER = Path("dist/images")
_RECORDS = _FOLDER / "records"
_MEGABYTE = 1_000_000


def main() -> int:
    """Build what is asked for, and print what has become of it."""
    known = {source.name: source for source in sources()}
    parser = argparse.ArgumentParser(prog="python -m tools.images", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(known)}")
    asked = parser.parse_args().names or list(known)
    for name in asked:
        if name not in known:
            parser.error(f"no image is named {name!r}: there are {', '.join(known)}")
    _RECORDS.mkdir(parents=True, exist_ok=True)
    log = _FOLDER / "build.log"
    log.write_text("")
    try:
        chosen = builder(log)
        base = chosen.base(known[asked[0]].base)
        if base == STAND_IN:
            print(
                "base: made of Debian's packages, since no registry answers; "
                "sizes and digests are not those on the real base"
            )
        else:
            print(f"base: {base}")
        for name in asked:
            _make(known[name], chosen, base)
    except BuildError as error:
        print(f"images: {error}", file=sys.stderr)
        return 1
    return 0


def _make(source: ImageSource, chosen: Builder, base: str) -> None:
    start = time.monotonic()
    record = _RECORDS / f"{source.name}.json"
    before = BuiltImage.load(record)
    build = chosen.build(source, base)
    layout = _FOLDER / source.name
    if before and before.build == build and layout.exists():
        print(f"{source.tag} unchanged: {before.digest} ({time.monotonic() - start:.0f} s)")
        return
    shutil.rmtree(layout, ignore_errors=True)
    chosen.write(source, layout)
    records = [BuiltImage.load(path) for path in _RECORDS.iterdir()]
    held = {layer.digest: layer for built in records if built for layer in built.layers}
    built = read(layout, build, held)
    (_FOLDER / f"{source.name}.cdx.json").write_text(bill(source, built))
    built.save(record)
    _tell(source, built, before, time.monotonic() - start)


def _tell(
    source: ImageSource, built: BuiltImage, before: BuiltImage | None, seconds: float
) -> None:
    each = ", ".join(f"{layer.packed / _MEGABYTE:.1f}" for layer in built.layers)
    print(
        f"{source.tag} {built.digest}\n"
        f"  {built.unpacked / _MEGABYTE:.0f} MB; {len(built.layers)} layers, "
        f"{built.packed / _MEGABYTE:.1f} MB to pull ({each}); {len(built.packages)} packages\n"
        f"  new since the last build: {built.beside(before) / _MEGABYTE:.2f} MB "
        f"({seconds:.0f} s)"
    )


if __name__ == "__main__":
    sys.exit(main())
