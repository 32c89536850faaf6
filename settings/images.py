"""Container images: named by digest, in one reviewed file."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from settings.checks import SettingError, require, require_unique

_REPOSITORY = re.compile(r"[a-z0-9]+([_/-][a-z0-9]+)*")
"""Without dots, which only a registry's host would need."""
_TAG = re.compile(r"[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?", re.ASCII)
"""What ECR takes and a label can hold: pods carry the tag as app.kubernetes.io/version."""
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_ENTRY = {"repository": str, "tag": str, "digest": str}
_ENTRY_RULE = "write an entry with repository, tag and digest, each a text"


@dataclass(frozen=True, kw_only=True)
class Image:
    """One image in the account's ECR registry.

    The tag says what was meant when the digest was pinned; only the digest is deployed.
    """

    repository: str
    tag: str
    digest: str

    def __post_init__(self) -> None:
        require(
            _REPOSITORY.fullmatch(self.repository),
            "image repository",
            self.repository,
            "write it like team/service, without the registry's host",
        )
        require(
            _TAG.fullmatch(self.tag),
            f"image {self.repository} tag",
            self.tag,
            "name a version like 1.0.0",
        )
        require(
            self.tag != "latest",
            f"image {self.repository} tag",
            self.tag,
            "name a version, since `latest` moves",
        )
        require(
            _DIGEST.fullmatch(self.digest),
            f"image {self.repository} digest",
            self.digest,
            "pin it as sha256: and 64 hexadecimal digits (`make pin` does)",
        )

    @property
    def reference(self) -> str:
        """Repository and digest, without the registry's host."""
        return f"{self.repository}@{self.digest}"


class _Images(dict[str, Image]):
    """The entries of the image file; one that it lacks is a wrong setting."""

    def __missing__(self, name: str) -> Image:
        message = f"image {name!r} is not in the image file: {_ENTRY_RULE}"
        raise SettingError(message)


def read_images(path: Path) -> Mapping[str, Image]:
    """Read the reviewed file; raise `SettingError` with one sentence if it is not right.

    A name that the file lacks raises `SettingError` too when it is looked up.
    """
    file = f"image file {str(path)!r}"
    try:
        entries = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_without_doubles)
    except FileNotFoundError:
        message = f"{file} does not exist: it names every image by digest"
        raise SettingError(message) from None
    except OSError as error:
        message = f"{file} cannot be read ({error.strerror}): it must be a readable file"
        raise SettingError(message) from None
    except UnicodeDecodeError as error:
        message = f"{file} is not UTF-8 at byte {error.start}: save it as UTF-8 text"
        raise SettingError(message) from None
    except json.JSONDecodeError as error:
        message = f"{file} is not JSON ({error}): correct it there"
        raise SettingError(message) from None
    if not isinstance(entries, dict):
        message = f"{file} holds no entries: write one for each image, by its name"
        raise SettingError(message)
    images = _Images((name, _image(name, entry)) for name, entry in entries.items())
    require_unique("image repository", [image.repository for image in images.values()])
    return images


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return the object; JSON's last value of a key would hide one that was reviewed."""
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            message = f"image file has {key!r} twice in one object: keep the one that was reviewed"
            raise SettingError(message)
    return dict(pairs)


def _image(name: str, entry: object) -> Image:
    if isinstance(entry, dict) and {key: type(part) for key, part in entry.items()} == _ENTRY:
        return Image(**entry)
    message = f"image {name!r} is {entry!r} in the image file: {_ENTRY_RULE}"
    raise SettingError(message)
