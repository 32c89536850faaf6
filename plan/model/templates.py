"""Reads what the pods of a workload have in common."""

from collections.abc import Iterator

from plan.model.cluster_objects import ClusterObjects
from plan.model.devices import device_plugin
from plan.model.node_labels import GPU_MEMORY
from plan.model.pods import AffinityTerm, PodTemplate, SpreadConstraint
from plan.model.requests import charged, requests, scored_requests
from plan.model.selectors import (
    Document,
    Labels,
    Selector,
    label_selector,
    node_selection,
    node_term,
    service_selector,
)
from plan.model.taints import tolerations

HOSTNAME = "kubernetes.io/hostname"
ZONE = "topology.kubernetes.io/zone"

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_SPREAD_BY_DEFAULT = ((HOSTNAME, 3), (ZONE, 5))
"""How the scheduler spreads pods that say nothing themselves: label and greatest skew, softly."""


def pod_template(
    template: Document,
    namespace: str,
    objects: ClusterObjects,
    *,
    owner: Selector | None,
    revision: Labels,
) -> PodTemplate:
    """Read a pod template; `owner` selects its pods, `revision` is what a controller adds."""
    spec: Document = template["spec"]
    labels: Labels = {**((template.get("metadata") or {}).get("labels") or {}), **revision}
    priority = objects.priority(spec.get("priorityClassName") or "")
    spread = list(_spread(spec, namespace, labels))
    affinity = spec.get("affinity") or {}
    towards, away = affinity.get("podAffinity") or {}, affinity.get("podAntiAffinity") or {}
    return PodTemplate(
        namespace=namespace,
        labels=labels,
        namespace_labels=objects.namespace_labels(namespace),
        requests=requests(spec),
        scored_requests=scored_requests(spec),
        priority=priority.value,
        preempts=priority.preempts,
        tolerations=tolerations(spec.get("tolerations")),
        node_selection=node_selection(spec),
        preferred_nodes=tuple(_preferred_nodes(affinity.get("nodeAffinity") or {})),
        anti_affinity=tuple(_term(one, namespace, labels) for one in away.get(_REQUIRED) or ()),
        preferred_affinity=(
            *_preferred_pods(towards, 1, namespace, labels),
            *_preferred_pods(away, -1, namespace, labels),
        ),
        hard_spread=tuple(one for is_hard, one in spread if is_hard),
        soft_spread=tuple(one for is_hard, one in spread if not is_hard)
        if spread
        else _default_spread(namespace, labels, owner, objects),
        charged=charged(spec),
        quotas=tuple(one for one in objects.quotas(namespace) if one.counts(spec)),
        devices=device_plugin(spec, objects.config_maps(namespace)),
    )


def topology_keys(spec: Document) -> Iterator[str]:
    """Yield the labels of nodes by which a pod keeps near other pods, away from them, or spread."""
    affinity = spec.get("affinity") or {}
    for kind in ("podAffinity", "podAntiAffinity"):
        rules = affinity.get(kind) or {}
        yield from (one["topologyKey"] for one in rules.get(_REQUIRED) or ())
        yield from (one["podAffinityTerm"]["topologyKey"] for one in rules.get(_PREFERRED) or ())
    yield from (one["topologyKey"] for one in spec.get("topologySpreadConstraints") or ())


def _preferred_nodes(affinity: Document) -> Iterator[tuple[int, Selector]]:
    for one in affinity.get(_PREFERRED) or ():
        if any(one["preference"].values()):
            yield one["weight"], node_term(one["preference"])


def _preferred_pods(
    affinity: Document, sign: int, namespace: str, labels: Labels
) -> Iterator[tuple[int, AffinityTerm]]:
    for one in affinity.get(_PREFERRED) or ():
        yield sign * one["weight"], _term(one["podAffinityTerm"], namespace, labels)


def _term(document: Document, namespace: str, labels: Labels) -> AffinityTerm:
    selector = label_selector(document.get("labelSelector"))
    namespaces = document.get("namespaces") or []
    chosen = document.get("namespaceSelector")
    keys = document.get("matchLabelKeys") or ()
    return AffinityTerm(
        topology_key=document["topologyKey"],
        selector=_narrowed(selector, keys, labels),
        namespaces=frozenset(namespaces if namespaces or chosen is not None else [namespace]),
        namespace_selector=label_selector(chosen),
    )


def _spread(
    spec: Document, namespace: str, labels: Labels
) -> Iterator[tuple[bool, SpreadConstraint]]:
    for one in spec.get("topologySpreadConstraints") or ():
        selector = label_selector(one.get("labelSelector"))
        yield (
            one["whenUnsatisfiable"] == "DoNotSchedule",
            SpreadConstraint(
                max_skew=int(one["maxSkew"]),
                topology_key=one["topologyKey"],
                selector=_narrowed(selector, one.get("matchLabelKeys") or (), labels),
                namespace=namespace,
                honors_affinity=one.get("nodeAffinityPolicy", "Honor") == "Honor",
                honors_taints=one.get("nodeTaintsPolicy", "Ignore") == "Honor",
            ),
        )


def _narrowed(selector: Selector | None, keys: tuple[str, ...], labels: Labels) -> Selector | None:
    """Select only what is alike in some labels, as `matchLabelKeys` asks."""
    if selector is None:
        return None
    return selector.also({key: labels[key] for key in keys if key in labels})


def _default_spread(
    namespace: str, labels: Labels, owner: Selector | None, objects: ClusterObjects
) -> tuple[SpreadConstraint, ...]:
    """Spread what the Services of a pod and its owner select together."""
    merged: dict[str, str] = {}
    for found in objects.services_selecting(namespace, labels):
        merged |= found
    selector = service_selector(merged)
    if owner is not None:
        selector = Selector(selector.requirements + owner.requirements)
    if not selector.requirements:
        return ()
    return tuple(
        SpreadConstraint(max_skew=skew, topology_key=key, selector=selector, namespace=namespace)
        for key, skew in _SPREAD_BY_DEFAULT
    )


def not_modelled(spec: Document) -> Iterator[str]:
    """Name what a pod asks of its node and is not looked at, in the words of its fields."""
    affinity = spec.get("affinity") or {}
    if (affinity.get("podAffinity") or {}).get(_REQUIRED):
        yield "required podAffinity"
    if any(one.get("minDomains") for one in spec.get("topologySpreadConstraints") or ()):
        yield "minDomains"
    containers = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]
    if spec.get("hostNetwork") or any(
        port.get("hostPort") for one in containers for port in one.get("ports") or ()
    ):
        yield "hostPort"
    selection = node_selection(spec)
    used = {
        one.operator
        for term in selection.terms or ()
        for one in term.requirements
        if one.key != GPU_MEMORY
    }
    yield from sorted(used & {"Gt", "Lt"})
