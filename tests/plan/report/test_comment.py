"""The comment on a pull request: short, findable, and quiet."""

from dataclasses import replace

from markdown_it import MarkdownIt

from plan.report.markdown import LIMIT, comment, plain
from tests.plan.assemblies import thing
from tests.plan.picture.example import pods, shop
from tests.plan.report.examples import change, first_deploy, risky


def _rendered(text: str) -> str:
    html: str = MarkdownIt("commonmark").enable("table").render(text)
    return html


def test_the_first_line_is_how_a_pipeline_finds_it() -> None:
    """Nobody sees it, and it says of which stack it is."""
    assert comment(first_deploy()).splitlines()[0] == "<!-- plan of Shop -->"


def test_a_name_cannot_end_the_marker() -> None:
    """The rest of the comment would be hidden or shown wrongly."""
    first = comment(replace(first_deploy(), name="a --> b")).splitlines()[0]

    assert first == "<!-- plan of a-b -->"


def test_the_verdict_comes_before_what_is_folded() -> None:
    """Whoever scrolls by has seen it."""
    text = comment(risky("is emptied"))

    before, _, _ = text.partition("<details>")
    assert "**1 risky change**" in before
    assert "is emptied" in before
    assert text.count("<details>") == text.count("</details>") > 2


def test_a_comment_stays_within_what_github_takes() -> None:
    """However much changes, the verdict and the sums are whole."""
    many = {f"KEY{number}": "x" * 300 for number in range(1000)}
    text = comment(change(shop(), shop(pods("Deployment", "desk", **many))))
    again = comment(
        change(
            shop(pods("Deployment", "desk", **many)),
            shop(pods("Deployment", "desk", **dict.fromkeys(many, "y" * 300))),
        )
    )

    assert len(text) <= LIMIT
    assert LIMIT / 2 < len(again) <= LIMIT
    assert "more lines in plan.html." in again
    assert "<summary>Time</summary>" in again
    assert again.count("<details>") == again.count("</details>")


def test_many_long_risks_stay_within_it_too() -> None:
    """They are counted where they are too many."""
    text = comment(risky(*(f"{number} {'word ' * 400}" for number in range(200))))

    assert len(text) <= LIMIT
    assert "and 170 more, see plan.html" in text


def test_text_is_shown_as_it_is() -> None:
    """No markup, no broken table, nobody called."""
    odd = "a|b `c` <b>d</b> *e* [f](g) @somebody"

    assert "&lt;b&gt;d&lt;/b&gt;" in _rendered(plain(odd))
    assert "<em>" not in _rendered(plain(odd))
    assert "<a" not in _rendered(plain(odd))
    assert "@somebody" not in plain(odd)
    (row,) = [line for line in comment(risky(odd)).splitlines() if line.startswith("- **till**")]
    assert r"a\|b" in row


def test_a_value_cannot_leave_its_fence() -> None:
    """A value with three backticks would end the block that it stands in."""
    before = shop(thing("ConfigMap", "texts", data={"a": "quiet"}))
    after = shop(thing("ConfigMap", "texts", data={"a": "quiet", "b": "x\n```\n\n<h1>loud</h1>"}))

    assert "<h1>" not in _rendered(comment(change(before, after)))


def test_the_cost_of_the_change_is_named() -> None:
    """With each line that differs."""
    after = shop()
    before = replace(after, stacks=tuple(replace(one, resources={}) for one in after.stacks))

    text = comment(change(before, after))

    assert "The change: **" in text
    assert "| nodes, t3.large, on demand (Shop) | \N{EN DASH} |" in text
