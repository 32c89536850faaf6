"""What a change costs."""

from pathlib import Path

from plan.cost import changes_as_lines, differences
from tests.plan.assemblies import resource
from tests.plan.cost.examples import cost, group, usd


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
    assert text.endswith("all: -151.84, without lines of unknown price")


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
