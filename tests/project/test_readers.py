"""Who has read what, and who judges: the report, its cases and adjudication give one answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotator.domain.errors import SchemeChangedError
from annotator.domain.ids import new_id
from annotator.domain.model import Annotation, Batch, Change, Fragment, Provenance
from annotator.domain.second_pass import second_pass_name
from annotator.project import Project
from annotator.project.adjudicating import Adjudicator
from annotator.project.agreement import read_comparison, read_corpus
from annotator.project.readers import readers_of
from annotator.report.disagreement_list import differences
from annotator.store import Store
from tests.phrases.support import AT, add
from tests.report.conftest import fill

NAMES = ("anna", "ben", "cleo", "gold", second_pass_name("anna"))
DONE = st.tuples(
    st.integers(0, 2), st.sampled_from(NAMES), st.sampled_from(["human", "adjudicated"])
)


def made(uid: str, who: str, provenance: Provenance) -> Annotation:
    span = (Fragment("content", 0, 4),)
    return Annotation(new_id(), "claim", uid, who, span, provenance=provenance, created_at=AT)


def write(store: Store, found: list[Annotation]) -> None:
    version = store.scheme_version()
    for a in (replace(a, scheme=version, updated_at=AT) for a in found):
        store.add_annotator(a.annotator)
        store.apply(Batch(new_id(), a.annotator, AT, "import", "", (Change(None, a),)))


@settings(deadline=None, max_examples=60)
@example([(0, "anna", "human"), (0, "ben", "human"), (1, "ben", "adjudicated")], "")
@given(st.lists(DONE, max_size=9), st.sampled_from(["", *NAMES[:4]]))
def test_report_and_adjudication_have_the_same_readers(
    done: list[tuple[int, str, Provenance]], judge: str
) -> None:
    with Store.create(":memory:") as store:
        uids = [add(store, f"Dogs bark at {n} o'clock.") for n in range(3)]
        found = [made(uids[i], who, provenance) for i, who, provenance in done]
        write(store, found)
        project = Project(store)
        judges = {a.annotator for a in found if a.provenance == "adjudicated"} | {judge}
        wanted = {
            uid: tuple(
                name
                for name in sorted({a.annotator for a in found if a.article == uid})
                if name not in judges and not name.endswith("(again)")
            )
            for uid in uids
        }
        shared = {u: names for u, names in wanted.items() if len(names) > 1}

        readers = readers_of(project, judge)
        assert {u: readers.of(u) for u in uids} == wanted
        assert readers.shared == list(shared)
        assert dict(read_corpus(project, judge=judge).readers) == shared
        # Of a part of the articles too: who judged elsewhere is no reader here.
        one = read_corpus(project, uids[:1], judge=judge)
        assert dict(one.readers) == {u: r for u, r in shared.items() if u == uids[0]}
        adjudicator = Adjudicator(project, judge or "nobody")
        assert adjudicator.shared == list(shared)
        for uid in uids:
            assert adjudicator.board(uid).readers == wanted[uid]


def test_the_case_of_a_row_holds_what_the_row_is_about(tmp_path: Path) -> None:
    path = tmp_path / "read.db"
    fill(path)
    # "c" is a reader until they judge: then neither the report nor a case has their readings.
    for judge in ("gold", "c"):
        with Project.open(path) as project:
            topics = read_comparison(project, judge).questions
            adjudicator = Adjudicator(project, judge)
            rows = list(differences(topics, None).rows)
            assert rows
            ids = {uid: _ids(adjudicator, uid) for uid in {r.article for r in rows}}
            people = {r.annotator for uid in ids for r in project.annotations(uid)}
            assert judge not in topics.corpus.annotators
            assert set(topics.corpus.annotators) == {"a", "b", "c"} - {judge}
            assert people >= set(topics.corpus.annotators)
        assert all(set(r.ids) <= ids[r.article] for r in rows)


def _ids(adjudicator: Adjudicator, uid: str) -> set[str]:
    return {r.id for case in adjudicator.board(uid).cases for r in case.readings.values()}


def test_who_reads_meanwhile_is_a_reader_of_the_next_board(tmp_path: Path) -> None:
    path = tmp_path / "read.db"
    with Store.create(path) as store:
        uids = [add(store, f"Dogs bark at {n} o'clock.") for n in range(2)]
        write(store, [made(uids[0], who, "human") for who in ("anna", "ben")])
    with Project.open(path) as project:
        adjudicator = Adjudicator(project, "gold")
        assert adjudicator.shared == uids[:1]
        assert read_corpus(project).left_out
        with Store.open(path) as other:
            write(other, [made(uids[0], "cleo", "human")])
            write(other, [made(uids[1], who, "human") for who in ("anna", "cleo")])
        assert adjudicator.shared == uids
        assert adjudicator.board(uids[0]).readers == ("anna", "ben", "cleo")
        # What the judge does makes nobody a reader, and asks for nothing anew.
        board = adjudicator.board(uids[1])
        known = adjudicator.readers
        project.add_annotator("gold")
        board.take(board.cases[0], 0)
        assert adjudicator.readers is known
        assert adjudicator.board(uids[1]).readers == ("anna", "cleo")


def test_articles_added_meanwhile_are_counted_as_read_by_nobody(tmp_path: Path) -> None:
    path = tmp_path / "read.db"
    fill(path)
    with Project.open(path) as project:
        before = read_corpus(project)
        with Store.open(path) as other:
            add(other, "Nobody has read this.")
        after = read_corpus(project)
    changed = Counter({x.reason: x.count for x in after.left_out}) - Counter(
        {x.reason: x.count for x in before.left_out}
    )
    assert list(changed.values()) == [1]
    assert "read by nobody" in next(iter(changed))


def test_a_decision_is_one_action_that_one_undo_takes_back(tmp_path: Path) -> None:
    path = tmp_path / "read.db"
    fill(path)
    with Project.open(path) as project:
        adjudicator = Adjudicator(project)
        before = {p.uid: p.cases for p in adjudicator.progress()}
        told = adjudicator.decide()
        assert told.shared == len(before)
        assert told.decided > 0
        after = {p.uid: p.cases for p in adjudicator.progress()}
        decided = sum(p.decided for p in after.values()) - sum(p.decided for p in before.values())
        assert decided == told.decided
        assert told.touched == sum(after[u] != before[u] for u in after)
        again = adjudicator.decide()
        assert (again.shared, again.touched, again.decided) == (told.shared, 0, 0)
        assert project.undo("gold") is not None
        assert {p.uid: p.cases for p in adjudicator.progress()} == before
        assert project.undo("gold") is None


@pytest.mark.parametrize("identical", [True, False])
def test_decisions_of_one_article_touch_no_other(tmp_path: Path, identical: bool) -> None:
    path = tmp_path / "read.db"
    fill(path)
    with Project.open(path) as project:
        adjudicator = Adjudicator(project)
        uid = adjudicator.shared[-1]
        told = adjudicator.decide([uid], identical=identical)
        assert told.shared == 1
        assert {a.article for a in project.annotations(annotator="gold")} <= {uid}
        assert told.touched == bool(project.annotations(uid, "gold"))


def test_what_one_has_read_is_not_decided(tmp_path: Path) -> None:
    path = tmp_path / "read.db"
    with Store.create(path) as store:
        uids = [add(store, f"Dogs bark at {n} o'clock.") for n in range(3)]
        write(store, [made(uids[0], "anna", "human"), made(uids[1], "anna", "human")])
        write(store, [made(uids[1], "ben", "human"), made(uids[1], "anna (again)", "human")])
    with Project.open(path) as project:
        alone = Adjudicator(project).decide([uids[0]])
        assert (alone.shared, alone.touched, alone.decided, alone.left) == (0, 0, 0, ())
        assert "gold" not in project.annotators()
        told = project.adjudicate().decide(uids)
        assert (told.shared, told.touched, told.decided) == (1, 1, 1)
        assert {a.article for a in project.annotations(annotator="gold")} == {uids[1]}
        (batch,) = project.log("gold")
        assert batch.label == "1 case decided by majority"
        assert project.adjudicate().first_open() == uids[1]
        assert project.adjudicate("anna").first_open() is None


def test_nothing_is_decided_under_a_scheme_that_is_no_longer_in_force(tmp_path: Path) -> None:
    path = tmp_path / "read.db"
    fill(path)

    class Meanwhile(Project):
        """Somebody sets another scheme just before the decisions are written."""

        def add_annotator(self, name: str) -> None:
            super().add_annotator(name)
            with Store.open(path) as other:
                other.set_scheme(other.scheme().toml.replace('name = "', 'name = "other ', 1))

    with Meanwhile.open(path) as project:
        events = project.last_event()
        with pytest.raises(SchemeChangedError):
            project.adjudicate().decide()
        assert project.last_event() == events
