"""The network itself: diffusers' real code on a network of random weights (`make test-models`)."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionImg2ImgPipeline

from composer.diffusion import DiffusionPainter
from composer.plan import Clip
from composer.spectrogram import Picture
from containers.analyzer.benchmarks.tools import ROOT, TOOLS
from containers.composer.tests.inputs import stage1, video
from containers.composer.tests.network import tiny
from containers.composer.tests.probing import codecs
from step.ending import WrongSetup

pytestmark = pytest.mark.models

_HIGH, _WIDE = 64, 128


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    tiny.checkpoint(folder)
    return folder


@pytest.fixture(scope="module")
def painter(models: Path) -> DiffusionPainter:
    return DiffusionPainter(models, cpu=True)


@pytest.fixture
def own_models(models: Path, tmp_path: Path) -> Path:
    """Make a copy that a test may change."""
    subprocess.run(["cp", "-r", models / "riffusion", tmp_path], check=True)
    return tmp_path


def _seed_clip() -> Picture:
    return np.random.default_rng(1).integers(0, 256, (_HIGH, _WIDE)).astype(np.uint8)


def _clip(
    *, prompt: str = "happy funk", noise: tuple[int, int] = (1, 2), alpha: float = 0.5
) -> Clip:
    return Clip(segment=0, prompt=prompt, noise=noise, alpha=alpha, start=0, end=10)


def test_a_picture_is_as_large_as_its_seed_clip(painter: DiffusionPainter) -> None:
    """It is another one, and no flat grey."""
    found = painter.paint(_seed_clip(), _clip())

    assert found.shape == (_HIGH, _WIDE)
    assert found.dtype == np.dtype(np.uint8)
    assert found.std() > 1
    assert not np.array_equal(found, _seed_clip())


def test_the_same_clip_is_painted_in_the_same_bytes(
    models: Path, painter: DiffusionPainter
) -> None:
    """By another process's network, too, and whatever was painted between."""
    first = painter.paint(_seed_clip(), _clip())
    painter.paint(_seed_clip(), _clip(prompt="sad piano"))

    assert np.array_equal(painter.paint(_seed_clip(), _clip()), first)
    assert np.array_equal(DiffusionPainter(models, cpu=True).paint(_seed_clip(), _clip()), first)


@pytest.mark.parametrize(
    "other",
    [_clip(prompt="sad piano"), _clip(noise=(3, 2)), _clip(noise=(1, 3)), _clip(alpha=0.6)],
    ids=["prompt", "first noise", "second noise", "alpha"],
)
def test_all_that_is_said_of_a_clip_changes_its_picture(
    painter: DiffusionPainter, other: Clip
) -> None:
    """Nothing of it is lost on the way to the network."""
    assert not np.array_equal(
        painter.paint(_seed_clip(), _clip()), painter.paint(_seed_clip(), other)
    )


def test_the_seed_clip_is_painted_over_and_not_away(painter: DiffusionPainter) -> None:
    """A quarter of it counts."""
    other = _seed_clip()[:, ::-1].copy()

    assert not np.array_equal(painter.paint(_seed_clip(), _clip()), painter.paint(other, _clip()))


def test_at_the_first_noise_it_is_what_the_librarys_own_pipeline_paints(
    models: Path, painter: DiffusionPainter
) -> None:
    """With the figures of the original: denoising 0.75, guidance 7, 50 steps."""
    found = painter.paint(_seed_clip(), _clip(noise=(7, 8), alpha=0))

    pipeline = StableDiffusionImg2ImgPipeline.from_pretrained(
        models / "riffusion", safety_checker=None, requires_safety_checker=False
    )
    pixels = torch.from_numpy(_seed_clip().astype(np.float32) / 127.5 - 1)
    with torch.inference_mode():
        middle = pipeline.vae.encode(pixels.expand(1, 3, _HIGH, _WIDE)).latent_dist.mode()
    expected = pipeline(
        prompt="happy funk",
        image=middle * pipeline.vae.config.scaling_factor,
        strength=0.75,
        guidance_scale=7,
        num_inference_steps=50,
        generator=torch.Generator().manual_seed(7),
        output_type="np",
    ).images[0]

    assert np.abs(found / 255 - expected[:, :, 0]).max() < 0.01


def test_a_lora_beside_the_checkpoint_is_used(own_models: Path, painter: DiffusionPainter) -> None:
    """By its name in the directory of the models."""
    tiny.lora(own_models)

    found = DiffusionPainter(own_models, cpu=True).paint(_seed_clip(), _clip())

    assert not np.array_equal(found, painter.paint(_seed_clip(), _clip()))


def test_a_lora_without_weights_is_refused(own_models: Path) -> None:
    """The published one of the original is such: it would seem to be used."""
    tiny.lora(own_models, empty=True)

    with pytest.raises(WrongSetup, match="riffusion-lora"):
        DiffusionPainter(own_models, cpu=True)


@pytest.mark.parametrize("layer", ["unet.elsewhere.to_q", tiny.LAYER.removeprefix("unet.")])
def test_a_lora_of_another_network_is_refused(own_models: Path, layer: str) -> None:
    """None of its layers is here; or they lack the name of the part, as in those of 2023."""
    tiny.lora(own_models, layer=layer)

    with pytest.raises(WrongSetup, match="riffusion-lora"):
        DiffusionPainter(own_models, cpu=True)


def test_weights_that_could_hold_a_program_are_not_loaded(own_models: Path) -> None:
    """Safetensors hold numbers only; a pickle runs what it likes."""
    weights = own_models / "riffusion/unet/diffusion_pytorch_model.safetensors"
    torch.save({}, weights.with_suffix(".bin"))
    weights.unlink()

    with pytest.raises(WrongSetup, match="cannot be loaded"):
        DiffusionPainter(own_models, cpu=True)


def test_without_a_checkpoint_the_missing_file_is_named(tmp_path: Path) -> None:
    """As the model store would have put it there."""
    with pytest.raises(WrongSetup, match=r"riffusion/model_index\.json"):
        DiffusionPainter(tmp_path, cpu=True)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_it_does_not_begin_to_compute_for_hours(models: Path) -> None:
    """Unless it is told to."""
    with pytest.raises(WrongSetup, match="no GPU can be used here"):
        DiffusionPainter(models, cpu=False)


def test_the_program_composes_by_it(models: Path, tmp_path: Path) -> None:
    """`python -m composer` as on a desk, with nothing but its arguments and MODELS."""
    stage = stage1(tmp_path / "stage1", [(1.5, "joy")])
    film = video(tmp_path / "video.mp4", 1.5)
    sources = [ROOT / "containers" / name / "src" for name in ("composer", "step")]

    ended = subprocess.run(
        [
            *(sys.executable, "-m", "composer", stage, "--video", film),
            *("--seed", "42", "--to", tmp_path / "to", "--cpu"),
        ],
        env=TOOLS
        | {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(map(str, sources)),
            "MODELS": str(models),
            # Threads that wait for each other are slow where others compute.
            "OMP_NUM_THREADS": "1",
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, "")
    assert codecs(tmp_path / "to/video.mp4") == ["h264", "aac"]
    assert codecs(tmp_path / "to/music.flac") == ["flac"]
