"""Whether ECR holds the images that pods will pull."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError

from plan.model.assembly import Assembly
from plan.model.kubernetes import kubernetes_objects
from plan.preflight.account import Account
from plan.preflight.verdicts import Check, Missing, Ready, Verdict

_IN_ECR = re.compile(
    r"(?P<registry>[^./]+)\.dkr\.ecr\.(?P<region>[^.]+)\.amazonaws\.com(\.cn)?/"
    r"(?P<repository>[^@:]+)(@(?P<digest>sha256:[0-9a-f]{64})|:(?P<tag>[^@]+))"
)


@dataclass(frozen=True, kw_only=True)
class ImageInEcr:
    """An image that a container names, as the manifest spells it."""

    image: str
    made_by: str | None
    """The stack that makes its repository."""

    @property
    def _parts(self) -> dict[str, str | None]:
        found = _IN_ECR.fullmatch(self.image)
        return found.groupdict() if found else {}

    @property
    def title(self) -> str:
        return f"image {self._parts['repository']}"

    def ask(self, account: Account) -> Verdict:
        parts = self._parts
        repository, digest, tag = parts["repository"], parts["digest"], parts["tag"]
        registry = account.spelled(str(parts["registry"]))
        name = account.spelled(self.image)
        ecr = account.client("ecr", str(parts["region"]))
        try:
            found = ecr.describe_images(
                registryId=registry,
                repositoryName=repository,
                imageIds=[{"imageDigest": digest} if digest else {"imageTag": tag}],
            )["imageDetails"]
        except ClientError as error:
            match error.response["Error"]["Code"]:
                case "RepositoryNotFoundException":
                    return Missing("its repository is not in ECR", self._make_repository())
                case "ImageNotFoundException":
                    found = []
                case _:
                    raise
        # The emulator answers with an empty list where AWS refuses.
        if not found:
            # A digest cannot be pushed: it follows from the image that is.
            target = name.partition("@")[0] + (":TAG" if digest else "")
            return Missing(f"{_short(digest, tag)} is not in ECR", f"docker push {target}")
        return Ready(_short(digest, tag))

    def _make_repository(self) -> str:
        if self.made_by:
            return f"npx cdk deploy {self.made_by}"
        repository, region = self._parts["repository"], self._parts["region"]
        return f"aws ecr create-repository --repository-name {repository} --region {region}"


def images(chosen: Assembly, whole: Assembly) -> Iterator[Check]:
    """Yield a check for each image in ECR, of init containers too; other registries are not ours.

    `whole` may hold the stack with the repositories, on which no other depends.
    """
    made_by = {
        resource.properties.get("RepositoryName"): resource.stack
        for resource in whole.of_type("AWS::ECR::Repository")
    }
    for image, repository in _in_ecr(chosen).items():
        yield ImageInEcr(image=image, made_by=made_by.get(repository))


def repositories(chosen: Assembly) -> set[str]:
    """Return the names of the repositories in ECR that pods pull from."""
    return set(_in_ecr(chosen).values())


def _in_ecr(chosen: Assembly) -> dict[str, str]:
    """Return the images in ECR, each with its repository."""
    named = (one["image"] for it in kubernetes_objects(chosen) for one in it.containers)
    found = (_IN_ECR.fullmatch(str(image)) for image in named)
    return {one[0]: one["repository"] for one in found if one}


def _short(digest: str | None, tag: str | None) -> str:
    return f"{digest[:19]}…" if digest else f"tag {tag}"
