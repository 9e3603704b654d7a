"""Fit the curve from an engine score to the share of claims that are right, on PolNeAR train.

The lexicon is counted on one half of the articles and the curve on the other, both ways round, so
that counts do not vouch for themselves. Writes `annotator/attribution/data/reliability.tsv`.

    ANNOTATOR_SHARED=... python -m tests.benchmarks.attribution.calibrate
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import annotator.attribution.lexicon as lexicon_module
from annotator.attribution.calibration import isotonic
from annotator.attribution.counting import count
from annotator.attribution.engine import attribute_parse
from annotator.attribution.lexicon import Lexicon, load_lexicon
from annotator.attribution.parse import Parse
from annotator.attribution.quotes import quotations
from annotator.attribution.result import Document
from annotator.attribution.scoring import match_claims
from annotator.attribution.syntax import Tree

from .corpus import gold_parses


def points(pairs: Sequence[tuple[Document, Parse]]) -> list[tuple[float, bool]]:
    """(score, right) of every proposed claim, each scored with counts from the other half."""
    base = load_lexicon()
    out: list[tuple[float, bool]] = []
    for half in (0, 1):
        other = [pair for i, pair in enumerate(pairs) if i % 2 != half]
        trees = ((document, Tree(parse, quotations(parse.text))) for document, parse in other)
        lexicon = Lexicon(count(trees, base), base.attitudes, base.words)
        for i, (document, parse) in enumerate(pairs):
            if i % 2 != half:
                continue
            found = [c for c in attribute_parse(parse, lexicon=lexicon).claims if c.parent is None]
            right = {j for _, j in match_claims(document.claims, found)}
            out.extend((c.confidence, j in right) for j, c in enumerate(found))
    return out


def main() -> None:
    target = Path(lexicon_module.__file__).parent / "data" / "reliability.tsv"
    curve = isotonic(points(gold_parses("train")))
    rows = "".join(f"{score}\t{share}\n" for score, share in curve)
    target.write_text(f"# score\tshare of claims right\n{rows}", encoding="utf-8")


if __name__ == "__main__":
    main()
