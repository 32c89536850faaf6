#!/usr/bin/env python3
"""The CDK application: every system in every environment, wired from its settings."""

import gc
import importlib
import os
import sys
from collections.abc import Sequence

import aws_cdk as cdk

from settings.checks import SettingError
from settings.system import System, folder_of
from settings.systems import SYSTEMS, images_of, registry_stack, systems
from stacks.registry import RegistryStack


def build_app(environments: Sequence[System], *, validate: bool = True) -> cdk.App:
    """Return the application: the systems in the given environments, and their registries."""
    app = cdk.App()
    if validate:
        # Imported here because it costs a tenth of each synth, also where it is switched off.
        from cdk_nag import AwsSolutionsChecks  # noqa: PLC0415

        from stacks.parts.rules import EksRules  # noqa: PLC0415

        cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app), EksRules())
    for system in SYSTEMS:
        own = [environment for environment in environments if type(environment) is system]
        if not own:
            continue
        RegistryStack(
            app,
            registry_stack(system),
            title=system.title,
            region=own[0].region,
            images=images_of(system),
        )
        # By its name in every room: a system without stacks is an error.
        stacks = importlib.import_module(f"stacks.{folder_of(system)}")
        for environment in own:
            stacks.add(app, environment)
    return app


def main() -> None:
    """Synthesize every environment."""
    try:
        # The CDK's own switch, also set by `cdk --no-validation`.
        build_app(systems(), validate=os.environ.get("CDK_VALIDATION") != "false").synth()
    except SettingError as error:
        sys.exit(f"settings: {error}")


if __name__ == "__main__":
    main()
    # The assembly is written. Looking for garbage among all constructs before the end would add
    # a tenth to each synth.
    gc.freeze()
