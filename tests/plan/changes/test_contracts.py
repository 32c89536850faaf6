"""One image is called, told or asked otherwise than before."""

from typing import Any

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, thing
from tests.plan.changes.compared import assert_risk, objects, risks


def _deployment(**container: Any) -> Document:
    pod = {"containers": [{"name": "main", "image": "a@sha256:1"} | container]}
    return thing("Deployment", spec={"template": {"spec": pod}})


def _probed(path: str) -> Document:
    return {"readinessProbe": {"httpGet": {"path": path, "port": 80}}}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (
            {"env": [{"name": "QUEUE_URL", "value": "a"}]},
            {"env": [{"name": "SQS_QUEUE_URL", "value": "a"}]},
            "no longer sets QUEUE_URL",
        ),
        (
            {"args": ["pull", "--destination", "/data"]},
            {"args": ["pull", "--target", "/data"]},
            "no longer gives --destination",
        ),
        ({"args": ["pull"]}, {"args": ["push"]}, "starts with args push"),
        ({"command": ["python3", "a"]}, {}, "starts with command of the image"),
        (_probed("/health"), _probed("/healthz"), "is asked for /healthz instead of /health"),
    ],
)
def test_one_image_called_otherwise_is_a_risk(
    before: Document, after: Document, words: str
) -> None:
    changes = objects([_deployment(**before)], [_deployment(**after)])

    assert_risk(changes, Topic.CONTRACT, Severity.RISKY, words)


def test_a_new_image_may_be_called_otherwise() -> None:
    """It may serve and read other things than the one before."""
    changes = objects(
        [_deployment(**_probed("/health"))],
        [_deployment(image="a@sha256:2", **_probed("/healthz"))],
    )

    assert risks(changes, Topic.CONTRACT) == []


def test_what_is_told_besides_is_none() -> None:
    """A variable, an option or a probe more breaks no program; nor does another value."""
    changes = objects(
        [_deployment(env=[{"name": "A", "value": "1"}], args=["--a", "1"])],
        [
            _deployment(
                env=[{"name": "A", "value": "2"}, {"name": "B"}],
                args=["--a", "2", "--b"],
                **_probed("/"),
            )
        ],
    )

    assert risks(changes, Topic.CONTRACT) == []


def test_one_image_from_another_registry_is_a_risk() -> None:
    changes = objects(
        [_deployment(image="here.example.com/a@sha256:1")],
        [_deployment(image="there.example.com/a@sha256:1")],
    )

    words = "pulls the same a@sha256:1 from there.example.com instead of here.example.com"
    assert_risk(changes, Topic.CONTRACT, Severity.RISKY, words)
