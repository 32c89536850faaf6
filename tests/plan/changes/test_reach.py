"""Something can be reached from the internet, or at another address."""

import json
from typing import Any

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, resource, thing
from tests.plan.changes.compared import objects, resources, severities, told


def _cluster(**config: Any) -> Document:
    return resource("AWS::EKS::Cluster", "App/C", {"ResourcesVpcConfig": config})


def _balancer(scheme: str) -> Document:
    return resource("AWS::ElasticLoadBalancingV2::LoadBalancer", "", {"Scheme": scheme})


_PRIVATE = {"EndpointPublicAccess": False}
_OFFICE = {"EndpointPublicAccess": True, "PublicAccessCidrs": ["203.0.113.0/24"]}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (_cluster(**_PRIVATE), _cluster(**_OFFICE)),
        (_cluster(**_PRIVATE), _cluster()),
        (_cluster(**_OFFICE), _cluster(EndpointPublicAccess=True)),
        (
            resource("AWS::RDS::DBInstance", "", {"PubliclyAccessible": False}),
            resource("AWS::RDS::DBInstance", "", {"PubliclyAccessible": True}),
        ),
        (_balancer("internal"), _balancer("internet-facing")),
        (
            resource("AWS::S3::Bucket", "",
                     {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}),
            resource("AWS::S3::Bucket", ""),
        ),
    ],
)  # fmt: skip
def test_what_opens_to_the_internet_is_a_risk(before: Document, after: Document) -> None:
    """The endpoint of a cluster is public unless the template says otherwise."""
    changes = resources({"It": before}, {"It": after})

    assert severities(changes, Topic.REACH) == [Severity.RISKY]


def test_what_was_open_before_is_none() -> None:
    """Neither is what closes."""
    office, private = _cluster(**_OFFICE), _cluster(**_PRIVATE)

    closed = resources({"C": office}, {"C": private})
    other = resources({"C": office}, {"C": _cluster(**_OFFICE, EndpointPrivateAccess=True)})

    assert severities(closed, Topic.REACH) == []
    assert severities(other, Topic.REACH) == []


def _entrance(path: str = "/", **annotations: str) -> Document:
    paths = [{"path": path, "backend": {}}]
    entrance = thing("Ingress", spec={"rules": [{"http": {"paths": paths}}]})
    entrance["metadata"]["annotations"] = {
        f"alb.ingress.kubernetes.io/{name.replace('_', '-')}": value
        for name, value in annotations.items()
    }
    return entrance


_HTTP = json.dumps([{"HTTP": 4007}])


def test_a_new_entrance_on_the_internet_is_a_risk() -> None:
    """Where it answers, and to whom, is in the sentence."""
    entrance = _entrance(scheme="internet-facing", listen_ports=_HTTP, inbound_cidrs="10.0.0.0/8")

    assert told(objects([], [entrance]), Topic.REACH) == [
        (Severity.RISKY, "opens :4007/ on the internet to 10.0.0.0/8")
    ]


def test_an_entrance_inside_is_none() -> None:
    """Only who is in the network gets there."""
    assert severities(objects([], [_entrance(scheme="internal")]), Topic.REACH) == []


def test_an_entrance_that_forgets_whom_it_lets_in_is_a_risk() -> None:
    """Without the annotation, it is everybody."""
    before = _entrance(scheme="internet-facing", inbound_cidrs="10.0.0.0/8")

    changes = objects([before], [_entrance(scheme="internet-facing")])

    assert told(changes, Topic.REACH) == [(Severity.RISKY, "now also answers 0.0.0.0/0")]


def test_another_path_on_the_internet_is_worth_a_look() -> None:
    """The door was open, and now leads to more."""
    changes = objects(
        [_entrance(scheme="internet-facing")], [_entrance("/admin", scheme="internet-facing")]
    )

    assert told(changes, Topic.REACH) == [
        (Severity.NOTICE, "now also answers at :80/admin on the internet")
    ]


def test_another_load_balancer_has_another_address() -> None:
    """The group of an Ingress decides which load balancer it shares."""
    changes = objects(
        [_entrance(scheme="internal", **{"group.name": "a"})],
        [_entrance(scheme="internal", **{"group.name": "b"})],
    )

    ((severity, sentence),) = told(changes, Topic.REACH)
    assert severity is Severity.RISKY
    assert "its address changes" in sentence


@pytest.mark.parametrize(
    ("spec", "annotations", "is_public"),
    [
        ({}, {}, True),
        ({}, {"scheme": "internet-facing", "type": "external"}, True),
        ({}, {"scheme": "internal"}, False),
        ({}, {"internal": "true"}, False),
        ({"loadBalancerClass": "service.k8s.aws/nlb"}, {}, False),
    ],
)
def test_a_service_with_a_public_load_balancer_is_a_risk(
    spec: Document, annotations: dict[str, str], *, is_public: bool
) -> None:
    """Who makes the load balancer decides whether it is public when nothing is said."""
    service = thing("Service", spec={"type": "LoadBalancer", **spec})
    service["metadata"]["annotations"] = {
        f"service.beta.kubernetes.io/aws-load-balancer-{name}": value
        for name, value in annotations.items()
    }

    changes = objects([thing("Service", spec={"type": "ClusterIP"})], [service])

    assert severities(changes, Topic.REACH) == [Severity.RISKY] * is_public


@pytest.mark.parametrize(
    ("authorization", "sentences"),
    [
        ({}, ["POST /uploads can now be reached from 0.0.0.0/0"]),
        ({"AuthorizationType": "NONE"}, ["POST /uploads can now be reached from 0.0.0.0/0"]),
        ({"AuthorizationType": "AWS_IAM"}, []),
        ({"AuthorizationType": "JWT"}, []),
    ],
)
def test_a_route_that_asks_nobody_who_he_is_is_open(
    authorization: Document, sentences: list[str]
) -> None:
    """Whoever knows the address of the API may call it."""
    properties = {"RouteKey": "POST /uploads", **authorization}
    route = resource("AWS::ApiGatewayV2::Route", "App/Api/Route", properties)

    found = told(resources({}, {"Route": route}), Topic.REACH)

    assert [words for _, words in found] == sentences
