"""The arguments of a build are those of the model's trt_info.json, for one track."""

import json
from pathlib import Path

import pytest

from containers.model_store.tests.engine.pod import TRT_INFO
from model_store.engine.recipe import Recipe
from model_store.failure import ExitCode, Failure


def read(tmp_path: Path, document: object) -> Recipe:
    path = tmp_path / "trt_info.json"
    path.write_text(json.dumps(document))
    return Recipe.read(path)


def test_batch_is_filled_in_and_other_arguments_stay(tmp_path: Path) -> None:
    """The file's own batch sizes are those of NVIDIA's benchmarks."""
    assert read(tmp_path, TRT_INFO).arguments(2) == (
        "--memPoolSize=tacticSharedMem:0.046875",
        "--minShapes=window:1x16000,identity:1x3",
        "--maxShapes=window:2x16000,identity:2x3",
        "--optShapes=window:2x16000,identity:2x3",
    )


def test_regression_model_gives_no_defaults(tmp_path: Path) -> None:
    """The Training Framework writes placeholders for these models, and no values."""
    info = {"trt_build_param": TRT_INFO["trt_build_param"]}

    assert read(tmp_path, info).arguments(1)[2] == "--maxShapes=window:1x16000,identity:1x3"


def test_other_placeholders_have_the_models_values(tmp_path: Path) -> None:
    """Audio2Emotion's shapes depend on the length of its buffer."""
    info = {
        "trt_build_param": {
            "batch": ["--maxShapes=input_values:{MAX_BATCH_SIZE}x{MAX_BUFFER_LEN}"]
        },
        "defaults": {"MAX_BATCH_SIZE": 128, "MAX_BUFFER_LEN": 60000},
    }

    assert read(tmp_path, info).arguments(1) == ("--maxShapes=input_values:1x60000",)


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"trt_build_param": None},
        {"trt_build_param": {"batch": [1]}},
        {"trt_build_param": {"batch": ["--maxShapes=input:{FRAMES}"]}},
        {"trt_build_param": {}, "defaults": []},
    ],
)
def test_file_that_gives_no_arguments_is_named(tmp_path: Path, document: object) -> None:
    """Nothing is guessed: a build with other shapes makes an engine that the server refuses."""
    with pytest.raises(Failure, match=r"trt_info\.json does not say how") as caught:
        read(tmp_path, document)

    assert caught.value.code is ExitCode.NO_ENGINE


def test_attempts_go_from_the_batch_that_is_wanted_to_less_workspace(tmp_path: Path) -> None:
    """With one track there is nothing to halve, so the second attempt is the last."""
    recipe = read(tmp_path, TRT_INFO)

    assert list(recipe.attempts(16384)) == [
        recipe.arguments(1),
        (
            *recipe.arguments(1)[1:],
            "--memPoolSize=tacticSharedMem:0.046875,workspace:8192",
        ),
    ]
