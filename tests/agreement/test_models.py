"""Dawid-Skene, self-consistency, and reading annotations from the domain."""

from __future__ import annotations

import subprocess
import sys
from array import array
from itertools import pairwise

import numpy as np
import pytest

from annotator.agreement.dawid_skene import dawid_skene
from annotator.agreement.intra_annotator import FIRST, SECOND, Repeat, repeat_units
from annotator.agreement.pairwise import pair
from annotator.agreement.result import LeftOut
from annotator.agreement.span_table import SpanTable
from annotator.agreement.spans import f1
from annotator.agreement.units import Units
from annotator.alignment.annotations import documents
from annotator.alignment.arrays import Ints
from annotator.alignment.inputs import Claim
from annotator.domain.model import Annotation, Article, Fragment, Layout, Paragraph, Sentence


def simulated(units: int = 600) -> tuple[Units, Ints]:
    rng = np.random.default_rng(5)
    truth = rng.choice(3, units, p=[0.5, 0.3, 0.2])
    reliable = np.array([0.95, 0.9, 0.85, 0.4])
    said = np.where(
        rng.random((units, 4)) < reliable, truth[:, None], rng.integers(0, 3, (units, 4))
    )
    said[rng.random((units, 4)) < 0.3] = -1
    return Units.from_codes(said, "abc", ["good", "fair", "weak", "wild"]), truth


def test_the_model_finds_who_errs_and_what_is_true() -> None:
    units, truth = simulated()
    model = dawid_skene(units)
    assert model.converged
    assert model.undefined == ""
    order = np.argsort(-model.accuracy)
    assert [model.annotators[i] for i in order] == ["good", "fair", "weak", "wild"]
    # An annotator who is right with p, and else guesses among three, says the truth p + (1-p)/3.
    assert model.accuracy == pytest.approx([0.967, 0.933, 0.9, 0.6], abs=0.06)
    assert model.prior == pytest.approx(np.bincount(truth) / len(truth), abs=0.06)
    best = model.best()
    labelled = [i for i, label in enumerate(best) if label is not None]
    right = np.mean([best[i] == "abc"[truth[i]] for i in labelled])
    majority = np.mean([units.counts[:, i].argmax() == truth[i] for i in labelled])
    assert right >= majority
    np.testing.assert_allclose(model.confusion.sum(axis=2), 1)
    np.testing.assert_allclose(model.posterior[labelled].sum(axis=1), 1)
    assert model.n == len(labelled)


def test_likelihood_does_not_fall_with_more_steps() -> None:
    units, _ = simulated(120)
    steps = [
        dawid_skene(units, iterations=n, smoothing=1e-9).log_likelihood for n in (1, 2, 4, 8, 16)
    ]
    assert all(b >= a - 1e-6 for a, b in pairwise(steps))


def test_a_swapped_annotator_shows_in_the_confusions() -> None:
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 2, 200)
    units = Units.from_codes(np.column_stack([truth, truth, truth, 1 - truth]), "ab")
    model = dawid_skene(units)
    assert model.confusion[3] == pytest.approx(np.array([[0, 1], [1, 0]]), abs=0.01)
    assert [x == "ab"[t] for x, t in zip(model.best(), truth, strict=True)] == [True] * 200


def test_no_model_without_shared_units() -> None:
    model = dawid_skene(Units.from_rows([("a", None), (None, "b")]))
    assert model.undefined == "no shared units (n=0)"
    assert model.best() == (None, None)
    assert dawid_skene(Units.from_rows([])).undefined == "no annotations"


def test_units_without_labels_stay_undecided() -> None:
    model = dawid_skene(Units.from_rows([("a", "a"), (None, None), ("b", None), ("b", "b")]))
    assert model.best() == ("a", None, "b", "b")
    assert model.left_out[0] == LeftOut("labelled by one annotator only", 1)


def test_one_annotator_against_themselves() -> None:
    repeats = [
        Repeat("ann", "d1", "favor", "favor"),
        Repeat("ann", "d1", "against", "neutral"),
        Repeat("ann", "d2", "favor", None),
        Repeat("ann", "d2", "against", "against"),
        Repeat("bob", "d1", "favor", "against"),
    ]
    result = pair(repeat_units(repeats, "ann"), "cohen", resampling=None)
    assert result.n == 3
    assert result.annotators == (FIRST, SECOND)
    assert LeftOut("repeats of other annotators", 1) in result.left_out
    assert result.value == pytest.approx((2 / 3 - 1 / 3) / (1 - 1 / 3))


def article(uid: str, text: str = "He said so. She did not.") -> Article:
    layout = Layout(
        (Paragraph(0, len(text)),),
        (Sentence(0, 11, 0), Sentence(12, 24, 0)),
        array("q", [0, 3, 8, 10, 12, 16, 20, 23]),
        array("q", [2, 7, 10, 11, 15, 19, 23, 24]),
        "test",
    )
    return Article(uid, 1, uid, "", "", "", "", "", "en", "", text, "", "", {}, layout)


def annotation(
    uid: str, who: str, layer: str, *fragments: Fragment, **attributes: str
) -> Annotation:
    return Annotation(
        id=f"{who}-{uid}-{layer}-{fragments[0].start if fragments else 0}",
        layer=layer,  # type: ignore[arg-type]
        article=uid,
        annotator=who,
        fragments=fragments,
        attributes=attributes,
    )


def test_annotations_become_documents() -> None:
    claim = annotation(
        "u1", "ann", "claim",
        Fragment("content", 8, 10), Fragment("source", 3, 7, 1), Fragment("source", 0, 2),
        stance="favor",
    )  # fmt: skip
    found = documents(
        [article("u1"), article("u2")],
        [
            claim,
            annotation("u1", "bob", "sentence", Fragment("span", 0, 11), biased="no"),
            annotation("u1", "bob", "mark", Fragment("span", 3, 7), type="lexical"),
            annotation("gone", "bob", "claim", Fragment("content", 0, 1)),
        ],
        readers={"u2": ["cid"]},
    )
    assert [d.name for d in found] == ["u1", "u2"]
    assert {name: len(claims) for name, claims in found[0].claims.items()} == {"ann": 1, "bob": 0}
    assert dict(found[1].claims) == {"cid": ()}
    mine = found[0].claims["ann"][0]
    assert mine == Claim(
        {"content": ((8, 10),), "source": ((0, 2), (3, 7))}, {"stance": "favor"}, claim.id
    )
    layer = SpanTable.from_documents(found, ["content"], "stance")
    tokens = layer.in_tokens()
    assert tokens is not None
    assert (tokens.start.tolist(), tokens.end.tolist()) == ([2], [3])


def test_marks_are_claims_with_one_role() -> None:
    marks = [annotation("u1", who, "mark", Fragment("span", 3, 7), type="lexical") for who in "ab"]
    found = documents([article("u1")], marks, layer="mark")
    assert (
        f1(SpanTable.from_documents(found, ["span"], "type"), "strict", resampling=None).value == 1
    )


def test_inputs_are_free_of_numpy() -> None:
    code = (
        "import sys, annotator.alignment.inputs;"
        "print(sorted({m.partition('.')[0] for m in sys.modules} & {'numpy', 'scipy', 'spacy'}))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_measures_import_numpy_and_no_more() -> None:
    code = (
        "import sys\n"
        "from annotator.agreement import (adapter, alpha, chance_corrected, claims,"
        " dawid_skene, gamma, intra_annotator, labels, pairwise, spans, tokens,"
        " unitizing, unitizing_1995)\n"
        "from annotator.alignment import matching\n"
        "heavy = {'scipy', 'spacy', 'pandas', 'sklearn', 'textual', 'sqlite3'}\n"
        "print(sorted({m.partition('.')[0] for m in sys.modules} & heavy))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
