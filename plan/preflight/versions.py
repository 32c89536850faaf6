"""Whether EKS supports the Kubernetes version without a surcharge."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from catalog import UnknownFactError, kubernetes_support
from plan.model.assembly import Assembly
from plan.preflight.account import Account
from plan.preflight.verdicts import Check, Missing, Ready, Unknown, Verdict


@dataclass(frozen=True, kw_only=True)
class InStandardSupport:
    """The version of a cluster, judged by the catalog's dates."""

    stack: str
    version: str
    today: date

    @property
    def title(self) -> str:
        return f"Kubernetes {self.version} of {self.stack}"

    def ask(self, _account: Account) -> Verdict:
        try:
            ends = kubernetes_support(self.version).standard_ends
        except UnknownFactError as error:
            return Unknown(str(error))
        if ends is None:
            return Unknown("the end of its standard support is not in the catalog")
        if ends <= self.today:
            found = f"standard support ended on {ends}, and extended support costs extra"
            return Missing(found, f"give the cluster of {self.stack} a newer version")
        return Ready(f"standard support until {ends}")


def versions(chosen: Assembly) -> Iterator[Check]:
    today = datetime.now(tz=UTC).date()
    for resource in chosen.of_type("AWS::EKS::Cluster"):
        if version := resource.properties.get("Version"):
            yield InStandardSupport(stack=resource.stack, version=str(version), today=today)
