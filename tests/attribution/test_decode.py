"""From scores to claims: where cues begin and end, and claims in each other's contents."""

from __future__ import annotations

import numpy as np
import pytest
from spacy.language import Language

from annotator.attribution.learn.decode import (
    DecodingSettings,
    Read,
    claims_of,
    cues_in,
    read_claims,
)
from annotator.attribution.learn.features import BEGIN, CUE, INSIDE, OUTSIDE, Encoded, encode
from annotator.attribution.learn.network import softmax
from annotator.attribution.learn.windows import windows
from annotator.attribution.parse import parse_text
from annotator.attribution.rules.candidates import Candidate
from annotator.attribution.rules.lexicon import load_lexicon
from annotator.attribution.rules.syntax import Span

TEXT = "Ana Ruiz has repeatedly said that Bo Lund denied that the quay would close."


@pytest.fixture
def article(nlp: Language) -> Encoded:
    return encode(parse_text(TEXT, nlp), load_lexicon())


def span(article: Encoded, words: str) -> Span:
    """Token range of these words."""
    parse = article.tree.parse
    start = TEXT.index(words)
    return parse.starts.index(start), parse.ends.index(start + len(words)) + 1


def scores_for(article: Encoded, *cues: tuple[Span, float]) -> np.ndarray:
    """Scores that favour these cues by so many logits per token, and no other."""
    out = np.zeros((len(article), 9), dtype=np.float32)
    out[:, 3 * CUE + OUTSIDE] = 4.0
    for (lo, hi), sure in cues:
        out[lo:hi, 3 * CUE + OUTSIDE] = 0
        out[lo, 3 * CUE + BEGIN] = sure
        out[lo + 1 : hi, 3 * CUE + INSIDE] = sure
    return out


def test_the_rules_correct_a_cue_that_is_hardly_likelier(article: Encoded) -> None:
    whole, short = span(article, "has repeatedly said"), span(article, "repeatedly said")
    assert article.vote[short[1] - 1].cue == whole
    scores = scores_for(article, (short, 3.0))
    near = scores.copy()
    # "has" as a beginning costs half a logit, and "repeatedly" inside instead of at the beginning.
    near[whole[0], 3 * CUE : 3 * CUE + 3] = (1.0, 0.9, 0)
    near[short[0], 3 * CUE : 3 * CUE + 3] = (0, 3.0, 2.6)
    assert cues_in(article, near, DecodingSettings()) == [whole]
    assert cues_in(article, scores, DecodingSettings()) == [short]


def test_two_cues_do_not_become_one_twice(article: Encoded) -> None:
    whole = span(article, "has repeatedly said")
    scores = np.zeros((len(article), 9), dtype=np.float32)
    scores[:, 3 * CUE + OUTSIDE] = 4.0
    scores[whole[0] : whole[1], 3 * CUE : 3 * CUE + 3] = (0, 0.2, 0.1)
    found = cues_in(article, scores, DecodingSettings())
    assert found == [whole]


@pytest.mark.parametrize(("doubt", "source"), [(0.3, "Ana Ruiz"), (3.0, None)])
def test_the_rules_name_a_source_that_the_network_is_not_sure_to_be_none(
    article: Encoded, doubt: float, source: str | None
) -> None:
    cue = span(article, "has repeatedly said")
    rows = windows(article, [cue])
    scores = np.zeros((len(rows.token), 6), dtype=np.float32)
    scores[:, [OUTSIDE, 3 + OUTSIDE]] = doubt
    shares = softmax(scores.reshape(-1, 2, 3))
    cue_shares = softmax(scores_for(article, (cue, 5.0))[:, 3 * CUE : 3 * CUE + 3])
    (read,) = read_claims(article, [cue], cue_shares, rows, shares, scores)
    found = read.candidate.source
    assert found == (span(article, source) if source is not None else None)


@pytest.mark.parametrize(("nested", "parents"), [(True, [None, 0]), (False, [None, None])])
def test_a_claim_in_a_content_is_nested_where_claims_nest(
    article: Encoded, nested: bool, parents: list[int | None]
) -> None:
    read = []
    for cue, source, content in (
        ("has repeatedly said", "Ana Ruiz", "that Bo Lund denied that the quay would close"),
        ("denied", "Bo Lund", "that the quay would close"),
    ):
        at = span(article, cue)
        candidate = Candidate(at[1] - 1, cue.split()[-1], "learned", at, [span(article, content)])
        candidate.source = span(article, source)
        candidate.source_head = candidate.source[1] - 1
        candidate.score = 0.9
        read.append(Read(candidate, 0.9, {"cue": 0.9}))
    claims = claims_of(article, load_lexicon(), read, DecodingSettings(nested=nested))
    assert [claim.parent for claim, _ in claims] == parents
    assert [
        [TEXT[lo:hi] for lo, hi in claim.ranges(role)]
        for claim, _ in claims
        for role in ("source", "cue", "content")
    ] == [
        ["Ana Ruiz"],
        ["has repeatedly said"],
        ["that Bo Lund denied that the quay would close"],
        ["Bo Lund"],
        ["denied"],
        ["that the quay would close"],
    ]
