"""Fit the rules' confidence on PolNeAR train: curves by kind of claim, weights of signs.

The lexicon is counted on four fifths of the articles and the claims of the last are scored with it,
five times round, so that counts do not vouch for themselves. Writes `reliability.tsv` and
`signs.tsv` in `annotator/attribution/data`. With `--check` it writes nothing and shows the fit on
articles that it leaves out, a tenth at a time.

    ANNOTATOR_SHARED=... python -m tests.benchmarks.attribution.calibrate [--check]
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from pathlib import Path

import annotator.attribution as attribution
from annotator.attribution.calibration import Calibration, curves
from annotator.attribution.engine import grounded
from annotator.attribution.evaluation.counting import count
from annotator.attribution.evaluation.fitting import FOLDS, JudgedClaim, fit
from annotator.attribution.evaluation.scoring import match_claims
from annotator.attribution.parse import Parse
from annotator.attribution.result import AttributedText
from annotator.attribution.rules.lexicon import Lexicon, load_lexicon
from annotator.attribution.rules.syntax import Tree
from annotator.text.quotations import quotations

from .corpus import gold_parses

PARTS = 5
Points = Sequence[tuple[float, bool]]


def outcomes(pairs: Sequence[tuple[AttributedText, Parse]]) -> list[JudgedClaim]:
    """Every outermost claim, scored with counts from other articles."""
    base = load_lexicon()
    out: list[JudgedClaim] = []
    for part in range(PARTS):
        other = [pair for i, pair in enumerate(pairs) if i % PARTS != part]
        trees = ((document, Tree(parse, quotations(parse.text))) for document, parse in other)
        lexicon = Lexicon(count(trees, base), base.attitudes, base.words)
        for number in range(part, len(pairs), PARTS):
            document, parse = pairs[number]
            found = [(c, b) for c, b in grounded(parse, lexicon=lexicon) if c.parent is None]
            right = {j for _, j in match_claims(document.claims, [c for c, _ in found])}
            out.extend(
                JudgedClaim(number // PARTS, b, j in right) for j, (_, b) in enumerate(found)
            )
    return out


def check(found: Sequence[JudgedClaim]) -> None:
    """The curves alone and with signs, each on articles that they were not fitted on."""
    plain: list[tuple[float, bool]] = []
    signed: list[tuple[float, bool]] = []
    for fold in range(FOLDS):
        known = [o for o in found if o.article % FOLDS != fold]
        alone = Calibration(curves((o.basis.stratum, o.basis.score, o.right) for o in known))
        # The folds of the last curve lie in other articles than this one.
        both = fit([o._replace(article=o.article // FOLDS) for o in known])
        for outcome in found:
            if outcome.article % FOLDS == fold:
                plain.append((alone.confidence(outcome.basis), outcome.right))
                signed.append((both.confidence(outcome.basis), outcome.right))
    show("curves alone", plain)
    show("with signs", signed)


def show(title: str, points: Points) -> None:
    """Log loss, Brier score, calibration error, and says / right / n in tenths."""
    n = len(points)
    kept = [(min(max(p, 1e-3), 1 - 1e-3), right) for p, right in points]
    loss = -sum(math.log(p if right else 1 - p) for p, right in kept) / n
    brier = sum((p - right) ** 2 for p, right in points) / n
    error, cells = 0.0, []
    for tenth in range(10):
        inside = [(p, right) for p, right in points if min(int(p * 10), 9) == tenth]
        if inside:
            says = sum(p for p, _ in inside) / len(inside)
            right = sum(r for _, r in inside) / len(inside)
            error += len(inside) / n * abs(says - right)
            cells.append(f"{says:.2f}/{right:.2f}/{len(inside)}")
    print(f"{title}: log loss {loss:.4f}, Brier {brier:.4f}, error {error:.4f}; {' '.join(cells)}")


def main() -> None:
    found = outcomes(gold_parses("train"))
    if "--check" in sys.argv:
        check(found)
        return
    fitted = fit(found)
    folder = Path(attribution.__file__).parent / "data"
    points = "".join(
        f"{name}\t{score}\t{share}\n"
        for name, curve in fitted.curves.items()
        for score, share in curve
    )
    weights = "".join(f"{name}\t{weight}\n" for name, weight in fitted.weights.items())
    (folder / "reliability.tsv").write_text(
        f"# stratum\tscore\tshare of claims right\n{points}", encoding="utf-8"
    )
    (folder / "signs.tsv").write_text(f"# sign\tweight in log odds\n{weights}", encoding="utf-8")


if __name__ == "__main__":
    main()
