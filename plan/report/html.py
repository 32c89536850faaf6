"""The report as one page that needs nothing else."""

from plan.markup import Markup, element, together
from plan.picture import pictures
from plan.picture.style import STYLE as PICTURE_STYLE
from plan.report.capacity import capacity_section
from plan.report.changes import changes_section
from plan.report.cost import cost_section
from plan.report.findings import Answer, Findings, answers
from plan.report.style import STYLE
from plan.report.time import time_section

_LEGEND = (
    "Blue: from a load balancer to pods, with the port. Right-hand lines: what pods use; a dot "
    "joins a line, a crossing without one does not. Filled squares are pods at minimum scale, "
    "hollow ones those that an autoscaler may add. Pods stand where the scheduler would put them."
)


def page(findings: Findings) -> str:
    """Return the page; raise `PlanError` for what cannot be drawn."""
    return "<!DOCTYPE html>\n" + element(
        "html",
        element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="color-scheme", content="light dark"),
            element("title", f"Plan of {findings.name}"),
            element("style", Markup(STYLE + PICTURE_STYLE)),
        ),
        element(
            "body",
            element("header", element("h1", f"Plan of {findings.name}"), _compared(findings)),
            element(
                "main",
                element("dl", *map(_answer, answers(findings)), class_="answers"),
                _section("Architecture", _figure(findings)),
                *([_section("Changes", *changes_section(findings))] if findings.changes else []),
                _section("Capacity", *capacity_section(findings.capacity)),
                _section("Cost", *cost_section(findings)),
                _section("Time", *time_section(findings.time)),
            ),
        ),
        lang="en",
    )


def _compared(findings: Findings) -> Markup:
    text = f"Compared with {findings.before}" if findings.before else "A first deploy"
    return element("p", f"{text}. Prices of {findings.cost.on}, before tax.")


def _answer(answer: Answer) -> Markup:
    return element(
        "div",
        element("dt", answer.about),
        element("dd", answer.short, class_="short"),
        element("dd", answer.detail),
        class_=f"answer {answer.mark.value}",
    )


def _figure(findings: Findings) -> Markup:
    return element(
        "figure", *pictures(findings.planned, findings.placements), element("figcaption", _LEGEND)
    )


def _section(title: str, *content: str) -> Markup:
    return element("section", element("h2", title), together(*content), id=title.lower())
