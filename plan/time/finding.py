"""How long a deploy takes: the steps that decide it, and their sums."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from catalog.durations import Duration

Action = Literal["create", "update", "replace", "delete"]
"""What CloudFormation does with a resource; a replaced one is created, and the old one deleted."""


@dataclass(frozen=True)
class Seconds:
    """A time from its quickest to its slowest."""

    low: int
    high: int

    def __add__(self, other: "Seconds") -> "Seconds":
        return Seconds(self.low + other.low, self.high + other.high)

    def __mul__(self, times: int) -> "Seconds":
        return Seconds(self.low * times, self.high * times)


NOTHING = Seconds(0, 0)


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something that nothing later in the deploy can overtake."""

    subject: str
    """The resource by its path, or the workload."""
    what: str
    """The type of the resource with what is done, or what a pod does."""
    each: Seconds
    times: int = 1
    mark: Literal["A", "S", "I", "U"]
    """A: the assembly says so; S, I, U: as the catalog marks its durations."""
    source: str

    @property
    def seconds(self) -> Seconds:
        return self.each * self.times


@dataclass(frozen=True, kw_only=True)
class StackTime:
    """The critical path of a stack."""

    name: str
    actions: Mapping[Action, int]
    """How many resources are created, updated, replaced, deleted."""
    steps: tuple[Step, ...]

    @property
    def seconds(self) -> Seconds:
        """Return the sum of the steps: at its quickest and at its slowest the same path."""
        return total(step.seconds for step in self.steps)


@dataclass(frozen=True, kw_only=True)
class DeployTime:
    """How long `cdk deploy` takes, without synthesis and the upload of assets."""

    stacks: tuple[StackTime, ...]
    """In the order of deployment."""
    chain: tuple[str, ...]
    """The stacks that decide when those that wait for nothing are deployed at once."""
    notes: tuple[str, ...]
    """What is not ready when the deploy is, and what is assumed."""

    @property
    def seconds(self) -> Seconds:
        """Return the time for one stack after the other, which is what cdk does by itself."""
        return total(stack.seconds for stack in self.stacks)

    @property
    def concurrent(self) -> Seconds:
        """Return the time with a `--concurrency` that lets no stack wait for its turn."""
        return total(stack.seconds for stack in self.stacks if stack.name in self.chain)


def total(times: Iterable[Seconds]) -> Seconds:
    return sum(times, NOTHING)


def step(subject: str, what: str, duration: Duration, *, times: int = 1) -> Step:
    """Return a step that takes what the catalog says."""
    return Step(
        subject=subject,
        what=what,
        each=Seconds(duration.low, duration.high),
        times=times,
        mark=duration.mark,
        source=duration.source,
    )
