"""Argo's own definition of a WorkflowTemplate takes ours, with no field that it does not know."""

import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.charts.examples import pick
from tests.charts.music.examples import pipeline_objects
from tests.settings.music.examples import PROD

_MODULES = Path(os.environ.get("GOMODCACHE", Path.home() / "go" / "pkg" / "mod"))
_DEFINITION = "manifests/base/crds/full/argoproj.io_workflowtemplates.yaml"


def _definition() -> Path:
    """Return the file in Argo's Go module, which the rehearsal's tools are built from."""
    found = sorted(_MODULES.glob(f"github.com/argoproj/argo-workflows/v4@*/{_DEFINITION}"))
    if not found:
        pytest.skip("Argo's module is fetched when the rehearsal's tools are built")
    return found[-1]


def _closed(schema: Any) -> Any:
    """Refuse fields that the definition does not name: the API server would drop them."""
    match schema:
        case {"properties": dict(), **rest} if "additionalProperties" not in rest:
            return {key: _closed(value) for key, value in schema.items()} | {
                "additionalProperties": False
            }
        case {"x-kubernetes-int-or-string": True}:
            return {"type": ["integer", "string"]}
        case dict():
            return {key: _closed(value) for key, value in schema.items()}
        case list():
            return [_closed(one) for one in schema]
    return schema


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    (version,) = yaml.load(_definition().read_text(), yaml.CSafeLoader)["spec"]["versions"]
    closed: dict[str, Any] = _closed(version["schema"]["openAPIV3Schema"])
    # What every object has is Kubernetes' own to define.
    closed["properties"]["metadata"] = {"type": "object"}
    return closed


def test_the_template_is_one_of_argo(schema: dict[str, Any]) -> None:
    jsonschema.validate(pick(pipeline_objects(PROD), "WorkflowTemplate"), schema)


def test_a_field_that_argo_does_not_know_is_found(schema: dict[str, Any]) -> None:
    """As one of an older version would be."""
    document = pick(pipeline_objects(PROD), "WorkflowTemplate")
    spec = document["spec"] | {"synchronization": {"semaphore": {"configMapKeyRef": {}}}}
    with pytest.raises(jsonschema.ValidationError, match="'semaphore' was unexpected"):
        jsonschema.validate(document | {"spec": spec}, schema)
