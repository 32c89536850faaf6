"""The application, synthesized once for all tests, as it is and with other settings."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import aws_cdk as cdk
import pytest

from app import IMAGES, build_app
from settings import avadot, guardian
from settings.data import ExistingBucket, ModelStore
from settings.exposure import Domain, LoadBalancer
from settings.images import read_images
from settings.system import System
from tests.stacks.assembly import Assembly, Stack, read

_CONTEXT = json.loads(Path("cdk.json").read_text())["context"]
_OF_TESTS = {
    "aws:cdk:enable-path-metadata": True,  # by its path a resource is found
    "aws:cdk:disable-asset-staging": True,  # else each synth copies 60 MB
}

REVIEWED = read_images(IMAGES)
PROD = avadot.prod(REVIEWED)
DEV = avadot.dev(REVIEWED)

DOMAIN = Domain(
    name="avadot.example.com",
    certificate_arn="arn:aws:acm:ap-northeast-2:123456789012:certificate/0123-abcd",
)
OTHERWISE = replace(
    PROD,
    environment="Otherwise",
    namespace="avadot-otherwise",
    load_balancer=LoadBalancer(names=DOMAIN),
    model_store=ModelStore(
        bucket=ExistingBucket(name="avadot"),
        models_prefix="a2f-models/",
        models_version=PROD.model_store.models_version,
        engines_prefix="a2f-engines/",
    ),
    cluster=replace(
        PROD.cluster, name="otherwise", kubernetes="1.29", api_cidrs=("203.0.113.0/24",)
    ),
)
"""Each alternative that production does not choose, the oldest Kubernetes among them."""
NEXT = replace(
    PROD,
    environment="Next",
    namespace="avadot-next",
    cluster=replace(PROD.cluster, name="next", kubernetes="1.37"),
)
"""Production at a Kubernetes version for which there is no kubectl layer of its own."""

GUARDIAN = guardian.prod(REVIEWED)
GUARDIAN_DEV = guardian.dev(REVIEWED)

AVADOTS = (PROD, DEV, OTHERWISE, NEXT)
GUARDIANS = (GUARDIAN, GUARDIAN_DEV)
SYSTEMS: tuple[System, ...] = (*AVADOTS, *GUARDIANS)
DEPLOYED: tuple[System, ...] = (PROD, DEV, *GUARDIANS)
"""Those that the application makes by itself."""
STACKS = (
    "AvadotRegistry",
    "GuardianRegistry",
    *(f"{s.name}{part}" for s in SYSTEMS for part in ("Network", "Data", "Cluster", "")),
)


@contextmanager
def as_the_cli_does(directory: str) -> Iterator[None]:
    """Give an app its context and the place of its assembly.

    The CDK CLI does it by environment variables, but here the jsii kernel, which reads them, has
    long been running.
    """
    app = partial(cdk.App, context=_CONTEXT | _OF_TESTS, outdir=directory)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cdk, "App", app)
        yield


def synthesize(systems: Sequence[System], *, validate: bool = False) -> Assembly:
    """Synthesize some systems; fails on whatever the validation finds."""
    with TemporaryDirectory() as directory, as_the_cli_does(directory):
        build_app(REVIEWED, systems, validate=validate).synth()
        return read(Path(directory))


def everything() -> Assembly:
    """Return the assembly of all environments and alternatives, validated."""
    match _outcome():
        case Assembly() as assembly:
            return assembly
        case failure:
            pytest.fail(f"the application does not synthesize: {failure}", pytrace=False)


@cache
def _outcome() -> Assembly | RuntimeError | ValueError:
    """Return the assembly or why there is none, so that a failure costs one synth as well."""
    try:
        return synthesize(SYSTEMS, validate=True)
    except (RuntimeError, ValueError) as failure:
        return failure


def stack(system: System, part: str = "") -> Stack:
    """Return a stack of a system: `Network`, `Data`, `Cluster`, or the workloads themselves."""
    return everything().stacks[f"{system.name}{part}"]
