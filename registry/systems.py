"""Which system an image belongs to, and with it to which registry."""

from dataclasses import dataclass

from settings import avadot, guardian
from settings.system import Avadot, Guardian


@dataclass(frozen=True, kw_only=True)
class Registry:
    """The image repositories of a system."""

    system: str
    region: str

    @property
    def stack(self) -> str:
        """Return the stack that makes them."""
        return f"{self.system}Registry"

    def has(self, image: str) -> bool:
        """Whether an entry of the reviewed file is for it."""
        return (image in guardian.IMAGES) is (self == GUARDIAN)


AVADOT = Registry(system=Avadot.__name__, region=avadot.REGION)
GUARDIAN = Registry(system=Guardian.__name__, region=guardian.REGION)


def registry_of(stack: str) -> Registry:
    """Return the registry whose images a stack runs; raise `LookupError` for no system's."""
    for registry in (AVADOT, GUARDIAN):
        if stack.startswith(registry.system):
            return registry
    message = f"stack {stack!r} is of no system; known are {AVADOT.system} and {GUARDIAN.system}"
    raise LookupError(message)
