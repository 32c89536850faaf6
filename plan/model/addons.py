"""The pods of add-ons and charts, as objects like any other."""

from collections.abc import Iterator

from catalog import UnknownFactError, add_on
from catalog.addons import AddOnPods
from plan.model.assembly import Assembly, Resource
from plan.model.kubernetes import KubernetesObject, helm_releases
from plan.model.selectors import Document

ADD_ON = "AWS::EKS::Addon"
_NAMESPACE = "kube-system"
_NAME = "app.kubernetes.io/name"
_WITH_GPUS = {"nvidia.com/gpu.present": "true"}


def add_on_objects(assembly: Assembly) -> tuple[list[KubernetesObject], list[tuple[str, Resource]]]:
    """Return the workloads of add-ons and charts, and which ones the catalog does not know."""
    objects: list[KubernetesObject] = []
    unknown: list[tuple[str, Resource]] = []
    for name, resource in _installed(assembly):
        try:
            objects += [_object(name, pods, resource) for pods in add_on(name).pods]
        except UnknownFactError:
            unknown.append((name, resource))
    return objects, unknown


def _installed(assembly: Assembly) -> Iterator[tuple[str, Resource]]:
    for resource in assembly.of_type(ADD_ON):
        yield str(resource.properties["AddonName"]), resource
    for release in helm_releases(assembly):
        yield release.chart, release.resource


def _object(name: str, pods: AddOnPods, resource: Resource) -> KubernetesObject:
    labels = {_NAME: pods.name}
    spec: Document = {
        "replicas": pods.replicas,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": _pod(pods)},
    }
    return KubernetesObject(
        resource=resource,
        service=name,
        api_version="apps/v1",
        kind=pods.kind,
        namespace=_NAMESPACE,
        name=pods.name,
        document={"metadata": {"name": pods.name}, "spec": spec},
    )


def _pod(pods: AddOnPods) -> Document:
    """Make the pod as its chart or manifest does, as far as the scheduler looks at it."""
    requests = {"cpu": f"{pods.cpu_milli}m", "memory": f"{pods.memory_mib}Mi"}
    container = {"name": pods.name, "image": pods.name, "resources": {"requests": requests}}
    if pods.kind == "DaemonSet":
        return {
            "containers": [container],
            "priorityClassName": "system-node-critical",
            "tolerations": [{"operator": "Exists"}],
            "nodeSelector": _WITH_GPUS if pods.only_with_gpus else {},
        }
    apart = {
        "topologyKey": "kubernetes.io/hostname",
        "labelSelector": {"matchLabels": {_NAME: pods.name}},
    }
    return {
        "containers": [container],
        "priorityClassName": "system-cluster-critical",
        "tolerations": [{"key": "CriticalAddonsOnly", "operator": "Exists"}],
        "affinity": {
            "podAntiAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": [
                    {"weight": 100, "podAffinityTerm": apart}
                ]
            }
        },
    }
