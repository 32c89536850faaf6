"""The page: what stands first, that it needs nothing else, and that nothing breaks it."""

import re
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest

from plan.model.failure import PlanError
from plan.report import write
from plan.report.findings import Findings
from plan.report.html import page
from tests.plan.assemblies import Written, assembled, thing
from tests.plan.cost.examples import group
from tests.plan.picture.drawn import parsed
from tests.plan.picture.example import pods, shop
from tests.plan.report.examples import change, first_deploy, risky
from tests.plan.workflows import workflow


def _read(findings: Findings) -> Element:
    return parsed(page(findings).removeprefix("<!DOCTYPE html>"))


def _words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _answers(findings: Findings) -> dict[str, str]:
    return {
        _words(one[0]): _words(one[1])
        for one in _read(findings).iter("div")
        if one.attrib.get("class", "").startswith("answer")
    }


def test_the_first_screen_answers_four_questions() -> None:
    """Risky, fits, cost, time: before everything else."""
    answers = _answers(risky("is emptied"))

    assert answers["Risk"] == "1 risky change"
    assert answers["Pods"] == "All pods fit"
    assert re.fullmatch(r"[\d,]+ USD a month", answers["Cost"])
    assert re.fullmatch(r"\d+ to \d+ min", answers["Time"])


def test_pods_without_a_node_are_said_first() -> None:
    """Whoever deploys that has an outage."""
    lost = pods("Deployment", "lost")
    lost["spec"]["template"]["spec"]["nodeSelector"] = {"moon": "yes"}

    assert _answers(first_deploy(shop(lost)))["Pods"] == "2 pods without a node"


def test_what_is_in_no_scenario_is_said_with_the_answer() -> None:
    """Pods of a workflow may fit or not."""
    templates = [{"name": "step", "container": {"image": "shop:1"}}]
    workflow = thing("Workflow", "nightly", spec={"templates": templates})
    findings = first_deploy(shop(workflow))

    assert _answers(findings)["Pods"] == "All counted pods fit"
    assert "; not counted: Workflow nightly" in page(findings)


def test_sections_follow_in_the_order_of_the_questions() -> None:
    """The picture, then what changes, fits, costs and lasts."""
    titles = [_words(one) for one in _read(risky("is emptied")).iter("h2")]

    assert titles == ["Architecture", "Changes", "Capacity", "Cost", "Time"]


def test_a_change_is_shown_by_service_with_its_fields() -> None:
    """The value before and the value after."""
    root = _read(
        change(shop(pods("Deployment", "desk", A="1")), shop(pods("Deployment", "desk", A="2")))
    )

    (service,) = [one for one in root.iter("details") if _words(one).startswith("desk")]
    assert "spec.template.spec.containers[desk].env[A].value: 1 → 2" in _words(service)


def test_a_service_with_a_risk_is_open() -> None:
    """Nobody has to click to see what must be approved."""
    (service,) = [
        one for one in _read(risky("is emptied")).iter("details") if _words(one).startswith("till")
    ]

    assert "open" in service.attrib
    assert "is emptied" in _words(service)


def test_the_cost_is_the_sum_of_its_lines() -> None:
    """As the terminal has it."""
    findings = first_deploy()
    section = next(one for one in _read(findings).iter("section") if one.attrib["id"] == "cost")

    assert f"{findings.cost.month.usual:,.2f}" in _words(section)
    for line in findings.cost.lines:
        assert line.what in _words(section)


def test_the_bars_of_the_time_fill_the_whole() -> None:
    """One stack begins where the other ends."""
    findings = first_deploy()
    twice = replace(findings.time, stacks=findings.time.stacks * 2)
    root = _read(replace(findings, time=twice))

    first, last = [one for one in root.iter("div") if one.attrib.get("class") == "bar"]
    assert first[0].attrib["style"] == "width:0.000%"
    widths = [float(piece.attrib["style"][6:-1]) for piece in last]
    assert abs(sum(widths) - 100) < 0.1


def test_the_page_needs_nothing_else() -> None:
    """No script, no font, no style, no picture from elsewhere."""
    text = page(risky("is emptied"))

    assert not re.search(r"<(script|link|img|iframe|object)\b|\bsrc=|\bhref=|url\(|@import", text)
    assert set(re.findall(r"https?://[^\"<\s]+", text)) <= {"http://www.w3.org/2000/svg"}
    assert "prefers-color-scheme:dark" in text


def test_text_cannot_become_markup() -> None:
    """Names and values come from templates that anybody may have written."""
    text = page(risky('<script>alert("x")</script> & <b>'))

    assert "<script" not in text
    assert "&lt;script&gt;alert(" in text
    assert '<script>alert("x")</script> & <b>' in _words(parsed(text.partition("\n")[2]))


def test_every_cell_says_its_column() -> None:
    """On a telephone the heads of the columns are not there."""
    for table in _read(first_deploy()).iter("table"):
        for row in table.iter("tr"):
            assert all(cell.attrib["data-head"] for cell in row.iter("td"))


def test_the_files_are_written_together(tmp_path: Path) -> None:
    """A page, a comment, a picture."""
    write(first_deploy(), tmp_path / "plan")

    assert {file.name for file in (tmp_path / "plan").iterdir()} == {
        "plan.html",
        "plan.md",
        "plan.svg",
    }


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    """One sentence, as for any wrong input."""
    (tmp_path / "plan").write_text("a file")

    with pytest.raises(PlanError, match=r"cannot be written to .*/plan: File exists"):
        write(first_deploy(), tmp_path / "plan")


_SPOT = group("ml-spot", "c5.xlarge", (0, 0, 5), CapacityType="SPOT")


def _page_of_uploads() -> str:
    whole = assembled(Written(name="Guard", resources=workflow() | {"Spot": _SPOT}))
    html = page(first_deploy(whole)).removeprefix("<!DOCTYPE html>")
    return " ".join("".join(parsed(html).itertext()).split())


def test_a_thousand_uploads_have_a_table() -> None:
    """With units, price and amount, as in the terminal."""
    words = _page_of_uploads()

    assert "Workflow, minutes transcribed10000.024 per minute (I, 2025-10-13)24.00" in words


def test_one_node_stands_there_in_three_ways() -> None:
    """And what is still to pay without it."""
    words = _page_of_uploads()

    assert "ml-spot, c5.xlarge140.1647.89 / 55.15 / 62.427.87 / 9.07 / 10.26" in words
    assert "Without any there is still 0.00 a month to pay." in words
