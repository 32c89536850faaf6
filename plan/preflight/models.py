"""Whether the models that pods pull are published."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from botocore.exceptions import ClientError

from plan.model.assembly import Assembly, Resource
from plan.model.kubernetes import kubernetes_objects
from plan.preflight.account import Account, deployment_region
from plan.preflight.verdicts import Check, Missing, Ready, Verdict, after

_NOT_THERE = ("NoSuchKey", "NoSuchBucket", "404")
_PULL, _GET = "pull", "get"


@dataclass(frozen=True, kw_only=True)
class ModelsPublished:
    """A version of the models, by the manifest that is written when all files are there."""

    bucket: str | Resource
    """Its name, or the resource that makes it."""
    prefix: str
    version: str
    region: str

    @property
    def title(self) -> str:
        return f"models {self.version[:12]}…"

    def ask(self, account: Account) -> Verdict:
        """Read the manifest as a pod does."""
        bucket = self._bucket(account)
        if bucket is None:
            return after(self.bucket.stack if isinstance(self.bucket, Resource) else self.bucket)
        place = f"s3://{bucket}/{self.prefix}"
        remedy = f"make publish MODELS=models TO={place}"
        try:
            answer = account.client("s3", self.region).get_object(
                Bucket=bucket, Key=f"{self.prefix}manifests/{self.version}.json"
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in _NOT_THERE:
                raise
            return Missing(f"there is no manifest of this version in {place}", remedy)
        try:
            files = json.loads(answer["Body"].read())["files"]
            size = sum(file["size"] for file in files)
        except (KeyError, TypeError, ValueError):
            return Missing(f"the manifest in {place} is damaged", remedy)
        return Ready(f"{len(files)} files, {size / 1e9:.1f} GB in {place}")

    def _bucket(self, account: Account) -> str | None:
        if isinstance(self.bucket, Resource):
            return account.physical_id(self.bucket, self.region)
        return account.spelled(self.bucket)


@dataclass(frozen=True, kw_only=True)
class ObjectPublished:
    """One object that pods pull by its hash, which only they look at."""

    url: str
    region: str

    @property
    def title(self) -> str:
        return f"object {self.url.rpartition('/')[2]}"

    def ask(self, account: Account) -> Verdict:
        """Look it up, without reading it."""
        bucket, _, key = self.url.removeprefix("s3://").partition("/")
        try:
            answer = account.client("s3", self.region).head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _NOT_THERE:
                raise
            return Missing(f"there is no {self.url}", f"aws s3 cp FILE {self.url}")
        return Ready(f"{answer['ContentLength'] / 1e6:.1f} MB at {self.url}")


def models(chosen: Assembly) -> Iterator[Check]:
    return iter(dict.fromkeys(_pulled(chosen)))


def _pulled(assembly: Assembly) -> Iterator[Check]:
    for one in kubernetes_objects(assembly):
        spec = (one.pod_template or {}).get("spec", {})
        for container in spec.get("initContainers") or ():
            region = deployment_region(assembly.stack(one.stack))
            arguments = [str(argument) for argument in container.get("args") or ()]
            if arguments[:1] == [_GET] and "--sha256" in arguments:
                yield ObjectPublished(url=arguments[1], region=region)
            options = _options(arguments)
            if arguments[:1] == [_PULL] and {"--bucket", "--version"} <= options.keys():
                named = options["--bucket"]
                prefix = options.get("--prefix", "").strip("/")
                yield ModelsPublished(
                    bucket=assembly.target(one.stack, named) or named,
                    prefix=f"{prefix}/" if prefix else "",
                    version=options["--version"],
                    region=region,
                )


def _options(arguments: Sequence[str]) -> dict[str, str]:
    return {name: value for name, value in pairwise(arguments) if name.startswith("--")}
