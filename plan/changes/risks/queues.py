"""Messages are lost or received twice, or events no longer start anything."""

from collections.abc import Iterator

from plan.changes.fields import differences
from plan.changes.nouns import Change, Changed, Removed, Risk, Severity, Topic
from plan.changes.sides import Sides
from plan.changes.values import as_list, at, is_true, number
from plan.model.assembly import Resource

_RETENTION = 345_600
"""SQS' default MessageRetentionPeriod in seconds: four days."""
_VISIBILITY_TIMEOUT = 30
"""SQS' default in seconds."""
_TO_EVENTS = "NotificationConfiguration.EventBridgeConfiguration"


def check(change: Change, _: Sides) -> Iterator[Risk]:
    """Yield what happens to messages and events."""
    match change:
        case Changed(before=Resource() as before, item=Resource(type="AWS::SQS::Queue") as after):
            yield from _of_queue(before, after)
        case Changed(before=Resource() as before, item=Resource(type="AWS::Events::Rule") as after):
            yield from _of_rule(before, after)
        case Changed(before=Resource() as before, item=Resource() as after):
            yield from _of_bucket(before, after)
        case Removed(Resource(type="AWS::Events::Rule") as item):
            yield _no_events(item, "is removed: its targets are no longer started")


def _of_queue(before: Resource, after: Resource) -> Iterator[Risk]:
    sides = before.properties, after.properties
    was, now = (number(one.get("MessageRetentionPeriod", _RETENTION)) for one in sides)
    if was and now and now < was:
        sentence = f"keeps messages for {now:.0f} s instead of {was:.0f}: older ones are deleted"
        yield Risk.of(after, Topic.PROTECTION, Severity.RISKY, sentence)
    tries, fewer = (number(at(one, "RedrivePolicy.maxReceiveCount")) for one in sides)
    if tries and not fewer:
        sentence = "has no dead-letter queue any more: a message that crashes its consumer returns"
        yield Risk.of(after, Topic.PROTECTION, Severity.RISKY, f"{sentence} until it expires")
    elif tries and fewer and fewer < tries:
        sentence = f"dead-letters a message after {fewer:.0f} receives instead of {tries:.0f}"
        yield Risk.of(after, Topic.PROTECTION, Severity.NOTICE, sentence)
    hidden, sooner = (number(one.get("VisibilityTimeout", _VISIBILITY_TIMEOUT)) for one in sides)
    if hidden and sooner is not None and sooner < hidden:
        sentence = (
            f"has a visibility timeout of {sooner:.0f} s instead of {hidden:.0f}: a consumer that "
            "does not extend it in time causes a second receive"
        )
        yield Risk.of(after, Topic.PODS, Severity.NOTICE, sentence)


def _of_rule(before: Resource, after: Resource) -> Iterator[Risk]:
    was, now = before.properties, after.properties
    if now.get("State") == "DISABLED" and was.get("State") != "DISABLED":
        yield _no_events(after, "is disabled: its targets are no longer started")
    patterns = was.get("EventPattern"), now.get("EventPattern")
    if changed := list(differences(*patterns)):
        names = ", ".join(field.path for field in changed)
        sentence = f"matches other events, by {names}: others start nothing"
        is_more = all(field.after is None for field in changed)
        severity = Severity.NOTICE if is_more else Severity.RISKY
        yield Risk.of(after, Topic.PODS, severity, sentence)
    if lost := _targets(before) - _targets(after):
        yield _no_events(after, f"no longer starts {', '.join(sorted(lost))}")


def _of_bucket(before: Resource, after: Resource) -> Iterator[Risk]:
    was, now = (_tells_events(one) for one in (before, after))
    if was and not now:
        yield _no_events(after, "no longer sends events to EventBridge: an upload starts nothing")


def _tells_events(bucket: Resource) -> bool:
    found = at(bucket.properties, _TO_EVENTS)
    return found is not None and is_true(found.get("EventBridgeEnabled", True))


def _targets(rule: Resource) -> set[str]:
    return {str(target.get("Id")) for target in as_list(rule.properties.get("Targets"))}


def _no_events(item: Resource, sentence: str) -> Risk:
    return Risk.of(item, Topic.PODS, Severity.RISKY, sentence)
