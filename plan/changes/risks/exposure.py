"""Something is exposed to the internet, or to more of it, or at another address."""

import json
from collections.abc import Iterator, Mapping

from plan.changes.nouns import Added, Change, Changed, Item, Replaced, Risk, Severity, Topic
from plan.changes.risks.security_groups import within
from plan.changes.sides import Sides
from plan.changes.values import as_list, at, is_true, some
from plan.model.assembly import Resource
from plan.model.kubernetes import KubernetesObject
from plan.model.load_balancers import ALB, annotations

_NLB = "service.beta.kubernetes.io/aws-load-balancer"
_PUBLIC = "internet-facing"
_ANYWHERE = ["0.0.0.0/0"]
_IDENTITY = ("scheme", "group.name", "load-balancer-name")
"""Annotations by which the load balancer controller chooses the load balancer."""


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield what is exposed after a change and not before."""
    match change:
        case Added(item):
            yield from _exposed(sides.predecessor(item), item)
        case Changed(before=before, item=item) | Replaced(before=before, item=item):
            yield from _exposed(before, item)


def _exposed(before: Item | None, after: Item) -> Iterator[Risk]:
    match before, after:
        case ((None | Resource()), Resource()):
            yield from _of_resource(before, after)
        case ((None | KubernetesObject()), KubernetesObject(kind="Ingress")):
            yield from _of_ingress(before, after)
        case ((None | KubernetesObject()), KubernetesObject(kind="Service")):
            if _is_public_service(after) and not (before and _is_public_service(before)):
                yield _risk(after, "gets an internet-facing load balancer")


def _of_resource(before: Resource | None, after: Resource) -> Iterator[Risk]:
    if before and before.type != after.type:
        before = None
    old = _endpoints(before) if before else {}
    for what, ranges in _endpoints(after).items():
        known = old.get(what, [])
        new = [one for one in ranges if not any(within(one, other) for other in known)]
        if new:
            yield _risk(after, f"{what} can now be reached from {some(new)}")
    blocked = "PublicAccessBlockConfiguration"
    was, now = (at(one and one.properties, blocked) or {} for one in (before, after))
    if opened := sorted(name for name in was if is_true(was[name]) and not is_true(now.get(name))):
        yield _risk(after, f"may be made public: {', '.join(opened)} is disabled")


def _endpoints(resource: Resource) -> Mapping[str, list[str]]:
    """Return the public endpoints of a resource, and their allowed CIDR ranges."""
    properties = resource.properties
    match resource.type:
        case "AWS::EKS::Cluster":
            config = properties.get("ResourcesVpcConfig") or {}
            # By default, EKS makes the endpoint public, for every address.
            if is_true(config.get("EndpointPublicAccess", True)):
                return {"its API": as_list(config.get("PublicAccessCidrs")) or _ANYWHERE}
        case "AWS::RDS::DBInstance" if is_true(properties.get("PubliclyAccessible")):
            return {"the database": _ANYWHERE}
        case "AWS::ApiGatewayV2::Route" if properties.get("AuthorizationType", "NONE") == "NONE":
            return {str(properties.get("RouteKey")): _ANYWHERE}
        case "AWS::ElasticLoadBalancingV2::LoadBalancer" if properties.get("Scheme") == _PUBLIC:
            return {"the load balancer": _ANYWHERE}
    return {}


def _of_ingress(before: KubernetesObject | None, after: KubernetesObject) -> Iterator[Risk]:
    old, new = (_settings(before) if before else {}), _settings(after)
    is_the_same = before and before.namespace == after.namespace
    if is_the_same and any(old.get(name) != new.get(name) for name in _IDENTITY):
        sentence = "moves to another load balancer: its DNS name changes for every caller"
        yield _risk(after, sentence)
    if new.get("scheme") != _PUBLIC:
        return
    if old.get("scheme") != _PUBLIC:
        ranges = some(_ranges(new))
        yield _risk(after, f"exposes {some(addresses(after))} to the internet, for {ranges}")
        return
    known = _ranges(old)
    if wider := [one for one in _ranges(new) if not any(within(one, other) for other in known)]:
        yield _risk(after, f"now also accepts {some(wider)}")
    if before and (more := [a for a in addresses(after) if a not in set(addresses(before))]):
        sentence = f"now also serves {some(more)} on the internet"
        yield Risk.of(after, Topic.EXPOSURE, Severity.NOTICE, sentence)


def addresses(ingress: KubernetesObject) -> Iterator[str]:
    """Yield each host and path of an Ingress on each port of its listeners."""
    for rule in as_list(at(ingress.document, "spec.rules")):
        for path in as_list(at(rule, "http.paths")):
            for port in _ports(_settings(ingress).get("listen-ports")):
                yield f"{rule.get('host', '')}:{port}{path.get('path', '/')}"


def _ports(listeners: str | None) -> Iterator[int]:
    try:
        listed = json.loads(listeners or '[{"HTTP": 80}]')
    except ValueError:
        return
    for listener in listed:
        yield from listener.values()


def _ranges(settings: Mapping[str, str]) -> list[str]:
    listed = settings.get("inbound-cidrs", "").split(",")
    return [one.strip() for one in listed if one.strip()] or _ANYWHERE


def _settings(ingress: KubernetesObject) -> Mapping[str, str]:
    prefix = f"{ALB}/"
    found = annotations(ingress).items()
    return {name.removeprefix(prefix): text for name, text in found if name.startswith(prefix)}


def _is_public_service(item: Item) -> bool:
    if not isinstance(item, KubernetesObject):
        return False
    spec, given = item.document.get("spec") or {}, annotations(item)
    scheme = given.get(f"{_NLB}-scheme")
    # The default of the load balancer controller is internal, that of the in-tree provider public.
    is_internal = (
        spec.get("loadBalancerClass")
        or f"{_NLB}-type" in given
        or is_true(given.get(f"{_NLB}-internal"))
    )
    by_default = "internal" if is_internal else _PUBLIC
    return spec.get("type") == "LoadBalancer" and (scheme or by_default) == _PUBLIC


def _risk(item: Item, sentence: str) -> Risk:
    return Risk.of(item, Topic.EXPOSURE, Severity.RISKY, sentence)
