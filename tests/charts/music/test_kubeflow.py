"""The same graph as Kubeflow Pipelines reads it, compiled and loaded by kfp itself."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from charts.music import make_pipeline
from settings.music.steps import Step
from tests.conftest import Golden
from tests.settings.music.examples import PROD

pytestmark = pytest.mark.long

every_step = pytest.mark.parametrize("step", PROD.steps, ids=lambda one: one.name)


@pytest.fixture(scope="module")
def documents() -> list[dict[str, Any]]:
    """Return the pipeline, and what Kubernetes is asked for beside it."""
    return list(yaml.safe_load_all(make_pipeline.kubeflow()))


def test_the_pipeline_is_what_was_reviewed(documents: list[dict[str, Any]], golden: Golden) -> None:
    golden("pipelines/music/kubeflow", documents)


def test_it_has_the_steps_seeds_and_limits_of_the_other_form(
    documents: list[dict[str, Any]],
) -> None:
    """Both are made of one graph."""
    components = documents[0]["components"]
    loop = components["comp-results"]["dag"]["tasks"]["for-loop-2"]
    items = yaml.safe_load(loop["parameterIterator"]["items"]["raw"])
    assert tuple(item["seed"] for item in items) == PROD.pipeline.seeds
    assert loop["iteratorPolicy"]["parallelismLimit"] == PROD.pipeline.at_once
    whole = components["comp-exit-handler-1"]["dag"]["tasks"]
    assert whole["results"]["dependentTasks"] == ["listen"]
    end = documents[0]["root"]["dag"]["tasks"]["end"]
    assert end["triggerPolicy"]["strategy"] == "ALL_UPSTREAM_TASKS_COMPLETED"


@every_step
def test_a_step_is_the_program_on_the_machine_of_the_other_form(
    documents: list[dict[str, Any]], step: Step
) -> None:
    container = documents[0]["deploymentSpec"]["executors"][f"exec-{step.name}"]["container"]
    kubernetes = documents[1]["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    asked = kubernetes[f"exec-{step.name}"]
    assert container["command"] == ["python", "-m", step.program]
    assert ("accelerator" in container["resources"]) is bool(step.gpus)
    assert asked["activeDeadlineSeconds"] == str(step.deadline)
    assert asked.get("nodeSelector", {}).get("labels", {}) == step.placement.node_selector


def test_no_reviewed_pipeline_is_left_over() -> None:
    directory = Path(__file__).parents[2] / "golden" / "pipelines"
    assert [str(path.relative_to(directory)) for path in directory.rglob("*.yaml")] == [
        "music/kubeflow.yaml"
    ]
