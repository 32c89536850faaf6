"""The models that drills publish, as a pod of the Audio2Face server reads them."""

from pathlib import Path

from model_store.content import describe
from model_store.engine.recipe import Recipe
from model_store.manifest import PART_BYTES, ManifestFile, ModelManifest
from model_store.model_tree import read_tree
from settings.avadot.environments import MODELS
from tests.rehearsal.avadot.test_preflight import write_models


def test_the_settings_name_the_models_of_the_drills(tmp_path: Path) -> None:
    """Until real ones are published, what pods ask for is what drills can publish."""
    write_models(tmp_path)
    files = []
    for file in read_tree(tmp_path).files:
        size, sha256, parts = describe(tmp_path / file.path, PART_BYTES)
        files.append(
            ManifestFile(
                path=file.path, size=size, sha256=sha256, parts=parts, etag="e", version_id="v"
            )
        )

    assert ModelManifest(part_bytes=PART_BYTES, files=tuple(files)).version == MODELS


def test_an_engine_of_theirs_can_be_built_and_shared(tmp_path: Path) -> None:
    """Each says how."""
    write_models(tmp_path)

    recipes = [Recipe.read(path) for path in sorted(tmp_path.glob("*/trt_info.json"))]

    assert [recipe.arguments(1)[0] for recipe in recipes] == ["--minShapes=window:1x16000"] * 2
