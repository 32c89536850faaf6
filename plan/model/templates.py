"""Reads what the pods of a workload have in common."""

from collections.abc import Iterator

from plan.model.cluster_objects import ClusterObjects
from plan.model.devices import device_plugin
from plan.model.pods import AffinityTerm, HostPort, PodTemplate, SpreadConstraint
from plan.model.quotas import charged
from plan.model.requests import requests, scored_requests
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
    near, apart = affinity.get("podAffinity") or {}, affinity.get("podAntiAffinity") or {}
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
        near=tuple(_term(one, namespace, labels) for one in near.get(_REQUIRED) or ()),
        apart=tuple(_term(one, namespace, labels) for one in apart.get(_REQUIRED) or ()),
        preferred=(
            *_preferred_pods(near, 1, namespace, labels),
            *_preferred_pods(apart, -1, namespace, labels),
        ),
        hard_spread=tuple(one for is_hard, one in spread if is_hard),
        soft_spread=tuple(one for is_hard, one in spread if not is_hard)
        if spread
        else _default_spread(namespace, labels, owner, objects),
        host_ports=tuple(_host_ports(spec)),
        charged=charged(spec),
        quotas=objects.quotas(namespace),
        devices=device_plugin(spec, objects.config_maps(namespace)),
    )


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
                min_domains=int(one.get("minDomains") or 1),
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


def _host_ports(spec: Document) -> Iterator[HostPort]:
    sidecars = (
        one for one in spec.get("initContainers") or () if one.get("restartPolicy") == "Always"
    )
    for container in (*sidecars, *(spec.get("containers") or ())):
        for port in container.get("ports") or ():
            # The API server fills hostPort in for pods in the node's own network.
            number = port.get("hostPort") or (spec.get("hostNetwork") and port["containerPort"])
            if number:
                yield HostPort(
                    port=number,
                    protocol=port.get("protocol") or "TCP",
                    address=port.get("hostIP") or "0.0.0.0",  # noqa: S104 - any address
                )
