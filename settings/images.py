"""Container images: named by digest, in one reviewed file."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from settings.checks import SettingError, require

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Image:
    """One image in the account's ECR registry.

    The tag says what was meant when the digest was pinned; only the digest is deployed.
    """

    repository: str
    tag: str
    digest: str

    def __post_init__(self) -> None:
        """Check the digest."""
        require(
            _DIGEST.fullmatch(self.digest),
            f"image {self.repository} digest",
            self.digest,
            "pin it as sha256: and 64 hexadecimal digits (`make pin` does)",
        )
        require(
            self.tag != "latest",
            f"image {self.repository} tag",
            self.tag,
            "name a version, since `latest` moves",
        )

    @property
    def reference(self) -> str:
        """Repository and digest, without the registry's host."""
        return f"{self.repository}@{self.digest}"


def read_images(path: Path) -> Mapping[str, Image]:
    """Read the reviewed file; raise `SettingError` with one sentence if it is not right."""
    try:
        entries = json.loads(path.read_text())
        return {name: Image(**entry) for name, entry in entries.items()}
    except FileNotFoundError:
        message = f"image file {str(path)!r} does not exist: it names every image by digest"
        raise SettingError(message) from None
    except (json.JSONDecodeError, AttributeError, TypeError) as error:
        message = (
            f"image file {str(path)!r} is not right ({error}): "
            "each entry has repository, tag and digest"
        )
        raise SettingError(message) from None
