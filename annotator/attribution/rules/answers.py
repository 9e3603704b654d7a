"""Answers to what somebody said, given to who answers: "..., a charge that Berg rejected, saying".

After "Holt complained that rents would double" an apposition takes up the words as a charge, a
claim, something; in it somebody else answers. The small pipelines make the charge part of what
Holt says, and give Holt the participle behind it. It is the reporter who calls it a charge, and
Berg who is saying something.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from annotator.attribution.parse import Parse
from annotator.attribution.rules.lexicon import load_lexicon, words

_FINITE: Final = frozenset(("VBD", "VBZ", "VBP", "VBN"))
_RELATIVE: Final = frozenset(("that", "which"))
_NOMINAL: Final = frozenset(("NOUN", "PROPN", "PRON"))
_BEFORE_NAMES: Final = frozenset(("a", "an", "the", "this", "one"))
_SUMMED_UP: Final = frozenset(("which", "something"))
"""What takes up a clause without an article: ", which Berg denied", ", something Berg denied"."""
_SAYS: Final = 0.3
_REACH: Final = 12
"""Tokens from the noun to the verb, and from the verb to the participle."""


def answered(parse: Parse) -> Parse:
    """The parse with appositions that answer hung on the verb of saying before them.

    Returns the parse itself when there is none.
    """
    out: Parse | None = None
    for noun in range(2, len(parse) - 3):
        verb = _answer(parse, noun)
        if verb is None:
            continue
        if out is None:
            out = replace(parse, heads=list(parse.heads), deps=list(parse.deps))
        _hang(parse, out, noun, verb)
    if out is None:
        return parse
    out.children = [[] for _ in out.heads]
    for child, head in enumerate(out.heads):
        if head != child:
            out.children[head].append(child)
    return out


def _answer(parse: Parse, noun: int) -> int | None:
    """The verb of somebody who answers, if a noun takes up what was said before a comma."""
    word = parse.words[noun].lower()
    if parse.words[noun - 1] == "," and word in _SUMMED_UP:
        pass
    elif parse.lemmas[noun] not in words("noun_cue") or not _opens(parse, noun):
        return None
    start = _clause_start(parse, noun)
    for verb in range(start + 1, min(start + _REACH, len(parse))):
        if parse.sentence_of[verb] != parse.sentence_of[noun] or parse.words[verb] in (",", ";"):
            return None
        if parse.pos[verb] == "VERB" and parse.tags[verb] in _FINITE:
            return verb if _subject(parse, start, verb) is not None else None
        if parse.pos[verb] in ("VERB", "ADP", "SCONJ", "PUNCT"):
            return None
    return None


def _clause_start(parse: Parse, noun: int) -> int:
    """The first token of "that Berg rejected", without "that"."""
    relative = parse.words[noun].lower() != "which" and parse.words[noun + 1].lower() in _RELATIVE
    return noun + 1 + relative


def _opens(parse: Parse, noun: int) -> bool:
    """Whether a noun stands after a comma and an article, with at most an adjective between."""
    for k in (noun - 1, noun - 2):
        if k > 0 and parse.words[k].lower() in _BEFORE_NAMES:
            return parse.words[k - 1] == ","
    return False


def _subject(parse: Parse, start: int, verb: int) -> int | None:
    """The last noun or pronoun that stands directly before a verb: who answers."""
    last = verb - 1
    while last > start and parse.pos[last] in ("AUX", "ADV", "PART"):
        last -= 1
    return last if last >= start and parse.pos[last] in _NOMINAL else None


def _said(parse: Parse, noun: int, verb: int) -> int | None:
    """The verb of saying whose clause ends before the noun."""
    first = parse.sentences[parse.sentence_of[noun]][0]
    for k in range(noun - 1, first - 1, -1):
        if parse.pos[k] != "VERB" or k == verb:
            continue
        said = any(parse.deps[c] == "ccomp" and k < c < noun for c in parse.children[k])
        if said and load_lexicon().speech(parse.lemmas[k]) >= _SAYS:
            return k
    return None


def _hang(parse: Parse, out: Parse, noun: int, verb: int) -> None:
    subject = _subject(parse, _clause_start(parse, noun), verb)
    if subject is None:
        return
    outer = _said(parse, noun, verb)
    if outer is not None:
        if _above(out, outer, verb):
            # "Holt complained ..., an accusation Berg denied": read as the main verb.
            top = out.heads[verb]
            out.heads[outer], out.deps[outer] = (outer if top == verb else top), out.deps[verb]
        if parse.words[noun].lower() == "which":
            out.heads[noun], out.deps[noun] = verb, "dobj"
            out.heads[verb], out.deps[verb] = outer, "relcl"
        else:
            out.heads[noun], out.deps[noun] = outer, "npadvmod"
            out.heads[verb], out.deps[verb] = noun, "relcl"
    out.heads[subject], out.deps[subject] = verb, "nsubj"
    comma, participle = _participle(parse, verb)
    if comma is not None:
        out.heads[comma] = verb
    if participle is not None:
        out.heads[participle], out.deps[participle] = verb, "advcl"


def _participle(parse: Parse, verb: int) -> tuple[int | None, int | None]:
    """The comma behind an answer, and the "saying that ..." behind the comma."""
    stop = min(verb + _REACH, parse.sentences[parse.sentence_of[verb]][1])
    comma = next((k for k in range(verb + 1, stop) if parse.words[k] == ","), None)
    if comma is None:
        return None, None
    for k in range(comma + 1, min(comma + 4, stop)):
        if parse.tags[k] == "VBG":
            says = load_lexicon().speech(parse.lemmas[k]) >= _SAYS
            return comma, k if says else None
        if parse.pos[k] not in ("ADV", "PUNCT", "SCONJ"):
            break
    return comma, None


def _above(parse: Parse, i: int, other: int) -> bool:
    """Whether a token stands above another in the tree."""
    for _ in range(40):
        if parse.heads[i] == i:
            return False
        i = parse.heads[i]
        if i == other:
            return True
    return False
