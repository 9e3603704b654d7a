"""Adam with decoupled weight decay for the encoder (Loshchilov and Hutter, ICLR 2019)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from annotator.attribution.learn.encoder import Encoder, Floats

_KEEP: Final = (0.9, 0.999)
_EPSILON: Final = np.float32(1e-8)
_DECAY: Final = 0.01
_LAYER: Final = 0.9
"""Each layer learns at so much of the rate of the one above it (Howard and Ruder, ACL 2018)."""


class Adam:
    """Keeps the moments of the encoder's weights and changes the weights in place."""

    def __init__(self, encoder: Encoder, rate: float) -> None:
        self._encoder, self._rate = encoder, rate
        self.steps = 0
        self.first = {n: np.zeros_like(encoder.weights[n]) for n in encoder.trained()}
        self.second = {n: np.zeros_like(encoder.weights[n]) for n in encoder.trained()}

    def step(self, gradients: Mapping[str, Floats], share: float) -> None:
        """One update at `share` of the full rate; the gradients are used up."""
        self.steps += 1
        first, second = _KEEP
        fix1, fix2 = 1 - first**self.steps, 1 - second**self.steps
        for name, gradient in gradients.items():
            below = self._encoder.layers - 1 - int(name.split(".")[0])
            rate = self._rate * share * _LAYER**below
            m, v, weights = self.first[name], self.second[name], self._encoder.weights[name]
            m *= np.float32(first)
            m += np.float32(1 - first) * gradient
            np.square(gradient, out=gradient)
            v *= np.float32(second)
            gradient *= np.float32(1 - second)
            v += gradient
            change = np.sqrt(v)
            change *= np.float32(1 / np.sqrt(fix2))
            change += _EPSILON
            np.divide(m, change, out=change)
            change *= np.float32(rate / fix1)
            if weights.ndim == 2:
                weights *= np.float32(1 - rate * _DECAY)
            weights -= change
