"""Messages are lost or come twice, and events no longer start anything."""

from collections.abc import Iterator

from plan.changes.consequences.values import as_list, at, number
from plan.changes.fields import differences
from plan.changes.nouns import Change, Changed, Finding, Removed, Severity, Topic, about
from plan.changes.sides import Sides
from plan.model.assembly import Resource

_KEPT = 345_600
"""Seconds for which SQS keeps a message where a queue says nothing: four days."""
_HIDDEN = 30
"""Seconds for which a received message is hidden where a queue says nothing."""
_TO_EVENTS = "NotificationConfiguration.EventBridgeConfiguration"


def look(change: Change, _: Sides) -> Iterator[Finding]:
    """Yield what becomes of messages and events."""
    match change:
        case Changed(before=Resource() as before, item=Resource(type="AWS::SQS::Queue") as after):
            yield from _of_queue(before, after)
        case Changed(before=Resource() as before, item=Resource(type="AWS::Events::Rule") as after):
            yield from _of_rule(before, after)
        case Changed(before=Resource() as before, item=Resource() as after):
            yield from _of_bucket(before, after)
        case Removed(Resource(type="AWS::Events::Rule") as item):
            yield _silent(item, "is gone: what it started is started no more")


def _of_queue(before: Resource, after: Resource) -> Iterator[Finding]:
    sides = before.properties, after.properties
    was, now = (number(one.get("MessageRetentionPeriod", _KEPT)) for one in sides)
    if was and now and now < was:
        sentence = f"keeps messages for {now:.0f} s instead of {was:.0f}: older ones are deleted"
        yield about(after, Topic.PROTECTION, Severity.RISKY, sentence)
    tries, fewer = (number(at(one, "RedrivePolicy.maxReceiveCount")) for one in sides)
    if tries and not fewer:
        sentence = "sets nothing aside any more: a message that kills its worker comes back"
        yield about(after, Topic.PROTECTION, Severity.RISKY, f"{sentence} until it expires")
    elif tries and fewer and fewer < tries:
        sentence = f"gives a message up after {fewer:.0f} tries instead of {tries:.0f}"
        yield about(after, Topic.PROTECTION, Severity.NOTICE, sentence)
    hidden, sooner = (number(one.get("VisibilityTimeout", _HIDDEN)) for one in sides)
    if hidden and sooner is not None and sooner < hidden:
        sentence = (
            f"shows a message again after {sooner:.0f} s instead of {hidden:.0f}: a worker that "
            "does not ask for more in time does it twice"
        )
        yield about(after, Topic.PODS, Severity.NOTICE, sentence)


def _of_rule(before: Resource, after: Resource) -> Iterator[Finding]:
    was, now = before.properties, after.properties
    if now.get("State") == "DISABLED" and was.get("State") != "DISABLED":
        yield _silent(after, "is switched off: what it started is started no more")
    patterns = was.get("EventPattern"), now.get("EventPattern")
    if changed := [field.path for field in differences(*patterns)]:
        sentence = f"listens to other events, by {', '.join(changed)}: others start nothing"
        yield about(after, Topic.PODS, Severity.NOTICE, sentence)
    if lost := _targets(before) - _targets(after):
        yield _silent(after, f"starts {', '.join(sorted(lost))} no more")


def _of_bucket(before: Resource, after: Resource) -> Iterator[Finding]:
    was, now = (at(one.properties, _TO_EVENTS) for one in (before, after))
    if was is not None and now is None:
        yield _silent(after, "tells EventBridge nothing any more: an upload starts nothing")


def _targets(rule: Resource) -> set[str]:
    return {str(target.get("Id")) for target in as_list(rule.properties.get("Targets"))}


def _silent(item: Resource, sentence: str) -> Finding:
    return about(item, Topic.PODS, Severity.RISKY, sentence)
