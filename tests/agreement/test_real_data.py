"""Published numbers on real corpora, read from ANNOTATOR_SHARED; skipped where that is absent."""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from annotator.agreement.alpha import alpha
from annotator.agreement.claims import f1_whole
from annotator.agreement.gamma import gamma
from annotator.agreement.pairwise import all_pairs
from annotator.agreement.span_table import BY_ROLE, SpanTable
from annotator.agreement.spans import CRITERIA, agr_matrix, agr_mean, f1
from annotator.agreement.tokens import token_units
from annotator.agreement.unitizing import unitizing
from annotator.agreement.units import Units
from annotator.alignment.inputs import Claim, ComparedText, Range
from annotator.alignment.matching import align
from tests.agreement.two_annotators import decompose

SHARED: Final = Path(
    os.environ.get("ANNOTATOR_SHARED", Path(__file__).parents[2].parent / "shared")
)
CORPORA: Final = SHARED / "corpora"


def corpus(*parts: str) -> Path:
    path = CORPORA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{'/'.join(parts)} is not under ANNOTATOR_SHARED")
    return path


@pytest.mark.parametrize(
    ("question", "metric", "expected"),
    [
        ("bias", "interval", 0.3989),
        ("opinion", "interval", 0.6016),
        ("opinion", "nominal", 0.4159),
    ],
)
def test_babe_sg2_gives_the_published_alpha(question: str, metric: str, expected: float) -> None:
    with corpus("babe", "ratings_sg2.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row[question]]
    # A few sentences stand under two outlets; they are one unit each.
    outlet = {row["sentence"]: row["outlet"] for row in rows}
    records = [
        (outlet[row["sentence"]], row["sentence"], row["annotator"], float(row[question]))
        for row in rows
    ]
    result = alpha(Units.from_records(records), metric, resampling=None)  # type: ignore[arg-type]
    assert result.value == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(("metric", "expected"), [("interval", 0.5323), ("nominal", 0.2054)])
def test_commitment_bank_gives_the_known_alpha(metric: str, expected: float) -> None:
    with corpus("commitmentbank", "CommitmentBank-items.csv").open(encoding="utf-8") as file:
        rows = [[int(x) for x in row["Reponses"].split(",")] for row in csv.DictReader(file)]
    # Who answered is not told: any arrangement of the answers gives the same alpha.
    width = max(map(len, rows))
    table = np.array([[*map(float, row), *[np.nan] * (width - len(row))] for row in rows])
    result = alpha(Units.from_values(table), metric)  # type: ignore[arg-type]
    assert result.value == pytest.approx(expected, abs=5e-5)
    assert result.interval is not None


def brat_claims(path: Path) -> list[Claim]:
    """The attributions of a brat file; a discontinuous text bound has several ranges."""
    lines = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    bounds = {
        name: tuple(
            (int(a), int(b))
            for a, b in (piece.split() for piece in rest[0].partition(" ")[2].split(";"))
        )
        for name, *rest in lines
        if name.startswith("T")
    }
    claims = []
    for name, *rest in lines:
        if name.startswith("E"):
            roles: dict[str, list[Range]] = defaultdict(list)
            for argument in rest[0].split()[1:]:
                role, _, target = argument.partition(":")
                roles[role.rstrip("0123456789").lower()].extend(bounds[target])
            claims.append(Claim({r: tuple(found) for r, found in roles.items()}, {}, name))
    return claims


@pytest.fixture(scope="module")
def training() -> list[ComparedText]:
    """PolNeAR annotator-training: 4 articles, 6 annotators each; tokens are runs of non-space."""
    folder = corpus("polnear", "annotator-training")
    documents = []
    for text_file in sorted((folder / "text").glob("*.txt")):
        text = text_file.read_text("utf-8")
        claims = {
            path.stem.rpartition("_")[2]: brat_claims(path)
            for path in sorted((folder / "attributions").glob(f"{text_file.stem}_*.ann"))
        }
        edges = [i for i in range(1, len(text)) if text[i].isspace() != text[i - 1].isspace()]
        cuts = [0, *edges, len(text)]
        words = [(a, b) for a, b in pairwise(cuts) if b > a and not text[a].isspace()]
        starts, ends = [a for a, _ in words], [b for _, b in words]
        documents.append(ComparedText(text_file.stem, len(text), claims, starts, ends))
    return documents


def test_polnear_training_is_read_whole(training: list[ComparedText]) -> None:
    assert len(training) == 4
    assert {len(document.claims) for document in training} == {6}
    assert sum(len(c) for d in training for c in d.claims.values()) > 200


def test_polnear_numbers_are_those_of_readers_who_agree(training: list[ComparedText]) -> None:
    """Plausible values on data of people in training: high, but not perfect."""
    content = SpanTable.from_documents(training, ["content"], None)
    table = agr_matrix(content)
    assert not np.allclose(table, table.T, equal_nan=True)
    mean = agr_mean(content).value
    assert mean is not None
    assert 0.7 < mean < 0.97
    values = {c: f1(content, c).value or 0.0 for c in CRITERIA}
    assert values["strict"] == values["exact"] < values["partial"] <= values["type"] + 1e-9
    assert values["type"] <= values["overlap"]
    tokens = alpha(
        token_units(SpanTable.from_documents(training, ["source", "cue", "content"], BY_ROLE))
    )
    assert tokens.value is not None
    assert 0.6 < tokens.value < 0.95
    assert tokens.interval is not None
    assert tokens.interval.documents == 4
    whole = f1_whole(training).value
    assert whole is not None
    assert whole < mean


def test_polnear_spans_give_the_family_and_gamma(training: list[ComparedText]) -> None:
    united = SpanTable.from_documents(training, ["content"], None).united()
    family = unitizing(united)
    assert family.u.value == pytest.approx(family.binary.value)  # one label: nothing else to tell
    assert family.u.value is not None
    assert 0.5 < family.u.value < 0.95
    pairs = gamma(
        SpanTable.from_documents(training, ["content"], None), pairwise=True, resampling=None
    )
    assert pairs.gamma.value is not None
    assert 0.5 < pairs.gamma.value < 0.95


def test_polnear_disagreements_add_up(training: list[ComparedText]) -> None:
    first, second, *_ = sorted(training[0].claims)
    found = decompose(training, first, second)
    assert sum(found.counts.values()) == len(found.items) > 0
    matched = {i.document: 0 for i in found.items}
    assert set(matched) <= {d.name for d in training}
    both = sum(len(d.claims[first]) + len(d.claims[second]) for d in training)
    assert both == 2 * len(found.matching.matches) + len(found.matching.only_first) + len(
        found.matching.only_second
    )
    groups = align(training).groups
    assert sum(len(g.claims) for g in groups) == sum(
        len(c) for d in training for c in d.claims.values()
    )


def test_pairs_of_polnear_readers_are_all_there(training: list[ComparedText]) -> None:
    found = all_pairs(
        token_units(SpanTable.from_documents(training, ["content"], None)), resampling=None
    )
    assert len(found) == 15
    assert all(r.value is not None and r.value > 0.4 for r in found)
