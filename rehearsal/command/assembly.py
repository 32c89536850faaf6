"""Reads a cloud assembly: which stacks there are, where they go, what they rely on and hold."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rehearsal.cloud.guard import ACCOUNT
from rehearsal.cloud.images import PinnedImage, images_in
from rehearsal.command.workplace import UpError

CLUSTER = "AWS::EKS::Cluster"
_CHART = "Custom::AWSCDK-EKS-HelmChart"


@dataclass(frozen=True, kw_only=True)
class StackArtifact:
    """One stack of the assembly."""

    name: str
    region: str
    relies_on: tuple[str, ...]
    template: Mapping[str, Any]

    def properties_of(self, resource_type: str) -> list[Mapping[str, Any]]:
        """Return the properties of each resource of a type."""
        resources = self.template.get("Resources", {}).values()
        return [one.get("Properties", {}) for one in resources if one["Type"] == resource_type]

    @property
    def repositories(self) -> set[str]:
        made = self.properties_of("AWS::ECR::Repository")
        return {one["RepositoryName"] for one in made if "RepositoryName" in one}

    @property
    def images(self) -> set[PinnedImage]:
        """The images that the stack's resources and objects name."""
        return images_in(json.dumps(self.template))

    @property
    def kubernetes(self) -> set[str]:
        """The versions of its clusters."""
        return {str(one["Version"]) for one in self.properties_of(CLUSTER) if "Version" in one}

    @property
    def charts(self) -> set[str]:
        return {one["Chart"] for one in self.properties_of(_CHART) if "Chart" in one}


def read_stacks(assembly: Path) -> dict[str, StackArtifact]:
    """Return the stacks by name; raise `UpError` for one that is bound to another account."""
    artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"]
    stacks = {}
    for name, artifact in artifacts.items():
        if artifact["type"] != "aws:cloudformation:stack":
            continue
        # aws://ACCOUNT/REGION, where an open account is spelled unknown-account.
        environment = urlsplit(artifact["environment"])
        if environment.netloc not in (ACCOUNT, "unknown-account"):
            message = (
                f"stack {name} is bound to account {environment.netloc} and cannot be rehearsed: "
                f"leave the account open, or let it be {ACCOUNT} here"
            )
            raise UpError(message)
        relies_on = tuple(
            other
            for other in artifact.get("dependencies", ())
            if artifacts[other]["type"] == artifact["type"]
        )
        region = environment.path.strip("/")
        template = json.loads((assembly / artifact["properties"]["templateFile"]).read_text())
        stacks[name] = StackArtifact(
            name=name, region=region, relies_on=relies_on, template=template
        )
    return stacks


def with_foundations(stacks: Mapping[str, StackArtifact], name: str) -> list[StackArtifact]:
    """Return a stack after all that it relies on; raise `UpError` if it does not exist."""
    if name not in stacks:
        message = f"there is no stack {name!r}; there are {', '.join(sorted(stacks))}"
        raise UpError(message)
    ordered: dict[str, StackArtifact] = {}

    def visit(names: Iterable[str]) -> None:
        for one in names:
            visit(stacks[one].relies_on)
            ordered.setdefault(one, stacks[one])

    visit([name])
    return list(ordered.values())
