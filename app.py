#!/usr/bin/env python3
"""The CDK application: every system in every environment, wired from its settings."""

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import aws_cdk as cdk

from settings import avadot, guardian
from settings.checks import SettingError
from settings.images import Image, read_images
from settings.registries import REGISTRIES
from settings.system import Avadot, Guardian, System
from stacks.avadot.cluster import AvadotCluster
from stacks.avadot.data import AvadotData
from stacks.avadot.workloads import AvadotStack
from stacks.guardian.cluster import GuardianCluster
from stacks.guardian.data import GuardianData
from stacks.guardian.workloads import GuardianStack
from stacks.network import NetworkStack
from stacks.parts.rules import EksRules
from stacks.registry import RegistryStack

IMAGES = Path(__file__).parent / "settings" / "images.json"


def build_app(
    images: Mapping[str, Image], systems: Sequence[System], *, validate: bool = True
) -> cdk.App:
    """Return the application with the registries and the given systems."""
    app = cdk.App()
    if validate:
        # Imported here because it costs a tenth of each synth, also where it is switched off.
        from cdk_nag import AwsSolutionsChecks  # noqa: PLC0415

        cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app), EksRules())
    _add_registries(app, images)
    for system in systems:
        match system:
            case Avadot():
                _add_avadot(app, system, images)
            case Guardian():
                _add_guardian(app, system)
    return app


def _add_registries(app: cdk.App, images: Mapping[str, Image]) -> None:
    """Add one registry for each system."""
    for registry in REGISTRIES:
        RegistryStack(
            app,
            registry.stack,
            env=cdk.Environment(region=registry.region),
            title=registry.system.title,
            images={name: image for name, image in images.items() if registry.has(name)},
        )


def _add_avadot(app: cdk.App, system: Avadot, images: Mapping[str, Image]) -> None:
    """Add the four stacks of Avadot in one environment, lowest first."""
    env, registry, network = _foundations(app, system)
    data = AvadotData(app, f"{system.name}Data", env=env, vpc=network.vpc, system=system)
    cluster = AvadotCluster(
        app,
        f"{system.name}Cluster",
        env=env,
        vpc=network.vpc,
        system=system,
        device_plugin=images["k8s-device-plugin"],
        registry=registry,
        data=data,
    )
    AvadotStack(
        app,
        system.name,
        env=env,
        settings=system,
        registry=registry,
        network=network,
        data=data,
        cluster=cluster,
    )


def _add_guardian(app: cdk.App, system: Guardian) -> None:
    """Add the four stacks of Silver Guardian in one environment, lowest first."""
    env, registry, network = _foundations(app, system)
    data = GuardianData(app, f"{system.name}Data", env=env, vpc=network.vpc, system=system)
    cluster = GuardianCluster(
        app, f"{system.name}Cluster", env=env, vpc=network.vpc, system=system, data=data
    )
    GuardianStack(
        app,
        system.name,
        env=env,
        settings=system,
        registry=registry,
        network=network,
        data=data,
        cluster=cluster,
    )


def _foundations(app: cdk.App, system: System) -> tuple[cdk.Environment, str, NetworkStack]:
    """Return where a system stands: its region, the registry there, and a network of its own.

    The account stays open: it is that of whoever deploys.
    """
    env = cdk.Environment(region=system.region)
    registry = f"{cdk.Aws.ACCOUNT_ID}.dkr.ecr.{system.region}.{cdk.Aws.URL_SUFFIX}"
    network = NetworkStack(
        app, f"{system.name}Network", env=env, title=system.title, network=system.network
    )
    return env, registry, network


def main() -> None:
    """Synthesize every environment."""
    try:
        reviewed = read_images(IMAGES)
        build_app(
            reviewed,
            [
                avadot.prod(reviewed),
                avadot.dev(reviewed),
                guardian.prod(reviewed),
                guardian.dev(reviewed),
            ],
            # The CDK's own switch, also set by `cdk --no-validation`.
            validate=os.environ.get("CDK_VALIDATION") != "false",
        ).synth()
    except SettingError as error:
        sys.exit(f"settings: {error}")


if __name__ == "__main__":
    main()
    # The assembly is written. Looking for garbage among all constructs before the end would add
    # a tenth to each synth.
    gc.freeze()
