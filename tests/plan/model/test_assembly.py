"""Reading a cloud assembly: order, values, and who depends on whom."""

import json
from pathlib import Path
from typing import Any

import pytest

from plan.changes import compare
from plan.model.assembly import PlanError, read_assembly
from tests.plan.assemblies import Written, assembled, resource, write

_ROLE = resource("AWS::IAM::Role", "App/tarot/Role/Resource")


def _resolved(value: Any, **others: Any) -> Any:
    """Return how a value is spelled in a stack that has a role."""
    properties = {"Value": value}
    stack = Written(
        name="App", resources={"Role": _ROLE, "It": resource("T", "", properties)}, **others
    )
    return assembled(stack).stack("App").resources["It"].properties["Value"]


def test_stacks_stand_in_the_order_of_their_deployment(tmp_path: Path) -> None:
    """A stack stands after all that it depends on, wherever the manifest has it."""
    directory = write(
        tmp_path,
        Written(name="App", resources={}, depends_on=["Data", "Network"]),
        Written(name="Data", resources={}, depends_on=["Network"]),
        Written(name="Network", resources={}),
    )

    names = [stack.name for stack in read_assembly(directory).stacks]

    assert names == ["Network", "Data", "App"]


def test_one_stack_brings_what_it_depends_on_in_turn(tmp_path: Path) -> None:
    """Of a stack, all below it stay, and the others go."""
    directory = write(
        tmp_path,
        Written(name="Network", resources={}),
        Written(name="Data", resources={}, depends_on=["Network"]),
        Written(name="App", resources={}, depends_on=["Data"]),
        Written(name="Other", resources={}, depends_on=["Network"]),
    )

    names = [stack.name for stack in read_assembly(directory).only("App").stacks]

    assert names == ["Network", "Data", "App"]


@pytest.mark.parametrize(
    ("value", "spelled"),
    [
        ({"Ref": "Role"}, "${Role}"),
        ({"Fn::GetAtt": ["Role", "Arn"]}, "${Role.Arn}"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Role"}, 1]]}, "a-${Role}-1"),
        ({"Fn::Sub": "x-${AWS::Region}-${Role.Arn}"}, "x-ap-northeast-2-${Role.Arn}"),
        ({"Ref": "AWS::Region"}, "ap-northeast-2"),
        ({"Ref": "AWS::Partition"}, "aws"),
        ({"Ref": "AWS::URLSuffix"}, "amazonaws.com"),
        ({"Ref": "AWS::AccountId"}, "${AWS::AccountId}"),
        ({"Fn::Select": [0, {"Fn::GetAZs": ""}]}, "${Fn::Select([0, ${Fn::GetAZs()}])}"),
        ({"Fn::ImportValue": "not-ours"}, "${Fn::ImportValue(not-ours)}"),
        ([1, True, {"a": {"Ref": "Role"}}], [1, True, {"a": "${Role}"}]),
        ([1, {"Ref": "AWS::NoValue"}], [1]),
        ({"a": {"Ref": "AWS::NoValue"}}, {}),
    ],
)
def test_values_are_spelled_as_far_as_they_are_known(value: Any, spelled: Any) -> None:
    """Intrinsic functions become values, and what only AWS knows stands as `${…}`."""
    assert _resolved(value) == spelled


def test_without_a_region_the_region_stays_open() -> None:
    """A stack of any region keeps `${AWS::Region}`."""
    assert _resolved({"Ref": "AWS::Region"}, environment="") == "${AWS::Region}"


@pytest.mark.parametrize(("region", "chosen"), [("us-east-1", "here"), ("cn-north-1", "there")])
def test_a_condition_that_is_known_chooses(region: str, chosen: str) -> None:
    """Of `Fn::If`, the branch stands that its condition chooses."""
    spelled = _resolved(
        {"Fn::If": ["IsAws", "here", "there"]},
        conditions={"IsAws": {"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws"]}},
        environment=f"aws://unknown-account/{region}",
    )

    assert spelled == chosen


def test_an_import_names_the_resource_behind_it() -> None:
    """What another stack exports is spelled with that stack, and found by its spelling."""
    bucket = resource("AWS::S3::Bucket", "Data/Models/Resource")
    export = {"Value": {"Fn::GetAtt": ["Models", "Arn"]}, "Export": {"Name": "Data:Models"}}
    reader = resource("T", "App/It", {"Bucket": {"Fn::ImportValue": "Data:Models"}})
    assembly = assembled(
        Written(name="Data", resources={"Models": bucket}, outputs={"Models": export}),
        Written(name="App", resources={"It": reader}, depends_on=["Data"]),
    )

    spelled = assembly.stack("App").resources["It"].properties["Bucket"]

    assert spelled == "${Data/Models.Arn}"
    assert assembly.target("App", spelled) is assembly.stack("Data").resources["Models"]
    assert assembly.stack("App").imports == {"Data:Models"}
    assert assembly.stack("Data").exports == {"Data:Models": "${Models.Arn}"}


def test_a_resource_depends_on_what_it_names_and_what_it_waits_for() -> None:
    """CloudFormation makes both before it."""
    it = resource("T", "", {"Role": {"Fn::GetAtt": ["Role", "Arn"]}}, DependsOn=["Other"])
    stack = Written(name="App", resources={"It": it, "Role": _ROLE, "Other": _ROLE, "More": _ROLE})

    found = assembled(stack).stack("App").resources["It"]

    assert found.depends_on == {"Role", "Other"}


def test_a_resource_belongs_to_its_outermost_construct() -> None:
    """The service of a resource is the first id on its path; without a path, its own id."""
    stack = Written(name="App", resources={"Role": _ROLE, "Bare": resource("T")})

    resources = assembled(stack).stack("App").resources

    assert (resources["Role"].service, resources["Role"].path) == ("tarot", "tarot/Role/Resource")
    assert resources["Bare"].service == "Bare"


def test_a_text_that_is_no_single_reference_has_no_target() -> None:
    """A name in a longer text, a parameter and a plain text name no resource."""
    assembly = assembled(Written(name="App", resources={"Role": _ROLE}))

    targets = [assembly.target("App", text) for text in ("x${Role}", "${Parameter}", "Role")]

    assert targets == [None, None, None]


def test_an_unknown_stack_is_said_with_those_there_are() -> None:
    """The message names the stack that was asked for and the ones to choose from."""
    assembly = assembled(Written(name="App", resources={}), Written(name="Data", resources={}))

    with pytest.raises(PlanError, match=r"stack 'Nope' is not in the assembly; it holds App, Data"):
        assembly.only("Nope")


def test_stacks_that_wait_for_one_another_are_said_in_a_sentence(tmp_path: Path) -> None:
    """A circle has no order of deployment."""
    directory = write(
        tmp_path,
        Written(name="A", resources={}, depends_on=["B"]),
        Written(name="B", resources={}, depends_on=["A"]),
    )

    with pytest.raises(PlanError, match=r"the stacks A, B wait for one another"):
        read_assembly(directory)


def test_the_assembly_of_the_app_is_read_whole(avadot: Path) -> None:
    """Nothing of the real app's templates stays unknown but the account."""
    assembly = read_assembly(avadot)

    unknown = {
        part
        for resource in assembly.resources
        for part in json.dumps(resource.properties).split("${")
        if part.startswith(("AWS::", "Fn::"))
    }
    assert {part.partition("}")[0] for part in unknown} == {"AWS::AccountId"}
    assert [stack.name for stack in assembly.only("AvadotProd").stacks] == [
        "AvadotProdNetwork",
        "AvadotProdData",
        "AvadotProdCluster",
        "AvadotProd",
    ]


def test_no_assembly_is_said_in_a_sentence(tmp_path: Path) -> None:
    """A directory without a manifest is named, and how to make one."""
    with pytest.raises(PlanError, match=r"is no cloud assembly: .*`cdk synth`"):
        read_assembly(tmp_path)


@pytest.mark.parametrize(
    "damage",
    [
        '{"Resources": {"It": {',
        "[]",
        '{"Resources": []}',
        '{"Outputs": {}}',
        '{"Resources": {"It": {"Properties": {}}}}',
        '{"Resources": {"It": {"Type": "T", "Properties": "none"}}}',
        '{"Resources": {}, "Outputs": {"O": {"Export": {}, "Value": 1}}}',
        "\x00\xff",
    ],
)
def test_a_damaged_template_is_said_in_a_sentence(tmp_path: Path, damage: str) -> None:
    """Whatever is wrong with a template, the stack or its file is named."""
    directory = write(tmp_path, Written(name="App", resources={}))
    (directory / "App.template.json").write_bytes(damage.encode("latin-1"))

    with pytest.raises(PlanError, match=r"App.*damaged"):
        read_assembly(directory)


def test_a_value_of_another_form_is_said_in_a_sentence() -> None:
    """What no schema was asked about is damaged too, and the thing that holds it is named."""
    role, broken = (
        assembled(Written(name="App", resources={"R": resource("AWS::IAM::Role", "App/R", values)}))
        for values in ({}, {"Policies": ["x"]})
    )

    with pytest.raises(PlanError, match="Role R of stack App holds a value that no API accepts"):
        compare(role, broken)


def test_a_missing_template_is_said_in_a_sentence(tmp_path: Path) -> None:
    """A manifest that names a file that is not there is a damaged assembly."""
    directory = write(tmp_path, Written(name="App", resources={}))
    (directory / "App.template.json").unlink()

    with pytest.raises(PlanError, match=r"App.template.json is missing"):
        read_assembly(directory)


@pytest.mark.parametrize("artifacts", [{"App": {}}, {"App": "x"}, [1], None])
def test_a_damaged_manifest_is_said_in_a_sentence(tmp_path: Path, artifacts: Any) -> None:
    """A manifest of another shape is damaged."""
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))

    with pytest.raises(PlanError, match=r"manifest.json is damaged"):
        read_assembly(tmp_path)
