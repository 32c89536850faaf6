"""Compare the sizes of a system by what they cost in a month: `python -m tools.sizes STACK`.

Each size is synthesized and planned as if it were deployed; nothing is changed.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from plan import capacity, cost
from plan.cost.finding import Cost
from plan.model.assembly import read_assembly
from plan.model.failure import PlanError
from plan.model.figures import ZERO, Scale
from plan.synthesis import synthesize
from settings.checks import SettingError, require
from settings.systems import named, systems

_WIDTH = 24


def main() -> None:
    """Print a table of the sizes; end with one sentence if there are none."""
    parser = argparse.ArgumentParser(prog="python -m tools.sizes", description=__doc__)
    parser.add_argument("stack", help="a system in an environment")
    asked = parser.parse_args()
    try:
        system = named(asked.stack, systems())[0]
        require(system.sizes, "system", asked.stack, f"{system.title} has one size only")
        print(f"{system.name}: USD a month of 730 h, before tax; fewest / most pods", flush=True)
        print("\n".join(table({size: _cost(system.name, size) for size in system.sizes})))
    except SettingError as error:
        print(f"settings: {error}", file=sys.stderr)
        sys.exit(2)
    except PlanError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


def _cost(stack: str, size: str) -> Cost:
    """Return what a stack and those below it cost at a size."""
    with TemporaryDirectory() as directory:
        synthesize(Path.cwd(), Path(directory), "-c", f"system={stack}", "-c", f"size={size}")
        planned = read_assembly(Path(directory)).only(stack)
        return cost.cost_of(planned, datetime.now(UTC).date(), capacity.place(planned))


def table(costs: Mapping[str, Cost]) -> Sequence[str]:
    """Write the costs side by side, a row for each part and one for all."""
    by_part = {size: one.by(lambda line: line.part) for size, one in costs.items()}
    parts = dict.fromkeys(part for parts in by_part.values() for part in parts)
    rows = {part: [one.get(part, ZERO) for one in by_part.values()] for part in parts}
    rows["all"] = [one.month for one in costs.values()]
    return [
        _row("", list(costs)),
        *(_row(part, [_range(amount) for amount in row]) for part, row in rows.items()),
        *(
            f"not in it at size {size}: {line.owner}, {line.what}: {line.price}"
            for size, one in costs.items()
            for line in one.unknown
        ),
    ]


def _row(name: str, cells: Sequence[str]) -> str:
    return name.ljust(_WIDTH) + "".join(cell.rjust(_WIDTH) for cell in cells)


def _range(amount: Scale) -> str:
    low, high = f"{amount.minimum:,.0f}", f"{amount.maximum:,.0f}"
    return low if low == high else f"{low} / {high}"


if __name__ == "__main__":
    main()
