"""Counting cues in annotated articles: how the lexicon's table is made, and made without one."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from annotator.attribution.parse import Parse
from annotator.attribution.result import AttributedText
from annotator.attribution.rules.candidates import candidates
from annotator.attribution.rules.lexicon import TOTAL, Counts, Lexicon, total_of
from annotator.attribution.rules.quoting import link
from annotator.attribution.rules.syntax import Tree

MIN_ARTICLES: Final = 2
MIN_SEEN: Final = 3

Table = dict[str, Counter[str]]


def count(
    trees: Iterable[tuple[AttributedText, Tree]],
    lexicon: Lexicon | None,
    min_articles: int = MIN_ARTICLES,
) -> Counts:
    """Count how often each lemma is a cue in each pattern.

    A candidate inside a content that is no cue itself is left out: corpora mark the outermost
    attribution only, so whether it is one is unknown.

    Args:
        trees: Annotated articles with their syntax.
        lexicon: With one, quotations are linked to verbs first, so that "quote" is counted.
        min_articles: Lemmas in fewer articles are left out.

    Returns:
        lemma -> pattern -> (times a cue, times seen), with totals under `TOTAL`.
    """
    hits: Table = defaultdict(Counter)
    seen: Table = defaultdict(Counter)
    articles: dict[str, set[str]] = defaultdict(set)
    for document, tree in trees:
        cues, inside = _marked(document, tree.parse)
        found = candidates(tree)
        if lexicon is not None:
            link(tree, found, lexicon)
        for candidate in found:
            is_cue = candidate.token in cues
            if candidate.token in inside and not is_cue:
                continue
            for lemma, pattern in (
                (candidate.lemma, candidate.pattern),
                (candidate.lemma, total_of(candidate.pattern)),
                (TOTAL, candidate.pattern),
                (TOTAL, TOTAL),
            ):
                hits[lemma][pattern] += is_cue
                seen[lemma][pattern] += 1
            articles[candidate.lemma].add(document.name)
    kept = {
        lemma
        for lemma, names in articles.items()
        if len(names) >= min_articles and sum(seen[lemma].values()) >= 2 * MIN_SEEN
    }
    if min_articles <= 1:
        kept = set(articles)
    return {
        lemma: {pattern: (hits[lemma][pattern], n) for pattern, n in seen[lemma].items()}
        for lemma in (*kept, TOTAL)
    }


def fingerprint(text: str) -> str:
    """A short hash that tells whether an article was counted, without keeping its text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def without(lexicon: Lexicon, document: AttributedText, tree: Tree) -> Lexicon:
    """The lexicon as if it had not been counted on this article.

    A model that is trained on an article must not see that article's answers in its features.
    Returns the lexicon itself when the article was not among those counted.
    """
    if fingerprint(document.text) not in lexicon.counted:
        return lexicon
    own = count([(document, tree)], lexicon, min_articles=1)
    counts = dict(lexicon.counts)
    for lemma, row in own.items():
        known = counts.get(lemma)
        if known is None:
            continue
        changed = dict(known)
        for pattern, (hits, seen) in row.items():
            total_hits, total_seen = known.get(pattern, (0, 0))
            changed[pattern] = (max(total_hits - hits, 0), max(total_seen - seen, 0))
        counts[lemma] = changed
    return replace(lexicon, counts=counts)


def _marked(document: AttributedText, parse: Parse) -> tuple[set[int], set[int]]:
    cues: set[int] = set()
    inside: set[int] = set()
    at = {start: i for i, start in enumerate(parse.starts)}
    for claim in document.claims:
        for role, out in (("cue", cues), ("content", inside)):
            for lo, hi in claim.ranges(role):
                out.update(at[k] for k in range(lo, hi) if k in at)
    return cues, inside
