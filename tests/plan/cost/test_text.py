"""How a cost is told."""

from pathlib import Path

from plan.cost import as_lines, changes_as_lines, differences
from tests.plan.assemblies import resource
from tests.plan.cost.examples import cost, group, usd

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


def test_a_larger_group_costs_the_difference(tmp_path: Path) -> None:
    """One line for the machines and one for their volumes, before and after side by side."""
    before = cost(tmp_path / "before", {"Group": group("nodes", "t3.large", (1, 2, 2))})
    after = cost(tmp_path / "after", {"Group": group("nodes", "t3.large", (1, 2, 4))})
    machines, volumes = differences(before, after)
    assert machines.before
    assert machines.after
    assert machines.usd == usd("0", "0", "151.84")
    assert volumes.usd == usd("0", "0", "3.65")


def test_another_machine_is_a_line_that_comes_and_one_that_goes(tmp_path: Path) -> None:
    """Both prices can be seen, the sum is what the change costs."""
    before = cost(tmp_path / "before", {"Group": group("nodes", "t3.large", (2, 2, 2))})
    after = cost(tmp_path / "after", {"Group": group("nodes", "t3.xlarge", (2, 2, 2))})
    changes = differences(before, after)
    assert [(one.line.what, one.usd) for one in changes] == [
        ("t3.xlarge, on demand", usd("303.68")),
        ("t3.large, on demand", usd("-151.84")),
    ]
    assert list(changes_as_lines(changes))[-1] == "all: +151.84"


def test_an_unknown_price_has_no_difference_and_is_said(tmp_path: Path) -> None:
    """The sum leaves it out, the line says why."""
    before = cost(tmp_path / "before", {"Group": group("nodes", "t3.large", (2, 2, 2))})
    after = cost(tmp_path / "after", {"Group": group("nodes", "m9g.large", (2, 2, 2))})
    text = "\n".join(changes_as_lines(differences(before, after)))
    assert "nodes in Shop, m9g.large, on demand: a price is not known" in text
    assert "the price of ec2.m9g.large in ap-northeast-2 is not in the catalog" in text
    assert text.endswith("all: not known; without lines of unknown price -151.84")


def test_the_same_assembly_costs_the_same(tmp_path: Path) -> None:
    """No change has no lines."""
    resources = {"Group": group("nodes", "t3.large", (2, 2, 2))}
    assert not differences(cost(tmp_path / "a", resources), cost(tmp_path / "b", resources))


def test_equal_things_of_other_sizes_are_paired_in_their_order(tmp_path: Path) -> None:
    """Of two databases in one construct only the one that grows is listed."""

    def databases(*sizes: int) -> dict[str, dict[str, object]]:
        return {
            f"Database{index}": resource(
                "AWS::RDS::DBInstance",
                f"Shop/Databases/{index}/Resource",
                {"Engine": "mysql", "StorageType": "gp3", "AllocatedStorage": str(size)},
            )
            for index, size in enumerate(sizes)
        }

    before = cost(tmp_path / "before", databases(100, 200))
    after = cost(tmp_path / "after", databases(100, 300))
    (change,) = differences(before, after)
    assert change.usd == usd("13.10")
