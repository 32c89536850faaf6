"""Objects that nobody watches, in the place of an informer."""

from typing import Any

from rehearsal.cluster.objects import key_of


class Held:
    """Objects of a kind, as an informer holds them."""

    def __init__(self, *objects: Any) -> None:
        self.objects = list(objects)

    def all(self) -> tuple[Any, ...]:
        return tuple(self.objects)

    def get(self, name: str, namespace: str = "") -> Any:
        return next((one for one in self.objects if key_of(one) == (namespace, name)), None)
