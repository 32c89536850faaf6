"""ListObjectsV2: the keys below a prefix, with folders and in pages."""

from collections.abc import Iterator
from datetime import datetime, timezone
from urllib.parse import quote

from containers.model_store.tests.s3.answers import Reply, document, element, elements
from containers.model_store.tests.s3.objects import Objects, Stored

_PAGE = 1000


def timestamp(modified_ns: int) -> str:
    moment = datetime.fromtimestamp(modified_ns / 1e9, timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def list_objects(objects: Objects, bucket: str, query: dict[str, str]) -> Reply:
    prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
    limit = min(int(query.get("max-keys", _PAGE)), _PAGE)
    after = query.get("continuation-token") or query.get("start-after", "")
    names = [name for name in _names(objects, prefix, delimiter) if name > after]
    shown, rest = names[:limit], names[limit:]

    def encoded(name: str) -> str:
        return quote(name) if query.get("encoding-type") == "url" else name

    content = elements(
        [
            ("Name", bucket),
            ("Prefix", encoded(prefix)),
            ("Delimiter", encoded(delimiter)),
            ("EncodingType", query.get("encoding-type", "")),
            ("KeyCount", len(shown)),
            ("MaxKeys", limit),
            ("IsTruncated", "true" if rest else "false"),
        ]
    )
    if rest and shown:
        content += element("NextContinuationToken", shown[-1])
    for name in shown:
        if delimiter and name.endswith(delimiter) and name != prefix:
            folder = element("Prefix", encoded(name))
            content += f"<CommonPrefixes>{folder}</CommonPrefixes>"
        else:
            content += _entry(objects.find(name), encoded(name))
    return document("ListBucketResult", content)


def _names(objects: Objects, prefix: str, delimiter: str) -> Iterator[str]:
    """Give keys, and each folder once, where a delimiter folds keys."""
    last = None
    for key in objects.all_keys():
        if not key.startswith(prefix):
            continue
        name = key
        if delimiter and delimiter in key[len(prefix) :]:
            name = prefix + key[len(prefix) :].partition(delimiter)[0] + delimiter
        if name != last:
            yield name
        last = name


def _entry(stored: Stored, key: str) -> str:
    fields = elements(
        [
            ("Key", key),
            ("LastModified", timestamp(stored.modified_ns)),
            ("ETag", stored.etag),
            ("Size", stored.size),
            ("StorageClass", "STANDARD"),
        ]
    )
    return f"<Contents>{fields}</Contents>"
