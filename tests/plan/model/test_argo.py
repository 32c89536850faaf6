"""Steps of WorkflowTemplates: how many pods there may be, and what these ask for."""

from typing import Any

from plan.capacity import capacity_of
from plan.capacity.findings import AtMaximum, AtMinimum
from plan.model.argo import workflow_steps
from plan.model.kubernetes import kubernetes_objects
from tests.plan.capacity.builder import NAMESPACE, Group, cluster, found_of


def _limited(entry: str) -> dict[str, Any]:
    key = {"name": "limits", "key": entry}
    return {"synchronization": {"semaphores": [{"configMapKeyRef": key}]}}


def _step(name: str, **fields: Any) -> dict[str, Any]:
    resources = {"requests": {"cpu": "1", "memory": "1Gi"}}
    return {"name": name, "container": {"image": "case/step", "resources": resources}, **fields}


def _objects(*templates: dict[str, Any], **spec: Any) -> list[dict[str, Any]]:
    metadata = {"namespace": NAMESPACE}
    return [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {**metadata, "name": "limits"},
            "data": {"runs": "2", "work": "3"},
        },
        {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "WorkflowTemplate",
            "metadata": {**metadata, "name": "job"},
            "spec": {**spec, "templates": list(templates)},
        },
    ]


_ITEMS = {"name": "all", "steps": [[{"name": "a", "template": "work", "withItems": [1, 2, 3]}]]}


def test_a_semaphore_says_how_many_pods_of_a_step_there_may_be() -> None:
    """None without a run, and those at most."""
    made = cluster([Group(size=4)], _objects(_step("work", **_limited("work")), _ITEMS))
    (found,) = capacity_of(made)

    assert found.uncounted == ()
    assert found_of(found, AtMaximum()).pods == found_of(found, AtMinimum()).pods + 3


def test_the_last_step_of_a_run_has_as_many_pods_as_there_are_runs() -> None:
    made = cluster(
        [Group(size=4)],
        _objects(_step("work", **_limited("work")), _step("end"), onExit="end", **_limited("runs")),
    )
    (found,) = capacity_of(made)

    assert found_of(found, AtMaximum()).pods == found_of(found, AtMinimum()).pods + 3 + 2


def test_a_step_without_a_limit_is_named_and_not_counted() -> None:
    """Nobody is told that all pods fit while some are in no scenario."""
    made = cluster([Group(size=4)], _objects(_step("work"), **_limited("runs")))
    (found,) = capacity_of(made)

    assert found.uncounted == ("WorkflowTemplate job",)


def test_a_run_has_a_pod_for_each_item() -> None:
    made = cluster(
        [Group()], _objects(_step("work", **_limited("work")), _step("end"), _ITEMS, onExit="end")
    )
    steps = {one.name: one for one in workflow_steps(kubernetes_objects(made))}

    assert {name: step.pods_of_a_run for name, step in steps.items()} == {"work": 3, "end": 1}
