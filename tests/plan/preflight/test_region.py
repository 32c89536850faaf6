"""Whether the region is prepared: the CDK's own stack, certificates, the Kubernetes version."""

import json
from datetime import date
from pathlib import Path

import pytest

from plan.model.assembly import read_assembly
from plan.preflight.bootstrap import bootstraps
from plan.preflight.certificates import certificates
from plan.preflight.verdicts import Check, Missing, Ready, Unknown
from plan.preflight.versions import InStandardSupport
from tests.plan.assemblies import Document, Written, assembled, manifest, thing, write
from tests.plan.preflight.played_aws import NUMBER, PlayedAws

PARAMETER = "/cdk-bootstrap/hnb659fds/version"
BOOTSTRAP = f"npx cdk bootstrap aws://{NUMBER}/ap-northeast-2"
CERTIFICATE = f"arn:aws:acm:ap-northeast-2:{NUMBER}:certificate/1-2-3"
REQUEST = (
    "aws acm request-certificate --region ap-northeast-2 --validation-method DNS "
    "--domain-name '*.DOMAIN'"
)


@pytest.mark.parametrize("found", ["8", "21"])
def test_a_bootstrap_as_new_as_needed_is_ready(aws: PlayedAws, tmp_path: Path, found: str) -> None:
    """The stack that needs the newest decides; both need the same region once."""
    aws.answers("ssm", "get_parameter", {"Parameter": {"Value": found}}, {"Name": PARAMETER})
    (check,) = _bootstraps(tmp_path, 6, 8)

    assert check.ask(aws.account) == Ready(f"version {found}")


def test_an_old_bootstrap_is_missing(aws: PlayedAws, tmp_path: Path) -> None:
    """Bootstrapping again updates it."""
    aws.answers("ssm", "get_parameter", {"Parameter": {"Value": "7"}})
    (check,) = _bootstraps(tmp_path, 6, 8)

    assert check.ask(aws.account) == Missing("version 7, needed is 8", BOOTSTRAP)


def test_a_region_that_was_never_bootstrapped_is_missing(aws: PlayedAws, tmp_path: Path) -> None:
    """The remedy names account and region."""
    aws.refuses("ssm", "get_parameter", "ParameterNotFound")
    (check,) = _bootstraps(tmp_path, 6)

    assert check.ask(aws.account) == Missing(f"there is no {PARAMETER}", BOOTSTRAP)


def test_an_issued_certificate_is_ready(aws: PlayedAws) -> None:
    """Two entrances with the same certificate ask once."""
    answer = {"Certificate": {"Status": "ISSUED", "DomainName": "*.avadot.example.com"}}
    aws.answers("acm", "describe_certificate", answer, {"CertificateArn": CERTIFICATE})
    (check,) = _certificates(CERTIFICATE, CERTIFICATE)

    assert check.title == "certificate 1-2-3"
    assert check.ask(aws.account) == Ready("issued for *.avadot.example.com")


def test_a_certificate_that_waits_says_for_what(aws: PlayedAws) -> None:
    """The command lists the records that prove the domain."""
    answer = {"Certificate": {"Status": "PENDING_VALIDATION"}}
    aws.answers("acm", "describe_certificate", answer)
    (check,) = _certificates(CERTIFICATE)

    assert check.ask(aws.account) == Missing(
        "it waits for its records in the DNS",
        f"aws acm describe-certificate --region ap-northeast-2 --certificate-arn {CERTIFICATE} "
        "--query Certificate.DomainValidationOptions[].ResourceRecord",
    )


def test_an_expired_certificate_is_missing(aws: PlayedAws) -> None:
    """Its status is told."""
    aws.answers("acm", "describe_certificate", {"Certificate": {"Status": "EXPIRED"}})
    (check,) = _certificates(CERTIFICATE)

    assert check.ask(aws.account) == Missing("its status is EXPIRED", REQUEST)


def test_a_certificate_that_nobody_has_is_missing(aws: PlayedAws) -> None:
    """It may be of another account."""
    aws.refuses("acm", "describe_certificate", "ResourceNotFoundException")
    (check,) = _certificates(CERTIFICATE)

    assert check.ask(aws.account) == Missing("it is not in this account", REQUEST)


def test_a_certificate_of_another_region_is_missing(aws: PlayedAws) -> None:
    """A load balancer takes those of its own region only."""
    (check,) = _certificates(CERTIFICATE.replace("ap-northeast-2", "us-east-1"))

    assert check.ask(aws.account) == Missing(
        "it is in us-east-1, the load balancer in ap-northeast-2", REQUEST
    )


def test_an_entrance_without_a_certificate_asks_nothing() -> None:
    """Plain HTTP needs none."""
    assert _certificates("") == []


def test_a_version_in_standard_support_is_ready(aws: PlayedAws) -> None:
    """The catalog has the day on which it ends."""
    assert _support("1.36", date(2027, 8, 1)).ask(aws.account) == Ready(
        "standard support until 2027-08-02"
    )


def test_a_version_in_extended_support_is_missing(aws: PlayedAws) -> None:
    """From the day on which standard support ends a cluster costs more."""
    assert _support("1.36", date(2027, 8, 2)).ask(aws.account) == Missing(
        "standard support ended on 2027-08-02, and extended support costs extra",
        "give the cluster of Cluster a newer version",
    )


def test_a_version_that_the_catalog_does_not_know_is_unknown(aws: PlayedAws) -> None:
    """Nothing is guessed."""
    assert isinstance(_support("1.99", date(2027, 1, 1)).ask(aws.account), Unknown)


def _bootstraps(directory: Path, *versions: int) -> list[Check]:
    stacks = [Written(name=f"Stack{number}", resources={}) for number in range(len(versions))]
    manifest_file = write(directory, *stacks) / "manifest.json"
    document: Document = json.loads(manifest_file.read_text())
    for stack, version in zip(stacks, versions, strict=True):
        document["artifacts"][stack.name]["properties"] |= {
            "requiresBootstrapStackVersion": version,
            "bootstrapStackVersionSsmParameter": PARAMETER,
        }
    manifest_file.write_text(json.dumps(document))
    return list(bootstraps(directory, read_assembly(directory)))


def _certificates(*arns: str) -> list[Check]:
    entrances = []
    for number, arn in enumerate(arns):
        ingress = thing("Ingress", f"entrance-{number}")
        ingress["metadata"]["annotations"] = {"alb.ingress.kubernetes.io/certificate-arn": arn}
        entrances.append(ingress)
    applied = manifest("", *entrances)
    return list(certificates(assembled(Written(name="Avadot", resources={"Objects": applied}))))


def _support(version: str, today: date) -> InStandardSupport:
    return InStandardSupport(stack="Cluster", version=version, today=today)
