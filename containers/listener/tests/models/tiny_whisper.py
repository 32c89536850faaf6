"""A Whisper that says what it was told to, whatever it hears: all else in it is Whisper's own.

Nothing is learnt: of each position in the text it knows one token, by the weights of its last
layer. The encoder and all attention are there, and add nothing.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from ctranslate2.specs import WhisperSpec
from ctranslate2.specs.attention_spec import MultiHeadAttentionSpec
from ctranslate2.specs.common_spec import LayerNormSpec, LinearSpec
from ctranslate2.specs.transformer_spec import FeedForwardSpec
from numpy.typing import NDArray
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

_WIDTH = 64
_MELS = 80
_POSITIONS = 448
_FRAMES = 1500
_PROMPT = 3
"""Tokens before what is said: begin, language, task."""

_OF_MANY_LANGUAGES = ""
"""This token is how CTranslate2 knows that a Whisper is not for English only."""

_LANGUAGES = ("en", "ko")
_TASKS = ("translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps")
_TIMES = [f"<|{at * 0.02:.2f}|>" for at in range(1501)]
_END = "<|endoftext|>"


def write(folder: Path, script: Sequence[str]) -> None:
    """Write a model that says these words and times, as `<|1.00|>`, in each half a minute."""
    folder.mkdir(parents=True)
    words = dict.fromkeys(word for word in script if word not in _TIMES)
    special = ("startoftranscript", *_LANGUAGES, *_TASKS)
    marks = [_END, *(f"<|{name}|>" for name in special)]
    vocabulary = ["<unk>", _OF_MANY_LANGUAGES, *words, *marks, *_TIMES]
    number = {token: at for at, token in enumerate(vocabulary)}

    spec = WhisperSpec(1, 2, 1, 2)
    spec.register_vocabulary(vocabulary)
    spec.config.lang_ids = [number[f"<|{one}|>"] for one in _LANGUAGES]
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [number[_END]]
    spec.config.alignment_heads = [(0, 0)]
    _encoder(spec)
    _decoder(spec, [number[word] for word in (*script, _END)], len(vocabulary))
    spec.validate()
    # As the one that pods get is converted.
    spec.optimize(quantization="int8_float16")
    spec.save(str(folder))
    _tokenizer(number).save(str(folder / "tokenizer.json"))
    features = {"feature_size": _MELS, "sampling_rate": 16000, "hop_length": 160}
    (folder / "preprocessor_config.json").write_text(json.dumps(features))


def _tokenizer(number: dict[str, int]) -> Tokenizer:
    tokenizer = Tokenizer(models.WordLevel(number, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.decoder = decoders.Fuse()
    return tokenizer


def _encoder(spec: WhisperSpec) -> None:
    encoder = spec.encoder
    encoder.conv1.weight, encoder.conv1.bias = _zeros(_WIDTH, _MELS, 3), _zeros(_WIDTH)
    encoder.conv2.weight, encoder.conv2.bias = _zeros(_WIDTH, _WIDTH, 3), _zeros(_WIDTH)
    encoder.position_encodings.encodings = _zeros(_FRAMES, _WIDTH)
    _norm(encoder.layer_norm)
    for layer in encoder.layer:
        _attention(layer.self_attention)
        _feed_forward(layer.ffn)


def _decoder(spec: WhisperSpec, script: Sequence[int], tokens: int) -> None:
    decoder = spec.decoder
    decoder.embeddings.weight = _zeros(tokens, _WIDTH)
    # Each position has a direction of its own, the last for all that come after.
    last = _PROMPT - 1 + len(script)
    directions = np.eye(_WIDTH, dtype=np.float32)
    decoder.position_encodings.encodings = directions[np.minimum(np.arange(_POSITIONS), last)]
    _norm(decoder.layer_norm)
    for layer in decoder.layer:
        _attention(layer.self_attention)
        _attention(layer.attention)
        _feed_forward(layer.ffn)
    decoder.projection.weight = _zeros(tokens, _WIDTH)
    for at, token in enumerate(script):
        decoder.projection.weight[token, _PROMPT - 1 + at] = 10


def _attention(attention: MultiHeadAttentionSpec) -> None:
    _norm(attention.layer_norm)
    wide = 3 if len(attention.linear) == 2 else 1
    for linear, times in zip(attention.linear, (wide, 1 if wide == 3 else 2, 1), strict=False):
        _linear(linear, times * _WIDTH, _WIDTH)


def _feed_forward(layer: FeedForwardSpec) -> None:
    _norm(layer.layer_norm)
    _linear(layer.linear_0, 4 * _WIDTH, _WIDTH)
    _linear(layer.linear_1, _WIDTH, 4 * _WIDTH)


def _linear(linear: LinearSpec, given: int, taken: int) -> None:
    linear.weight, linear.bias = _zeros(given, taken), _zeros(given)


def _norm(norm: LayerNormSpec) -> None:
    norm.gamma, norm.beta = np.ones(_WIDTH, np.float32), _zeros(_WIDTH)


def _zeros(*shape: int) -> NDArray[np.float32]:
    return np.zeros(shape, np.float32)
