"""One BLAS thread: many small products wait longer for each other than they are worked on."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any


def one_blas_thread() -> AbstractContextManager[object]:
    """Hold numpy to one thread for a product.

    With a thread per core, reading an article with a model took eight times the CPU, no faster.
    """
    limits: AbstractContextManager[object] = _controller().limit(limits=1, user_api="blas")
    return limits


@lru_cache(maxsize=1)
def _controller() -> Any:
    # Looking for the libraries takes milliseconds, so it is done once, after numpy's is loaded.
    import numpy as np
    from threadpoolctl import ThreadpoolController

    del np
    return ThreadpoolController()
