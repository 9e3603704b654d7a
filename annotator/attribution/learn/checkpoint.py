"""The state of a training that may be interrupted, written every so many updates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from thinc.api import Optimizer
from thinc.types import FloatsXd

from annotator.attribution.learn.adam import Adam
from annotator.attribution.learn.arrays import Floats, read_arrays, write_arrays
from annotator.attribution.learn.network import Network
from annotator.domain.errors import InputError

FILE = "checkpoint.npz"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A file and the `tag` of the training it belongs to (its data and settings, as a number)."""

    path: Path
    tag: int

    def save(
        self, network: Network, optimizer: Optimizer, steps: int, adam: Adam | None = None
    ) -> None:
        """Write weights, averages and the optimizers' moments after so many updates."""
        arrays: dict[str, Floats] = dict(network.state())
        for i, (node, name) in enumerate(network.weights()):
            key = (node.id, name)
            for letter, kept in (
                ("m", optimizer.mom1),
                ("v", optimizer.mom2),
                ("a", optimizer.averages or {}),
            ):
                if key in kept:
                    arrays[f"{letter}{i:03d}"] = np.asarray(kept[key], dtype=np.float32)
            arrays[f"n{i:03d}"] = np.array([optimizer.nr_update.get(key, 0)], dtype=np.float32)
        if adam is not None:
            arrays |= {f"f{name}": value for name, value in adam.first.items()}
            arrays |= {f"s{name}": value for name, value in adam.second.items()}
            arrays["steps"] = np.array([adam.steps], dtype=np.float32)
        arrays["progress"] = np.array([steps, *_digits(self.tag)], dtype=np.float32)
        write_arrays(self.path, arrays)

    def restore(self, network: Network, optimizer: Optimizer, adam: Adam | None = None) -> int:
        """Take up a saved state; returns how many updates are done, 0 when there is none to use."""
        if not self.path.is_file():
            return 0
        try:
            arrays = read_arrays(self.path)
            progress = [int(v) for v in arrays.pop("progress")]
            if progress[1:] != _digits(self.tag):
                return 0
            network.restore({k: v for k, v in arrays.items() if k[0] in "we"})
            if adam is not None:
                for name in adam.first:
                    adam.first[name][...] = arrays[f"f{name}"]
                    adam.second[name][...] = arrays[f"s{name}"]
                adam.steps = int(arrays["steps"][0])
        except (InputError, KeyError, ValueError):
            # Half a file or another program's: training starts afresh, which costs only time.
            return 0
        for i, (node, name) in enumerate(network.weights()):
            key = (node.id, name)
            for letter, kept in (
                ("m", optimizer.mom1),
                ("v", optimizer.mom2),
                ("a", optimizer.averages),
            ):
                if kept is not None and f"{letter}{i:03d}" in arrays:
                    kept[key] = cast("FloatsXd", arrays[f"{letter}{i:03d}"])
            optimizer.nr_update[key] = int(arrays[f"n{i:03d}"][0])
        return progress[0]

    def remove(self) -> None:
        """Delete the file once training is done."""
        self.path.unlink(missing_ok=True)


def _digits(tag: int) -> list[int]:
    """A 64-bit tag as four numbers that a 32-bit float holds exactly."""
    return [(tag >> shift) & 0xFFFF for shift in (0, 16, 32, 48)]
