"""What spot and scaling to zero save, by the prices of the region."""

from collections.abc import Iterable, Iterator

from catalog.prices import Price
from plan.cost.machines import Machines
from plan.cost.quotes import quote
from plan.cost.traffic import Saving


def savings(groups: Iterable[Machines]) -> Iterator[Saving]:
    """Return it for each type of each spot group that has no node without pods."""
    for group in groups:
        if group.is_spot and not group.nodes.usual:
            for name in group.types:
                prices = [quote(group.region, f"{kind}.{name}") for kind in ("ec2", "ec2-spot")]
                match prices:
                    case [Price() as on_demand, Price() as spot]:
                        yield Saving(
                            group=group.owner, machine=name, on_demand=on_demand, spot=spot
                        )
