"""Whether the CDK's own stack is there, as new as the assembly needs it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import ClientError

from plan.model.assembly import Assembly
from plan.preflight.account import Account, deployment_region
from plan.preflight.verdicts import Check, Missing, Ready, Verdict

_VERSION, _PARAMETER = "requiresBootstrapStackVersion", "bootstrapStackVersionSsmParameter"


@dataclass(frozen=True, kw_only=True)
class Bootstrapped:
    """`cdk bootstrap` was run in a region, and leaves its version in a parameter."""

    region: str
    parameter: str
    version: int

    @property
    def title(self) -> str:
        return f"bootstrapped {self.region}"

    def ask(self, account: Account) -> Verdict:
        remedy = f"npx cdk bootstrap aws://{account.number}/{self.region}"
        ssm = account.client("ssm", self.region)
        try:
            found = int(ssm.get_parameter(Name=self.parameter)["Parameter"]["Value"])
        except ClientError as error:
            if error.response["Error"]["Code"] != "ParameterNotFound":
                raise
            return Missing(f"there is no {self.parameter}", remedy)
        if found < self.version:
            return Missing(f"version {found}, needed is {self.version}", remedy)
        return Ready(f"version {found}")


def bootstraps(directory: Path, chosen: Assembly) -> Iterator[Check]:
    """Yield a check for each region, with the newest version that a stack there needs."""
    artifacts = json.loads((directory / "manifest.json").read_text())["artifacts"]
    needed: dict[tuple[str, str], int] = {}
    for stack in chosen.stacks:
        properties = artifacts[stack.name]["properties"]
        # A stack with a synthesizer of its own needs no bootstrap.
        if _VERSION in properties and _PARAMETER in properties:
            key = deployment_region(stack), properties[_PARAMETER]
            needed[key] = max(needed.get(key, 0), int(properties[_VERSION]))
    for (region, parameter), version in needed.items():
        yield Bootstrapped(region=region, parameter=parameter, version=version)
