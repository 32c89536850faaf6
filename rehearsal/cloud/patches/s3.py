"""S3: a range of an object's version, which the emulator answers with the whole."""

from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import s3

from rehearsal.cloud.patches import Patch, private

_parse_range = private(s3, "_parse_range")
_range_error_xml = private(s3, "_range_error_xml")
_xml_body = private(s3, "_xml_body")
_OK, _PARTIAL = 200, 206
_CHECKSUM = "x-amz-checksum-"
"""Checksums are of the whole: beside a part of it boto3 takes them for damage."""

Answer = tuple[int, dict[str, str], bytes]


def patch_versioned_range(get: Callable[..., Answer]) -> Callable[..., Answer]:
    """Cut the answer as it is cut for an object without version."""

    def getting(
        bucket: str, key: str, headers: Mapping[str, str], query: Mapping[str, Any] | None = None
    ) -> Answer:
        status, said, body = get(bucket, key, headers, query)
        asked = headers.get("range", "")
        if status != _OK or not asked:
            return status, said, body
        found = _parse_range(asked, len(body))
        if found is None:
            refused = {"Content-Type": "application/xml", "Content-Range": f"bytes */{len(body)}"}
            return 416, refused, _xml_body(_range_error_xml(bucket, key))
        start, end = found
        kept = {name: one for name, one in said.items() if not name.lower().startswith(_CHECKSUM)}
        part = body[start : end + 1]
        kept["Content-Length"] = str(len(part))
        kept["Content-Range"] = f"bytes {start}-{end}/{len(body)}"
        return _PARTIAL, kept, part

    return getting


PATCHES = (
    Patch(
        module=s3,
        attribute="_get_object",
        fingerprint="64ad7071ef0e",
        corrects="Range is ignored beside versionId",
        upstream="s3._get_object: look at range before the versioned branch returns",
        replacement=patch_versioned_range,
    ),
)
