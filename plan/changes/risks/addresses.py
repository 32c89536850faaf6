"""An address goes that something may still call."""

import re
from collections.abc import Iterator, Sequence

from plan.changes.nouns import Change, Changed, Removed, Replaced, Risk, Severity, Topic, subject
from plan.changes.risks.exposure import addresses
from plan.changes.sides import Sides
from plan.changes.values import as_list, at, some
from plan.model.assembly import Resource
from plan.model.kubernetes import KubernetesObject
from plan.model.load_balancers import ALB, annotations

_ANSWERING = {
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGatewayV2::Api",
    "AWS::CloudFront::Distribution",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::Lambda::Url",
}
"""Types that have an address, which AWS gives them."""
_ROUTE = "AWS::ApiGatewayV2::Route"


def check(change: Change, sides: Sides) -> Iterator[Risk]:
    """Yield what no longer answers after a change."""
    match change:
        case Removed(Resource() as item) if item.type in _ANSWERING:
            yield _risk(item, "no longer answers: keep it until nobody calls it")
        case Removed(Resource(type="AWS::ApiGatewayV2::Route") as item):
            if _route(item) not in map(_route, sides.after.assembly.of_type(_ROUTE)):
                key = item.properties.get("RouteKey")
                yield _risk(item, f"no longer answers {key}: keep it until nobody calls it")
        case Replaced(before=before, item=item) if item.type in _ANSWERING:
            yield _risk(item, "gets another address from AWS, and the old one no longer answers")
        case Removed(KubernetesObject() as item) if not sides.goes_with_its_namespace(item):
            yield from _lost(item, None, sides)
        case Changed(before=KubernetesObject() as before, item=KubernetesObject() as item):
            yield from _lost(before, item, sides)
        case _:
            pass


def _lost(before: KubernetesObject, after: KubernetesObject | None, sides: Sides) -> Iterator[Risk]:
    match before.kind:
        case "Ingress" if after is None or _balancer(after) == _balancer(before):
            others = [one for one in sides.after.objects if one.kind == "Ingress"]
            here = [one for one in others if _balancer(one) == _balancer(before)]
            served = {address for one in here for address in addresses(one)}
            yield from _gone(before, [one for one in addresses(before) if one not in served], after)
        case "Service":
            kept = set(_ports(after)) if after else set()
            yield from _gone(before, [one for one in _ports(before) if one not in kept], after)
            yield from _still_called(before, after, sides)
        case _:
            pass


def _gone(
    before: KubernetesObject, gone: Sequence[str], after: KubernetesObject | None
) -> Iterator[Risk]:
    if not gone:
        return
    known = {*addresses(before), *_ports(before)}
    now = (*addresses(after), *_ports(after)) if after else ()
    if new := [one for one in now if one not in known]:
        instead = f" but at {some(new)}, and at no time at both"
        until = "its callers can change with the deploy"
    else:
        instead, until = "", "nobody calls it"
    sentence = f"no longer answers at {some(gone)}{instead}: keep it as it is until {until}"
    yield _risk(before, sentence)


def _still_called(
    before: KubernetesObject, after: KubernetesObject | None, sides: Sides
) -> Iterator[Risk]:
    """Yield that pods still have an address in their environment that no longer answers."""
    kept = _numbers(after) if after else set()
    lost = "|".join(str(port) for port in sorted(_numbers(before) - kept))
    if not lost:
        return
    called = re.compile(rf"(?<![\w.-]){re.escape(before.name)}(\.[\w.-]+)?:({lost})(?!\d)")
    callers = [
        subject(one)
        for one in sides.after.objects
        if one.namespace == before.namespace and any(map(called.search, _values(one)))
    ]
    if callers:
        yield _risk(before, f"is still called there by {some(callers)}, by their environment")


def _values(item: KubernetesObject) -> Iterator[str]:
    for container in item.containers:
        yield from (str(one.get("value", "")) for one in as_list(container.get("env")))


def _numbers(service: KubernetesObject) -> set[int]:
    return {one["port"] for one in as_list(at(service.document, "spec.ports"))}


def _ports(item: KubernetesObject) -> list[str]:
    if item.kind != "Service":
        return []
    name = f"{item.name}.{item.namespace or 'default'}"
    ports = as_list(at(item.document, "spec.ports"))
    return [f"{name}:{one['port']}/{one.get('protocol', 'TCP')}" for one in ports]


def _balancer(ingress: KubernetesObject) -> tuple[str, str]:
    alone = f"{ingress.namespace}/{ingress.name}"
    return ingress.cluster, annotations(ingress).get(f"{ALB}/group.name", alone)


def _route(route: Resource) -> tuple[str, str, str]:
    properties = route.properties
    return route.stack, str(properties.get("ApiId")), str(properties.get("RouteKey"))


def _risk(item: Resource | KubernetesObject, sentence: str) -> Risk:
    return Risk.of(item, Topic.ADDRESSES, Severity.RISKY, sentence)
