"""The files beside an ONNX file that hold its weights: its external data.

PyTorch 2.9 and later write weights to `network.onnx.data`: with other weights the ONNX file itself
stays the same, byte for byte. This reads the few fields of ONNX's messages that lead to the names
of such files (onnx.proto of ONNX 1.23), and skips all others: the onnx package would bring NumPy
and 100 MB along.
"""

import mmap
import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from model_store.failure import ExitCode, Failure

_MODEL = "ModelProto"
_GRAPH = "GraphProto"
_TENSOR = "TensorProto"

_MESSAGES: Mapping[str, Mapping[int, str]] = {
    _MODEL: {7: _GRAPH, 20: "TrainingInfoProto", 25: "FunctionProto"},
    "TrainingInfoProto": {1: _GRAPH, 2: _GRAPH},
    "FunctionProto": {7: "NodeProto", 11: "AttributeProto"},
    _GRAPH: {1: "NodeProto", 5: _TENSOR, 15: "SparseTensorProto"},
    "NodeProto": {5: "AttributeProto"},
    "AttributeProto": {
        5: _TENSOR,
        6: _GRAPH,
        10: _TENSOR,
        11: _GRAPH,
        22: "SparseTensorProto",
        23: "SparseTensorProto",
    },
    "SparseTensorProto": {1: _TENSOR, 2: _TENSOR},
}
"""The fields of each message that may have a tensor in them, by number, and their type."""

_EXTERNAL_DATA = 13
_DATA_LOCATION = 14
_EXTERNAL = 1
"""Of a tensor; once its data was brought back into the file, an old name may stay behind."""

_INTEGER_BITS = 7
_INTEGER_BYTES = 10
"""At most; each holds seven bits, and whether another follows."""

_DAMAGED = "it is damaged or incomplete"


def external_data(onnx: Path) -> tuple[str, ...]:
    """Return the paths of an ONNX file's external data, below its directory; raise `Failure`."""
    try:
        with (
            onnx.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            found = {_location(content, tensor) for tensor in _tensors(content)}
    except ValueError as error:
        raise Failure(ExitCode.DAMAGED, f"{onnx} is no ONNX model: {error}") from error
    locations = sorted(location for location in found if location is not None)
    for location in locations:
        path = PurePosixPath(location)
        if path.is_absolute() or ".." in path.parts:
            sentence = f"{onnx} has its weights in {location!r}: they must lie in its directory"
            raise Failure(ExitCode.DAMAGED, sentence)
    return tuple(dict.fromkeys(map(posixpath.normpath, locations)))


def _tensors(content: mmap.mmap) -> Iterator[slice]:
    """Yield where each tensor lies, those of nested graphs and of functions too."""
    waiting = [(_MODEL, slice(0, len(content)))]
    graphs = 0
    while waiting:
        message, where = waiting.pop()
        if message == _TENSOR:
            yield where
            continue
        graphs += message == _GRAPH
        for number, value in _fields(content, where):
            inner = _MESSAGES[message].get(number)
            if inner and isinstance(value, slice):
                waiting.append((inner, value))
    if not graphs:
        error = "it has no graph"
        raise ValueError(error)


def _location(content: mmap.mmap, tensor: slice) -> str | None:
    """Return the path of the file that holds a tensor; None if the ONNX file itself does."""
    said: dict[str, str] = {}
    is_external = False
    for number, value in _fields(content, tensor):
        if number == _EXTERNAL_DATA and isinstance(value, slice):
            key, text = _entry(content, value)
            said[key] = text
        elif number == _DATA_LOCATION:
            is_external = value == _EXTERNAL
    if not is_external:
        return None
    if not said.get("location"):
        error = "it has a tensor elsewhere and does not say where"
        raise ValueError(error)
    return said["location"]


def _entry(content: mmap.mmap, where: slice) -> tuple[str, str]:
    texts = {
        number: content[value].decode()
        for number, value in _fields(content, where)
        if isinstance(value, slice)
    }
    return texts.get(1, ""), texts.get(2, "")


def _fields(content: mmap.mmap, where: slice) -> Iterator[tuple[int, int | slice]]:
    """Yield number and value of a message's fields: an integer, or where text or a message lies.

    https://protobuf.dev/programming-guides/encoding
    """
    at, end = where.start, where.stop
    while at < end:
        tag, at = _varint(content, at, end)
        number, wire_type = tag >> 3, tag & 7
        value: int | slice
        match wire_type:
            case 0:
                value, at = _varint(content, at, end)
            case 2:
                length, at = _varint(content, at, end)
                value = slice(at, at + length)
                at += length
            case 1 | 5:
                value, at = 0, at + (8 if wire_type == 1 else 4)
            case _:
                number = 0
        if not number or at > end:
            raise ValueError(_DAMAGED)
        yield number, value


def _varint(content: mmap.mmap, at: int, end: int) -> tuple[int, int]:
    """Return an integer, and where the next field begins."""
    value = 0
    for count, byte in enumerate(content[at : min(end, at + _INTEGER_BYTES)]):
        value |= (byte & 0x7F) << _INTEGER_BITS * count
        if byte < 1 << _INTEGER_BITS:
            return value, at + count + 1
    raise ValueError(_DAMAGED)
