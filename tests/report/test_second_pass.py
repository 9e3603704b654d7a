"""Reading again: served blind, kept apart, and compared with the first reading only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotator.agreement.alpha import alpha
from annotator.agreement.units import Units
from annotator.domain.errors import AnnotatorError
from annotator.domain.ids import new_id
from annotator.domain.model import Annotation, Batch, Change, Fragment
from annotator.domain.second_pass import first_pass, second_pass_name, to_read_again
from annotator.project import Project
from annotator.project.second_pass import articles_to_read_again
from annotator.report import Corpus, build, gather
from annotator.report.consistency import AGAIN, COPIES
from annotator.report.render.tables import tables_of
from annotator.store import Store, clusters
from annotator.store.columns import annotation_columns
from tests.report.conftest import QUICK
from tests.store.support import connection


def read_again(store: Store, name: str, uid: str) -> list[Annotation]:
    """Give an annotator a second pass over an article: every third claim has another stance."""
    ids: dict[str, str] = {}
    for a in store.annotations(uid, name):
        ids[a.id] = new_id()
    out = []
    for i, a in enumerate(store.annotations(uid, name)):
        labels = dict(a.attributes)
        if a.layer == "claim" and i % 3 == 0:
            labels["stance"] = "against" if labels.get("stance") != "against" else "neutral"
        # Whoever marks no sentence as reviewed has read what they annotated in.
        mine = replace(a, id=ids[a.id], annotator=second_pass_name(name), reviewed=False)
        out.append(replace(mine, attributes=labels, parent=ids.get(a.parent or "")))
    store.add_annotator(second_pass_name(name))
    changes = tuple(Change(None, a) for a in out)
    store.apply(
        Batch(new_id(), second_pass_name(name), "2026-01-01T00:00:00Z", "edit", "", changes)
    )
    return out


def gathered(store: Store) -> Corpus:
    articles = [store.article(uid) for uid in store.uids()]
    copies = [(g, n, i) for g, n, i, _ in clusters.repeated(connection(store))]
    return gather(articles, annotation_columns(store), store.scheme(), copies=copies)


def test_second_passes_have_names_of_their_own() -> None:
    assert second_pass_name("anna") == "anna (again)"
    assert second_pass_name("anna (again)") == "anna (again)"
    assert first_pass("anna (again)") == "anna"
    assert first_pass("anna") is None
    assert first_pass(" (again)") is None


def test_what_is_served_looks_accidental_and_holds_near_copies() -> None:
    read = {f"uid-{i}" for i in range(20)}
    served = to_read_again(
        read, {"uid-3"}, [(1, "uid-5"), (1, "other"), (2, "far"), (2, "off")], "a"
    )
    assert set(served) == read - {"uid-3"} | {"other"}
    assert served != sorted(served)
    assert served == to_read_again(read, {"uid-3"}, [(1, "other"), (1, "uid-5")], "a")
    assert served != to_read_again(read, {"uid-3"}, [(1, "other"), (1, "uid-5")], "b")


def test_articles_are_served_one_after_the_other_until_all_are_read_twice(store: Store) -> None:
    total = len(store.uids())
    first, *others = articles_to_read_again(Project(store), "a")
    assert len(others) == total - 1
    # Begun and not finished: one sentence is reviewed.
    sentence = store.article(first).layout.sentences[0]
    tag = Annotation(new_id(), "sentence", first, second_pass_name("a"),
                     (Fragment("span", sentence.start, sentence.end),), reviewed=True)  # fmt: skip
    store.add_annotator(second_pass_name("a"))
    batch = Batch(
        new_id(), second_pass_name("a"), "2026-01-01T00:00:00Z", "edit", "", (Change(None, tag),)
    )
    store.apply(batch)
    assert articles_to_read_again(Project(store), "a") == [first, *others]
    # Blind: the second pass sees nothing of the first.
    assert [a.id for a in store.annotations(first, second_pass_name("a"))] == [tag.id]
    for uid in store.uids():
        if uid != first:
            read_again(store, "a", uid)
    assert articles_to_read_again(Project(store), "a") == [first]
    done = Batch(
        new_id(), second_pass_name("a"), "2026-01-01T00:00:01Z", "edit", "", (Change(tag, None),)
    )
    store.apply(done)
    read_again(store, "a", first)
    with pytest.raises(AnnotatorError, match="nothing"):
        articles_to_read_again(Project(store), "a")
    with pytest.raises(AnnotatorError, match="nothing"):
        articles_to_read_again(Project(store), "nobody")


def test_the_report_compares_a_second_pass_with_the_first_alone(store: Store) -> None:
    before = build(gathered(store), QUICK)
    uid = store.uids()[0]
    second = read_again(store, "a", uid)
    corpus = gathered(store)
    report = build(corpus, QUICK)
    # Between annotators nothing has changed.
    assert corpus.annotators == ("a", "b", "c")
    assert [r for line in report.layers for r in line.results] == [
        r for line in before.layers for r in line.results
    ]
    assert {item.reason: item.count for item in report.header.left_out}[
        "annotations of second passes"
    ] == len(second)
    rows = {r.title: r for r in report.consistency if (r.annotator, r.what) == ("a", AGAIN)}
    assert rows["claims as wholes"].results[0].value == 1.0
    assert rows["content"].results[0].value == 1.0
    assert rows["source type"].results[0].value == 1.0
    first = {a.id: a for a in store.annotations(uid, "a") if a.layer == "claim"}
    said = [
        (one.attributes.get("stance"), two.attributes.get("stance"))
        for one, two in zip(first.values(), (a for a in second if a.layer == "claim"), strict=True)
    ]
    labels = [v.name for a in corpus.choices("claim") if a.name == "stance" for v in a.values]
    expected = alpha(Units.from_rows(said, labels), resampling=None).value
    found = rows["stance"].results[0]
    assert found.value == pytest.approx(expected)
    assert found.value is not None
    assert found.value < 1
    assert found.n == len(said)
    table = tables_of("consistency", report.consistency, corpus)[0]
    assert any(row[0] == "a" for row in table.rows)


def test_near_copies_of_sentences_are_compared(store: Store) -> None:
    found = [r for r in build(gathered(store), QUICK).consistency if r.what == COPIES]
    # The same flood is told by a wire and a paper that copies it.
    assert {r.annotator for r in found} == {"a", "b", "c"}
    assert all(result.n or result.undefined for row in found for result in row.results)
    connection(store).execute("DELETE FROM phrase_repeat")
    connection(store).execute("DELETE FROM phrase_cluster")
    assert [r for r in build(gathered(store), QUICK).consistency if r.what == COPIES] == []
