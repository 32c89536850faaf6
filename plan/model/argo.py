"""The steps of Argo's WorkflowTemplates: pods that come with a run and go when it ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from plan.model.assembly import Assembly
from plan.model.kubernetes import HelmRelease, KubernetesObject, cluster_of, helm_releases

TEMPLATE, STEP = "WorkflowTemplate", "Step"
_CHART = "argo-workflows"
_OF_PODS = ("nodeSelector", "affinity", "tolerations", "volumes", "serviceAccountName")
Document = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class WorkflowStep:
    """A template of a WorkflowTemplate that makes a pod."""

    workflow: KubernetesObject
    document: Document
    most: int | None
    """Its pods at a time, over all runs; None where nothing limits them."""

    @property
    def name(self) -> str:
        return str(self.document["name"])

    @property
    def pods_of_a_run(self) -> int:
        """Return how many pods of it a run has, other tries not counted."""
        return sum(
            len(one.get("withItems") or [None])
            for template in _templates(self.workflow)
            for group in template.get("steps") or ()
            for one in group
            if one.get("template") == self.name
        ) or int(self.is_last)

    @property
    def is_last(self) -> bool:
        """Whether it runs however the others have ended."""
        return _is_last(self.workflow, self.document)

    def pod(self, executor: Document) -> Document:
        """Return its pod as the controller makes it, `executor` being what one runs beside."""
        own, before = self.document["container"], self.document.get("initContainers") or ()
        beside = {"image": "argoexec", "resources": executor}
        return {
            **{name: self.document[name] for name in _OF_PODS if name in self.document},
            "initContainers": [{"name": "init", **beside}, *before],
            "containers": [{"name": "main", **own}, {"name": "wait", **beside}],
            "activeDeadlineSeconds": self.document.get("activeDeadlineSeconds"),
        }


def workflow_steps(objects: Iterable[KubernetesObject]) -> list[WorkflowStep]:
    """Return the steps of all WorkflowTemplates that run a container."""
    known = list(objects)
    return [
        WorkflowStep(workflow=one, document=template, most=_most(one, template, known))
        for one in known
        if one.kind == TEMPLATE
        for template in _templates(one)
        if template.get("container")
    ]


def step_objects(assembly: Assembly, objects: Iterable[KubernetesObject]) -> list[KubernetesObject]:
    """Return the steps whose pods are limited, as objects like any other that makes pods."""
    releases = [one for one in helm_releases(assembly) if one.chart == _CHART]
    return [
        _object(step, step.most, _executor(assembly, step, releases))
        for step in workflow_steps(objects)
        if step.most is not None
    ]


def is_counted(one: KubernetesObject, steps: Iterable[WorkflowStep]) -> bool:
    """Whether all that makes pods in a WorkflowTemplate is a step whose pods are limited."""
    own = [step for step in steps if step.workflow is one]
    return (
        bool(own)
        and all(step.most is not None for step in own)
        and not any(template.get("script") for template in _templates(one))
    )


def _templates(one: KubernetesObject) -> list[Document]:
    return list((one.document.get("spec") or {}).get("templates") or ())


def _most(one: KubernetesObject, template: Document, objects: list[KubernetesObject]) -> int | None:
    """Return what its own semaphore lets on, or as many as runs for the last one of a run."""
    if (own := _semaphore(one, template, objects)) is not None:
        return own
    return _semaphore(one, one.document["spec"], objects) if _is_last(one, template) else None


def _is_last(one: KubernetesObject, template: Document) -> bool:
    return bool(one.document["spec"].get("onExit") == template["name"])


def _semaphore(
    one: KubernetesObject, limited: Document, objects: list[KubernetesObject]
) -> int | None:
    found = [
        int(entry.document["data"][key["key"]])
        for semaphore in (limited.get("synchronization") or {}).get("semaphores") or ()
        for key in [semaphore.get("configMapKeyRef") or {}]
        for entry in objects
        if entry.kind == "ConfigMap"
        and (entry.namespace, entry.name) == (one.namespace, key.get("name"))
        and key["key"] in (entry.document.get("data") or {})
    ]
    return min(found, default=None)


def _executor(assembly: Assembly, step: WorkflowStep, releases: Iterable[HelmRelease]) -> Document:
    """Return what the chart of the step's cluster says about the containers beside a step's own."""
    here = cluster_of(assembly, step.workflow)
    found = (
        (one.values.get("executor") or {}).get("resources") or {}
        for one in releases
        if cluster_of(assembly, one) == here
    )
    return next(found, {})


def _object(step: WorkflowStep, most: int, executor: Document) -> KubernetesObject:
    workflow = step.workflow
    name = f"{workflow.name}-{step.name}"
    template = {"metadata": step.document.get("metadata") or {}, "spec": step.pod(executor)}
    return KubernetesObject(
        resource=workflow.resource,
        service=step.name,
        api_version=workflow.api_version,
        kind=STEP,
        namespace=workflow.namespace,
        name=name,
        document={
            "apiVersion": workflow.api_version,
            "kind": STEP,
            "metadata": {"name": name, "namespace": workflow.namespace},
            "spec": {"pods": most, "template": template},
        },
    )
