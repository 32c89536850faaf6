"""The networks of the models in use: what an engine is built from, and where it is looked for."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from model_store.engine.local_cache import CachedEngine
from model_store.engine.recipe import Recipe
from model_store.external_data import external_data
from model_store.failure import ExitCode, Failure
from model_store.files import flush, put_link
from model_store.manifest import ManifestFile
from model_store.model_json import MODEL_JSON, ModelJson
from model_store.progress import say
from model_store.volume import ModelVolume

_ONNX = "network.onnx"
_RECIPE = "trt_info.json"
_MARKER = ".gpu_arch"


@dataclass(frozen=True, kw_only=True)
class ModelNetwork:
    """The ONNX network of one model; `directory` is the model's link on the volume."""

    model: str
    directory: Path
    sha256: Mapping[str, str]
    """Of the ONNX file and of its external data, by their paths below the directory."""
    size: int
    """Bytes of all of them."""
    recipe: Recipe
    engine_name: str

    @property
    def onnx(self) -> Path:
        return self.directory / _ONNX

    @property
    def engine(self) -> Path:
        return self.directory / self.engine_name

    def use(self, cached: CachedEngine, *, architecture: str) -> None:
        """Link the engine where the server opens it, and write the marker that its image checks."""
        # The image rebuilds an engine that is older than the ONNX file.
        os.utime(cached.engine)
        directory = self.directory.resolve()
        link = directory / self.engine_name
        target = os.path.relpath(cached.engine.resolve(), link.parent)
        put_link(link, target, scratch=cached.directory)
        cached.write(_MARKER, f"{architecture}\n").replace(directory / _MARKER)
        flush(directory)


def networks(volume: ModelVolume) -> list[ModelNetwork]:
    """Return the network of each model of the version in use; raise `Failure`."""
    manifest = volume.manifest(volume.current) if volume.current else None
    if manifest is None:
        sentence = f"no version of the models is in use on {volume.root}: run `pull` before this"
        raise Failure(ExitCode.NOT_FOUND, sentence)
    files = {file.path: file for file in manifest.files}
    top = sorted({path.partition("/")[0] for path in files})
    models = [name for name in top if f"{name}/{MODEL_JSON}" in files]
    if not models:
        sentence = (
            f"version {manifest.version} has no model: publish directories with a {MODEL_JSON}"
        )
        raise Failure(ExitCode.NOT_FOUND, sentence)
    return [_network(volume.root / name, files) for name in models]


def _network(directory: Path, files: dict[str, ManifestFile]) -> ModelNetwork:
    name = directory.name
    engine = ModelJson.read(directory / MODEL_JSON).engine
    if f"{name}/{engine}" in files:
        raise Failure(
            ExitCode.DAMAGED,
            f"this version holds {name}/{engine} itself, built for some other machine: "
            "publish the models without engines",
        )
    if f"{name}/{_ONNX}" not in files:
        say(f"[entrypoint] ONNX not found: {directory / _ONNX}")
    built_from = {_ONNX: _listed(files, f"{name}/{_ONNX}")}
    for path in external_data(directory / _ONNX):
        built_from[path] = _listed(files, f"{name}/{path}")
    return ModelNetwork(
        model=name,
        directory=directory,
        sha256={path: file.sha256 for path, file in built_from.items()},
        size=sum(file.size for file in built_from.values()),
        recipe=Recipe.read(directory / _RECIPE),
        engine_name=engine,
    )


def _listed(files: Mapping[str, ManifestFile], path: str) -> ManifestFile:
    if path not in files:
        sentence = f"this version has no {path}: publish it with that file"
        raise Failure(ExitCode.NOT_FOUND, sentence)
    return files[path]
