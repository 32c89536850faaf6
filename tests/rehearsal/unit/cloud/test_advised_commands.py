"""The commands of `aws`, `cdk` and `helm` that findings advise are ones that these take."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from rehearsal.cloud.emulator import Emulator
from rehearsal.command.cdk import environment_of_cdk
from rehearsal.command.workplace import REPOSITORY
from rehearsal.toolchain.layers import aws_cli_beside, extract_tools
from tests.remedies.examples import typed

_REGION = "ap-northeast-2"
_SENT = "when calling the"
"""In what the AWS CLI says of a call that it has made; all else is about its own arguments."""
_CLI = """\
import contextlib, io, json, sys
from awscli.clidriver import create_clidriver

for line in sys.stdin:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            code = create_clidriver().main(json.loads(line))
        except SystemExit as end:
            code = end.code
    print(json.dumps([code, said.getvalue()]), flush=True)
"""


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Take the programs out of the layers from which they also run in AWS."""
    directory = tmp_path_factory.mktemp("tools") / "bin"
    directory.mkdir()
    extract_tools(directory, lambda _: None)
    return directory


def test_the_aws_cli_makes_each_call_that_a_finding_advises(
    cloud: Emulator, programs: Path, tmp_path: Path
) -> None:
    """Whether the emulator knows what it is asked for is no matter; the words are."""
    (tmp_path / "FILE").write_text("model")
    cloud.client("s3", _REGION).create_bucket(
        Bucket="models", CreateBucketConfiguration={"LocationConstraint": _REGION}
    )
    lines = typed("aws")

    done = subprocess.run(
        (sys.executable, "-c", _CLI),
        env={
            **cloud.environment,
            "PYTHONPATH": str(aws_cli_beside(programs)),
            "AWS_DEFAULT_REGION": _REGION,
        },
        input="".join(json.dumps(line[1:]) + "\n" for line in lines),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(lines)
    for line, (code, said) in zip(lines, answers, strict=True):
        assert code == 0 or _SENT in said, f"{' '.join(line)}: {said}"


def _assembly(directory: Path, *, with_queue: bool) -> Path:
    """Write an application of two stacks, of which the upper one imports from the lower."""
    templates: dict[str, Any] = {
        "Data": {
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {"Topic": {"Value": {"Ref": "Topic"}, "Export": {"Name": "Topic"}}},
        },
        "App": {
            "Resources": {
                "Parameter": {
                    "Type": "AWS::SSM::Parameter",
                    "Properties": {"Type": "String", "Value": {"Fn::ImportValue": "Topic"}},
                },
            }
        },
    }
    if with_queue:
        templates["App"]["Resources"]["Queue"] = {
            "Type": "AWS::SQS::Queue",
            "Properties": {"QueueName": "jobs"},
            "DeletionPolicy": "Retain",
        }
    directory.mkdir()
    for name, template in templates.items():
        (directory / f"{name}.template.json").write_text(json.dumps(template))
    artifacts = {
        name: {
            "type": "aws:cloudformation:stack",
            "environment": f"aws://unknown-account/{_REGION}",
            "properties": {"templateFile": f"{name}.template.json"},
            "dependencies": ["Data"] if name == "App" else [],
        }
        for name in templates
    }
    manifest = {"version": "36.0.0", "artifacts": artifacts}
    (directory / "manifest.json").write_text(json.dumps(manifest))
    return directory


_ANSWERS: Mapping[str, Sequence[str]] = {
    "deploy": ("--require-approval", "never"),
    "destroy": ("--force",),
    "import": ("--force",),
}
"""Of a person who sits before it."""


@pytest.mark.parametrize("line", typed("cdk"), ids=" ".join)
def test_the_cdk_does_what_findings_advise(
    cloud: Emulator, tmp_path: Path, line: list[str]
) -> None:
    """Each on an application that is deployed; what is imported is there, and of no stack."""
    deployed = _assembly(tmp_path / "deployed", with_queue=False)
    wider = _assembly(tmp_path / "wider", with_queue=True)
    verb, *rest = line[1:]

    queue = cloud.client("sqs", _REGION).create_queue(QueueName="jobs")
    mapping = json.dumps({"Queue": {"QueueUrl": queue["QueueUrl"]}})
    asked = (str(wider), "--resource-mapping-inline", mapping)
    answers = asked if verb == "import" else (str(deployed),)

    first = _cdk(cloud, tmp_path, "deploy", "App", "--app", str(deployed))
    done = _cdk(cloud, tmp_path, verb, *rest, "--app", *answers)

    assert first.returncode == 0, first.stderr
    assert done.returncode == 0, done.stderr


def _cdk(
    cloud: Emulator, directory: Path, verb: str, *words: str
) -> "subprocess.CompletedProcess[str]":
    program = REPOSITORY / "node_modules" / ".bin" / "cdk"
    return subprocess.run(
        (program, verb, *words, "--no-notices", *_ANSWERS.get(verb, ())),
        env=environment_of_cdk(cloud.environment, directory),
        cwd=directory,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_helm_prints_the_definitions_of_a_chart(programs: Path, tmp_path: Path) -> None:
    """Those that it installs once, and leaves as they are in an upgrade."""
    (tmp_path / "CHART" / "crds").mkdir(parents=True)
    (tmp_path / "CHART" / "Chart.yaml").write_text("apiVersion: v2\nname: c\nversion: 1.2.3\n")
    (tmp_path / "CHART" / "crds" / "one.yaml").write_text("kind: CustomResourceDefinition\n")

    for line in typed("helm"):
        printed = subprocess.run(
            (programs / "helm", *line[1:]), cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert "kind: CustomResourceDefinition" in printed.stdout
