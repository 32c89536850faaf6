"""How a cost is told."""

from pathlib import Path

from plan.cost import as_lines
from tests.plan.assemblies import resource
from tests.plan.cost.examples import cost, group

_UNKNOWN = "the price of ec2.m9g.large in ap-northeast-2 is not in the catalog"


def test_a_line_says_quantity_price_date_and_amount_at_each_scale(tmp_path: Path) -> None:
    """A range stands as minimum / usual / maximum, in quantities, prices and amounts alike."""
    spot = group("nodes", "g4dn.xlarge", (0, 1, 2), CapacityType="SPOT")
    text = list(as_lines(cost(tmp_path, {"Group": spot})))
    assert (
        "  nodes in Shop, g4dn.xlarge, spot: 0 / 1 / 2 * 730 h * 0.2825 / 0.2887 / 0.2949 "
        "(S 2026-11-20) = 0.00 / 210.75 / 430.55"
    ).replace("*", "\N{MULTIPLICATION SIGN}") in text
    assert "all: 0.00 / 212.57 / 434.20 per month, 0.00 / 0.29 / 0.59 per hour" in text
    assert any(
        line.startswith("  without spot: nodes in Shop, g4dn.xlarge, on demand") for line in text
    )


def test_what_is_not_in_the_sum_stands_below_it(tmp_path: Path) -> None:
    """Unknown prices and unknown types follow the sum that leaves them out."""
    resources = {
        "Group": group("nodes", "m9g.large", (1, 1, 1)),
        "Domain": resource("AWS::OpenSearchService::Domain"),
    }
    text = list(as_lines(cost(tmp_path, resources)))
    (place,) = [index for index, line in enumerate(text) if line.startswith("all: ")]
    assert text[place + 1 : place + 3] == [
        f"  not in it: nodes, m9g.large, on demand: {_UNKNOWN}",
        "  not in it: AWS::OpenSearchService::Domain, of which the catalog has no price",
    ]


def test_every_source_of_a_price_is_named(tmp_path: Path) -> None:
    """The last lines say where the prices are from, and which are inferred."""
    text = "\n".join(as_lines(cost(tmp_path, {"Group": group("n", "t3.xlarge", (1, 1, 1))})))
    _, _, sources = text.partition("prices from (S: list or bill, I: inferred)\n")
    assert "I 2026-11-21 twice the price of t3.large" in sources
    assert "S 2026-10-01 AWS's price list files of ap-northeast-2" in sources
