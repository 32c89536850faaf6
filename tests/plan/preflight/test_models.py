"""Whether the models that a pod pulls are published."""

import io
import json

import pytest
from botocore.response import StreamingBody

from plan.preflight.models import models
from plan.preflight.verdicts import Check, Missing, Ready
from tests.plan.assemblies import Document, Written, assembled, manifest, resource, thing
from tests.plan.preflight.played_aws import PlayedAws

VERSION = "cd" * 32
PLACE = "s3://avadot-models-1/a2f-models/"
DETECTOR = "s3://models-1/detectors/voices.onnx"
PUBLISH = f"make publish MODELS=models TO={PLACE}"


def test_published_models_are_ready(aws: PlayedAws) -> None:
    """It reads the manifest of the very version, from the bucket that the stack has made."""
    files = [{"path": "a23/network.onnx", "size": 1_500_000_000}, {"path": "b", "size": 0}]
    aws.has("Models", "avadot-models-1")
    request = {"Bucket": "avadot-models-1", "Key": f"a2f-models/manifests/{VERSION}.json"}
    aws.answers("s3", "get_object", _body(json.dumps({"files": files})), request)

    assert _check().title == f"models {VERSION[:12]}…"
    assert _check().ask(aws.account) == Ready(f"2 files, 1.5 GB in {PLACE}")


def test_models_that_nobody_published_are_missing(aws: PlayedAws) -> None:
    """It names the command that publishes them, with the bucket."""
    aws.has("Models", "avadot-models-1")
    aws.refuses("s3", "get_object", "NoSuchKey")

    assert _check().ask(aws.account) == Missing(
        f"there is no manifest of this version in {PLACE}", PUBLISH
    )


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"files": [1]}'])
def test_a_damaged_manifest_is_missing(aws: PlayedAws, text: str) -> None:
    """Pods could not read it."""
    aws.has("Models", "avadot-models-1")
    aws.answers("s3", "get_object", _body(text))

    assert _check().ask(aws.account) == Missing(f"the manifest in {PLACE} is damaged", PUBLISH)


def test_a_bucket_that_is_not_there_yet_comes_with_its_stack(aws: PlayedAws) -> None:
    """Models can be published only after the stack with the bucket."""
    aws.lacks_stack("Data")

    assert _check().ask(aws.account) == Missing(
        "after Data, which is not deployed", "npx cdk deploy Data"
    )


def test_a_bucket_by_name_is_asked_as_it_is(aws: PlayedAws) -> None:
    """A bucket of another account or stack needs no CloudFormation."""
    aws.refuses("s3", "get_object", "NoSuchBucket")

    assert _check(bucket="avadot-models-1").ask(aws.account) == Missing(
        f"there is no manifest of this version in {PLACE}", PUBLISH
    )


def test_an_object_that_pods_pull_by_its_hash_is_looked_up(aws: PlayedAws) -> None:
    """It is not read: its content is for the pod to verify."""
    where = {"Bucket": "models-1", "Key": "detectors/voices.onnx"}
    aws.answers("s3", "head_object", {"ContentLength": 12_300_000}, where)

    check = _pulled("get", DETECTOR, "--sha256", VERSION, "--file", "/detector/model.onnx")

    assert check.title == "object voices.onnx"
    assert check.ask(aws.account) == Ready(f"12.3 MB at {DETECTOR}")


def test_an_object_that_nobody_uploaded_is_missing(aws: PlayedAws) -> None:
    aws.refuses("s3", "head_object", "404")

    assert _pulled("get", DETECTOR, "--sha256", VERSION).ask(aws.account) == Missing(
        f"there is no {DETECTOR}", f"aws s3 cp FILE {DETECTOR}"
    )


def _check(bucket: str = "${Data/Models}") -> Check:
    return _pulled("pull", "--bucket", bucket, "--prefix", "a2f-models/", "--version", VERSION)


def _pulled(*arguments: str) -> Check:
    pod: Document = {
        "initContainers": [{"name": "models", "image": "model-store", "args": list(arguments)}],
        "containers": [{"name": "server", "image": "server"}],
    }
    server = manifest("", thing("StatefulSet", spec={"template": {"spec": pod}}))
    data = Written(name="Data", resources={"Models": resource("AWS::S3::Bucket")})
    avadot = Written(name="Avadot", resources={"Server": server}, depends_on=["Data"])
    (check,) = models(assembled(data, avadot))
    return check


def _body(text: str) -> Document:
    content = text.encode()
    return {"Body": StreamingBody(io.BytesIO(content), len(content))}
