"""Near-duplicate articles, so that a wire story and its rewrite never end up on both sides."""

from __future__ import annotations

import random
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

_WORD: Final = re.compile(r"\w+")
_WIDTH: Final = 5
"""Words in a shingle."""
_KEEP: Final = 8
"""One shingle in so many is kept (those whose hash is divisible: Broder's mod sampling)."""
_SHARED: Final = 0.3
"""Share of the shorter article's shingles that makes two articles near-duplicates."""
_COMMON: Final = 40
"""A shingle in more articles than this is boilerplate."""


def group(texts: Sequence[str]) -> list[int]:
    """Number the group of each text; near-duplicates share a number.

    Texts that share at least 30 % of the shorter one's sampled five-word shingles are joined, and
    what is joined to the same text is joined too. Linear in the total length for news, where few
    texts share a shingle.
    """
    prints = [_shingles(text) for text in texts]
    holders: dict[int, list[int]] = defaultdict(list)
    for index, shingles in enumerate(prints):
        for shingle in shingles:
            holders[shingle].append(index)
    shared: Counter[tuple[int, int]] = Counter()
    for found in holders.values():
        if len(found) <= _COMMON:
            shared.update((a, b) for k, a in enumerate(found) for b in found[k + 1 :])
    parent = list(range(len(texts)))
    for (a, b), n in shared.items():
        if n >= max(3, _SHARED * min(len(prints[a]), len(prints[b]))):
            parent[_root(parent, a)] = _root(parent, b)
    return [_root(parent, i) for i in range(len(texts))]


def split(groups: Sequence[int], shares: Sequence[float], seed: int = 0) -> list[list[int]]:
    """Divide articles into parts of about these shares; a group is never divided.

    Returns:
        One list of indices per share, and a last one with the rest.
    """
    members: dict[int, list[int]] = defaultdict(list)
    for index, number in enumerate(groups):
        members[number].append(index)
    order = sorted(members)
    random.Random(seed).shuffle(order)  # noqa: S311 - a split, not a secret
    parts: list[list[int]] = [[] for _ in shares]
    rest: list[int] = []
    for number in order:
        for part, share in zip(parts, shares, strict=True):
            if len(part) + len(members[number]) <= round(share * len(groups)):
                part.extend(members[number])
                break
        else:
            rest.extend(members[number])
    return [sorted(part) for part in (*parts, rest)]


def _shingles(text: str) -> set[int]:
    words = [w.casefold() for w in _WORD.findall(text)]
    hashes = (
        zlib.crc32(" ".join(words[k : k + _WIDTH]).encode("utf-8", "surrogatepass"))
        for k in range(max(1, len(words) - _WIDTH + 1))
    )
    return {h for h in hashes if h % _KEEP == 0}


def _root(parent: list[int], i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i
