"""Colon introductions without a verb: "Sanders: Clinton needs to ..." and "Q: ... A: ..."."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from annotator.attribution.rules.candidates import Candidate
from annotator.attribution.rules.lexicon import words
from annotator.attribution.rules.syntax import Span, Tree
from annotator.text.flow import is_label

_LONGEST: Final = 7
"""Most tokens that a speaker before a colon may have."""
_DASHES: Final = frozenset(("-", "--", "–", "—", "―", "~"))
_SPOKEN: Final = frozenset(("i", "we", "you", "me", "us", "my", "our", "your", "?", "!"))
_NAMES: Final = frozenset(("PROPN", "NOUN", "PRON"))
_PARTIES: Final = frozenset(("PERSON", "ORG", "NORP"))
_TAGGED: Final = frozenset(("quote", "inverted"))
_TOLD: Final = frozenset(("that", "ccomp", "wh"))


def colon_candidates(tree: Tree, found: Sequence[Candidate]) -> list[Candidate]:
    """Lines that name a speaker before a colon or after a dash; the rest is the content."""
    taken = {c.token for c in found if c.pattern == "quote"}
    out: list[Candidate] = []
    for start, stop in tree.parse.lines():
        candidate = _introduced(tree, start, stop, taken) or _signed(tree, start, stop)
        if candidate is not None and _is_place(tree, candidate, found):
            continue
        if candidate is not None:
            out.append(candidate)
    return out


def _introduced(tree: Tree, start: int, stop: int, taken: set[int]) -> Candidate | None:
    """`Sanders: Clinton needs to ...`, also inside a quotation (a transcript's `"WALLACE: ...`)."""
    parse = tree.parse
    if start + 1 < stop and tree.quote_of[start] >= 0 and not parse.words[start][0].isalnum():
        start += 1
    limit = min(start + _LONGEST + 1, stop)
    colon = next((k for k in range(start + 1, limit) if parse.words[k] == ":"), None)
    if colon is None or stop - colon < 4:
        return None
    before = range(start, colon)
    if any(k in taken or parse.pos[k] in ("VERB", "AUX", "PUNCT", "NUM") for k in before):
        return None
    if tree.quote_of[colon + 1] >= 0 and any(parse.pos[k] == "ADP" for k in before):
        # "A note from Rosa Quint: "..."": she speaks, not the note (see `loose`).
        return None
    people = any(parse.entities[k] in _PARTIES for k in before)
    named = any(parse.pos[k] in _NAMES for k in before)
    if not named or is_label(parse.text[parse.starts[start] : parse.ends[colon - 1]]):
        return None
    content = (colon + 1, stop)
    if all(parse.words[k].isupper() for k in before if parse.words[k].isalpha()):
        # A place in capitals looks like an organisation.
        known = any(parse.entities[k] == "PERSON" for k in before)
        if not known and not any(_speaker(tree, k, content) for k in before):
            return None
    elif not people and not (colon - start == 1 and _speaker(tree, start, content)):
        return None
    candidate = Candidate(colon, ":", "colon", (colon, colon + 1), [(colon + 1, stop)])
    candidate.source, candidate.source_head = (start, colon), colon - 1
    candidate.score = 0.7 if people else 0.5
    return candidate


def _speaker(tree: Tree, i: int, content: Span) -> bool:
    """Whether a single word before a colon speaks: "Hall:", "ANCHOR:"; not "ENERGY:".

    One in capitals stands for a person, group, outlet or document, or what follows is said to
    somebody.
    """
    parse = tree.parse
    lemma, word = parse.lemmas[i], parse.words[i].lower()
    if not parse.words[i].isupper():
        return True
    if word in tree.names or any(
        lemma in words(kind) or word in words(kind)
        for kind in ("person", "group", "media", "data", "document")
    ):
        return True
    said = [parse.words[k].lower() for k in range(*content)]
    return not _SPOKEN.isdisjoint(said) and "@" not in "".join(said)


def _is_place(tree: Tree, candidate: Candidate, found: Sequence[Candidate]) -> bool:
    """Whether the words after a colon are somebody else's: `Mumbai: "No," her deputy said`.

    A place or a topic stands before the colon then. What a minister said may be told by a person
    (`Sanders: Clinton said that ...`), but what has a tag of its own is the tag's.
    """
    parse = tree.parse
    first = candidate.token + 1
    if candidate.pattern != "colon" or first >= len(parse) or candidate.source is None:
        return False
    before = range(*candidate.source)
    person = any(parse.entities[k] == "PERSON" for k in before) or any(
        parse.words[k].lower() in tree.names for k in before
    )
    capitals = not person and parse.words[before.start].isupper()
    stop = tree.sentence(first)[1]
    for c in found:
        if c.source is None or c.source_head is None or tree.quote_of[c.token] >= 0:
            continue
        if parse.pos[c.source_head] not in ("NOUN", "PROPN") and not capitals:
            continue
        if c.pattern in _TAGGED and any(lo == first for lo, _ in c.content):
            return not any(parse.words[k] in parse.words[slice(*c.source)] for k in before)
        if not person and c.pattern in _TOLD and c.source[0] == first and c.token < stop:
            return True
    return False


def _signed(tree: Tree, start: int, stop: int) -> Candidate | None:
    """`"..." - Adriana Rodarte`: a quotation signed after a dash at the end of the line."""
    parse = tree.parse
    if tree.quote_of[start] < 0:
        return None
    for k in range(max(start + 1, stop - _LONGEST), stop - 1):
        if parse.words[k] not in _DASHES or tree.quote_of[k] >= 0 or tree.quote_of[k - 1] < 0:
            continue
        after = range(k + 1, stop)
        if any(parse.pos[j] in ("VERB", "AUX") or tree.quote_of[j] >= 0 for j in after):
            return None
        if not any(parse.pos[j] == "PROPN" for j in after):
            return None
        candidate = Candidate(k, ":", "colon", (k, k + 1), [(start, k)])
        candidate.source = (k + 1, stop)
        candidate.source_head = next(j for j in after if parse.pos[j] == "PROPN")
        candidate.score = 0.8
        return candidate
    return None
