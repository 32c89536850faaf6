"""A Stable Diffusion of a few thousand random weights, in the files that the real one has."""

from pathlib import Path

import torch
from diffusers import AutoencoderKL, PNDMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

_WIDTH = 32
LAYER = "unet.down_blocks.2.attentions.0.transformer_blocks.0.attn2.to_q"


def checkpoint(models: Path) -> Path:
    """Write a network with the parts of Stable Diffusion 1.5, each as small as can be."""
    torch.manual_seed(0)
    halvings = 4
    pipeline = StableDiffusionPipeline(
        vae=AutoencoderKL(
            down_block_types=("DownEncoderBlock2D",) * halvings,
            up_block_types=("UpDecoderBlock2D",) * halvings,
            block_out_channels=(4,) * halvings,
            norm_num_groups=2,
            latent_channels=4,
        ),
        unet=UNet2DConditionModel(
            sample_size=64,
            block_out_channels=(4, 8, 8),
            layers_per_block=1,
            down_block_types=("DownBlock2D", "DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D", "UpBlock2D"),
            cross_attention_dim=_WIDTH,
            attention_head_dim=2,
            norm_num_groups=2,
        ),
        text_encoder=CLIPTextModel(
            CLIPTextConfig(
                vocab_size=len(_vocabulary()),
                hidden_size=_WIDTH,
                intermediate_size=37,
                num_attention_heads=4,
                num_hidden_layers=2,
                bos_token_id=len(_vocabulary()) - 2,
                eos_token_id=len(_vocabulary()) - 1,
            )
        ),
        tokenizer=CLIPTokenizer(vocab=_vocabulary(), merges=[], model_max_length=77),
        scheduler=PNDMScheduler(
            beta_schedule="scaled_linear",
            beta_start=0.00085,
            beta_end=0.012,
            skip_prk_steps=True,
            steps_offset=1,
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    folder = models / "riffusion"
    pipeline.save_pretrained(folder, safe_serialization=True)
    return folder


def lora(models: Path, *, layer: str = LAYER, empty: bool = False) -> Path:
    """Write a LoRA of one layer, large enough to change each picture."""
    torch.manual_seed(1)
    weights = {
        f"{layer}.lora_A.weight": torch.randn(2, 8) * 9,
        f"{layer}.lora_B.weight": torch.randn(8, 2) * 9,
    }
    folder = models / "riffusion-lora"
    folder.mkdir()
    save_file({} if empty else weights, folder / "pytorch_lora_weights.safetensors")
    return folder


def _vocabulary() -> dict[str, int]:
    """Letters, alone and at the end of a word: no words are put together from them."""
    letters = [chr(code) for code in range(33, 127)]
    tokens = [*letters, *(f"{letter}</w>" for letter in letters)]
    ends = ["<|startoftext|>", "<|endoftext|>"]
    return {token: number for number, token in enumerate([*tokens, *ends])}
