"""What is read from the mounted files: prices, and budgets."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

from cost_exporter.cluster import Owner
from exporter.variables import json_of, refuse

_PRICES = "PRICES_FILE"
_BUDGETS = "BUDGETS_FILE"


@dataclass(frozen=True, kw_only=True)
class TypePrice:
    """One instance type: its GPUs, and what an hour costs by capacity type."""

    gpus: int
    usd_per_hour: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Prices:
    """The price list of one day."""

    as_of: date
    types: Mapping[str, TypePrice]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Check all of it: a price that is wrong would be believed."""
        document = json_of(path, _PRICES)
        types = document.get("types")
        if not isinstance(types, dict) or not types:
            refuse(f"{_PRICES} types", types, "an object with a price for each instance type")
        return cls(
            as_of=_day(document.get("as_of")),
            types={name: _type(name, one) for name, one in types.items()},
        )


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        refuse(f"{_PRICES} as_of", value, "the day of the prices as 2026-11-28", error)


def _type(name: str, entry: object) -> TypePrice:
    match entry:
        case {"gpus": int(gpus), "usd_per_hour": dict(usd)} if (
            gpus >= 0 and usd and all(map(_is_price, usd.values()))
        ):
            return TypePrice(gpus=gpus, usd_per_hour=usd)
    return refuse(f"{_PRICES} {name}", entry, "its gpus, and usd_per_hour by capacity type")


def read_budgets(path: Path) -> Mapping[Owner, float]:
    """Read what each service may cost in a month, in USD."""
    namespaces = json_of(path, _BUDGETS).get("usd_per_month")
    if not isinstance(namespaces, dict):
        refuse(f"{_BUDGETS} usd_per_month", namespaces, "an object with services by namespace")
    budgets = {}
    for namespace, services in namespaces.items():
        if not isinstance(services, dict):
            refuse(f"{_BUDGETS} {namespace}", services, "an object with a budget for each service")
        for service, usd in services.items():
            if not _is_price(usd):
                refuse(f"{_BUDGETS} {namespace} {service}", usd, "USD above 0")
            budgets[Owner(namespace, service)] = float(usd)
    return budgets


def _is_price(value: Any) -> bool:  # noqa: ANN401 - JSON is anything
    return type(value) in (int, float) and 0 < value < math.inf
