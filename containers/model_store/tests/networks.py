"""ONNX files as small as can be, written by the onnx package."""

import onnx
from onnx import TensorProto, helper
from onnx.external_data_helper import set_external_data


def network(name: str, *locations: str) -> bytes:
    """Give the ONNX file of a network of this name, with a weight in each of these files."""
    weights = [weight_in(location) for location in locations]
    return written(helper.make_graph([], name, [], [], initializer=weights))


def written(graph: onnx.GraphProto, *functions: onnx.FunctionProto) -> bytes:
    return bytes(helper.make_model(graph, functions=functions).SerializeToString())


def weight_in(location: str) -> TensorProto:
    """Give a tensor whose data lies in a file beside the ONNX file."""
    weight = helper.make_tensor("weight", TensorProto.UINT8, [1], b"w", raw=True)
    set_external_data(weight, location)
    weight.ClearField("raw_data")
    return weight
