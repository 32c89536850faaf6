"""What is said of pods that sleep until there is work."""

from plan.model.assembly import Assembly
from plan.report.findings import SummaryItem, Tone, summary
from tests.plan.capacity.builder import Group
from tests.plan.capacity.growing import SPOT, analyser, growing, scaled
from tests.plan.report.examples import first_deploy


def _fit(assembly: Assembly) -> SummaryItem:
    (found,) = (one for one in summary(first_deploy(assembly)) if one.about == "Pods")
    return found


def test_pods_that_could_never_wake_are_bad_though_none_waits_now() -> None:
    """No node of the group is large enough, and the first message would find that out."""
    found = _fit(growing(analyser("4"), scaled(5)))

    assert (found.mark, found.short) == (Tone.BAD, "No node ever for analyser")


def test_fewer_than_the_maximum_are_to_be_looked_at() -> None:
    """Five of six run, on all nodes that the group may have."""
    found = _fit(growing(analyser("3"), scaled(6)))

    assert (found.mark, found.short) == (Tone.LOOK, "Pods fit as deployed")


def test_pods_that_sleep_and_fit_are_good() -> None:
    """In every scenario, as all others."""
    two = Group(name="general", size=2)

    assert _fit(growing(analyser("1"), scaled(1), groups=(two, SPOT))).mark is Tone.GOOD
