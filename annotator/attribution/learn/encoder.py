"""The pretrained encoder in numpy: BERT's layers forward and backward, and how a text is cut.

Vaswani et al. (NeurIPS 2017), Devlin et al. (NAACL 2019). Windows of a text are laid end to end,
so that every product but attention's is one matrix product without padding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from annotator.attribution.learn.pretrained import LAYERS, Pretrained
from annotator.attribution.learn.wordpiece import FIRST, LAST, pieces_of
from annotator.attribution.parse import Parse

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

WIDTH: Final = 384
_HEADS: Final = 12
_SIZE: Final = WIDTH // _HEADS
_SCALE: Final = np.float32(1 / np.sqrt(_SIZE))
_EPSILON: Final = np.float32(1e-12)
_BLOCK: Final = 32
WINDOW: Final = 192
"""Most pieces in a window, which holds whole sentences where they fit."""
PART: Final = 640
"""Most pieces in a part, unless one window has more: what a thread works on at a time."""

Back = Callable[[Floats], dict[str, Floats]]
LayerBack = Callable[[Floats, dict[str, Floats]], Floats]


@dataclass(frozen=True, slots=True)
class Pieces:
    """A part of a text as windows of word pieces, T in all, with [CLS] and [SEP] around each.

    `first[i]` and `count[i]` say where the pieces of the part's word i lie.
    """

    ids: Ints
    places: Ints
    windows: list[tuple[int, int]]
    first: Ints
    count: Ints


def cut(parse: Parse) -> list[Pieces]:
    """Cut a text into windows of whole sentences, and lay these into parts of about one size.

    Sentences longer than a window are cut inside. The words of the parts in order are the text's.
    """
    words = [pieces_of(word) for word in parse.words]
    room = WINDOW - 2
    groups: list[tuple[int, int]] = []
    start = size = 0
    for lo, hi in parse.sentences:
        length = sum(len(words[i]) for i in range(lo, hi))
        if size and size + length > room:
            groups.append((start, lo))
            start, size = lo, 0
        if length > room:
            for i in range(lo, hi):
                if size and size + len(words[i]) > room:
                    groups.append((start, i))
                    start, size = i, 0
                size += len(words[i])
        else:
            size += length
    if start < len(words):
        groups.append((start, len(words)))
    return [_part(words, part) for part in _shared_out(words, groups)]


def _shared_out(
    words: Sequence[Sequence[int]], groups: Sequence[tuple[int, int]]
) -> list[list[tuple[int, int]]]:
    sizes = [2 + sum(len(words[i]) for i in range(lo, hi)) for lo, hi in groups]
    total = sum(sizes)
    parts = -(-total // PART)
    out: list[list[tuple[int, int]]] = [[] for _ in range(parts)]
    before = 0
    for group, size in zip(groups, sizes, strict=True):
        # A window belongs to the part in which its middle lies.
        out[min(parts - 1, (2 * before + size) * parts // (2 * total))].append(group)
        before += size
    return [part for part in out if part]


def _part(words: Sequence[Sequence[int]], groups: Sequence[tuple[int, int]]) -> Pieces:
    ids: list[int] = []
    places: list[int] = []
    windows: list[tuple[int, int]] = []
    first: list[int] = []
    count: list[int] = []
    for lo, hi in groups:
        begin = len(ids)
        ids.append(FIRST)
        for i in range(lo, hi):
            first.append(len(ids))
            count.append(len(words[i]))
            ids.extend(words[i])
        ids.append(LAST)
        windows.append((begin, len(ids)))
        places.extend(range(len(ids) - begin))
    return Pieces(
        np.array(ids, dtype=np.int32),
        np.array(places, dtype=np.int32),
        windows,
        np.array(first, dtype=np.int32),
        np.array(count, dtype=np.int32),
    )


class Encoder:
    """Trainable copies of the layers; embeddings stay as they are.

    `layers` of the pretrained six are used, and the lowest `frozen` of them are not trained.
    Several threads may encode at the same time.
    """

    def __init__(
        self, given: Pretrained, layers: int = LAYERS, frozen: int = 0, dropout: float = 0.1
    ) -> None:
        self._given = given
        self.layers, self._frozen, self._dropout = layers, frozen, dropout
        self.weights: dict[str, Floats] = {}
        for k in range(layers):
            a = f"encoder.layer.{k}"
            names = [f"{a}.attention.self.{part}" for part in ("query", "key", "value")]
            parts = {
                "qkv": np.concatenate([given.arrays[f"{n}.weight"] for n in names], axis=1),
                "qkv_b": np.concatenate([given.arrays[f"{n}.bias"] for n in names]),
                "out": given.arrays[f"{a}.attention.output.dense.weight"],
                "out_b": given.arrays[f"{a}.attention.output.dense.bias"],
                "norm1": given.arrays[f"{a}.attention.output.LayerNorm.weight"],
                "norm1_b": given.arrays[f"{a}.attention.output.LayerNorm.bias"],
                "up": given.arrays[f"{a}.intermediate.dense.weight"],
                "up_b": given.arrays[f"{a}.intermediate.dense.bias"],
                "down": given.arrays[f"{a}.output.dense.weight"],
                "down_b": given.arrays[f"{a}.output.dense.bias"],
                "norm2": given.arrays[f"{a}.output.LayerNorm.weight"],
                "norm2_b": given.arrays[f"{a}.output.LayerNorm.bias"],
            }
            for name, array in parts.items():
                self.weights[f"{k}.{name}"] = np.array(array, dtype=np.float32)

    def trained(self) -> list[str]:
        """The names of the weights that training changes."""
        return [name for name in self.weights if int(name.split(".")[0]) >= self._frozen]

    def read(self, parts: Sequence[Pieces]) -> Floats:
        """A row per word of a text, (N, 384), without training."""
        if not parts:
            return np.zeros((0, WIDTH), np.float32)
        return np.concatenate([self.encode(part)[0] for part in parts])

    def encode(self, pieces: Pieces, rng: np.random.Generator | None = None) -> tuple[Floats, Back]:
        """A row per word, (N, 384): the mean of its pieces.

        With `rng` it drops out for training. The function returned turns a gradient of the rows
        into gradients of the weights that are trained.
        """
        n = len(pieces.first)
        arrays = self._given.arrays
        x = self._given.words[pieces.ids].astype(np.float32) * self._given.word_scale[pieces.ids]
        x += arrays["embeddings.position_embeddings.weight"][pieces.places]
        x += arrays["embeddings.token_type_embeddings.weight"][0]
        x, _ = _norm(x, arrays["embeddings.LayerNorm.weight"], arrays["embeddings.LayerNorm.bias"])
        x, _ = self._drop(x, rng)
        backs: list[LayerBack] = []
        for k in range(self.layers):
            x, back = self._layer(k, x, pieces.windows, rng)
            if k >= self._frozen:
                backs.append(back)
        total = len(pieces.ids)
        owner = np.repeat(np.arange(n), pieces.count)
        rows = np.repeat(pieces.first - _before(pieces.count), pieces.count) + np.arange(len(owner))
        share = (1 / pieces.count).astype(np.float32)[:, None]
        out = np.add.reduceat(x[rows], _before(pieces.count), axis=0) * share

        def backprop(gradient: Floats) -> dict[str, Floats]:
            inner = np.zeros((total, WIDTH), np.float32)
            inner[rows] = (gradient * share)[owner]
            found: dict[str, Floats] = {}
            for step in reversed(backs):
                inner = step(inner, found)
            return found

        return out, backprop

    def _drop(self, x: Floats, rng: np.random.Generator | None) -> tuple[Floats, Floats | None]:
        if rng is None or not self._dropout:
            return x, None
        keep = np.float32(1 - self._dropout)
        mask = (rng.random(x.shape, dtype=np.float32) < keep).astype(np.float32)
        mask /= keep
        return x * mask, mask

    def _layer(
        self,
        k: int,
        x: Floats,
        windows: Sequence[tuple[int, int]],
        rng: np.random.Generator | None,
    ) -> tuple[Floats, LayerBack]:
        w = {
            name: self.weights[f"{k}.{name}"]
            for name in ("qkv", "out", "up", "down", "norm1", "norm2")
        }
        b = {name: self.weights[f"{k}.{name}_b"] for name in w}
        qkv = x @ w["qkv"] + b["qkv"]
        mixed, attention_back = _attend(qkv, windows)
        y, mask1 = self._drop(mixed @ w["out"] + b["out"], rng)
        middle, norm1_back = _norm(x + y, w["norm1"], b["norm1"])
        wide = middle @ w["up"] + b["up"]
        active, slope = _gelu(wide, slope=rng is not None and k >= self._frozen)
        z, mask2 = self._drop(active @ w["down"] + b["down"], rng)
        out, norm2_back = _norm(middle + z, w["norm2"], b["norm2"])

        def backprop(gradient: Floats, found: dict[str, Floats]) -> Floats:
            def add(name: str, value: Floats) -> None:
                found[f"{k}.{name}"] = value

            gradient, scale, shift = norm2_back(gradient)
            add("norm2", scale)
            add("norm2_b", shift)
            part: Floats = gradient if mask2 is None else gradient * mask2
            add("down", active.T @ part)
            add("down_b", part.sum(axis=0))
            inner: Floats = (part @ w["down"].T) * slope
            add("up", middle.T @ inner)
            add("up_b", inner.sum(axis=0))
            gradient = gradient + inner @ w["up"].T
            gradient, scale, shift = norm1_back(gradient)
            add("norm1", scale)
            add("norm1_b", shift)
            part = gradient if mask1 is None else gradient * mask1
            add("out", mixed.T @ part)
            add("out_b", part.sum(axis=0))
            inner = attention_back(part @ w["out"].T)
            add("qkv", x.T @ inner)
            add("qkv_b", inner.sum(axis=0))
            if k == self._frozen:
                return gradient
            return gradient + inner @ w["qkv"].T

        return out, backprop


def _before(count: Ints) -> Ints:
    out = np.zeros(len(count), dtype=np.int32)
    np.cumsum(count[:-1], out=out[1:])
    return out


def _norm(
    x: Floats, scale: Floats, shift: Floats
) -> tuple[Floats, Callable[[Floats], tuple[Floats, Floats, Floats]]]:
    centred: Floats = x - x.mean(axis=1, keepdims=True)
    inverse: Floats = 1 / np.sqrt(np.square(centred).mean(axis=1, keepdims=True) + _EPSILON)
    centred *= inverse

    def backprop(gradient: Floats) -> tuple[Floats, Floats, Floats]:
        inner: Floats = gradient * scale
        change: Floats = inner - inner.mean(axis=1, keepdims=True)
        change -= centred * (inner * centred).mean(axis=1, keepdims=True)
        change *= inverse
        return change, (gradient * centred).sum(axis=0), gradient.sum(axis=0)

    return centred * scale + shift, backprop


def _gelu(x: Floats, *, slope: bool) -> tuple[Floats, Floats]:
    """The value, and the slope when asked for (Hendrycks and Gimpel 2016, by way of tanh)."""
    c, d, half = np.float32(0.7978845608), np.float32(0.044715), np.float32(0.5)
    value = np.empty_like(x)
    slopes = np.empty_like(x) if slope else value
    # In blocks that stay in the processor's cache: this is bound by memory otherwise.
    for lo in range(0, len(x), _BLOCK):
        part = x[lo : lo + _BLOCK]
        square = part * part
        square *= d
        t = square + 1
        t *= part
        t *= c
        np.tanh(t, out=t)
        grown = t + 1
        grown *= half
        np.multiply(part, grown, out=value[lo : lo + _BLOCK])
        if slope:
            square *= 3
            square += 1
            square *= c * half
            square *= part
            t *= t
            np.subtract(1, t, out=t)
            square *= t
            np.add(square, grown, out=slopes[lo : lo + _BLOCK])
    return value, slopes


def _attend(
    qkv: Floats, windows: Sequence[tuple[int, int]]
) -> tuple[Floats, Callable[[Floats], Floats]]:
    total = len(qkv)
    out = np.empty((total, WIDTH), np.float32)
    kept: list[tuple[Floats, Floats, Floats, Floats]] = []
    for lo, hi in windows:
        n = hi - lo
        q, key, value = (
            np.ascontiguousarray(part.transpose(1, 0, 2))
            for part in qkv[lo:hi].reshape(n, 3, _HEADS, _SIZE).transpose(1, 0, 2, 3)
        )
        q *= _SCALE
        scores = q @ key.transpose(0, 2, 1)
        scores -= scores.max(axis=2, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=2, keepdims=True)
        out[lo:hi] = (scores @ value).transpose(1, 0, 2).reshape(n, WIDTH)
        kept.append((q, key, value, scores))

    def backprop(gradient: Floats) -> Floats:
        back = np.empty((total, 3 * WIDTH), np.float32)
        for (lo, hi), (q, key, value, shares) in zip(windows, kept, strict=True):
            n = hi - lo
            g = np.ascontiguousarray(gradient[lo:hi].reshape(n, _HEADS, _SIZE).transpose(1, 0, 2))
            d_value = shares.transpose(0, 2, 1) @ g
            d_shares = g @ value.transpose(0, 2, 1)
            d_shares -= (d_shares * shares).sum(axis=2, keepdims=True)
            d_shares *= shares
            d_q = (d_shares @ key) * _SCALE
            d_key = d_shares.transpose(0, 2, 1) @ q
            block = back[lo:hi].reshape(n, 3, _HEADS, _SIZE)
            for index, part in enumerate((d_q, d_key, d_value)):
                block[:, index] = part.transpose(1, 0, 2)
        return back

    return out, backprop
