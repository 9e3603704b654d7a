"""Quotations as they stand in their sentences: the stretches that are linked to a speaker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from annotator.attribution.rules.candidates import Candidate
from annotator.attribution.rules.syntax import Span, Tree

_TERMINAL: Final = frozenset((".", "!", "?", "…", "...", ",", "-", "--", "—", "–", "―"))


@dataclass(slots=True)
class Quoted:
    """A stretch of quotation on one line: its tokens and how it stands in its sentence."""

    index: int
    """In the list of quotations."""
    span: Span
    line: int
    opens_sentence: bool
    introduced: bool
    """A colon or comma, or a verb, stands directly before."""
    ends: str
    """The sign that its last words carry, inside the marks or directly after them: the comma of
    “We left,” and “We left”, is one comma, wherever it is printed. Empty without one."""
    words: int
    owner: Candidate | None = None

    @property
    def is_speech(self) -> bool:
        """Long or punctuated enough to be what somebody said rather than a quoted term."""
        return self.words >= 4 or (bool(self.ends) and (self.opens_sentence or self.introduced))


def quoted_spans(tree: Tree) -> list[Quoted]:
    """The outermost quotations with double marks (or single ones where that is the style)."""
    parse = tree.parse
    out: list[Quoted] = []
    for index, (lo, hi) in sorted(tree.quote_span.items(), key=lambda item: item[1]):
        inner = [k for k in range(lo, hi) if parse.words[k][0].isalnum()]
        if not inner:
            continue
        before = lo - 1
        # `She added:` may end one paragraph and its quotation open the next.
        same_line = before >= 0 and (
            parse.line_of[before] == parse.line_of[lo] or parse.words[before] == ":"
        )
        out.append(
            Quoted(
                index,
                (lo, hi),
                parse.line_of[lo],
                not same_line
                or parse.words[before] in (".", "!", "?", "…", ":", ";")
                or tree.quote_of[before] >= 0,
                same_line and (parse.words[before] in (":", ",") or parse.pos[before] == "VERB"),
                _ending(tree, index, lo, hi),
                len(inner),
            )
        )
    return out


def is_mark(word: str) -> bool:
    """Whether a token consists of quotation marks."""
    return all(ch in "\"“”„‟'‘’‚‛`«»‹›" for ch in word)


def _ending(tree: Tree, index: int, lo: int, hi: int) -> str:
    parse = tree.parse
    last = next((k for k in range(hi - 1, lo, -1) if not is_mark(parse.words[k])), lo)
    word = parse.words[last].rstrip("\"“”'’»")
    if word in _TERMINAL or word[-1:] in tuple(".,!?…"):
        return word[-1:]
    if not tree.quotes[index].closed:
        return "."
    outside = parse.words[hi] if hi < len(parse) and parse.line_of[hi] == parse.line_of[lo] else ""
    return outside if outside in (",", ".") else ""
