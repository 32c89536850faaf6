"""What is said of pods that sleep until there is work."""

from plan.model.assembly import Assembly
from plan.report.findings import Answer, Mark, answers
from tests.plan.capacity.builder import Group
from tests.plan.capacity.growing import SPOT, analyser, growing, scaled
from tests.plan.report.examples import first_deploy


def _fit(assembly: Assembly) -> Answer:
    (found,) = (one for one in answers(first_deploy(assembly)) if one.about == "Pods")
    return found


def test_pods_that_could_never_wake_are_bad_though_none_waits_now() -> None:
    """No node of the group is large enough, and the first message would find that out."""
    found = _fit(growing(analyser("4"), scaled(5)))

    assert (found.mark, found.short) == (Mark.BAD, "No node ever for analyser")


def test_fewer_than_the_maximum_are_to_be_looked_at() -> None:
    """Five of six run, on all nodes that the group may have."""
    found = _fit(growing(analyser("3"), scaled(6)))

    assert (found.mark, found.short) == (Mark.LOOK, "Pods fit as deployed")


def test_pods_that_sleep_and_fit_are_good() -> None:
    """In every scenario, as all others."""
    two = Group(name="general", size=2)

    assert _fit(growing(analyser("1"), scaled(1), groups=(two, SPOT))).mark is Mark.GOOD
