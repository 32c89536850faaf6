"""Riffusion: Stable Diffusion 1.5 that was trained on spectrograms, run by diffusers."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

# Read when the GPU is first used: without it matrices are multiplied in any order.
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from diffusers.utils import logging as diffusers_words
from safetensors import SafetensorError
from transformers.utils import logging as transformers_words

from composer.interpolation import Noise, between
from composer.plan import Clip
from composer.spectrogram import Picture
from step.ending import Failed, WrongSetup

CHECKPOINT = "riffusion"
LORA = "riffusion-lora"
_LORA_FILE = "pytorch_lora_weights.safetensors"

_STEPS = 50
_DENOISING = 0.75
_GUIDANCE = 7.0


class DiffusionPainter:
    """Paints by the checkpoint in a directory, with the LoRA beside it if there is one."""

    def __init__(self, models: Path, *, cpu: bool) -> None:
        if not cpu and not torch.cuda.is_available():
            sentence = "no GPU can be used here: --cpu composes without one, for hours"
            raise WrongSetup(sentence)
        torch.use_deterministic_algorithms(mode=True, warn_only=True)
        self._device = torch.device("cpu" if cpu else "cuda")
        # Half the memory; processors do not compute with it.
        self._type = torch.float32 if cpu else torch.float16
        with _memory():
            self._network = _loaded(models, self._type).to(self._device)
        self._embedded = cache(self._embed)

    def paint(self, seed_clip: Picture, clip: Clip) -> Picture:
        """Noise the seed clip to three quarters, and take the noise away in the prompt's words."""
        with _memory(), torch.inference_mode():
            first = self._encode(seed_clip)
            start, end = (_noise(first.shape, seed) for seed in clip.noise)
            noise = torch.from_numpy(between(start, end, clip.alpha)).to(self._device, self._type)
            return self._decode(self._denoise(first, noise, clip.prompt))

    def _denoise(self, first: torch.Tensor, noise: torch.Tensor, prompt: str) -> torch.Tensor:
        scheduler = self._network.scheduler
        scheduler.set_timesteps(_STEPS, device=self._device)
        skipped = (_STEPS - int(_STEPS * _DENOISING)) * scheduler.order
        times = scheduler.timesteps[skipped:]
        if hasattr(scheduler, "set_begin_index"):
            scheduler.set_begin_index(skipped)
        latents = scheduler.add_noise(first, noise, times[:1])
        for time in times:
            both = scheduler.scale_model_input(torch.cat([latents, latents]), time)
            found = self._network.unet(both, time, encoder_hidden_states=self._embedded(prompt))
            without, told = found.sample.chunk(2)
            guided = without + _GUIDANCE * (told - without)
            latents = scheduler.step(guided, time, latents).prev_sample
        return latents

    def _embed(self, prompt: str) -> torch.Tensor:
        """Return what the network is told: nothing, and the prompt."""
        told, without = self._network.encode_prompt(
            prompt, self._device, num_images_per_prompt=1, do_classifier_free_guidance=True
        )
        return torch.cat([without, told])

    def _encode(self, picture: Picture) -> torch.Tensor:
        grey = torch.from_numpy(picture.astype(np.float32) / 127.5 - 1)
        colours = grey.expand(1, 3, *grey.shape).to(self._device, self._type)
        vae = self._network.vae
        # Its middle, not a draw from around it: two draws cannot be told apart by ear.
        return vae.encode(colours).latent_dist.mode() * vae.config.scaling_factor

    def _decode(self, latents: torch.Tensor) -> Picture:
        vae = self._network.vae
        colours = vae.decode(latents / vae.config.scaling_factor).sample[0].float().cpu().numpy()
        return np.asarray(np.rint((colours[0].clip(-1, 1) + 1) * 127.5), np.uint8)


def _noise(shape: torch.Size, seed: int) -> Noise:
    """Draw by the processor, whatever paints: GPUs of two kinds draw other numbers."""
    drawn = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
    return np.asarray(drawn.numpy(), np.float32)


def _loaded(models: Path, dtype: torch.dtype) -> StableDiffusionPipeline:
    for words in (diffusers_words, transformers_words):
        words.disable_progress_bar()
    checkpoint = models / CHECKPOINT
    if not (checkpoint / "model_index.json").is_file():
        sentence = f"there is no {checkpoint / 'model_index.json'}: MODELS holds no Riffusion"
        raise WrongSetup(sentence)
    with _loading(checkpoint):
        network = StableDiffusionPipeline.from_pretrained(
            checkpoint,
            dtype=dtype,
            use_safetensors=True,
            local_files_only=True,
            # It looks for nakedness, in spectrograms too.
            safety_checker=None,
            feature_extractor=None,
            requires_safety_checker=False,
        )
    if (models / LORA).is_dir():
        with _loading(models / LORA):
            _add_lora(network, models / LORA)
    network.set_progress_bar_config(disable=True)
    return network


def _add_lora(network: StableDiffusionPipeline, folder: Path) -> None:
    """Add a LoRA to the weights; raise `WrongSetup` if it would change none of them."""
    network.load_lora_weights(folder, weight_name=_LORA_FILE, local_files_only=True)
    if not network.get_list_adapters():
        sentence = (
            f"{folder / _LORA_FILE} has no weights for this network:"
            " without that folder, Riffusion itself is used"
        )
        raise WrongSetup(sentence)
    network.fuse_lora()
    network.unload_lora_weights()


@contextmanager
def _loading(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, LookupError, ValueError, RuntimeError, SafetensorError) as error:
        sentence = f"{folder} cannot be loaded: {' '.join(str(error).split())[:300]}"
        raise WrongSetup(sentence) from error


@contextmanager
def _memory() -> Iterator[None]:
    try:
        yield
    except torch.OutOfMemoryError as error:
        sentence = f"the GPU has too little memory: {' '.join(str(error).split())[:200]}"
        raise Failed(sentence) from error
