"""Count, on PolNeAR train, how often each lemma is a cue in each syntactic pattern.

Writes `annotator/attribution/data/cues.tsv` and the fingerprints of the articles counted. Counts
are facts about the language of news; no text of the corpus is kept, and a lemma is only listed
when it occurs in several articles.

    ANNOTATOR_SHARED=... python -m tests.benchmarks.attribution.compile_lexicon
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import annotator.attribution.rules.lexicon as lexicon_module
from annotator.attribution.evaluation.counting import count, fingerprint
from annotator.attribution.rules.lexicon import Counts, load_lexicon
from annotator.attribution.rules.syntax import Tree
from annotator.text.quotations import quotations

from .corpus import gold_parses


def render(counts: Counts) -> str:
    """The table as text, sorted, one lemma a line."""
    lines = ["# lemma\tpattern=times a cue/times seen ...; * stands for all"]
    for lemma, row in sorted(counts.items()):
        if lemma.strip() and not any(ch.isspace() for ch in lemma):
            cells = [f"{pattern}={hits}/{n}" for pattern, (hits, n) in sorted(row.items())]
            lines.append(f"{lemma}\t{' '.join(cells)}")
    return "\n".join(lines) + "\n"


def main() -> None:
    trees = [
        (document, Tree(parse, quotations(parse.text))) for document, parse in gold_parses("train")
    ]
    folder = Path(lexicon_module.__file__).parent / "data"
    first = replace(load_lexicon(), counts=count(trees, None))
    (folder / "cues.tsv").write_text(render(count(trees, first)), encoding="utf-8")
    marks = sorted(fingerprint(document.text) for document, _ in trees)
    (folder / "counted.txt").write_text("\n".join(marks) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
