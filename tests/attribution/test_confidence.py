"""Confidence: a curve for each kind of claim, signs that tell the claims of one kind apart."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from annotator.attribution.calibration import ALWAYS, LAST, SHARE, Basis, Calibration
from annotator.attribution.engine import grounded
from annotator.attribution.evaluation.fitting import JudgedClaim, fit
from annotator.attribution.parse import parse_text
from annotator.attribution.rules.lexicon import load_lexicon

TEXTS = (
    "Rosa Quint said that rents would double. It may be said by some that they wanted a plan.",
    "“They told us that the dam was safe,” she said. The union criticised the plan.",
    "The claim was rejected by the board. Holt wants to leave, and residents are furious with him.",
    "According to the report, sales fell. “We left,” said Ben Adler. “Nobody asked us why.”",
)


def drawn(n: int, seed: int) -> list[tuple[JudgedClaim, float]]:
    """Claims of one kind at one score, right three times of ten without a sign, nine with it."""
    rng = random.Random(seed)
    out = []
    for k in range(n):
        seen = rng.random() < 0.5
        share = 0.9 if seen else 0.3
        signs = {"sign": 1.0} if seen else {}
        basis = Basis("phrase", 0.4 + 0.2 * rng.random(), signs)
        out.append((JudgedClaim(k // 10, basis, rng.random() < share), share))
    return out


def test_a_sign_tells_claims_of_one_kind_apart() -> None:
    fitted = fit([outcome for outcome, _ in drawn(6000, 1)])
    for outcome, share in drawn(200, 2):
        assert fitted.confidence(outcome.basis) == pytest.approx(share, abs=0.05)


def test_what_says_nothing_weighs_nothing() -> None:
    rng = random.Random(3)
    noise = [
        JudgedClaim(k // 10, Basis("phrase", 0.5, {"sign": float(k % 2)}), rng.random() < 0.6)
        for k in range(4000)
    ]
    fitted = fit(noise)
    assert abs(fitted.weights["sign"]) < 0.2
    assert fitted.confidence(Basis("phrase", 0.5, {})) == pytest.approx(0.6, abs=0.05)


def test_without_signs_the_curve_alone_speaks() -> None:
    found = [JudgedClaim(k // 10, Basis("no-cue", 0.3, None), k % 4 == 0) for k in range(400)]
    fitted = fit(found)
    assert not fitted.weights
    assert fitted.confidence(Basis("no-cue", 0.3, None)) == pytest.approx(0.25)


@given(score=st.floats(0, 1), signs=st.dictionaries(st.sampled_from("abc"), st.floats(-5, 5)))
def test_unfitted_gives_the_score_back(score: float, signs: dict[str, float]) -> None:
    basis = Basis("phrase", score, signs)
    assert Calibration().confidence(basis) == round(score, 3)


def test_the_packaged_fit_knows_every_sign(nlp: Language) -> None:
    calibration = load_lexicon().calibration
    seen = {
        name
        for text in TEXTS
        for _, basis in grounded(parse_text(text, nlp))
        for name in basis.signs or ()
    }
    assert len(seen) >= 9
    assert seen | {ALWAYS, SHARE} <= set(calibration.weights)
    shares = [share for _, share in calibration.curves[LAST]]
    assert shares == sorted(shares)
    assert calibration.weights[SHARE] > 0


def test_a_nested_claim_is_not_blamed_for_its_quotation(nlp: Language) -> None:
    text = "“They told us that the dam was safe,” she said."
    nested = [(c, b) for c, b in grounded(parse_text(text, nlp)) if c.parent is not None]
    assert nested
    assert all("cue in a quotation" not in (basis.signs or {}) for _, basis in nested)
