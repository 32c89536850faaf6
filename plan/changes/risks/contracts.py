"""A program that is the same is asked, told or called otherwise, or comes from elsewhere."""

from collections.abc import Iterator, Mapping
from typing import Any

from plan.changes.nouns import Change, Changed, Risk, Severity, Topic
from plan.changes.sides import Sides
from plan.changes.values import as_list, at, some
from plan.model.kubernetes import KubernetesObject

_PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
_QUESTIONS = ("httpGet.path", "httpGet.port", "grpc.port", "grpc.service", "tcpSocket.port", "exec")
Container = Mapping[str, Any]


def check(change: Change, _: Sides) -> Iterator[Risk]:
    """Yield what one image is no longer told, and what it is asked now and was not before.

    A new image may serve and read other things; the same one serves and reads what it did.
    """
    match change:
        case Changed(before=KubernetesObject() as before, item=KubernetesObject() as after):
            old = {container.get("name"): container for container in before.containers}
            for container in after.containers:
                was = old.get(container.get("name"))
                if was and (moved := _moved(was, container)):
                    sentence = f"pulls the same {moved}, where it has to be first"
                    yield Risk.of(after, Topic.CONTRACT, Severity.RISKY, sentence)
                if was and was.get("image") == container.get("image"):
                    for lost in _broken(was, container):
                        sentence = f"{lost}, though the image of {container['name']} is the same"
                        yield Risk.of(after, Topic.CONTRACT, Severity.RISKY, sentence)


def _broken(before: Container, after: Container) -> Iterator[str]:
    if lost := _variables(before) - _variables(after):
        yield f"no longer sets {some(sorted(lost))}"
    for words in ("command", "args"):
        was, now = as_list(before.get(words)), as_list(after.get(words))
        if lost := _options(was) - _options(now):
            yield f"no longer gives {some(sorted(lost))}"
        elif was[:1] != now[:1]:
            yield f"starts with {words} {' '.join(map(str, now)) or 'of the image'}"
    questions = dict.fromkeys(
        f"{'another question' if now is None else now} instead of {asked}"
        for probe in _PROBES
        for question in _QUESTIONS
        if (asked := at(before, f"{probe}.{question}"))
        and at(after, probe)
        and asked != (now := at(after, f"{probe}.{question}"))
    )
    if questions:
        yield f"is asked for {some(questions)} by its probes"


def _moved(before: Container, after: Container) -> str:
    """Say from where the same content of an image comes now; nothing, if from where it did."""
    (old, _, name), (new, _, path) = (
        str(one.get("image")).partition("/") for one in (before, after)
    )
    return f"{name} from {new} instead of {old}" if name == path != "" and old != new else ""


def _variables(container: Container) -> set[str]:
    return {str(one.get("name")) for one in as_list(container.get("env"))}


def _options(words: list[Any]) -> set[str]:
    return {str(word).partition("=")[0] for word in words if str(word).startswith("-")}
