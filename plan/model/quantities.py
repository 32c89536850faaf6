"""Kubernetes quantities as whole numbers, and what pods may ask a node for."""

import math
import re
from collections.abc import Mapping
from decimal import Decimal

from plan.model.failure import PlanError

CPU = "cpu"
MEMORY = "memory"
STORAGE = "ephemeral-storage"
PODS = "pods"
GPU = "nvidia.com/gpu"

Amounts = Mapping[str, int]
"""CPU in thousandths of a core, memory and storage in bytes, everything else in pieces."""

MIB = 2**20

_QUANTITY = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+|[KMGTPE]i|[numkMGTPE]?)")
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {suffix: 1 << 10 * power for power, suffix in enumerate("KMGTPE", start=1)}


def amount(resource: str, text: object) -> int:
    """Return a quantity of a resource, rounded up as the scheduler does; raise `PlanError`."""
    value = _number(str(text))
    if value is None:
        message = f"{text!r} is no quantity of {resource}; 250m, 2 or 1Gi would be"
        raise PlanError(message)
    return math.ceil(value * 1000 if resource == CPU else value)


def amounts(quantities: Mapping[str, object]) -> dict[str, int]:
    return {resource: amount(resource, text) for resource, text in quantities.items()}


def _number(text: str) -> Decimal | None:
    match = _QUANTITY.fullmatch(text)
    if match is None:
        return None
    number, suffix = Decimal(match[1]), str(match[2])
    if suffix.endswith("i"):
        return number * _BINARY[suffix[0]]
    if suffix in _DECIMAL:
        return number.scaleb(_DECIMAL[suffix])
    return number.scaleb(int(suffix[1:]))
