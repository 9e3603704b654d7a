"""The encoder over several articles at once: a thread each, with one BLAS thread inside it.

BLAS's own threads wait for each other after every product; articles need not wait.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType

import numpy as np

from annotator.attribution.learn.encoder import Back, Encoder, Floats, Pieces

MOST = 8


class Crew:
    """Threads for the articles of a batch; use it as a context manager."""

    def __init__(self, encoder: Encoder, batch: int) -> None:
        self._encoder = encoder
        self._pool = ThreadPoolExecutor(max(1, min(batch, os.cpu_count() or 1, MOST)))
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

    def read(self, articles: Sequence[Pieces], seed: tuple[int, int]) -> list[tuple[Floats, Back]]:
        """Rows of every article for training; dropout depends on `seed` and place alone."""
        rngs = [np.random.default_rng((*seed, place)) for place in range(len(articles))]
        return list(self._pool.map(self._encoder.encode, articles, rngs))

    def gradients(self, backs: Sequence[Callable[[], dict[str, Floats]]]) -> dict[str, Floats]:
        """The sum of the articles' gradients, in order."""
        total: dict[str, Floats] = {}
        for found in self._pool.map(lambda back: back(), backs):
            for name, gradient in found.items():
                if name in total:
                    total[name] += gradient
                else:
                    total[name] = gradient
        return total


def one_blas_thread() -> AbstractContextManager[object]:
    """Hold numpy to one thread for a product; does nothing without threadpoolctl."""
    try:
        from threadpoolctl import threadpool_limits
    except ModuleNotFoundError:
        return nullcontext()
    limits: AbstractContextManager[object] = threadpool_limits(limits=1, user_api="blas")
    return limits
