"""What is deployed, asked of CloudFormation."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from plan.changes.deployed import deployed_assembly
from plan.model.failure import PlanError
from tests.plan.assemblies import Document, Written, assembled, resource
from tests.plan.changes.cloud_formation import CloudFormation, Deployed, serving

_PLANNED = assembled(
    Written(name="Data", resources={}), Written(name="App", resources={}, depends_on=["Data"])
)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[CloudFormation]:
    """Serve an empty account, and point boto3 to it."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CONTAINER_CREDENTIALS_FULL_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    account = CloudFormation()
    with serving(account) as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        yield account


def _template(**resources: Document) -> Document:
    return {"Resources": resources}


def test_a_deployed_stack_is_read_as_its_template_was_written(cloud: CloudFormation) -> None:
    export = {"Value": {"Ref": "Topic"}, "Export": {"Name": "Topic"}}
    reader = resource("T", "App/It", {"Topic": {"Fn::ImportValue": "Topic"}})
    topic = _template(Topic=resource("AWS::SNS::Topic")) | {"Outputs": {"Topic": export}}
    cloud.stacks["Data"] = Deployed(template=topic, is_protected=True)
    cloud.stacks["App"] = Deployed(template=_template(It=reader))

    assembly = deployed_assembly(_PLANNED)

    assert [stack.name for stack in assembly.stacks] == ["Data", "App"]
    assert assembly.stack("App").resources["It"].properties == {"Topic": "${Data/Topic}"}
    assert [stack.is_protected for stack in assembly.stacks] == [True, False]


@pytest.mark.parametrize("status", ["REVIEW_IN_PROGRESS", None])
def test_a_stack_that_is_not_deployed_is_left_out(
    cloud: CloudFormation, status: str | None
) -> None:
    """Also one of which there is only a change set."""
    cloud.stacks["Data"] = Deployed(template=_template())
    if status:
        cloud.stacks["App"] = Deployed(template="", status=status)

    assert [stack.name for stack in deployed_assembly(_PLANNED).stacks] == ["Data"]


@pytest.mark.usefixtures("cloud")
def test_missing_credentials_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(PlanError, match=r"AWS credentials are missing.*AWS_PROFILE"):
        deployed_assembly(_PLANNED)


@pytest.mark.usefixtures("cloud")
def test_a_missing_region_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(PlanError, match=r"stack App has no region: set AWS_DEFAULT_REGION"):
        deployed_assembly(assembled(Written(name="App", resources={}, environment="")))


def test_region_that_was_set_as_told_is_asked(
    cloud: CloudFormation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """boto3 does not look at AWS_REGION."""
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
    cloud.stacks["App"] = Deployed(template=_template(Topic=resource("AWS::SNS::Topic")))

    assembly = deployed_assembly(assembled(Written(name="App", resources={}, environment="")))

    assert [stack.name for stack in assembly.stacks] == ["App"]


def test_a_refusal_is_reported(cloud: CloudFormation) -> None:
    cloud.refusal = ("AccessDenied", "not authorized")

    with pytest.raises(PlanError, match=r"refuses to describe stack Data: .*not authorized"):
        deployed_assembly(_PLANNED)


@pytest.mark.usefixtures("cloud")
def test_no_answer_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Port 9 takes no connection."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    with pytest.raises(PlanError, match=r"cannot be reached for stack Data"):
        deployed_assembly(_PLANNED)


def test_a_template_that_is_no_json_is_reported(cloud: CloudFormation) -> None:
    cloud.stacks["Data"] = Deployed(template="Resources:\n  It: {}\n")

    with pytest.raises(PlanError, match=r"template of stack Data is not JSON"):
        deployed_assembly(_PLANNED)


@pytest.mark.usefixtures("cloud")
def test_a_profile_that_was_set_as_told_has_credentials(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    (tmp_path / "credentials").write_text(
        "[told]\naws_access_key_id = nobody\naws_secret_access_key = nothing\n"
    )
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_PROFILE", "told")

    assert deployed_assembly(_PLANNED).stacks == ()
