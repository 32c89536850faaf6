"""Which files an ONNX file needs beside it, as the onnx package writes them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from containers.model_store.tests.networks import network, weight_in, written
from model_store.external_data import external_data
from model_store.failure import ExitCode, Failure

_BESIDE = "network.onnx.data"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "network.onnx"


def _graph(*nodes: onnx.NodeProto, weights: Sequence[TensorProto] = ()) -> onnx.GraphProto:
    return helper.make_graph(list(nodes), "graph", [], [], initializer=weights)


def _initializer() -> bytes:
    return written(_graph(weights=[weight_in(_BESIDE)]))


def _sparse_initializer() -> bytes:
    indices = helper.make_tensor("indices", TensorProto.INT64, [1], [0])
    graph = _graph()
    graph.sparse_initializer.append(
        helper.make_sparse_tensor(weight_in(_BESIDE), indices, dims=[4])
    )
    return written(graph)


def _sparse_indices() -> bytes:
    values = helper.make_tensor("values", TensorProto.FLOAT, [1], [1.0])
    graph = _graph()
    graph.sparse_initializer.append(helper.make_sparse_tensor(values, weight_in(_BESIDE), [4]))
    return written(graph)


def _constant() -> onnx.NodeProto:
    return helper.make_node("Constant", [], ["y"], value=weight_in(_BESIDE))


def _attribute() -> bytes:
    return written(_graph(_constant()))


def _list_of_tensors() -> bytes:
    attribute = helper.make_attribute("tensors", [weight_in(_BESIDE)])
    node = helper.make_node("Own", [], ["y"])
    node.attribute.append(attribute)
    return written(_graph(node))


def _sparse_attribute() -> bytes:
    indices = helper.make_tensor("indices", TensorProto.INT64, [1], [0])
    sparse = helper.make_sparse_tensor(weight_in(_BESIDE), indices, dims=[4])
    return written(_graph(helper.make_node("Constant", [], ["y"], sparse_value=sparse)))


def _branch_of_an_if_in_a_loop() -> bytes:
    branches = {"then_branch": _graph(_constant()), "else_branch": _graph()}
    body = _graph(helper.make_node("If", ["condition"], ["y"], **branches))
    return written(_graph(helper.make_node("Loop", ["", "condition"], ["y"], body=body)))


def _list_of_graphs() -> bytes:
    attribute = helper.make_attribute("graphs", [_graph(_constant())])
    node = helper.make_node("Own", [], ["y"])
    node.attribute.append(attribute)
    return written(_graph(node))


def _function() -> bytes:
    function = helper.make_function(
        "own", "Own", [], ["y"], [_constant()], [helper.make_opsetid("", 21)]
    )
    return written(_graph(), function)


def _default_of_a_function() -> bytes:
    function = helper.make_function(
        *("own", "Own", [], ["y"], [], [helper.make_opsetid("", 21)]),
        attribute_protos=[helper.make_attribute("value", weight_in(_BESIDE))],
    )
    return written(_graph(), function)


def _training() -> bytes:
    training = onnx.TrainingInfoProto()
    training.algorithm.CopyFrom(_graph(weights=[weight_in(_BESIDE)]))
    model = helper.make_model(_graph())
    model.training_info.append(training)
    return bytes(model.SerializeToString())


@pytest.mark.parametrize(
    "content",
    [
        _initializer,
        _sparse_initializer,
        _sparse_indices,
        _attribute,
        _list_of_tensors,
        _sparse_attribute,
        _branch_of_an_if_in_a_loop,
        _list_of_graphs,
        _function,
        _default_of_a_function,
        _training,
    ],
)
def test_file_is_found_wherever_its_tensor_stands(path: Path, content: Callable[[], bytes]) -> None:
    """In nested graphs and in functions too."""
    path.write_bytes(content())

    assert external_data(path) == (_BESIDE,)


def test_what_the_package_itself_writes_beside_is_found(path: Path) -> None:
    """As an exporter of PyTorch does it: all weights in one file, each at its offset."""
    weights = [
        helper.make_tensor(f"w{number}", TensorProto.FLOAT, [256], bytes(1024), raw=True)
        for number in range(3)
    ]
    model = helper.make_model(_graph(weights=weights))
    onnx.save(model, path, save_as_external_data=True, location=_BESIDE, size_threshold=0)

    assert external_data(path) == (_BESIDE,)
    assert (path.parent / _BESIDE).stat().st_size == 3 * 1024


def test_each_file_is_named_once(path: Path) -> None:
    """However often, and in whatever spelling, the ONNX file names it."""
    path.write_bytes(network("a23", "weights/b", "a", "./weights/b", "a", "weights//b"))

    assert sorted(external_data(path)) == ["a", "weights/b"]


def test_network_that_holds_its_weights_itself_needs_no_file(path: Path) -> None:
    """A name that was left behind when the data was brought back is none."""
    weight = weight_in("gone.data")
    weight.raw_data, weight.data_location = b"w", TensorProto.DEFAULT
    path.write_bytes(written(_graph(weights=[weight])))

    assert external_data(path) == ()


@pytest.mark.parametrize("location", ["/etc/passwd", "../a24/network.onnx.data", "a/../../b"])
def test_file_outside_the_directory_is_refused(path: Path, location: str) -> None:
    """It would be another one on each machine."""
    path.write_bytes(network("a23", location))

    with pytest.raises(Failure, match=f"'{location}': they must lie in its directory") as refused:
        external_data(path)

    assert refused.value.code is ExitCode.DAMAGED


def test_tensor_that_is_nowhere_is_refused(path: Path) -> None:
    """What is not known cannot be a part of a key."""
    weight = weight_in(_BESIDE)
    del weight.external_data[:]
    path.write_bytes(written(_graph(weights=[weight])))

    with pytest.raises(Failure, match="does not say where"):
        external_data(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"ONNX",
        b"\xff" * 100,
        b"\x3b",
        b"\x00\x00",
        b"\x3a\x05\x00",
        network("a23")[:-1],
        b'{"version": 1}',
        b"\x08\x0a",
    ],
)
def test_what_is_no_onnx_file_is_refused_in_one_sentence(path: Path, content: bytes) -> None:
    """Also one that ended too early, and one without a graph."""
    path.write_bytes(content)

    with pytest.raises(Failure, match=rf"^{path} is no ONNX model: [^\n]+$") as refused:
        external_data(path)

    assert refused.value.code is ExitCode.DAMAGED


def test_network_that_is_cut_anywhere_is_refused_or_read_as_it_was(path: Path) -> None:
    """Behind the graph nothing is needed; before its end no file is lost in silence."""
    whole = _branch_of_an_if_in_a_loop()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        try:
            assert external_data(path) == (_BESIDE,)
        except Failure as refused:
            assert refused.code is ExitCode.DAMAGED  # noqa: PT017 - either is right


def test_graphs_in_graphs_have_no_limit(path: Path) -> None:
    """The depth is that of the file, not that of this program's calls."""
    content = written(_graph(weights=[weight_in(_BESIDE)]))
    content = onnx.load_from_string(content).graph.SerializeToString()
    for _ in range(3_000):
        for tag in (0x32, 0x2A, 0x0A):  # a graph in an attribute of a node of a graph
            size = len(content)
            lengths = [size & 0x7F | 0x80, size >> 7 & 0x7F | 0x80, size >> 14]
            content = bytes([tag, *lengths]) + content
    size = len(content)
    path.write_bytes(
        bytes([0x3A, size & 0x7F | 0x80, size >> 7 & 0x7F | 0x80, size >> 14]) + content
    )

    assert external_data(path) == (_BESIDE,)
