"""Whether the account's quotas allow what the assembly makes."""

import pytest

from plan.preflight.quotas import count_quotas, vcpu_quotas
from plan.preflight.verdicts import Missing, Ready, Unknown
from tests.plan.assemblies import resource
from tests.plan.preflight.played_aws import PlayedAws, cluster, network, node_group

INCREASE = (
    "aws service-quotas request-service-quota-increase --region ap-northeast-2 --service-code"
)


def test_a_quota_that_holds_all_groups_at_maximum_is_ready(aws: PlayedAws) -> None:
    """Groups of one family draw on the same quota, here of twelve processors."""
    _applies(aws, "ec2", "L-1216C47A", 12)
    (check,) = vcpu_quotas(
        cluster(
            network(),
            node_group("services", "t3.large", maximum=4),
            node_group("tools", "t3.xlarge", maximum=1),
        )
    )

    assert check.title == "vCPU on demand, standard, ap-northeast-2"
    assert check.ask(aws.account) == Ready("12 of 12 for Avadot/services, Avadot/tools at maximum")


def test_a_new_account_has_no_gpus(aws: PlayedAws) -> None:
    """The quota of G machines is one of its own; it says how many processors to ask for."""
    _applies(aws, "ec2", "L-DB2E81BA", 0)
    (check,) = vcpu_quotas(cluster(network(), node_group("gpu", "g4dn.xlarge", maximum=2)))

    assert check.ask(aws.account) == Missing(
        "8 of 0 for Avadot/gpu at maximum",
        f"{INCREASE} ec2 --quota-code L-DB2E81BA --desired-value 8",
    )


@pytest.mark.parametrize(
    ("machine", "code"), [("t3.large", "L-34B43A08"), ("g4dn.2xlarge", "L-3819A6DF")]
)
def test_spot_has_quotas_of_its_own(aws: PlayedAws, machine: str, code: str) -> None:
    """What runs on spot does not draw on the quota on demand."""
    _applies(aws, "ec2", code, 64)
    group = node_group("spot", machine, maximum=1, is_spot=True)
    (check,) = vcpu_quotas(cluster(network(), group))

    assert isinstance(check.ask(aws.account), Ready)


def test_the_largest_of_several_types_counts(aws: PlayedAws) -> None:
    """Spot takes any of them."""
    _applies(aws, "ec2", "L-3819A6DF", 23)
    types = ("g4dn.xlarge", "g4dn.2xlarge")
    (check,) = vcpu_quotas(cluster(network(), node_group("s", *types, maximum=3, is_spot=True)))

    assert isinstance(check.ask(aws.account), Missing)


def test_a_quota_that_was_never_raised_is_the_default(aws: PlayedAws) -> None:
    """Service Quotas knows nothing applied then."""
    aws.refuses("service-quotas", "get_service_quota", "NoSuchResourceException")
    aws.answers("service-quotas", "get_aws_default_service_quota", {"Quota": {"Value": 5.0}})
    (check,) = vcpu_quotas(cluster(network(), node_group("services", "t3.large", maximum=2)))

    assert check.ask(aws.account) == Ready("4 of 5 for Avadot/services at maximum")


def test_elastic_addresses_that_are_there_are_not_counted_twice(aws: PlayedAws) -> None:
    """Of two addresses in the assembly one is deployed, among four in the region."""
    aws.has("Address1", "1.2.3.4")
    aws.lacks_stack("Avadot")
    aws.answers("ec2", "describe_addresses", {"Addresses": [{}] * 4})
    _applies(aws, "ec2", "L-0263D0A3", 5)
    addresses = {f"Address{number}": resource("AWS::EC2::EIP") for number in (1, 2)}
    (check,) = count_quotas(cluster(addresses))

    assert check.ask(aws.account) == Ready("4 there and 1 to be made, of 5")


def test_one_network_too_many_is_missing(aws: PlayedAws) -> None:
    """An account has five VPCs in a region, until somebody asks for more."""
    aws.lacks_stack("Avadot")
    aws.answers("ec2", "describe_vpcs", {"Vpcs": [{}] * 5})
    _applies(aws, "vpc", "L-F678F1CE", 5)
    (check,) = count_quotas(cluster({"Vpc": resource("AWS::EC2::VPC")}))

    assert check.ask(aws.account) == Missing(
        "5 there and 1 to be made, of 5",
        f"{INCREASE} vpc --quota-code L-F678F1CE --desired-value 6",
    )


def test_a_family_without_a_known_quota_is_unknown(
    aws: PlayedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said, not taken for ready."""
    monkeypatch.setattr("plan.preflight.quotas._VCPU_QUOTAS", ())
    (check,) = vcpu_quotas(cluster(network(), node_group("services", "t3.large", maximum=2)))

    assert isinstance(check.ask(aws.account), Unknown)


def _applies(aws: PlayedAws, service: str, code: str, value: float) -> None:
    request = {"ServiceCode": service, "QuotaCode": code}
    aws.answers("service-quotas", "get_service_quota", {"Quota": {"Value": value}}, request)
