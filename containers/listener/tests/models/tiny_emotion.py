"""A classifier with RoBERTa's inputs, limit and padding, which knows a word of each emotion."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save
from tokenizers import Tokenizer, models, pre_tokenizers, processors

LABELS = ("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise")
"""In the order of the real one."""

WORDS = ("furious", "revolting", "scared", "happy", "table", "crying", "wow")

_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_PAD = 1
_POSITIONS = 514


def write(folder: Path, labels: Sequence[str] = LABELS) -> None:
    folder.mkdir(parents=True)
    config = {"id2label": dict(enumerate(labels)), "pad_token_id": _PAD}
    (folder / "config.json").write_text(json.dumps(config))
    _tokenizer().save(str(folder / "tokenizer.json"))

    known = np.zeros((len(_SPECIAL) + len(WORDS), len(LABELS)), np.float32)
    known[len(_SPECIAL) :] = 2 * np.eye(len(WORDS))
    # Padding that is not masked would be taken for anger, whatever is said.
    known[_PAD, 0] = 100
    weights = {
        "known": known,
        "positions": np.zeros((_POSITIONS, len(LABELS)), np.float32),
        "pad": np.array(_PAD, np.int64),
        "along": np.array(1, np.int64),
        "last": np.array([2], np.int64),
        "words": np.array([1], np.int64),
        "bias": np.eye(len(LABELS), dtype=np.float32)[LABELS.index("neutral")],
    }
    nodes = [
        helper.make_node("CumSum", ["attention_mask", "along"], ["counted"]),
        helper.make_node("Mul", ["counted", "attention_mask"], ["places"]),
        helper.make_node("Add", ["places", "pad"], ["position_ids"]),
        helper.make_node("Gather", ["positions", "position_ids"], ["position"]),
        helper.make_node("Gather", ["known", "input_ids"], ["meaning"]),
        helper.make_node("Add", ["meaning", "position"], ["both"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["masks"]),
        helper.make_node("Mul", ["both", "masks"], ["seen"]),
        helper.make_node("ReduceSum", ["seen", "words"], ["sum"], keepdims=0),
        helper.make_node("Add", ["sum", "bias"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "emotion",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
            for name in ("input_ids", "attention_mask")
        ],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", len(LABELS)])],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    opset = [helper.make_opsetid("", 14)]
    save(helper.make_model(graph, ir_version=8, opset_imports=opset), folder / "model.onnx")


def _tokenizer() -> Tokenizer:
    vocabulary = {word: at for at, word in enumerate((*_SPECIAL, *WORDS))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return tokenizer
