"""How a comparison is printed."""

from plan.changes.nouns import Changes
from plan.changes.text import as_lines
from tests.plan.assemblies import Document, manifest, resource, thing
from tests.plan.changes.compared import objects, resources


def _deployment(digest: str) -> Document:
    container = {"name": "main", "image": f"example.com/avadot/tarot@sha256:{digest * 64}"}
    return thing(
        "Deployment", spec={"replicas": 2, "template": {"spec": {"containers": [container]}}}
    )


def _printed(changes: Changes) -> list[str]:
    return list(as_lines(changes))


def test_a_new_image_is_printed_with_its_service_and_its_consequence() -> None:
    assert _printed(objects([_deployment("a")], [_deployment("b")])) == [
        "tarot",
        "  ~ Deployment avadot/tarot  (App)",
        "      spec.template.spec.containers[main].image",
        "        - …com/avadot/tarot@sha256:aaaaaaaaaaaa…",
        "        + …com/avadot/tarot@sha256:bbbbbbbbbbbb…",
        "    · replaces its 2 pods, at most 1 more and 0 fewer at a time",
        "",
        "0 added, 1 changed, 0 replaced, 0 removed",
        "nothing risky",
    ]


def test_what_comes_and_goes_has_one_line() -> None:
    role = resource("AWS::IAM::Role", "App/tarot/Role/Resource")

    assert _printed(resources({"Role": role}, {"Other": role})) == [
        "tarot",
        "  + AWS::IAM::Role tarot/Role  (App)",
        "  - AWS::IAM::Role tarot/Role  (App)",
        "",
        "1 added, 0 changed, 0 replaced, 1 removed",
        "nothing risky",
    ]


def test_a_replacement_says_why_and_the_last_line_what_is_risky() -> None:

    def database(name: str, days: int) -> Document:
        properties = {"DBName": name, "BackupRetentionPeriod": days}
        return resource("AWS::RDS::DBInstance", "App/Database/Resource", properties)

    printed = _printed(resources({"D": database("a", 7)}, {"D": database("b", 1)}))

    assert printed[1] == "  ± AWS::RDS::DBInstance Database  (App)  replaced, because of DBName"
    assert printed[2:4] == ["      DBName: a → b", "      BackupRetentionPeriod: 7 → 1"]
    assert printed[4].startswith("    ! is replaced, since DBName cannot change in place")
    assert printed[-2:] == [
        "0 added, 0 changed, 1 replaced, 0 removed",
        "! 2 risky: 2 in Database",
    ]


def test_what_follows_a_replacement_says_what_it_follows() -> None:

    def subnet(zone: str) -> Document:
        return resource("AWS::EC2::Subnet", "App/Subnet", {"AvailabilityZone": zone})

    nat = resource("AWS::EC2::NatGateway", "App/Nat", {"SubnetId": {"Ref": "S"}})

    printed = _printed(resources({"S": subnet("a"), "N": nat}, {"S": subnet("b"), "N": nat}))

    assert "  ± AWS::EC2::NatGateway Nat  (App)  replaced with AWS::EC2::Subnet Subnet" in printed


def test_a_risk_of_what_does_not_change_itself_stands_with_its_service() -> None:
    path = "App/tarot/Objects/Resource/Default"

    printed = _printed(
        resources({"Old": manifest(path, thing("Service"))},
                  {"New": manifest(path, thing("Service"))})
    )  # fmt: skip

    assert printed[:2] == ["tarot", "  · Service avadot/tarot"]
    assert printed[2].startswith("    ! Service avadot/tarot are missing after the deploy")


def test_of_a_text_with_lines_only_those_that_differ_are_printed() -> None:
    before, after = "a\nb\nc\n", "a\nx\nc\n"

    printed = _printed(
        objects([thing("ConfigMap", data={"f": before})], [thing("ConfigMap", data={"f": after})])
    )

    assert printed[2:5] == ["      data.f", "        - b", "        + x"]


def test_a_number_and_the_same_as_text_are_told_apart() -> None:
    """Else the line would say that nothing changes."""
    printed = _printed(resources({"T": resource("T", "", {"A": 1})},
                                 {"T": resource("T", "", {"A": "1"})}))  # fmt: skip

    assert printed[2] == '      A: 1 → "1"'


def test_long_values_are_printed_where_they_differ() -> None:
    head, tail = "h" * 60, "t" * 60

    printed = _printed(
        resources({"T": resource("T", "", {"A": f"{head}1{tail}"})},
                  {"T": resource("T", "", {"A": f"{head}2{tail}"})})
    )  # fmt: skip

    assert printed[3:5] == [
        f"        - …{'h' * 24}1{'t' * 24}…",
        f"        + …{'h' * 24}2{'t' * 24}…",
    ]


def test_nothing_is_said_in_two_words() -> None:
    assert _printed(objects([_deployment("a")], [_deployment("a")])) == ["nothing changes"]


def test_colours_are_only_around_what_is_printed_without_them() -> None:
    changes = objects([_deployment("a")], [_deployment("b")])

    coloured = list(as_lines(changes, colours=True))

    assert any("\x1b[" in line for line in coloured)
    stripped = [line.replace("\x1b[0m", "") for line in coloured]
    for code in ("1", "31", "32", "33", "36"):
        stripped = [line.replace(f"\x1b[{code}m", "") for line in stripped]
    assert stripped == _printed(changes)
