"""Fit the curves from an engine score to the share of claims that are right, on PolNeAR train.

The lexicon is counted on four fifths of the articles and the curves on the last, five times round,
so that counts do not vouch for themselves. Writes `annotator/attribution/data/reliability.tsv`.

    ANNOTATOR_SHARED=... python -m tests.benchmarks.attribution.calibrate
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import annotator.attribution.rules.lexicon as lexicon_module
from annotator.attribution.calibration import curves, stratum
from annotator.attribution.engine import attribute_parse
from annotator.attribution.evaluation.counting import count
from annotator.attribution.evaluation.scoring import match_claims
from annotator.attribution.parse import Parse
from annotator.attribution.result import AttributedText
from annotator.attribution.rules.lexicon import Lexicon, load_lexicon
from annotator.attribution.rules.quotes import quotations
from annotator.attribution.rules.syntax import Tree

from .corpus import gold_parses

FOLDS = 5


def points(pairs: Sequence[tuple[AttributedText, Parse]]) -> list[tuple[str, float, bool]]:
    """(stratum, score, right) of every outermost claim, scored with counts from other articles."""
    base = load_lexicon()
    out: list[tuple[str, float, bool]] = []
    for fold in range(FOLDS):
        other = [pair for i, pair in enumerate(pairs) if i % FOLDS != fold]
        trees = ((document, Tree(parse, quotations(parse.text))) for document, parse in other)
        lexicon = Lexicon(count(trees, base), base.attitudes, base.words)
        for document, parse in pairs[fold::FOLDS]:
            found = [c for c in attribute_parse(parse, lexicon=lexicon).claims if c.parent is None]
            right = {j for _, j in match_claims(document.claims, found)}
            out.extend(
                (stratum(c.evidence, source=bool(c.role("source"))), c.confidence, j in right)
                for j, c in enumerate(found)
            )
    return out


def main() -> None:
    target = Path(lexicon_module.__file__).parent / "data" / "reliability.tsv"
    rows = "".join(
        f"{name}\t{score}\t{share}\n"
        for name, curve in curves(points(gold_parses("train"))).items()
        for score, share in curve
    )
    target.write_text(f"# stratum\tscore\tshare of claims right\n{rows}", encoding="utf-8")


if __name__ == "__main__":
    main()
