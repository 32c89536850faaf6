"""Mistakes in the network, and in how clients outside the cluster enter it."""

from dataclasses import replace

from settings.exposure import Domain
from tests.settings.examples import PROD
from tests.settings.mistakes import Mistake

_CERTIFICATE = "arn:aws:acm:ap-northeast-2:123456789012:certificate/0a1b2c3d"
_CERTIFICATE_ELSEWHERE = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d"
_RANGE_RULE = "use a range from /16 to /21 inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16"
_DOMAIN = Domain(name="avadot.example.com", certificate_arn=_CERTIFICATE)

NETWORK = (
    Mistake(
        "VPC of something that is no address range",
        lambda: replace(PROD.network, cidr="10.0.0/16"),
        "network cidr is '10.0.0/16': write an IPv4 network like 10.0.0.0/16",
    ),
    Mistake(
        "VPC of IPv6 addresses",
        lambda: replace(PROD.network, cidr="fd00::/16"),
        "network cidr is 'fd00::/16': write an IPv4 network like 10.0.0.0/16",
    ),
    Mistake(
        "VPC by the address of a machine in it",
        lambda: replace(PROD.network, cidr="10.0.3.7/16"),
        "network cidr is '10.0.3.7/16': write the network itself, 10.0.0.0/16",
    ),
    Mistake(
        "VPC of public addresses",
        lambda: replace(PROD.network, cidr="8.8.0.0/16"),
        f"network cidr is '8.8.0.0/16': {_RANGE_RULE}",
    ),
    Mistake(
        "VPC of the machine's own addresses",
        lambda: replace(PROD.network, cidr="127.0.0.0/16"),
        f"network cidr is '127.0.0.0/16': {_RANGE_RULE}",
    ),
    Mistake(
        "VPC beyond the last private address",
        lambda: replace(PROD.network, cidr="172.32.0.0/16"),
        f"network cidr is '172.32.0.0/16': {_RANGE_RULE}",
    ),
    Mistake(
        "VPC larger than AWS makes them",
        lambda: replace(PROD.network, cidr="10.0.0.0/15"),
        f"network cidr is '10.0.0.0/15': {_RANGE_RULE}",
    ),
    Mistake(
        "VPC too small for a pod address each",
        lambda: replace(PROD.network, cidr="10.0.0.0/22"),
        f"network cidr is '10.0.0.0/22': {_RANGE_RULE}",
    ),
    Mistake(
        "zone given twice",
        lambda: replace(PROD.network, zones=("ap-northeast-2a", "ap-northeast-2a")),
        "network zone is 'ap-northeast-2a': each must be given once",
    ),
    Mistake(
        "single zone",
        lambda: replace(PROD.network, zones=("ap-northeast-2a",), nat_gateways=1),
        "network zones is ('ap-northeast-2a',): EKS and RDS need at least 2",
    ),
    Mistake(
        "zone of another region",
        lambda: replace(
            PROD, network=replace(PROD.network, zones=("ap-northeast-2a", "us-east-1a"))
        ),
        "network zone is 'us-east-1a': must be region ap-northeast-2 and one letter",
    ),
    Mistake(
        "region in place of a zone",
        lambda: replace(
            PROD, network=replace(PROD.network, zones=("ap-northeast-2a", "ap-northeast-22"))
        ),
        "network zone is 'ap-northeast-22': must be region ap-northeast-2 and one letter",
    ),
    Mistake(
        "no way out",
        lambda: replace(PROD.network, nat_gateways=0),
        "network nat_gateways is 0: must be from 1 to one for each of the 2 zones",
    ),
    Mistake(
        "more ways out than zones",
        lambda: replace(PROD.network, nat_gateways=3),
        "network nat_gateways is 3: must be from 1 to one for each of the 2 zones",
    ),
)

ENTRANCE = (
    Mistake(
        "domain as a URL",
        lambda: replace(_DOMAIN, name="https://avadot.example.com"),
        "domain name is 'https://avadot.example.com': write it like avadot.example.com",
    ),
    Mistake(
        "gRPC to the outside without a certificate",
        lambda: replace(_DOMAIN, certificate_arn=""),
        "domain certificate_arn is '': "
        "gRPC through the load balancer needs the ARN of an ACM certificate",
    ),
    Mistake(
        "certificate of another region",
        lambda: replace(
            PROD,
            load_balancer=replace(
                PROD.load_balancer, names=replace(_DOMAIN, certificate_arn=_CERTIFICATE_ELSEWHERE)
            ),
        ),
        f"domain certificate_arn is '{_CERTIFICATE_ELSEWHERE}': "
        "the load balancer takes certificates of its own region ap-northeast-2",
    ),
    Mistake(
        "quiet streams cut at once",
        lambda: replace(PROD.load_balancer, idle_seconds=0),
        "load balancer idle_seconds is 0: an ALB takes 1 to 4000",
    ),
    Mistake(
        "quiet streams kept longer than an ALB can",
        lambda: replace(PROD.load_balancer, idle_seconds=4001),
        "load balancer idle_seconds is 4001: an ALB takes 1 to 4000",
    ),
)
