"""The network: token encoder over text and tree, a tagger of roles, and a reader of each cue.

Built from thinc layers, run by hand so that the encoder can be shared and neighbours in the tree
gathered. Tags are B, I, O per role; the last layers see the rules' votes directly and start out as
the rules; they see what a pretrained encoder gives, too. The nearest published relative is semantic
role labelling with graph convolutions (Marcheggiani and Titov, EMNLP 2017).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
from thinc.api import (
    Adam,
    Dropout,
    HashEmbed,
    Linear,
    Maxout,
    Model,
    NumpyOps,
    Optimizer,
    fix_random_seed,
)

from annotator.attribution.learn import pretrained
from annotator.attribution.learn.encoder import WIDTH, Encoder, Pieces, cut
from annotator.attribution.learn.features import (
    DENSE,
    EXTRA,
    HEAD,
    NEIGHBOURS,
    SYMBOLS,
    VECTOR,
    VOTES,
    Encoded,
    Floats,
    Ints,
)
from annotator.attribution.learn.targets import Target
from annotator.attribution.learn.windows import PAIR_DENSE, PAIR_SYMBOLS, Windows

Layer = Model[Any, Any]
Back = Callable[[Floats], Floats]

_OPS: Final = NumpyOps(use_blis=False)
_EMBED: Final = 48
_PAIR_EMBED: Final = 24
_WEIGHTS: Final = np.repeat(np.array([1, 3, 1], np.float32), 3)
"""How much the tags of source, cue and content count: only the cues are read off these scores,
source and content from each cue's window."""
_DROP_GIVEN: Final = 0.2
"""Dropout of the pretrained encoder's vectors where the tags are read off them."""
_START: Final = 2.0
"""Weight that the rules' votes have at first, in logits."""


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """Sizes of the network; stored beside its weights."""

    hidden: int = 128
    layers: int = 3
    pair: int = 96
    pair_layers: int = 2
    dropout: float = 0.3
    encoder: int = 0
    """Layers of the pretrained encoder that are used; 0 for none."""
    frozen: int = 0
    """Layers of it, from the lowest, that are not trained."""


class Network:
    """Weights and the forward and backward passes."""

    def __init__(self, shape: NetworkShape, seed: int = 0) -> None:
        fix_random_seed(seed)
        self.shape = shape
        h, p, drop = shape.hidden, shape.pair, shape.dropout
        self.encoder: Encoder | None = None
        if shape.encoder:
            self.encoder = Encoder(pretrained.load(), shape.encoder, shape.frozen)
        given = WIDTH if shape.encoder else 0
        wide = _EMBED * len(SYMBOLS) + DENSE + given
        self._embed = [
            cast("Layer", HashEmbed(_EMBED, rows, column=k, dropout=0.1, seed=k + 1))
            for k, (_, rows) in enumerate(SYMBOLS)
        ]
        self._mix = _maxout(h, wide, 2, drop)
        self._context = [_maxout(h, h * (1 + NEIGHBOURS), 2, drop) for _ in range(shape.layers)]
        self._drop_given: Layer = Dropout(_DROP_GIVEN)
        self._drop_given.ops = _OPS
        self._tags = cast("Layer", Linear(VOTES, h + VOTES + EXTRA + given))
        self._pair_embed = [
            cast("Layer", HashEmbed(_PAIR_EMBED, rows, column=k, seed=k + 101))
            for k, (_, rows) in enumerate(PAIR_SYMBOLS)
        ]
        self._pair_mix = _maxout(p, 2 * h + _PAIR_EMBED * len(PAIR_SYMBOLS) + PAIR_DENSE, 2, drop)
        self._pair_context = [_maxout(p, 3 * p, 2, drop) for _ in range(shape.pair_layers)]
        self._pair_tags = cast("Layer", Linear(6, p + PAIR_DENSE))
        for layer in self.layers():
            for node in layer.walk():
                # numpy's own matrix product is several times faster than BLIS on wide vectors.
                node.ops = _OPS
            layer.initialize()
        _start_from_votes(self._tags, h, VOTES)
        _start_from_votes(self._pair_tags, p, 6)

    def layers(self) -> Iterator[Layer]:
        """Every layer, in a fixed order."""
        yield from self._embed
        yield self._mix
        yield from self._context
        yield self._tags
        yield from self._pair_embed
        yield self._pair_mix
        yield from self._pair_context
        yield self._pair_tags

    def weights(self) -> Iterator[tuple[Model[Any, Any], str]]:
        """Every (node, name of parameter), in a fixed order."""
        for layer in self.layers():
            for node in layer.walk():
                for name in node.param_names:
                    if node.has_param(name):
                        yield node, name

    def state(self) -> dict[str, Floats]:
        """The weights as arrays, named by their place; the encoder's trained ones by their name."""
        out = {
            f"w{i:03d}": np.asarray(node.get_param(name), dtype=np.float32)
            for i, (node, name) in enumerate(self.weights())
        }
        if self.encoder is not None:
            out |= {f"e{name}": self.encoder.weights[name] for name in self.encoder.trained()}
        return out

    def restore(self, state: dict[str, Floats]) -> None:
        """Take over weights from `state`.

        Raises:
            ValueError: the arrays do not fit this network's shape.
        """
        places = list(self.weights())
        if len(places) != sum(key.startswith("w") for key in state):
            raise ValueError("the stored weights belong to another network")
        for i, (node, name) in enumerate(places):
            value = state[f"w{i:03d}"]
            if value.shape != node.get_param(name).shape:
                raise ValueError("the stored weights belong to another network")
            node.set_param(name, cast("Any", np.ascontiguousarray(value)))
        if self.encoder is not None:
            for name in self.encoder.trained():
                self.encoder.weights[name][...] = state[f"e{name}"]

    def pretrained(self, article: Encoded) -> Floats:
        """What the pretrained encoder makes of an article, (N, 384); (N, 0) without one."""
        if self.encoder is None:
            return np.zeros((len(article), 0), np.float32)
        return self.encoder.read(pieces_of(article))

    def encode(self, article: Encoded, given: Floats, *, train: bool) -> tuple[Floats, Back]:
        """Token vectors, one row per token, from what the pretrained encoder gives.

        The function returned takes their gradient and gives that of `given`.
        """
        n = len(article)
        dense = article.dense.astype(np.float32)
        parts: list[Floats] = []
        backs: list[Callable[[Floats], object]] = []
        for layer in self._embed:
            out, embed_back = layer(article.ids, train)
            parts.append(out)
            backs.append(embed_back)
        parts.extend((dense, given))
        hidden, mix_back = self._mix(np.concatenate(parts, axis=1), train)
        context_backs: list[Callable[[Floats], Floats]] = []
        for layer in self._context:
            change, context_back = layer(_gather(hidden, article.near), train)
            hidden = hidden + change
            context_backs.append(context_back)

        def backprop(gradient: Floats) -> Floats:
            for step in reversed(context_backs):
                gradient = gradient + _scatter(step(gradient), article.near, n)
            wide = mix_back(gradient)
            for k, back in enumerate(backs):
                back(np.ascontiguousarray(wide[:, k * _EMBED : (k + 1) * _EMBED]))
            return cast("Floats", wide[:, len(SYMBOLS) * _EMBED + DENSE :])

        return hidden, backprop

    def tag(
        self, article: Encoded, hidden: Floats, given: Floats, *, train: bool
    ) -> tuple[Floats, Callable[[Floats], tuple[Floats, Floats]]]:
        """Scores (N, 9): O, B, I for each role in turn.

        They are read off the token vectors, the rules' votes and, past the narrow layers, off what
        the pretrained encoder gives. The function returned gives the gradients of the first and
        the last.
        """
        votes = article.dense[:, VECTOR:].astype(np.float32)
        past, drop_back = self._drop_given(given, train)
        out, back = self._tags(np.concatenate([hidden, votes, past], axis=1), train)
        width, before = self.shape.hidden, self.shape.hidden + votes.shape[1]

        def backprop(gradient: Floats) -> tuple[Floats, Floats]:
            inner = back(gradient)
            return inner[:, :width], drop_back(inner[:, before:])

        return out, backprop

    def read(
        self, rows: Windows, hidden: Floats, *, train: bool
    ) -> tuple[Floats, Callable[[Floats], Floats]]:
        """Scores (P, 6) for each row of the cues' windows: O, B, I for source, then content."""
        h, n = self.shape.hidden, len(hidden)
        parts: list[Floats] = [hidden[rows.token], hidden[rows.anchor][rows.cue]]
        backs: list[Callable[[Floats], object]] = []
        for layer in self._pair_embed:
            out, embed_back = layer(rows.ids, train)
            parts.append(out)
            backs.append(embed_back)
        given = rows.dense.astype(np.float32)
        parts.append(given)
        pair, mix_back = self._pair_mix(np.concatenate(parts, axis=1), train)
        context_backs: list[Callable[[Floats], Floats]] = []
        for layer in self._pair_context:
            change, context_back = layer(_gather(pair, rows.near), train)
            pair = pair + change
            context_backs.append(context_back)
        scores, tag_back = self._pair_tags(np.concatenate([pair, given], axis=1), train)
        total = len(rows.token)

        def backprop(gradient: Floats) -> Floats:
            inner = tag_back(gradient)[:, : self.shape.pair]
            for step in reversed(context_backs):
                inner = inner + _scatter(step(inner), rows.near, total)
            wide = mix_back(inner)
            out = np.zeros((n, h), dtype=np.float32)
            for index, (lo, hi) in enumerate(rows.ranges):
                first = rows.token[lo]
                out[first : first + hi - lo] += wide[lo:hi, :h]
                out[rows.anchor[index]] += wide[lo:hi, h : 2 * h].sum(axis=0)
            for k, back in enumerate(backs):
                lo = 2 * h + k * _PAIR_EMBED
                back(np.ascontiguousarray(wide[:, lo : lo + _PAIR_EMBED]))
            return out

        return scores, backprop

    def learn(
        self, article: Encoded, target: Target, rows: Windows, row_tags: Ints, given: Floats
    ) -> Floats:
        """Accumulate the gradient of one article; returns that of `given`."""
        hidden, back = self.encode(article, given, train=True)
        scores, tag_back = self.tag(article, hidden, given, train=True)
        flow, past = tag_back(cross_entropy(scores, target.tags) * _WEIGHTS)
        if len(rows.token):
            pair_scores, read_back = self.read(rows, hidden, train=True)
            flow = flow + read_back(cross_entropy(pair_scores, row_tags))
        return back(flow) + past

    def update(self, optimizer: Optimizer, scale: float) -> None:
        """Apply the accumulated gradients, divided by `scale`."""
        for layer in self.layers():
            for node in layer.walk():
                for name in node.param_names:
                    if node.has_param(name) and node.has_grad(name):
                        node.set_grad(name, node.get_grad(name) / scale)
            layer.finish_update(optimizer)

    def keep_averages(self, optimizer: Optimizer) -> None:
        """Replace the weights by their running averages, which generalise better."""
        for node, name in self.weights():
            mean = optimizer.averages.get((node.id, name)) if optimizer.averages else None
            if mean is not None:
                node.set_param(name, mean)


def pieces_of(article: Encoded) -> list[Pieces]:
    """What the pretrained encoder reads of an article, cut once."""
    if article.pieces is None:
        article.pieces = cut(article.tree.parse)
    return article.pieces


def make_optimizer(rate: float) -> Optimizer:
    """Adam with clipped gradients, weight decay and averaged weights."""
    return cast("Optimizer", Adam(rate, L2=0.01, grad_clip=5.0, use_averages=True))


def cross_entropy(scores: Floats, tags: Ints) -> Floats:
    """Gradient of the cross entropy of groups of three scores against tags (rows, groups)."""
    rows, groups = tags.shape
    grouped = scores.reshape(rows, groups, 3)
    shares = softmax(grouped)
    index = tags[:, :, None].astype(np.int64)
    right = np.take_along_axis(shares, index, axis=2)
    gradient = shares.copy()
    np.put_along_axis(gradient, index, right - 1, axis=2)
    return gradient.reshape(rows, groups * 3).astype(np.float32)


def softmax(scores: Floats) -> Floats:
    """Along the last axis."""
    top = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return cast("Floats", top / top.sum(axis=-1, keepdims=True))


def _maxout(out: int, given: int, pieces: int, dropout: float) -> Layer:
    return cast("Layer", Maxout(out, given, nP=pieces, dropout=dropout, normalize=True))


def _start_from_votes(layer: Layer, width: int, votes: int) -> None:
    """Zero the hidden part and pass the votes through, so that training starts as the rules."""
    weights = np.zeros_like(layer.get_param("W"))
    for k in range(votes):
        weights[k, width + k] = _START
    layer.set_param("W", cast("Any", weights))


def _gather(hidden: Floats, near: Ints) -> Floats:
    """Each row beside its neighbours' rows; zeros for a neighbour that is not there."""
    padded = np.concatenate([hidden, np.zeros((1, hidden.shape[1]), np.float32)])
    return np.concatenate([hidden, *(padded[near[:, k]] for k in range(near.shape[1]))], axis=1)


def _scatter(gradient: Floats, near: Ints, n: int) -> Floats:
    """The reverse of `_gather`."""
    width = gradient.shape[1] // (1 + near.shape[1])
    out = np.zeros((n + 1, width), dtype=np.float32)
    out[:n] = gradient[:, :width]
    for k in range(near.shape[1]):
        part = gradient[:, (k + 1) * width : (k + 2) * width]
        if k == HEAD:
            np.add.at(out, near[:, k], part)
        else:
            # Only heads are shared; every other neighbour is the neighbour of one token.
            out[near[:, k]] += part
    return out[:n]
