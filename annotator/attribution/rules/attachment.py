"""Second predicates that the parser hung on what was said, given back to who said it.

"The mayor said the bridge was safe and urged drivers to be patient": the small pipelines make
*urged* the bridge's. "Keller said the audit was late, before adding that ...": the audit adds.
Where a verb of speaking without a subject of its own follows a clause that somebody says, in the
tense of their verb, or as a participle after a comma, the same person speaks on. On PolNeAR's
training part that is right about twice as often as the parser is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from annotator.attribution.parse import Parse
from annotator.attribution.rules.answers import answered
from annotator.attribution.rules.lexicon import load_lexicon, words

_SAYS: Final = 0.3
"""Verbs that report words at least so often can have a second predicate given back to them."""
_SUBJECTS: Final = frozenset(("nsubj", "nsubjpass", "csubj", "expl"))
_FINITE: Final = frozenset(("VBD", "VBZ", "VBP"))
_AFTER: Final = frozenset(("before", "after", "while"))
_COMPLEMENTS: Final = frozenset(("ccomp", "xcomp", "dobj", "oprd"))


def reattached(parse: Parse) -> Parse:
    """The parse with second predicates given back to the verb of saying before them.

    Returns the parse itself when nothing changes, and when that was done before: a claim in a
    claim ("Holt said Berg lied and urged ...") is given back one step only.
    """
    if parse.settled:
        return parse
    parse = answered(parse)
    out = replace(parse, heads=list(parse.heads), deps=list(parse.deps), settled=True)
    for verb in range(len(parse)):
        if parse.pos[verb] != "VERB" or not _speaks_on(parse, verb):
            continue
        inner = _clause_of(parse, verb)
        if inner is None:
            continue
        if parse.deps[verb] == "ccomp":
            out.deps[verb] = "conj"
        outer = parse.heads[inner]
        if _breaks_off(parse, outer, inner):
            continue
        if not (outer < inner < verb) or load_lexicon().speech(parse.lemmas[outer]) < _SAYS:
            continue
        if _tag(parse, verb) in _FINITE and not _same_tense(parse, verb, outer):
            continue
        _move(parse, out.heads, verb, inner, outer)
    for verb in range(len(parse)):
        _part(parse, out, verb)
    if out.heads == parse.heads and out.deps == parse.deps:
        return parse
    out.children = [[] for _ in out.heads]
    for child, head in enumerate(out.heads):
        if head != child:
            out.children[head].append(child)
    return out


def _part(parse: Parse, out: Parse, verb: int) -> None:
    """No clause is reported twice over: "Holt called it a gift, Berg called it a joke".

    The first clause has its own subject and object, the second verb an object too: side by side.
    """
    head = parse.heads[verb]
    if parse.deps[verb] != "ccomp" or verb > head or parse.pos[verb] != "VERB":
        return
    own = parse.children[verb]
    if not any(k < verb and parse.deps[k] in _SUBJECTS for k in own):
        return
    if not any(k > verb and parse.deps[k] in _COMPLEMENTS for k in own):
        return
    beside = [k for k in parse.children[head] if k > head and parse.deps[k] in _COMPLEMENTS]
    lexicon = load_lexicon()
    reports = lexicon.speech(parse.lemmas[verb]) >= _SAYS
    if beside and (reports or lexicon.attitude(parse.lemmas[verb]) != "none"):
        out.deps[verb] = "parataxis"


def _breaks_off(parse: Parse, outer: int, inner: int) -> bool:
    """Whether a dash stands between them: "Holt said no — Berg denied it and said ..." """
    return any(parse.words[k] in (";", "—", "–", "--", "(") for k in range(outer + 1, inner))


def _speaks_on(parse: Parse, verb: int) -> bool:
    """Whether a verb is one of speaking, with something said but no subject of its own."""
    lemma, tag = parse.lemmas[verb], _tag(parse, verb)
    if tag not in _FINITE and tag != "VBG":
        return False
    known = lemma in words("speech") or lemma in words("telling")
    attitude = load_lexicon().attitude(lemma)
    if not known and attitude not in ("neutral", "charged", "distancing"):
        return False
    deps = {parse.deps[k] for k in parse.children[verb]}
    if deps & _SUBJECTS:
        return False
    return bool(deps & _COMPLEMENTS)


def _clause_of(parse: Parse, verb: int) -> int | None:
    """The head of the complement clause that a verb was hung on as conjunct or participle."""
    dep, at = parse.deps[verb], parse.heads[verb]
    if parse.tags[verb] == "VBG":
        if dep == "pcomp":
            if parse.lemmas[at] not in _AFTER:
                return None
            at = parse.heads[at]
        elif dep != "advcl" or not _set_off(parse, verb):
            return None
    elif dep == "ccomp":
        # A second clause of one verb, joined to the first: "said it was closed but warned that".
        first = next((k for k in parse.children[at] if parse.deps[k] == "ccomp"), verb)
        return first if first < verb and _joined(parse, verb, first, needed=True) else None
    elif dep != "conj" or not _joined(parse, verb, at):
        return None
    for _ in range(6):
        if parse.deps[at] == "ccomp":
            return at
        if parse.deps[at] not in ("conj", "xcomp", "advcl") or parse.heads[at] == at:
            return None
        at = parse.heads[at]
    return None


def _joined(parse: Parse, verb: int, at: int, *, needed: bool = False) -> bool:
    """Whether "and", "but" or a comma joins a conjunct: "rather than" joins what was said."""
    joint = [k for k in parse.children[at] if at < k < verb and parse.deps[k] == "cc"]
    if not joint:
        return not needed
    return parse.lemmas[joint[-1]] in ("and", "but", "yet")


def _set_off(parse: Parse, verb: int) -> bool:
    first = min([verb, *parse.children[verb]])
    return first > 0 and (parse.words[first - 1] == "," or parse.lemmas[first] in _AFTER)


def _same_tense(parse: Parse, verb: int, outer: int) -> bool:
    """Whether two finite verbs agree: "has said" and "is saying" agree with the present."""
    now = {"VBZ", "VBP"}
    tag = parse.tags[outer]
    for k in parse.children[outer]:
        if parse.deps[k] == "aux" and parse.tags[k] in _FINITE:
            tag = parse.tags[k]
    own = _tag(parse, verb)
    return tag == own or (tag in now and own in now)


def _tag(parse: Parse, verb: int) -> str:
    """A verb's tag; "would be closed but warned that": the tagger takes *warned* for a second
    participle, yet nobody is warned that way."""
    tag = parse.tags[verb]
    if tag == "VBN" and parse.deps[verb] == "conj" and parse.words[verb].endswith("ed"):
        own = {parse.deps[k] for k in parse.children[verb]}
        return tag if own & {"aux", "auxpass", "agent"} else "VBD"
    return tag


def _move(parse: Parse, heads: list[int], verb: int, inner: int, outer: int) -> None:
    """Hang a verb, with the conjunction before it, on the outer verb."""
    moved = parse.heads[verb] if parse.deps[verb] == "pcomp" else verb
    old = parse.heads[moved]
    heads[moved] = outer
    first = min([moved, *parse.children[moved]])
    for k in range(max(inner, first - 2), first):
        # "and", and the comma before it, go along: they join the two predicates.
        if parse.deps[k] in ("cc", "punct") and parse.heads[k] in (old, inner):
            heads[k] = outer
