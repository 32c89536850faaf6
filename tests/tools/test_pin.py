"""Pinning images: tags become digests, or the file stays as it was."""

import json
from pathlib import Path
from typing import Any, NoReturn

import pytest
from botocore.exceptions import ClientError

from settings.systems import SYSTEMS, registry_stack, system_of, systems
from tools.pin import PinError, Repinned, pin

_OLD = f"sha256:{1:064x}"
_NEW = f"sha256:{2:064x}"
_OTHER = f"sha256:{3:064x}"


class HeldImages:
    """What ECR holds, by repository and tag."""

    def __init__(self, images: dict[str, dict[str, str]], *, refusal: str = "") -> None:
        self._images = images
        self._refusal = refusal

    def describe_images(
        self,
        *,
        repositoryName: str,  # noqa: N803 - boto3's spelling
        imageIds: list[dict[str, str]],  # noqa: N803
    ) -> dict[str, Any]:
        """Answer as ECR does, with its errors."""
        if self._refusal:
            _refuse(self._refusal)
        if repositoryName not in self._images:
            _refuse("RepositoryNotFoundException")
        tags, (wanted,) = self._images[repositoryName], imageIds
        if wanted["imageTag"] not in tags:
            _refuse("ImageNotFoundException")
        return {"imageDetails": [{"imageDigest": tags[wanted["imageTag"]]}]}


def _refuse(code: str) -> NoReturn:
    raise ClientError({"Error": {"Code": code, "Message": "from ECR"}}, "DescribeImages")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a reviewed file with two images."""
    path = tmp_path / "images.json"
    entries = {
        name: {"repository": f"shop/{name}", "tag": "1.0.0", "digest": _OLD}
        for name in ("backend", "tarot")
    }
    path.write_text(json.dumps(entries))
    return path


def _refused(file: Path, registry: HeldImages, tags: dict[str, str]) -> str:
    """Return what the user is told; nothing may have been written."""
    before = file.read_bytes()
    with pytest.raises(PinError) as refusal:
        pin(file, registry, tags, registry="ShopRegistry")
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]
    return str(refusal.value)


def test_a_tag_is_pinned_to_what_it_stands_for(file: Path) -> None:
    """The digest that ECR holds is written, and what changed is told."""
    registry = HeldImages({"shop/backend": {"1.0.0": _OLD}, "shop/tarot": {"1.0.0": _NEW}})
    changes = pin(file, registry, {}, registry="ShopRegistry")
    assert changes == [Repinned(name="tarot", tag="1.0.0", old_digest=_OLD, digest=_NEW)]
    assert json.loads(file.read_text()) == {
        "backend": {"repository": "shop/backend", "tag": "1.0.0", "digest": _OLD},
        "tarot": {"repository": "shop/tarot", "tag": "1.0.0", "digest": _NEW},
    }


def test_an_image_can_be_given_a_new_tag(file: Path) -> None:
    """Tag and digest of the named image change together; the others keep their tags."""
    registry = HeldImages(
        {"shop/backend": {"1.0.0": _OLD}, "shop/tarot": {"1.0.0": _OLD, "1.4.0": _OTHER}}
    )
    changes = pin(file, registry, {"tarot": "1.4.0"}, registry="ShopRegistry")
    assert [(change.name, change.tag) for change in changes] == [("tarot", "1.4.0")]
    pinned = json.loads(file.read_text())
    assert pinned["tarot"] == {"repository": "shop/tarot", "tag": "1.4.0", "digest": _OTHER}
    assert pinned["backend"]["tag"] == "1.0.0"


def test_the_file_ends_and_is_indented_like_a_text(file: Path) -> None:
    """It is reviewed as a diff, so each value has its line and the last one its end."""
    registry = HeldImages({name: {"1.0.0": _NEW} for name in ("shop/backend", "shop/tarot")})
    pin(file, registry, {}, registry="ShopRegistry")
    text = file.read_text()
    assert f'    "digest": "{_NEW}"\n' in text
    assert text.endswith("}\n")


def test_nothing_is_written_when_one_tag_is_missing(file: Path) -> None:
    """The first image has changed, the second was never pushed: neither is pinned."""
    registry = HeldImages({"shop/backend": {"1.0.0": _NEW}, "shop/tarot": {"0.9.0": _OLD}})
    message = _refused(file, registry, {})
    assert message == "image shop/tarot:1.0.0 is not in ECR: push it first"


def test_a_missing_repository_says_what_to_deploy(file: Path) -> None:
    """The registry comes before the first image."""
    message = _refused(file, HeldImages({"shop/backend": {"1.0.0": _OLD}}), {})
    assert message == "repository shop/tarot is not in ECR: deploy ShopRegistry first"


def test_every_stack_of_a_system_has_its_registry() -> None:
    """Environments share it."""
    found = {(system_of(f"{system.name}Cluster"), type(system)) for system in systems()}
    assert found == {(system, system) for system in SYSTEMS}
    assert len({registry_stack(system) for system in SYSTEMS}) == len(SYSTEMS)


def test_a_stack_of_no_system_is_refused() -> None:
    """It says which there are."""
    with pytest.raises(LookupError, match="'Shop' is of no system; known are "):
        system_of("Shop")


def test_another_refusal_is_named(file: Path) -> None:
    """Whoever lacks the right to look sees AWS' own code."""
    message = _refused(file, HeldImages({}, refusal="AccessDeniedException"), {})
    assert message == "ECR refused to describe shop/backend:1.0.0: AccessDeniedException"


def test_an_unknown_image_is_refused(file: Path) -> None:
    """A slip in a name says which names there are."""
    message = _refused(file, HeldImages({}), {"taro": "1.4.0"})
    assert message == f"image 'taro' is not in {file}; it has backend, tarot"


def test_a_broken_file_is_refused(file: Path) -> None:
    """What the settings would refuse is refused here with the same sentence."""
    file.write_text("{")
    message = _refused(file, HeldImages({}), {})
    assert message.startswith(f"image file {str(file)!r} is not JSON (")
