"""Reading again: the second pass of an annotator, who sees nothing of the first.

The second pass is kept under a name of its own, "anna (again)". Blindness needs no rule of its own
then: nobody sees another name's work. Such names are compared with their own first pass only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from typing import Final

SUFFIX: Final = " (again)"


def second_pass_name(name: str) -> str:
    """The name of an annotator's second pass; a second pass's own name stays as it is."""
    return name if first_pass(name) else name + SUFFIX


def first_pass(name: str) -> str | None:
    """The annotator whose second pass has this name; None for other names."""
    return name.removesuffix(SUFFIX) or None if name.endswith(SUFFIX) else None


def to_read_again(
    read: Collection[str],
    read_again: Collection[str],
    copies: Iterable[tuple[int, str]],
    name: str,
) -> list[str]:
    """What to serve an annotator for a second pass, in an order that only looks accidental.

    Args:
        read: Uids of the articles of the first pass.
        read_again: Uids of those of the second.
        copies: (group, uid) of sentences of which there are near copies: an article with a copy of
            what was read is served as well.
        name: Of the annotator: everybody gets an order of their own, and always the same.
    """
    groups: dict[int, set[str]] = {}
    for group, uid in copies:
        groups.setdefault(group, set()).add(uid)
    near = {uid for uids in groups.values() if uids & set(read) for uid in uids}
    left = (set(read) | near) - set(read_again)
    return sorted(left, key=lambda uid: hashlib.sha256(f"{name} {uid}".encode()).digest())
