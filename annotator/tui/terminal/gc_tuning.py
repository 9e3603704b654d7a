"""Python's search for cyclic garbage: not while the program starts, and not in what stays.

Starting makes some 200,000 objects and next to no garbage; searching them all again and again costs
a tenth of the time to the first paint, and later each search would hold up a key.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def none_at_start() -> Iterator[None]:
    """Search for no garbage until `search_from_now`, or the end of the block."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def search_from_now() -> None:
    """The screen stands: search from now on, but only among what is made after this.

    Does nothing outside `none_at_start`: in a process that runs several screens (the tests) what
    was made by then is not there to stay.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
