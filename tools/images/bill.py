"""The bill of materials of an image, in CycloneDX's form: each package by its package URL."""

import json
from urllib.parse import unquote

from tools.images.layout import BuiltImage
from tools.images.source import ImageSource


def bill(source: ImageSource, built: BuiltImage) -> str:
    """Name everything that package managers installed, base included."""
    components = []
    for url in built.packages:
        name, _, version = url.partition("?")[0].rpartition("/")[2].rpartition("@")
        components.append(
            {
                "type": "library",
                "bom-ref": url,
                "name": unquote(name),
                "version": unquote(version),
                "purl": url,
            }
        )
    subject = {"type": "container", "name": source.image.repository, "version": built.digest}
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": subject},
        "components": components,
    }
    return json.dumps(document, indent=1) + "\n"
