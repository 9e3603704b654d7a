"""Count, on PolNeAR train, how often each lemma is a cue in each syntactic pattern.

Writes `annotator/attribution/data/cues.tsv`. Counts are facts about the language of news; no text
of the corpus is kept, and a lemma is only listed when it occurs in several articles.

    ANNOTATOR_SHARED=... python -m tests.benchmarks.attribution.compile_lexicon [--cache DIR]
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import annotator.attribution.lexicon as lexicon_module
from annotator.attribution.candidates import Candidate, candidates
from annotator.attribution.lexicon import TOTAL, Lexicon, load_lexicon
from annotator.attribution.parse import Parse
from annotator.attribution.quotes import quotations
from annotator.attribution.quoting import link
from annotator.attribution.result import Document
from annotator.attribution.syntax import Tree

from .corpus import gold_parses

_MIN_ARTICLES = 2
_MIN_SEEN = 3

Table = dict[str, Counter[str]]


def count(pairs: list[tuple[Document, Parse]], lexicon: Lexicon | None) -> tuple[Table, Table]:
    """Return (hits, seen), lemma -> pattern -> number; with a lexicon quotations are linked."""
    hits: Table = defaultdict(Counter)
    seen: Table = defaultdict(Counter)
    articles: dict[str, set[str]] = defaultdict(set)
    for document, parse in pairs:
        tree = Tree(parse, quotations(document.text))
        cue_of, inside = _marked(document, parse)
        found = candidates(tree)
        if lexicon is not None:
            link(tree, found, _speech(lexicon))
        for candidate in found:
            is_cue = candidate.token in cue_of
            if candidate.token in inside and not is_cue:
                # PolNeAR marks the outermost attribution only; whether this is one is unknown.
                continue
            kind = candidate.pattern[:2]
            total = f"{TOTAL}{kind if kind in ('n:', 'n-', 'a:', 'a-') else 'v'}"
            for lemma in (candidate.lemma, TOTAL):
                for pattern in (candidate.pattern, total if lemma != TOTAL else TOTAL):
                    hits[lemma][pattern] += is_cue
                    seen[lemma][pattern] += 1
            articles[candidate.lemma].add(document.name)
    kept = {
        lemma
        for lemma, names in articles.items()
        if len(names) >= _MIN_ARTICLES and sum(seen[lemma].values()) >= 2 * _MIN_SEEN
    } | {TOTAL}
    return {k: hits[k] for k in kept}, {k: seen[k] for k in kept}


def _speech(lexicon: Lexicon) -> Callable[[Candidate], float]:
    return lambda candidate: lexicon.speech(candidate.lemma)


def _marked(document: Document, parse: Parse) -> tuple[set[int], set[int]]:
    cues: set[int] = set()
    inside: set[int] = set()
    at = {start: i for i, start in enumerate(parse.starts)}
    for claim in document.claims:
        for role, out in (("cue", cues), ("content", inside)):
            for lo, hi in claim.ranges(role):
                out.update(at[k] for k in range(lo, hi) if k in at)
    return cues, inside


def render(hits: Table, seen: Table) -> str:
    """The table as text, sorted, one lemma a line."""
    lines = ["# lemma\tpattern=times a cue/times seen ...; * stands for all"]
    for lemma in sorted(seen):
        if not lemma.strip() or any(ch.isspace() for ch in lemma):
            continue
        cells = [f"{p}={hits[lemma][p]}/{n}" for p, n in sorted(seen[lemma].items())]
        lines.append(f"{lemma}\t{' '.join(cells)}")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cache", type=Path, default=None)
    pairs = gold_parses("train", parser.parse_args().cache)
    target = Path(lexicon_module.__file__).parent / "data" / "cues.tsv"
    base = load_lexicon()
    hits, seen = count(pairs, None)
    first = Lexicon(
        {k: {p: (hits[k][p], n) for p, n in row.items()} for k, row in seen.items()},
        base.attitudes,
        base.words,
    )
    target.write_text(render(*count(pairs, first)), encoding="utf-8")


if __name__ == "__main__":
    main()
