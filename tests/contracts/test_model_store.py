"""The model store takes the arguments and the switches that pods give it."""

import argparse
import importlib
from dataclasses import replace
from typing import Any

import pytest

from model_store.cli import _JOBS
from model_store.engine.provide import BuildMode
from settings.avadot.audio2face import Audio2Face, EngineBuild
from tests.charts.avadot.examples import audio2face_objects
from tests.charts.examples import pick, pod_of
from tests.settings.avadot.examples import PROD


def _steps(server: Audio2Face = PROD.audio2face) -> list[dict[str, Any]]:
    drawn = pick(audio2face_objects(PROD, server), "StatefulSet")
    steps: list[dict[str, Any]] = pod_of(drawn)["spec"]["initContainers"]
    return steps


@pytest.mark.parametrize("step", _steps(), ids=lambda step: step["name"])
def test_a_job_takes_its_arguments(step: dict[str, Any]) -> None:
    """It knows each option, and misses none."""
    job, *arguments = step["args"]
    parser = argparse.ArgumentParser(exit_on_error=False)
    importlib.import_module(_JOBS[job][0]).add_arguments(parser)
    assert parser.parse_args(arguments)


@pytest.mark.parametrize("build", EngineBuild)
def test_the_switch_of_the_settings_is_the_one_that_is_read(build: EngineBuild) -> None:
    """And one alone, since the program refuses two."""
    server = replace(PROD.audio2face, engine_build=build)
    (engine,) = (step for step in _steps(server) if step["name"] == "engine")
    environment = {one["name"]: one["value"] for one in engine["env"]}
    assert BuildMode.wanted(environment).name == build.name


def test_the_program_is_left_where_the_next_step_starts_it() -> None:
    """`pull --program` copies it, on a volume that both have."""
    models, engine, _ = _steps()
    arguments = models["args"]
    program = arguments[arguments.index("--program") + 1]
    assert program in engine["command"]
    shared = [
        {mount["mountPath"] for mount in step["volumeMounts"] if not mount.get("readOnly")}
        for step in (models, engine)
    ]
    assert any(program.startswith(f"{path}/") for path in shared[0] & shared[1])
