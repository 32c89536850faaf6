"""Which system an image belongs to, and with it to which registry."""

from dataclasses import dataclass

from settings import avadot, guardian
from settings.system import Avadot, Guardian, System


@dataclass(frozen=True, kw_only=True)
class Registry:
    """The image repositories of a system; all its environments share them."""

    system: type[System]
    region: str

    @property
    def stack(self) -> str:
        """Return the stack that makes them."""
        return f"{self.system.__name__}Registry"

    def has(self, image: str) -> bool:
        """Whether an entry of the reviewed file is for it."""
        return (image in guardian.IMAGES) is (self.system is Guardian)


AVADOT = Registry(system=Avadot, region=avadot.REGION)
GUARDIAN = Registry(system=Guardian, region=guardian.REGION)
REGISTRIES = (AVADOT, GUARDIAN)


def registry_of(stack: str) -> Registry:
    """Return the registry whose images a stack runs; raise `LookupError` for no system's."""
    for registry in REGISTRIES:
        if stack.startswith(registry.system.__name__):
            return registry
    known = " and ".join(registry.system.__name__ for registry in REGISTRIES)
    message = f"stack {stack!r} is of no system; known are {known}"
    raise LookupError(message)
