"""ULIDs: identifiers that sort by the time they were made (https://github.com/ulid/spec)."""

import os
import threading
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_BITS = 80
_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """Return a new ULID: 26 characters, strictly increasing within this process."""
    global _last
    with _lock:
        value = (time.time_ns() // 1_000_000) << _RANDOM_BITS | int.from_bytes(os.urandom(10))
        # Two ids of one millisecond (or a clock set back) must still sort in the order of making.
        if value <= _last:
            value = _last + 1
        _last = value
    return "".join(_ALPHABET[value >> shift & 31] for shift in range(125, -1, -5))
