#!/usr/bin/env python3
"""The CDK application: every system in every environment, wired from its settings."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import aws_cdk as cdk

from settings import avadot
from settings.checks import SettingError
from settings.images import Image, read_images
from settings.system import Avadot
from stacks.avadot import AvadotStack
from stacks.cluster import ClusterStack
from stacks.data import DataStack
from stacks.network import NetworkStack
from stacks.parts.rules import EksRules
from stacks.registry import RegistryStack

IMAGES = Path(__file__).parent / "settings" / "images.json"


def build_app(
    images: Mapping[str, Image], systems: Sequence[Avadot], *, validate: bool = True
) -> cdk.App:
    """Return the application with the registry and the given systems."""
    app = cdk.App()
    if validate:
        # Imported here because it costs a tenth of each synth, also where it is switched off.
        from cdk_nag import AwsSolutionsChecks  # noqa: PLC0415

        cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app), EksRules())
    RegistryStack(app, "AvadotRegistry", env=cdk.Environment(region=avadot.REGION), images=images)
    for system in systems:
        add_avadot(app, system, images)
    return app


def add_avadot(app: cdk.App, system: Avadot, images: Mapping[str, Image]) -> None:
    """Add the four stacks of Avadot in one environment, lowest first.

    The account stays open: it is that of whoever deploys.
    """
    env = cdk.Environment(region=system.region)
    registry = f"{cdk.Aws.ACCOUNT_ID}.dkr.ecr.{system.region}.{cdk.Aws.URL_SUFFIX}"
    network = NetworkStack(app, f"{system.name}Network", env=env, network=system.network)
    data = DataStack(
        app,
        f"{system.name}Data",
        env=env,
        vpc=network.vpc,
        mysql=system.mysql,
        valkey=system.valkey,
        model_store=system.model_store,
        providers=system.providers,
        retained=system.retained,
    )
    cluster = ClusterStack(
        app,
        f"{system.name}Cluster",
        env=env,
        vpc=network.vpc,
        settings=system.cluster,
        volume=system.audio2face.volume,
        device_plugin=images["k8s-device-plugin"],
        registry=registry,
        data=data,
        retained=system.retained,
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


def main() -> None:
    """Synthesize every environment."""
    try:
        reviewed = read_images(IMAGES)
        build_app(
            reviewed,
            [avadot.prod(reviewed), avadot.dev(reviewed)],
            # The CDK's own switch, also set by `cdk --no-validation`.
            validate=os.environ.get("CDK_VALIDATION") != "false",
        ).synth()
    except SettingError as error:
        sys.exit(f"settings: {error}")


if __name__ == "__main__":
    main()
    # The assembly is written. Waiting for the jsii kernel to take itself apart would add a sixth
    # to each synth; it ends by itself when its input closes.
    sys.stdout.flush()
    os._exit(0)
