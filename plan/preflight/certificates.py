"""Whether the certificates that load balancers name are issued."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from botocore.exceptions import ClientError

from plan.model.assembly import Assembly
from plan.model.kubernetes import KubernetesObject, kubernetes_objects
from plan.preflight.account import Account, deployment_region
from plan.preflight.verdicts import Check, Missing, Ready, Verdict

_ANNOTATION = "alb.ingress.kubernetes.io/certificate-arn"
_REGION = 3
"""The field of an ARN that names the region."""


@dataclass(frozen=True, kw_only=True)
class CertificateIssued:
    """A certificate in ACM, in the region of the load balancer."""

    arn: str
    region: str

    @property
    def title(self) -> str:
        return f"certificate {self.arn.rpartition('/')[2]}"

    def ask(self, account: Account) -> Verdict:
        request = (
            f"aws acm request-certificate --region {self.region} --validation-method DNS "
            "--domain-name '*.DOMAIN'"
        )
        where = self.arn.split(":")[_REGION]
        if where != self.region:
            return Missing(f"it is in {where}, the load balancer in {self.region}", request)
        try:
            answer = account.client("acm", where).describe_certificate(CertificateArn=self.arn)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            return Missing("it is not in this account", request)
        certificate = answer["Certificate"]
        match certificate["Status"]:
            case "ISSUED":
                return Ready(f"issued for {certificate.get('DomainName', 'a domain')}")
            case "PENDING_VALIDATION":
                records = (
                    f"aws acm describe-certificate --region {where} --certificate-arn {self.arn} "
                    "--query Certificate.DomainValidationOptions[].ResourceRecord"
                )
                return Missing("it waits for its records in the DNS", records)
            case status:
                return Missing(f"its status is {status}", request)


def certificates(chosen: Assembly) -> Iterator[Check]:
    """Yield a check for each certificate by ARN; one of a stack is issued while that deploys."""
    found = {
        (arn.strip(), deployment_region(chosen.stack(one.stack)))
        for one in kubernetes_objects(chosen)
        if one.kind == "Ingress"
        for arn in _annotations(one).get(_ANNOTATION, "").split(",")
    }
    for arn, region in sorted(found):
        if arn.count(":") > _REGION and "${" not in arn:
            yield CertificateIssued(arn=arn, region=region)


def _annotations(one: KubernetesObject) -> Mapping[str, str]:
    return one.document["metadata"].get("annotations") or {}
