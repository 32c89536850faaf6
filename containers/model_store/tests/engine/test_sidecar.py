"""A sidecar tells of one engine, or it does not count."""

import json
from pathlib import Path

import pytest

from model_store.engine.sidecar import EngineKey, Sidecar

_KEY = EngineKey(
    network={"network.onnx": "5f" * 32, "network.onnx.data": "6a" * 32},
    tensorrt="10.13.3.9",
    capability="7.5",
    gpu="Tesla T4",
    driver="570",
    arguments=("--fp16",),
    build_rules=1,
)


@pytest.fixture
def sidecar(tmp_path: Path) -> Sidecar:
    engine = tmp_path / "network.trt"
    engine.write_bytes(b"engine")
    return Sidecar.of(engine, _KEY, built_with=("--fp16",))


def test_what_is_written_can_be_read(sidecar: Sidecar) -> None:
    """Nothing is lost on the way through a file."""
    assert Sidecar.from_json(sidecar.to_json(), expected=_KEY.name) == sidecar


def test_sidecar_of_another_key_is_refused(sidecar: Sidecar) -> None:
    """A file in the wrong place tells of nothing."""
    with pytest.raises(ValueError, match="does not tell of the engine"):
        Sidecar.from_json(sidecar.to_json(), expected="0" * 64)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format", 1),
        ("key", {}),
        ("key", None),
        ("size", "6"),
        ("size", 1 << 40),
        ("sha256", "5f"),
        ("sha256", "../../etc/passwd"),
        ("part_bytes", 0),
        ("parts", []),
        ("parts", [1]),
        ("built_with", [1]),
    ],
)
def test_sidecar_with_a_wrong_field_is_refused(sidecar: Sidecar, field: str, value: object) -> None:
    """Whatever was written there, it is an error of one kind."""
    document = {**json.loads(sidecar.to_json()), field: value}

    with pytest.raises(ValueError, match=r"\w"):
        Sidecar.from_json(json.dumps(document), expected=_KEY.name)


@pytest.mark.parametrize("part", ["gpu", "driver", "tensorrt", "capability"])
def test_key_that_was_changed_is_refused(sidecar: Sidecar, part: str) -> None:
    """The key's parts are what its name is the hash of."""
    document = json.loads(sidecar.to_json())
    document["key"][part] += "0"

    with pytest.raises(ValueError, match="does not tell of the engine"):
        Sidecar.from_json(json.dumps(document), expected=_KEY.name)


@pytest.mark.parametrize("file", ["network.onnx", "network.onnx.data"])
def test_key_of_another_network_is_refused(sidecar: Sidecar, file: str) -> None:
    """Whichever of the files that it was built from is another."""
    document = json.loads(sidecar.to_json())
    document["key"]["network"][file] = "00" * 32

    with pytest.raises(ValueError, match="does not tell of the engine"):
        Sidecar.from_json(json.dumps(document), expected=_KEY.name)
