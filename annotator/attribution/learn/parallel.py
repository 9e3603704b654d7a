"""The encoder over several articles at once: a thread per core, with one BLAS thread inside it.

BLAS's own threads wait for each other after every product; parts of articles need not wait.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from types import TracebackType

import numpy as np

from annotator.attribution.learn.encoder import WIDTH, Back, Encoder, Floats, Pieces
from annotator.attribution.learn.threads import one_blas_thread

MOST = 8


class ParallelForward:
    """An article that is being read for training; its parts are worked on side by side."""

    def __init__(
        self, pool: ThreadPoolExecutor, parts: Sequence[Future[tuple[Floats, Back]]]
    ) -> None:
        self._pool = pool
        self._parts = parts
        self._backs: list[Future[dict[str, Floats]]] = []

    def rows(self) -> Floats:
        """A row per word, once all are there."""
        rows = [part.result()[0] for part in self._parts]
        return np.concatenate(rows) if rows else np.zeros((0, WIDTH), np.float32)

    def back(self, gradient: Floats) -> None:
        """Begin to turn the gradient of the rows into gradients of the weights."""
        at = 0
        for part in self._parts:
            rows, back = part.result()
            share = np.ascontiguousarray(gradient[at : at + len(rows)])
            self._backs.append(self._pool.submit(back, share))
            at += len(rows)

    def gradients(self) -> Iterator[dict[str, Floats]]:
        """Those of each part in order, once it is done."""
        for back in self._backs:
            yield back.result()


class Crew:
    """Threads for the parts of the articles of a batch; use it as a context manager."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._pool = ThreadPoolExecutor(min(os.cpu_count() or 1, MOST))
        self._limit: AbstractContextManager[object] = one_blas_thread()

    def __enter__(self) -> Crew:
        self._limit.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._limit.__exit__(kind, error, trace)

    def read(
        self, articles: Sequence[Sequence[Pieces]], seed: tuple[int, int]
    ) -> list[ParallelForward]:
        """Begin to read articles; dropout depends on `seed` and the places of the parts alone."""
        return [
            ParallelForward(
                self._pool,
                [
                    self._pool.submit(
                        self._encoder.encode, part, np.random.default_rng((*seed, place, k))
                    )
                    for k, part in enumerate(parts)
                ],
            )
            for place, parts in enumerate(articles)
        ]

    def gradients(self, readings: Sequence[ParallelForward]) -> dict[str, Floats]:
        """The sum of the articles' gradients, in order, so that it does not depend on chance."""
        total: dict[str, Floats] = {}
        for reading in readings:
            for found in reading.gradients():
                for name, gradient in found.items():
                    if name in total:
                        total[name] += gradient
                    else:
                        total[name] = gradient
        return total
