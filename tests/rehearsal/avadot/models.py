"""Stand-ins for the models: a few bytes in the shape of the real ones, as `publish` takes them."""

import json
from pathlib import Path

_MODELS = ("multi-diffusion", "a23")
_DESCRIPTION = {
    "networkInfoPath": "network_info.json",
    "networkPath": "network.trt",
    "modelConfigPaths": ["config.json"],
    "modelDataPaths": ["model_data.npz"],
    "blendshapePaths": [
        {
            "skin": {"config": "config.json", "data": "bs_skin.npz"},
            "tongue": {"config": "config.json", "data": "bs_tongue.npz"},
        }
    ],
}


def write_models(directory: Path) -> None:
    """Write the models whose version the settings name until real ones are published."""
    for model in _MODELS:
        files = {
            "model.json": json.dumps(_DESCRIPTION),
            "network_info.json": "{}",
            "trt_info.json": "{}",
            "config.json": "",
            **{
                name: f"{name} of {model}, played"
                for name in ("network.onnx", "model_data.npz", "bs_skin.npz", "bs_tongue.npz")
            },
        }
        (directory / model).mkdir(parents=True)
        for name, text in files.items():
            (directory / model / name).write_text(text)
