"""Clusters: nothing near is missed, nothing far is chained, and every engine finds the same."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from annotator.phrases import candidate_pairs as pairs
from annotator.phrases import engines, signatures
from annotator.phrases.cluster import (
    STEPS,
    Member,
    PairSource,
    cluster,
    clusters_of,
    numpy_engine,
)
from annotator.store.clusters import run_pairs

WORDS = [f"{a}{b}" for a in ("ka", "mo", "ri", "tu", "sel") for b in ("lan", "dor", "vik", "pa")]


def sentences(seed: int, count: int = 150) -> list[str]:
    """Random sentences, each with up to three edited copies."""
    rng = random.Random(seed)
    out: dict[str, None] = {}
    for _ in range(count):
        words = [rng.choice(WORDS) + str(rng.randrange(40)) for _ in range(rng.randint(6, 20))]
        out[" ".join(words)] = None
        for _ in range(rng.randrange(4)):
            copy = list(words)
            copy[rng.randrange(len(copy))] = rng.choice(WORDS)
            out[" ".join(copy)] = None
    return list(out)


def brute(normals: list[str], threshold: float) -> set[tuple[int, int]]:
    return {
        (i, j)
        for i in range(len(normals))
        for j in range(i + 1, len(normals))
        if fuzz.ratio(normals[i], normals[j]) >= threshold
    }


def test_pairs_are_those_of_brute_force() -> None:
    normals = sentences(1)
    found = numpy_engine()(normals, 85)
    truth = brute(normals, 85)
    got = set(zip(found.a.tolist(), found.b.tolist(), strict=True))
    assert got <= truth
    assert len(got) >= 0.99 * len(truth) > 100
    assert all(
        score == pytest.approx(fuzz.ratio(normals[a], normals[b]))
        for a, b, score in zip(found.a, found.b, found.score, strict=True)
    )


def others() -> list[tuple[str, PairSource]]:
    return [
        ("sqlite", engines.sqlite_engine(run_pairs)),
        ("duckdb", engines.duckdb_engine()),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "engine"), others(), ids=["sqlite", "duckdb"])
def test_every_engine_finds_the_same(
    name: str, engine: PairSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "duckdb":
        for package in ("pyarrow", "duckdb"):
            pytest.importorskip(package, reason="the extra `scale` is not installed")
    # Small limits, so that both kinds of group are made.
    monkeypatch.setattr(pairs, "HOT", 5)
    monkeypatch.setattr(pairs, "WINDOW", 2)
    normals = sentences(2)
    ours, theirs = numpy_engine()(normals, 85), engine(normals, 85)
    for a, b in zip(ours, theirs, strict=True):
        assert np.array_equal(a, b)


def test_what_is_like_in_steps_only_is_not_one_cluster() -> None:
    words = [f"word{chr(97 + i)}{i}" for i in range(12)]
    chain = [" ".join(words)]
    for i in range(10):
        words[i] = f"other{chr(107 + i)}{i}"
        chain.append(" ".join(words))
    members = cluster(chain)
    assert {m.sid for m in members} == set(range(11))
    for m in members:
        assert fuzz.ratio(chain[m.sid], chain[m.medoid]) >= 80
    assert len({m.medoid for m in members}) > 1


def test_an_article_without_copies_has_no_clusters() -> None:
    assert cluster([]) == []
    assert cluster(["one two"]) == []
    assert cluster(["a", "b c d", "zz"]) == []


def test_short_sentences_have_keys() -> None:
    keys = signatures.band_keys(["a", "ab", "the gate"])
    assert keys.shape == (3, signatures.BANDS)
    assert len(set(keys[:, 0].tolist())) == 3


def test_keys_stay_what_they_were() -> None:
    """Signatures of earlier exports must stay comparable: a change needs SIGNATURE_VERSION."""
    keys = signatures.band_keys(["the lower gate was left open"])
    rare = list(signatures.rare_pair_keys(["the gate", "the gate stuck", "stuck the gate"]))
    assert [int(k) for k in keys[0, :2]] == [-306114930950171981, 8358229642647737889]
    assert sorted({k for column in rare for k in column.keys.tolist()}) == [
        -2485939184901213599,
        -773702978396604976,
        7948419383462904177,
    ]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 12)), max_size=40))
def test_pairs_share_a_key(items: list[tuple[int, int]]) -> None:
    keys = np.array([k for k, _ in items], dtype=np.int64)
    sids = np.array([s for _, s in items], dtype=np.int64)
    order = np.argsort(sids, kind="stable")
    column = signatures.KeyColumn(keys[order], sids[order])
    chars = np.full(13, 10, dtype=np.int64)
    found = pairs.column_pairs(column, chars, 85).tolist()
    truth = {
        (min(a, b), max(a, b))
        for i, (k, a) in enumerate(items)
        for m, b in items[i + 1 :]
        if k == m and a != b
    }
    assert {(c >> 32, c & 0xFFFFFFFF) for c in found} - {(s, s) for s in range(13)} == truth


def test_members_of_large_components_stay_with_their_middle() -> None:
    normals = sentences(3, 40)
    found = numpy_engine()(normals, 85)
    members = clusters_of(normals, found, 85)
    assert len({m.sid for m in members}) == len(members)
    middles = {m.medoid for m in members}
    assert all(Member(m, m, 100.0) in members for m in middles)
    assert pairs.lengths(normals).tolist() == [len(n) for n in normals]


def test_signatures_are_written_as_parquet(tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    from annotator.phrases.signature_files import write_signatures

    target, texts = write_signatures(tmp_path / "out", ["one two", "one two three"], [7, 9])
    held = pq.read_table(target)
    assert held.column_names == ["k", "sid", "chars"]
    assert set(held.column("sid").to_pylist()) == {7, 9}
    assert pq.read_table(texts).to_pylist() == [
        {"sid": 7, "normal": "one two"},
        {"sid": 9, "normal": "one two three"},
    ]
    assert held.schema.metadata[b"signature_version"] == b"1"


@pytest.mark.parametrize("count", [0, 1, 150])
def test_progress_comes_to_the_end(count: int) -> None:
    normals = sentences(7)[:count]
    told: list[int] = []
    cluster(normals, engine=numpy_engine(told.append))
    assert sum(told) == STEPS * len(normals)
