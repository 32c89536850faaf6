"""A directory of models as people have it, and the job that publishes it."""

import argparse
import json
from pathlib import Path
from typing import Any

from containers.model_store.tests.examples import content
from containers.model_store.tests.networks import network
from model_store import publish as job

_IDENTITY = {
    "skin": {"config": "bs_skin_config.json", "data": "bs_skin.npz"},
    "tongue": {"config": "bs_tongue_config.json", "data": "bs_tongue.npz"},
}
DIFFUSION: dict[str, Any] = {
    "networkInfoPath": "network_info.json",
    "networkPath": "network.trt",
    "modelConfigPaths": ["model_config_Claire.json"],
    "modelDataPaths": ["model_data_Claire.npz"],
    "blendshapePaths": [_IDENTITY],
}
REGRESSION: dict[str, Any] = {
    "networkInfoPath": "network_info.json",
    "networkPath": "network.trt",
    "emotionDatabasePath": "implicit_emo_db.npz",
    "modelConfigPath": "model_config.json",
    "modelDataPath": "model_data.npz",
    "blendshapePaths": _IDENTITY,
}
DOCUMENTS = {"multi-diffusion": DIFFUSION, "a23": REGRESSION}
_FILES = (
    "trt_info.json",
    "network_info.json",
    "bs_skin_config.json",
    "bs_skin.npz",
    "bs_tongue_config.json",
    "bs_tongue.npz",
)
_OWN_FILES = {
    "multi-diffusion": ("model_config_Claire.json", "model_data_Claire.npz"),
    "a23": ("implicit_emo_db.npz", "model_config.json", "model_data.npz"),
}


def write_models(directory: Path, *models: str) -> Path:
    """Write models, small, with an empty file and what servers leave behind."""
    for model in models:
        place = directory / model
        place.mkdir(parents=True)
        for name in (*_FILES, *_OWN_FILES[model]):
            (place / name).write_bytes(content(f"{model}/{name}", 1000))
        (place / "network.onnx").write_bytes(network(model))
        (place / "model.json").write_text(json.dumps(DOCUMENTS[model]))
        (place / "config.json").touch()
        (place / "network.trt").write_bytes(b"an engine")
        (place / ".gpu_arch").write_text("75")
    return directory


def to_publish(directory: Path) -> dict[str, bytes]:
    """Give path and content of all files that are no engine and not hidden."""
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and path.suffix != ".trt" and not path.name.startswith(".")
    }


def publish(directory: Path, url: str, *options: str) -> None:
    parser = argparse.ArgumentParser()
    job.add_arguments(parser)
    job.run(parser.parse_args([str(directory), url, *options]))
