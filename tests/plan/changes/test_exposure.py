"""Something is exposed to the internet, or at another address."""

import json
from typing import Any

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, resource, thing
from tests.plan.changes.compared import assert_risk, objects, resources, risks, severities


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
def test_what_becomes_public_is_a_risk(before: Document, after: Document) -> None:
    """The endpoint of a cluster is public unless the template says otherwise."""
    changes = resources({"It": before}, {"It": after})

    assert severities(changes, Topic.EXPOSURE) == [Severity.RISKY]


def test_what_was_public_before_is_none() -> None:
    office, private = _cluster(**_OFFICE), _cluster(**_PRIVATE)

    closed = resources({"C": office}, {"C": private})
    other = resources({"C": office}, {"C": _cluster(**_OFFICE, EndpointPrivateAccess=True)})

    assert severities(closed, Topic.EXPOSURE) == []
    assert severities(other, Topic.EXPOSURE) == []


def _ingress(path: str = "/", **annotations: str) -> Document:
    paths = [{"path": path, "backend": {}}]
    ingress = thing("Ingress", spec={"rules": [{"http": {"paths": paths}}]})
    ingress["metadata"]["annotations"] = {
        f"alb.ingress.kubernetes.io/{name.replace('_', '-')}": value
        for name, value in annotations.items()
    }
    return ingress


_HTTP = json.dumps([{"HTTP": 4007}])


def test_a_new_internet_facing_ingress_is_a_risk() -> None:
    ingress = _ingress(scheme="internet-facing", listen_ports=_HTTP, inbound_cidrs="10.0.0.0/8")

    assert risks(objects([], [ingress]), Topic.EXPOSURE) == [
        (Severity.RISKY, "exposes :4007/ to the internet, for 10.0.0.0/8")
    ]


def test_an_internal_ingress_is_none() -> None:
    assert severities(objects([], [_ingress(scheme="internal")]), Topic.EXPOSURE) == []


def test_an_ingress_without_inbound_cidrs_is_a_risk() -> None:
    before = _ingress(scheme="internet-facing", inbound_cidrs="10.0.0.0/8")

    changes = objects([before], [_ingress(scheme="internet-facing")])

    assert risks(changes, Topic.EXPOSURE) == [(Severity.RISKY, "now also accepts 0.0.0.0/0")]


def test_another_path_on_the_internet_is_a_notice() -> None:
    changes = objects(
        [_ingress(scheme="internet-facing")], [_ingress("/admin", scheme="internet-facing")]
    )

    assert risks(changes, Topic.EXPOSURE) == [
        (Severity.NOTICE, "now also serves :80/admin on the internet")
    ]


def test_another_load_balancer_has_another_address() -> None:
    changes = objects(
        [_ingress(scheme="internal", **{"group.name": "a"})],
        [_ingress(scheme="internal", **{"group.name": "b"})],
    )

    assert_risk(changes, Topic.EXPOSURE, Severity.RISKY, "its DNS name changes")


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

    assert severities(changes, Topic.EXPOSURE) == [Severity.RISKY] * is_public


@pytest.mark.parametrize(
    ("authorization", "sentences"),
    [
        ({}, ["POST /uploads can now be reached from 0.0.0.0/0"]),
        ({"AuthorizationType": "NONE"}, ["POST /uploads can now be reached from 0.0.0.0/0"]),
        ({"AuthorizationType": "AWS_IAM"}, []),
        ({"AuthorizationType": "JWT"}, []),
    ],
)
def test_a_route_without_authorization_is_public(
    authorization: Document, sentences: list[str]
) -> None:
    properties = {"RouteKey": "POST /uploads", **authorization}
    route = resource("AWS::ApiGatewayV2::Route", "App/Api/Route", properties)

    found = risks(resources({}, {"Route": route}), Topic.EXPOSURE)

    assert [words for _, words in found] == sentences
