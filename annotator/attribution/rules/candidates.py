"""Cue candidates with the source and content that syntax gives them, before any is chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from annotator.attribution.rules.extents import (
    noun_phrase,
    trimmed,
    verb_group,
    with_circumstance,
    with_marks,
    with_particle,
)
from annotator.attribution.rules.lexicon import load_lexicon, words
from annotator.attribution.rules.syntax import (
    Span,
    Tree,
    adjective_pattern,
    noun_pattern,
    verb_pattern,
)

_SAYING: Final = 0.75
"""Verbs that report words at least so often are trusted to have a clause somewhere."""
_STRAY: Final = 16
_LONGEST_NAME: Final = 7
_FRAMING: Final = frozenset(("to", "with", "at", "in", "on", "from", "before", "after", "during"))


@dataclass(slots=True)
class Candidate:
    """A possible cue: its head token, pattern, and what syntax links to it (token ranges)."""

    token: int
    lemma: str
    pattern: str
    cue: Span
    content: list[Span] = field(default_factory=list)
    source: Span | None = None
    source_head: int | None = None
    addressee: Span | None = None
    """Whom a verb of telling or asking is addressed to, by its object."""
    score: float = 0.0


def candidates(tree: Tree) -> list[Candidate]:
    """Every token that may be a cue, in text order; at most one candidate per token."""
    parse = tree.parse
    out: list[Candidate] = []
    for i in range(len(parse)):
        found: Candidate | None = None
        pos = parse.pos[i]
        if i and parse.words[i - 1] in ("-", "‑") and parse.ends[i - 1] == parse.starts[i]:
            # The second half of "so-called" or "best-known" is no verb.
            continue
        if parse.words[i].lower() == "according" and i + 1 < len(parse):
            found = _according(tree, i)
        elif pos == "VERB" or (pos == "AUX" and parse.deps[i] not in ("aux", "auxpass")):
            found = _verb(tree, i)
        elif pos == "NOUN":
            found = _noun(tree, i)
        elif pos == "ADJ" and parse.deps[i] in ("acomp", "oprd", "ROOT", "conj"):
            found = _adjective(tree, i)
        if found is not None:
            out.append(found)
    return out


def _according(tree: Tree, i: int) -> Candidate | None:
    parse = tree.parse
    if parse.words[i + 1].lower() != "to":
        return None
    found = Candidate(i, "according", "according", (i, i + 2))
    objects = [k for t in (i, i + 1) for k in tree.kids(t, "pobj")]
    if objects:
        found.source_head = objects[0]
        found.source = noun_phrase(tree, objects[0], after=i + 2)
    lo, hi = tree.sentence(i)
    end = found.source[1] if found.source else i + 2
    pieces = [trimmed(tree, lo, i), trimmed(tree, end, hi)]
    leading = pieces[0][1] - pieces[0][0] <= 1
    if leading:
        found.content = [pieces[1]] if pieces[1][1] > pieces[1][0] else []
    else:
        found.content = [pieces[0]]
        head = parse.heads[i]
        # "A, according to B, C": what follows belongs to the content when its verb does.
        if pieces[1][1] - pieces[1][0] > 1 and pieces[1][0] <= head < pieces[1][1]:
            found.content.append(pieces[1])
    return found


def _verb(tree: Tree, i: int) -> Candidate:
    parse = tree.parse
    pattern = verb_pattern(tree, i)
    found = Candidate(i, parse.lemmas[i], pattern, verb_group(tree, i))
    bare = pattern.removeprefix("pass-").removeprefix("part-")
    stray = _stray_clause(tree, i) if bare == "none" or bare.startswith(("prep:", "dobj")) else None
    if stray is not None:
        # "tweeted in the early hours that ...": the parser hung the clause on the wrong word.
        found.pattern = "that"
        found.content = [stray]
        found.cue = with_circumstance(tree, i, found.cue)
        _subject(tree, found)
        return found
    if bare in ("that", "ccomp", "wh"):
        clauses = [k for k in tree.kids(i, "ccomp") if k > i]
        lo = max(tree.left[clauses[0]], i + 1)
        hi = max(tree.right[k] for k in clauses)
        found.content = [(lo, hi)]
    elif bare in ("inverted", "inserted", "last", "as"):
        found.content = _around(tree, i, bare)
    elif bare in ("xcomp", "gerund"):
        complements = [k for k in tree.kids(i, "xcomp") if k > i]
        lo = min(tree.left[k] for k in complements)
        found.content = [(max(lo, i + 1), max(tree.right[k] for k in complements))]
    elif bare.startswith(("dobj", "oprd")):
        found.content = [_object(tree, i)]
    elif bare.startswith("prep:"):
        _prepositional(tree, found)
    elif bare == "attr":
        k = tree.kids(i, "acomp", "attr")[0]
        found.content = [(max(tree.left[k], i + 1), tree.right[k])] if k > i else []
    if pattern.startswith("pass-") and bare not in ("that", "ccomp", "wh"):
        _passive(tree, found, bare)
    if bare in ("none", "that", "ccomp", "wh", "inverted", "inserted", "as", "last"):
        found.cue = with_circumstance(tree, i, found.cue)
    _subject(tree, found)
    if found.lemma in words("telling"):
        found.addressee = _addressee(tree, i)
    return found


def _stray_clause(tree: Tree, i: int) -> Span | None:
    """A "that" clause a few words after a verb of saying that has no clause of its own."""
    parse = tree.parse
    if load_lexicon().speech(parse.lemmas[i]) < _SAYING or tree.quote_of[i] >= 0:
        return None
    stop = min(tree.sentence(i)[1], i + _STRAY)
    for k in range(i + 1, stop):
        if parse.pos[k] == "VERB" or parse.words[k] in (";", ":"):
            return None
        if parse.lemmas[k] == "that" and parse.deps[k] == "mark" and parse.heads[k] > k:
            return (k, tree.right[parse.heads[k]])
    return None


def _addressee(tree: Tree, i: int) -> Span | None:
    """The object of "tell", "ask" or "warn", in front of what is told."""
    parse = tree.parse
    for k in tree.kids(i, "dative", "dobj"):
        if k > i and parse.pos[k] in ("NOUN", "PROPN", "PRON") and tree.quote_of[k] < 0:
            stop = min(
                (tree.left[c] for c in tree.kids(i, "ccomp", "xcomp") if c > k), default=k + 9
            )
            span = noun_phrase(tree, k, before=max(k + 1, stop), after=i + 1)
            return span if span[0] <= k < span[1] else None
    return None


def _around(tree: Tree, i: int, pattern: str) -> list[Span]:
    """The content of "X, he said, Y": the sentence or clause without the reporting clause."""
    parse = tree.parse
    if pattern in ("inserted", "as"):
        own = tree.subtree(i)
        first, last = tree.subtree(parse.heads[i])
        return [s for s in ((first, own[0]), (own[1], last)) if s[1] > s[0]]
    if pattern == "last":
        first = tree.sentence(i)[0]
        return [(first, tree.left[i])] if tree.left[i] > first else []
    clauses = [k for k in tree.kids(i, "ccomp") if k < i]
    start = min(tree.left[k] for k in clauses)
    stop = max(tree.right[k] for k in clauses)
    subject = min([k for k in parse.children[i] if k > clauses[-1]] + [i])
    start = _after_name(tree, start)
    return [(start, min(stop, tree.left[subject], i))]


def _after_name(tree: Tree, start: int) -> int:
    """Where a line's first clause begins behind a name and a colon: "Quito: The dam ..."."""
    parse = tree.parse
    if start and parse.line_of[start - 1] == parse.line_of[start]:
        return start
    stop = min(start + _LONGEST_NAME, len(parse) - 1)
    colon = next((k for k in range(start + 1, stop) if parse.words[k] == ":"), None)
    if colon is None or any(parse.pos[k] in ("VERB", "AUX") for k in range(start, colon)):
        return start
    named = all(parse.words[k][0].isupper() for k in (start, colon - 1, colon + 1))
    return colon + 1 if named else start


def _object(tree: Tree, i: int) -> Span:
    """The object with what belongs to it, up to a trailing adverbial clause or time."""
    objects = [k for k in tree.kids(i, "dobj", "oprd", "dative", "xcomp", "ccomp") if k > i]
    parse = tree.parse
    lo = min([tree.left[k] for k in objects] + [len(parse)])
    lo = max(lo, i + 1)
    hi = max([tree.right[k] for k in objects] + [lo])
    for k in tree.kids(i, "prep", "advcl", "advmod", "npadvmod"):
        if k < hi or tree.left[k] > hi + 1:
            continue
        if parse.deps[k] == "prep" and not tree.is_time(k) and parse.lemmas[k] not in _FRAMING:
            hi = max(hi, tree.right[k])
    return lo, hi


def _prepositional(tree: Tree, found: Candidate) -> None:
    i = found.token
    for k in tree.kids(i, "prep"):
        if k > i and not tree.is_time(k):
            found.cue = with_particle(tree, found.cue, k)
            found.content = [(k + 1, tree.right[k])]
            return


def _passive(tree: Tree, found: Candidate, pattern: str) -> None:
    """ "X was criticised for Y": the subject is content, with the complement."""
    i = found.token
    parse = tree.parse
    subjects = tree.kids(i, "nsubjpass")
    after: list[Span] = [s for s in found.content if pattern in ("xcomp", "gerund", "oprd")]
    if subjects and not pattern.startswith("prep:"):
        phrase = noun_phrase(tree, subjects[0], before=found.cue[0])
        found.content = [phrase, *after]
    elif subjects:
        found.cue = verb_group(tree, i)
        found.content = [noun_phrase(tree, subjects[0], before=found.cue[0]), *after]
    elif parse.deps[i] in ("acl", "relcl"):
        head = parse.heads[i]
        found.content = [(tree.left[head], min(tree.left[i], found.cue[0])), *after]


def _subject(tree: Tree, found: Candidate) -> None:
    i = found.token
    head = tree.subject(i)
    parse = tree.parse
    if head is None and parse.deps[i] == "relcl":
        return
    if head is None:
        return
    if found.pattern.startswith(("pass-", "part-")):
        agent = tree.agent(i)
        if agent is None:
            return
        head = agent
    if head < i:
        span = noun_phrase(tree, head, before=found.cue[0])
    else:
        span = noun_phrase(tree, head, after=found.cue[1])
    if span[1] > span[0]:
        found.source, found.source_head = span, head


def _noun(tree: Tree, i: int) -> Candidate | None:
    parse = tree.parse
    pattern = noun_pattern(tree, i)
    if pattern == "none":
        return None
    found = Candidate(i, parse.lemmas[i], pattern, (i, i + 1))
    if pattern in ("n-that", "n-inf"):
        clauses = [k for k in tree.kids(i, "acl", "ccomp", "relcl") if k > i]
        found.content = [(max(tree.left[clauses[0]], i + 1), tree.right[clauses[0]])]
    else:
        k = next(k for k in tree.kids(i, "prep") if k > i and not tree.is_time(k))
        found.cue = with_particle(tree, found.cue, k)
        found.content = [(k + 1, tree.right[k])]
    owners = tree.kids(i, "poss")
    if owners:
        found.source_head = owners[0]
        found.source = noun_phrase(tree, owners[0])
        return found
    for k in tree.kids(i, "prep"):
        if (
            k > i
            and parse.lemmas[k] in ("by", "from", "among")
            and not pattern.endswith(parse.lemmas[k])
        ):
            for obj in tree.kids(k, "pobj"):
                found.source_head = obj
                found.source = noun_phrase(tree, obj)
                return found
    governor = parse.heads[i]
    if parse.deps[i] in ("dobj", "attr", "pobj") and governor != i:
        if parse.pos[governor] == "ADP":
            governor = parse.heads[governor]
        if parse.pos[governor] in ("VERB", "AUX") and governor < i:
            if parse.lemmas[governor] in words("light"):
                found.cue = (verb_group(tree, governor)[0], found.cue[1])
            subject = tree.subject(governor)
            if subject is not None and not tree.is_passive(governor):
                found.source_head = subject
                found.source = noun_phrase(tree, subject, before=verb_group(tree, governor)[0])
    return found


def _adjective(tree: Tree, i: int) -> Candidate | None:
    pattern = adjective_pattern(tree, i)
    if pattern == "none":
        return None
    parse = tree.parse
    found = Candidate(i, parse.lemmas[i], pattern, verb_group(tree, i))
    complements = [k for k in tree.kids(i, "ccomp", "xcomp", "prep") if k > i]
    k = complements[0]
    if parse.deps[k] == "prep":
        found.cue = with_particle(tree, found.cue, k)
        found.content = [(k + 1, tree.right[k])]
    else:
        found.content = [(max(tree.left[k], i + 1), tree.right[k])]
    head = parse.heads[i]
    subject = tree.subject(head) if head != i else tree.subject(i)
    if subject is not None and subject < i:
        found.source_head = subject
        found.source = noun_phrase(tree, subject, before=found.cue[0])
    return found


def finished(tree: Tree, found: Candidate) -> None:
    """Trim the content's pieces and extend them to whole quotations; drop empty ones."""
    pieces: list[Span] = []
    first, last = found.cue
    for span in found.content:
        if _leaves_its_quotation(tree, found, span):
            continue
        lo, hi = trimmed(tree, *span)
        wide = with_marks(tree, lo, hi)
        # A cue may stand in the quotation itself: then its content does not reach the marks.
        if not (wide[0] < last and first < wide[1]):
            lo, hi = wide
        elif lo < last and first < hi and lo >= first:
            lo = last
        lo, hi = trimmed(tree, lo, hi)
        if hi > lo:
            pieces.append((lo, hi))
    found.content = pieces
    if found.source is not None and found.source[1] <= found.source[0]:
        found.source = found.source_head = None


def _leaves_its_quotation(tree: Tree, found: Candidate, span: Span) -> bool:
    """Whether a verb in what somebody says would report words from before it.

    In `Berg hit back: "The board knew."` the parser gives *knew* the words before the colon.
    Words from after it are nobody's in the quotation either.
    """
    quote = tree.quote_of[found.token]
    if quote < 0 or found.pattern not in ("inverted", "inserted", "last", "as"):
        return False
    lo, hi = tree.quote_span[quote]
    # `"We came 'for the fish', as my father said", she recalled`: *she recalled* is no fish.
    return hi - lo > 4 and (span[1] <= lo or span[0] >= hi)
