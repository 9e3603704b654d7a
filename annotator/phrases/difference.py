"""What tells two phrases apart, word by word, to be shown without colour."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, NamedTuple

from annotator.domain.normal import normalise

Change = Literal["same", "deleted", "inserted"]


class Piece(NamedTuple):
    """Some words that both texts have, or only the first (deleted), or only the second."""

    change: Change
    text: str


def difference(first: str, second: str) -> list[Piece]:
    """Align two texts by the words of their normal forms (fewest words inserted and deleted).

    Words are shown as they stand, each with the marks and spaces up to the next one (marks that
    open the next one are its own); those of "same" pieces as in `second`. Marks and case alone make
    no difference.
    """
    from rapidfuzz.distance import Indel

    a, b = normalise(first), normalise(second)
    shown_a, shown_b = _shown(first, list(a.starts)), _shown(second, list(b.starts))
    out: list[Piece] = []
    for op in Indel.opcodes(a.words, b.words):
        if op.tag == "delete":
            out.append(Piece("deleted", "".join(shown_a[op.src_start : op.src_end])))
        else:
            change: Change = "inserted" if op.tag == "insert" else "same"
            out.append(Piece(change, "".join(shown_b[op.dest_start : op.dest_end])))
    if second and not b.words:
        # Marks alone, which no word carries.
        out.append(Piece("same", second))
    return out


def _shown(text: str, starts: list[int]) -> list[str]:
    """The text in one piece for each word; nothing of it is lost."""
    if not starts:
        return []
    bounds = [0, *(_opened(text, s) for s in starts[1:]), len(text)]
    return [text[s:e] for s, e in pairwise(bounds)]


def _opened(text: str, word: int) -> int:
    """Where the marks begin that stand right before a word, after a space: "(HB)"."""
    start = word
    while start and not text[start - 1].isalnum() and not text[start - 1].isspace():
        start -= 1
    return start if start and text[start - 1].isspace() else word


def marked(pieces: list[Piece]) -> str:
    """The pieces as one line: `[-deleted-]` and `{+inserted+}`, as wdiff writes them."""
    signs = {"same": ("", ""), "deleted": ("[-", "-]"), "inserted": ("{+", "+}")}
    out = []
    for change, text in pieces:
        words = text.rstrip()
        before, after = signs[change]
        out.append(f"{before}{words}{after}{text[len(words) :]}")
    return "".join(
        piece if i + 1 == len(out) or piece[-1:].isspace() else f"{piece} "
        for i, piece in enumerate(out)
    )
