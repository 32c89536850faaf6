"""Two networks with spleeter's shapes: voices are what is low, all else is what is high."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper, save

LIMIT_HZ = 6000

_BINS, _FRAMES = 1024, 512
_BIN_HZ = 44100 / 4096


def write(folder: Path) -> None:
    folder.mkdir(parents=True)
    low = (np.arange(_BINS) * _BIN_HZ < LIMIT_HZ).astype(np.float32)
    _network(folder / "vocals.onnx", low)
    _network(folder / "accompaniment.onnx", 1 - low)


def _network(path: Path, passed: NDArray[np.float32]) -> None:
    shape: list[str | int] = [2, "num_splits", _FRAMES, _BINS]
    graph = helper.make_graph(
        [helper.make_node("Mul", ["x", "passed"], ["y"])],
        "spleeter",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(passed, "passed")],
    )
    model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 13)])
    # What the converter of sherpa-onnx writes, and its runtime asks for.
    helper.set_model_props(model, {"model_type": "spleeter", "stems": "2"})
    save(model, path)
