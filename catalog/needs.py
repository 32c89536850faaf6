"""Which add-ons a Kubernetes object does not work without."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.reader import read

Document = Mapping[str, Any]
_METRICS = "metrics-server"
_BALANCER = "aws-load-balancer-controller"
_BALANCER_CLASSES = {"alb", "ingress.k8s.aws/alb", "service.k8s.aws/nlb"}
_BALANCER_ANNOTATIONS = "alb.ingress.kubernetes.io/"
_OF_PODS = {"cpu", "memory"}
"""Triggers of KEDA that read the metrics of pods."""
_OF_NODES = "NodePool"
"""Its template is one of nodes."""
_OWN_NAMES = {"Default", "None"}
"""Policies by which a pod asks another name server than the cluster's."""


@dataclass(frozen=True, kw_only=True)
class Definitions:
    """The kinds of objects that an add-on defines."""

    groups: tuple[str, ...]
    kinds: tuple[str, ...]
    """Of these groups; all of them, if none is named."""
    go_with_it: bool
    """Whether they are deleted with the add-on, and with them all objects of these kinds."""

    def define(self, document: Document) -> bool:
        """Whether an object is of one of these kinds; two add-ons may share a group."""
        group = document["apiVersion"].rpartition("/")[0]
        return group in self.groups and (not self.kinds or document["kind"] in self.kinds)


def definitions(name: str) -> Definitions | None:
    """Return what an add-on defines; None if it defines nothing, or is not known."""
    found = read("addons.json")["definitions"].get(name)
    return (
        Definitions(
            groups=tuple(found["groups"]),
            kinds=tuple(found.get("kinds", ())),
            go_with_it=found["go_with_it"],
        )
        if found
        else None
    )


def needs(document: Document) -> frozenset[str]:
    """Return the add-ons that an object itself names or asks, by the catalog's names."""
    return frozenset(_needs(document))


def unknown_drivers(document: Document) -> list[str]:
    """Return the drivers of volumes that an object names and no add-on brings."""
    spec, known = document.get("spec") or {}, read("addons.json")["drivers"]
    named = [
        (volume.get("csi") or {}).get("driver")
        for volume in _pod(document["kind"], spec).get("volumes") or ()
    ]
    if document["kind"] == "StorageClass":
        named.append(document.get("provisioner"))
    return [name for name in named if name and name not in known]


def _needs(document: Document) -> Iterator[str]:
    facts = read("addons.json")
    spec = document.get("spec") or {}
    for name in facts["definitions"]:
        if (found := definitions(name)) and found.define(document):
            yield name
    match document["kind"]:
        case "HorizontalPodAutoscaler" if _measures_pods(spec.get("metrics")):
            yield _METRICS
        case "ScaledObject" if any(one.get("type") in _OF_PODS for one in spec["triggers"]):
            yield _METRICS
        case "StorageClass" if document.get("provisioner") in facts["drivers"]:
            yield facts["drivers"][document["provisioner"]]
        case "Ingress" | "IngressClass" | "Service" if _is_balanced(document, spec):
            yield _BALANCER
    template = _pod(document["kind"], spec)
    for volume in template.get("volumes") or ():
        driver = (volume.get("csi") or {}).get("driver")
        if driver in facts["drivers"]:
            yield facts["drivers"][driver]
    if template and not template.get("hostNetwork") and template.get("dnsPolicy") not in _OWN_NAMES:
        yield "coredns"


def _measures_pods(metrics: list[Document] | None) -> bool:
    """Whether an autoscaler reads CPU load or memory of pods, as it does where it names nothing."""
    return not metrics or any(one["type"] in {"Resource", "ContainerResource"} for one in metrics)


def _is_balanced(document: Document, spec: Document) -> bool:
    classes = {spec.get(name) for name in ("ingressClassName", "controller", "loadBalancerClass")}
    annotations = document["metadata"].get("annotations") or {}
    return bool(classes & _BALANCER_CLASSES) or (
        document["kind"] == "Ingress"
        and any(name.startswith(_BALANCER_ANNOTATIONS) for name in annotations)
    )


def _pod(kind: str, spec: Document) -> Document:
    """Return the specification of the pods that an object makes; empty if it makes none."""
    if kind == _OF_NODES:
        return {}
    if kind == "CronJob":
        spec = (spec.get("jobTemplate") or {}).get("spec") or {}
    pod: Document = (spec.get("template") or {}).get("spec") or {}
    return pod
