"""Quotations as they stand in their sentences: the stretches that are linked to a speaker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from annotator.attribution.rules.candidates import Candidate
from annotator.attribution.rules.extents import trimmed
from annotator.attribution.rules.syntax import Span, Tree

_TERMINAL: Final = frozenset((".", "!", "?", "…", "...", ",", "-", "--", "—", "–", "―"))

_MEANWHILE: Final = frozenset(
    ("as", "while", "whereas", "when", "although", "though", "but", "and")
)
"""Words that begin what somebody else did meanwhile: `said Berg as Holt shouted "Liar!"`."""
_REACH: Final = 30
"""Tokens before a quotation that may belong to the clause that leads to it."""


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


class OwnClause(NamedTuple):
    """Where a clause with its own subject begins that leads to a quotation (token indices)."""

    start: int
    subject: int


def own_clause(tree: Tree, span: Span) -> OwnClause | None:
    """The clause that leads to a quotation, when somebody else acts in it than before it.

    In `"No," said Berg as Holt heckled "Liar!"` nothing before *as* reports what Holt heckled,
    however rare a verb of speaking that is. A clause that a comma closes is an aside, and who spoke
    before goes on: `"No," said Berg as Holt left, "and never."`
    """
    parse = tree.parse
    lo = span[0]
    if not lo or (parse.words[lo - 1] == "," and not _begins_sentence(tree, span)):
        return None
    subject = None
    for k in range(lo - 1, max(lo - _REACH, -1), -1):
        if parse.line_of[k] != parse.line_of[lo] or tree.quote_of[k] >= 0:
            break
        if parse.words[k] in (".", "!", "?"):
            break
        if parse.deps[k] in ("nsubj", "nsubjpass", "pobj") and parse.pos[k] in ("NOUN", "PROPN"):
            subject = k
        if parse.words[k].lower() in _MEANWHILE and subject is not None:
            acts = any(parse.pos[v] == "VERB" for v in range(subject + 1, lo))
            return OwnClause(k, subject) if acts else None
    return None


def is_meanwhile(tree: Tree, span: Span) -> bool:
    """Whether a clause says what happened besides, or is a quotation that such a clause led to."""
    first = trimmed(tree, *span)[0]
    words = [w.lower() for w in tree.parse.words[first : first + 2]]
    if words and (words[0] in _MEANWHILE or words[-1] == "as"):
        return True
    quote = tree.quote_of[first] if first < span[1] else -1
    return quote >= 0 and own_clause(tree, tree.quote_span[quote]) is not None


def _begins_sentence(tree: Tree, span: Span) -> bool:
    parse = tree.parse
    word = next((parse.words[k] for k in range(*span) if parse.words[k][0].isalnum()), "")
    return word[:1].isupper() and word != "I"


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
