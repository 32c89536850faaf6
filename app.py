#!/usr/bin/env python3
"""The CDK application: every system in every environment, wired from its settings."""

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from types import ModuleType

import aws_cdk as cdk

from settings.checks import SettingError, require
from settings.system import System, folder_of
from settings.systems import SYSTEMS, images_of, named, registry_stack, systems
from stacks.registry import RegistryStack


def build_app(environments: Sequence[System], *, validate: bool = True) -> cdk.App:
    """Return the application: the systems in the given environments, and their registries.

    The context `system` (`cdk -c system=AvadotProd …`) chooses among them; without it all are
    made, since `cdk deploy` does not tell the application which stack it is asked for.

    Raises `SettingError` for an environment that `SYSTEMS` does not know, or that has no stacks:
    left out without a word, it would silently not be deployed.
    """
    app = cdk.App()
    if wanted := app.node.try_get_context("system"):
        environments = named(wanted, environments)
    if size := app.node.try_get_context("size"):
        # To compare: what is deployed has the size that its settings say.
        environments = [environment.sized(size) for environment in environments]
    for environment in environments:
        require(
            type(environment) in SYSTEMS,
            "system",
            type(environment).__name__,
            "SYSTEMS in settings/systems.py must list it; known are "
            + ", ".join(system.__name__ for system in SYSTEMS),
        )
    if validate:
        # Imported here because it costs a tenth of each synth, also where it is switched off.
        from cdk_nag import AwsSolutionsChecks  # noqa: PLC0415

        from stacks.parts.rules import EksRules  # noqa: PLC0415
        from stacks.parts.service_rules import ServiceRules  # noqa: PLC0415

        cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app), EksRules(), ServiceRules())
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
        stacks = _stacks_of(system)
        for environment in own:
            stacks.add(app, environment)
    return app


def _stacks_of(system: type[System]) -> ModuleType:
    """Return a system's folder of stacks, which is called like it in every room."""
    folder = folder_of(system)
    try:
        return importlib.import_module(f"stacks.{folder}")
    except ModuleNotFoundError as error:
        if error.name != f"stacks.{folder}":
            raise
        message = (
            f"system is {system.__name__!r}: it has no stacks; "
            f"write stacks/{folder}/__init__.py with add(app, system)"
        )
        raise SettingError(message) from None


def main() -> None:
    """Synthesize the environments that are asked for."""
    try:
        # The CDK's own switch, also set by `cdk --no-validation`.
        build_app(systems(), validate=os.environ.get("CDK_VALIDATION") != "false").synth()
    except SettingError as error:
        sys.exit(f"settings: {error}")


if __name__ == "__main__":
    # Nothing that is made becomes garbage before the end. Looking for it adds a tenth to each
    # synth while objects are made, and another when Python ends.
    gc.disable()
    main()
    gc.freeze()
