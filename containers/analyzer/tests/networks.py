"""Detectors as small as can be, written by the onnx package."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from onnx import GraphProto, TensorProto, ValueInfoProto, helper
from onnx.external_data_helper import set_external_data

from analyzer.detector import Detector, InputAxis

ANY = (InputAxis.of(1), InputAxis(least=1, most=1000, usual=10))
"""What a detector of no program in particular may take."""

_LOOP_FOREVER = 10**9


def network(
    shape: Sequence[int | str],
    *operators: str,
    taken: int = TensorProto.FLOAT,
    given: int = TensorProto.FLOAT,
    outputs: int = 1,
) -> bytes:
    """Give a network of these operators, one after the other; the first makes one number of all."""
    nodes = [
        helper.make_node(operator, [f"value{at}"], [f"value{at + 1}"])
        for at, operator in enumerate(operators)
    ]
    ends = [_value(f"value{len(operators) - at}", given, [1, 1]) for at in range(outputs)]
    return _written(helper.make_graph(nodes, "g", [_value("value0", taken, shape)], ends))


def endless_below_zero() -> bytes:
    """Give a network that comes to no end if a value is below 0, and at once if none is."""
    trips = [
        helper.make_node("ReduceMin", ["values"], ["least"]),
        helper.make_node("Neg", ["least"], ["below"]),
        helper.make_node("Ceil", ["below"], ["whole"]),
        helper.make_node("Mul", ["whole", "forever"], ["times"]),
        helper.make_node("Cast", ["times"], ["trips"], to=TensorProto.INT64),
        helper.make_node("Squeeze", ["trips"], ["count"]),
        helper.make_node("Loop", ["count", "", "least"], ["value"], body=_nothing()),
    ]
    forever = helper.make_tensor("forever", TensorProto.FLOAT, [], [_LOOP_FOREVER])
    taken, given = _float("values", [1, "n"]), _float("value", [1, 1])
    return _written(helper.make_graph(trips, "g", [taken], [given], initializer=[forever]))


def with_weights_elsewhere(location: str, weights: Path) -> bytes:
    """Give a network of 1000 values whose weights lie in another file, which is written, too."""
    content = np.ones(1000, np.float32).tobytes()
    weights.write_bytes(content)
    weight = helper.make_tensor("weight", TensorProto.FLOAT, [1000], content, raw=True)
    set_external_data(weight, location, offset=0, length=len(content))
    weight.ClearField("raw_data")
    nodes = [
        helper.make_node("Mul", ["values", "weight"], ["products"]),
        helper.make_node("ReduceMax", ["products"], ["value"]),
    ]
    taken, given = _float("values", [1, 1000]), _float("value", [1, 1])
    return _written(helper.make_graph(nodes, "g", [taken], [given], initializer=[weight]))


def loaded(path: Path, content: bytes, axes: Sequence[InputAxis] = ANY) -> Detector:
    path.write_bytes(content)
    return Detector.load(path, axes)


def _nothing() -> GraphProto:
    taken = [
        helper.make_tensor_value_info("trip", TensorProto.INT64, []),
        helper.make_tensor_value_info("goes_on", TensorProto.BOOL, []),
        _float("before", [1, 1]),
    ]
    given = [helper.make_tensor_value_info("still", TensorProto.BOOL, []), _float("after", [1, 1])]
    nodes = [
        helper.make_node("Identity", ["goes_on"], ["still"]),
        helper.make_node("Identity", ["before"], ["after"]),
    ]
    return helper.make_graph(nodes, "nothing", taken, given)


def _float(name: str, shape: Sequence[int | str]) -> ValueInfoProto:
    return _value(name, TensorProto.FLOAT, shape)


def _value(name: str, kind: int, shape: Sequence[int | str]) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def _written(graph: GraphProto) -> bytes:
    # Older than onnx itself, since onnxruntime learns of new versions a little later.
    model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 13)])
    return bytes(model.SerializeToString())
