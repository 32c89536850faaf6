"""How the plan says that it cannot be made."""

from collections.abc import Iterator
from contextlib import contextmanager

from catalog import UnknownFactError


class PlanError(ValueError):
    """The plan cannot be made; the message is one sentence."""


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn a fault of an object into `PlanError`, with the object's name before it."""
    try:
        yield
    except (PlanError, UnknownFactError) as error:
        message = f"{what}: {error}"
        raise PlanError(message) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        message = f"{what} is not as Kubernetes or CloudFormation takes it: {error!r}"
        raise PlanError(message) from error
