"""The WorkflowTemplate: what a run does, and what becomes of a step that fails."""

from typing import Any

import pytest

from settings.music.steps import Step
from tests.charts.examples import pick
from tests.charts.music.examples import pipeline_objects
from tests.settings.music.examples import PROD

_OBJECTS = pipeline_objects(PROD)
_SPEC: dict[str, Any] = pick(_OBJECTS, "WorkflowTemplate")["spec"]
_TEMPLATES = {one["name"]: one for one in _SPEC["templates"]}
_LISTEN, _COMPOSE, _END = PROD.steps

every_step = pytest.mark.parametrize("step", PROD.steps, ids=lambda one: one.name)
every_step_on_gpus = pytest.mark.parametrize(
    "step", [one for one in PROD.steps if one.gpus], ids=lambda one: one.name
)


def _arguments(step: Step) -> list[str]:
    arguments: list[str] = _TEMPLATES[step.name]["container"]["args"]
    return arguments


def test_a_run_listens_and_then_composes_with_each_seed() -> None:
    """Four times beside each other, and the end comes however these went."""
    first, second = _TEMPLATES[_SPEC["entrypoint"]]["steps"]
    assert [one["template"] for one in first] == ["listen"]
    assert [one["template"] for one in second] == ["compose"]
    assert second[0]["withItems"] == [{"n": number, "seed": 41 + number} for number in range(1, 5)]
    assert _SPEC["onExit"] == "end"


def test_programs_are_told_what_they_take_on_a_desk() -> None:
    """All that they read and write lies below the run's own prefix."""
    run = "s3://example-runs/runs/{{workflow.parameters.run}}"
    assert _arguments(_LISTEN) == [f"{run}/input/video", "--to", f"{run}/stage1/"]
    assert _arguments(_COMPOSE) == [
        f"{run}/stage1/",
        *("--video", f"{run}/input/video"),
        *("--seed", "{{inputs.parameters.seed}}"),
        *("--to", f"{run}/output/{{{{inputs.parameters.n}}}}/"),
    ]
    assert _arguments(_END)[0] == "{{workflow.parameters.run}}"
    for step in PROD.steps:
        assert _TEMPLATES[step.name]["container"]["command"] == ["python", "-m", step.program]


def test_nothing_but_small_values_passes_through_the_workflow() -> None:
    """No artefact and no output that a controller could wait for without an end."""
    for template in _TEMPLATES.values():
        assert "outputs" not in template
        assert "artifacts" not in template.get("inputs", {})
    assert [one["name"] for one in _SPEC["arguments"]["parameters"]] == ["run"]


@every_step
def test_a_step_has_a_deadline_and_other_tries(step: Step) -> None:
    """A lost machine has no exit code; a video that cannot be used is not tried again."""
    template = _TEMPLATES[step.name]
    retry = template["retryStrategy"]
    assert template["activeDeadlineSeconds"] == step.deadline
    assert (retry["limit"], retry["retryPolicy"]) == (step.retries, "Always")
    assert "lastRetry.exitCode not in ['2', '3']" in retry["expression"]
    assert "deadline" in retry["expression"]


def test_a_run_ends_and_is_removed() -> None:
    """Pods of one that failed stay until it goes; deleted at their own end they might hang it."""
    assert _SPEC["activeDeadlineSeconds"] == PROD.pipeline.deadline
    assert _SPEC["podGC"] == {"strategy": "OnWorkflowSuccess"}
    assert _SPEC["ttlStrategy"] == {
        "secondsAfterSuccess": PROD.pipeline.kept,
        "secondsAfterFailure": PROD.pipeline.kept_failed,
    }


def test_no_more_than_the_limits_goes_on_at_a_time() -> None:
    """Four pods of one run, two runs, and of each step as many as it has machines."""
    limits = pick(_OBJECTS, "ConfigMap")
    assert _SPEC["parallelism"] == PROD.pipeline.at_once
    assert limits["data"] == {"runs": "2", "listen": "2", "compose": "4"}
    for part, entry in ((_SPEC, "runs"), (_TEMPLATES["listen"], "listen")):
        (semaphore,) = part["synchronization"]["semaphores"]
        key = semaphore["configMapKeyRef"]
        assert key == {"name": limits["metadata"]["name"], "key": entry}
    assert "synchronization" not in _TEMPLATES["end"]


@every_step_on_gpus
def test_a_step_goes_where_its_gpu_is(step: Step) -> None:
    """On its own machines, and of these only on a GPU with the memory that it asks for."""
    template = _TEMPLATES[step.name]
    affinity = template["affinity"]["nodeAffinity"]
    (term,) = affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert term["matchExpressions"] == [
        {
            "key": "karpenter.k8s.aws/instance-gpu-memory",
            "operator": "Gt",
            "values": [str(step.gpu_memory_mib - 1)],
        }
    ]
    assert template["nodeSelector"] == {"work": step.name}
    assert [one["key"] for one in template["tolerations"]] == ["nvidia.com/gpu"]
    assert template["container"]["resources"]["limits"]["nvidia.com/gpu"] == "1"


@every_step_on_gpus
def test_models_are_there_before_the_step_begins(step: Step) -> None:
    """Their content by its hash, in a place that the step itself cannot write to."""
    template = _TEMPLATES[step.name]
    (loader,) = template["initContainers"]
    assert step.models
    assert loader["args"][loader["args"].index("--version") + 1] == step.models.version
    assert loader["args"][loader["args"].index("--prefix") + 1] == f"models/{step.name}/"
    (mount,) = [one for one in template["container"]["volumeMounts"] if one["name"] == "models"]
    assert mount == {"name": "models", "mountPath": "/models", "readOnly": True}
    assert {"name": "MODELS", "value": "/models"} in template["container"]["env"]


@every_step
def test_pods_are_unprivileged(step: Step) -> None:
    """As the namespace demands it of every container."""
    assert _SPEC["securityContext"]["runAsNonRoot"] is True
    assert _SPEC["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    template = _TEMPLATES[step.name]
    for container in [template["container"], *template.get("initContainers", [])]:
        security = container["securityContext"]
        assert security["allowPrivilegeEscalation"] is False
        assert security["capabilities"] == {"drop": ["ALL"]}
        assert security["readOnlyRootFilesystem"] is True
        assert container["resources"]["limits"].keys() >= {"cpu", "memory"}
        assert "@sha256:" in container["image"]


def test_a_spot_machine_that_goes_takes_its_step_with_it() -> None:
    """A pod that nobody may disrupt is not told of it: Karpenter evicts no such pod."""
    for template in _TEMPLATES.values():
        annotations = template.get("metadata", {}).get("annotations", {})
        assert "karpenter.sh/do-not-disrupt" not in annotations


def test_steps_may_report_and_nothing_else() -> None:
    """Each by its own account."""
    (rule,) = pick(_OBJECTS, "Role")["rules"]
    assert rule == {
        "apiGroups": ["argoproj.io"],
        "resources": ["workflowtaskresults"],
        "verbs": ["create", "patch"],
    }
    subjects = pick(_OBJECTS, "RoleBinding")["subjects"]
    assert [one["name"] for one in subjects] == [step.name for step in PROD.steps]
    assert [_TEMPLATES[step.name]["serviceAccountName"] for step in PROD.steps] == [
        step.name for step in PROD.steps
    ]


def test_nobody_can_connect_to_a_step() -> None:
    """It may go out to AWS, and to the cluster's API where it reports."""
    policy = pick(_OBJECTS, "NetworkPolicy")["spec"]
    assert policy["policyTypes"] == ["Egress"]
    (chosen,) = policy["podSelector"]["matchExpressions"]
    assert chosen["values"] == [step.name for step in PROD.steps]
