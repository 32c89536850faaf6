"""What changes, by service, as a part of the page."""

from collections.abc import Iterator

from plan.changes import Added, Change, Changed, Removed, Replaced, Risk, Severity, subject
from plan.changes.text import difference
from plan.markup import Markup, element, fold
from plan.report.findings import Findings, tally
from plan.report.words import counted

_ORDER = [Severity.RISKY, Severity.NOTICE, Severity.INFO]


def changes_section(findings: Findings) -> Iterator[Markup]:
    """Yield the services, those with a risk opened."""
    changes = findings.changes
    if changes is None or not changes.services:
        yield element("p", "Nothing changes.")
        return
    yield element("p", f"{tally(changes) or 'No object differs'}.")
    for service in changes.services:
        found = sorted(
            (one for one in changes.risks if one.service == service),
            key=lambda one: _ORDER.index(one.severity),
        )
        touched = list(changes.of(service))
        risks = sum(one.severity is Severity.RISKY for one in found)
        words = [counted(len(touched), "change")] if touched else []
        words += [f"{risks} risky"] if risks else []
        yield fold(
            f"{service}: {', '.join(words) or counted(len(found), 'consequence')}",
            element("ul", *map(_risk, found), class_="findings") if found else "",
            *map(_change, touched),
            is_open=bool(risks),
        )


def title_of(change: Change) -> str:
    """Write what happens to what, with the mark that a diff has for it."""
    name = f"{subject(change.item)} ({change.item.stack})"
    match change:
        case Added():
            return f"+ {name}"
        case Removed():
            return f"- {name}"
        case Changed():
            return f"~ {name}"
        case Replaced(follows=None):
            return f"± {name} is replaced, because of {', '.join(change.because)}"
        case Replaced(follows=root):
            return f"± {name} is replaced with {subject(root) if root else ''}"


def differing(change: Change) -> list[str]:
    """Return the fields of a change as lines."""
    if not isinstance(change, Changed | Replaced):
        return []
    return [line for field in change.fields for line in difference(field)]


def _risk(risk: Risk) -> Markup:
    return element(
        "li",
        element("strong", risk.severity.value),
        f" {risk.subject}: {risk.sentence}",
        class_=risk.severity.value,
    )


def _change(change: Change) -> Markup:
    title = element("p", title_of(change), class_="subject")
    if not (lines := differing(change)):
        return title
    looks = {"+": "added", "-": "removed"}
    shown = [
        element("span", f"{line.strip()}\n", class_=looks.get(line.lstrip()[:1])) for line in lines
    ]
    return element("div", title, element("pre", *shown))
