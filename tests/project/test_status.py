"""What the home screen and `annotator status` count, against a count over the articles."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.cli.main import run
from annotator.domain.ids import new_id
from annotator.domain.model import SPAN_ROLE, Annotation, Batch, Change, Fragment
from annotator.project import Project
from annotator.project.status import ENOUGH, agreement_so_far, shared_with, status
from annotator.store import Store
from tests.phrases.support import add
from tests.report.conftest import fill

SLANT = "left"
WHO = ("ann", "ben")
WHOLE = {"source_type": "data", "stance": "favor"}
step = st.tuples(
    st.integers(0, 3),
    st.sampled_from(WHO),
    st.sampled_from(["claim", "bare", "mark", "reviewed", "article", "delete"]),
    st.integers(0, 2),
    st.booleans(),
    st.integers(1, 400),
)


def sentence_of(text: str, number: int) -> tuple[int, int]:
    start = [i for i in range(len(text)) if text.startswith("Dogs", i)][number]
    return start, text.index(".", start) + 1


@settings(deadline=None, max_examples=40)
@given(st.lists(step, max_size=25))
def test_the_counts_of_home_are_those_over_the_articles(
    steps: list[tuple[int, str, str, int, bool, int]],
) -> None:
    with Store.create(":memory:") as store:
        uids = [
            add(store, " ".join(f"Dogs bark at {n}{i} o'clock." for i in range(3)))
            for n in range(3)
        ]
        uids.append(add(store, "\n"))
        for who in WHO:
            store.add_annotator(who)
        project = Project(store, "ann")
        clock, made, work = 0, dict.fromkeys(WHO, 0), dict.fromkeys(WHO, 0)
        last: dict[str, int] = {}
        for place, who, what, number, flagged, gap in steps:
            at = f"2031-05-01T{clock // 3600:02}:{clock // 60 % 60:02}:{clock % 60:02}.000Z"
            mine = store.annotations(uids[place], who)
            before = len([a for a in store.annotations(annotator=who) if a.layer == "claim"])
            if what == "delete":
                if not mine:
                    continue
                change = Change(mine[0], None)
            elif place == 3 and what != "article":
                continue
            else:
                text = store.text_of(uids[place])
                span = sentence_of(text, number) if what != "article" else (0, 0)
                layer = {"bare": "claim", "reviewed": "sentence"}.get(what, what)
                role = "content" if layer == "claim" else SPAN_ROLE
                change = Change(
                    None,
                    Annotation(
                        new_id(), layer, uids[place], who,  # type: ignore[arg-type]
                        () if what == "article" else (Fragment(role, *span),),
                        {"slant": SLANT} if what == "article" else WHOLE if what == "claim" else {},
                        scheme=store.scheme_version(), reviewed=what == "reviewed",
                        flagged=flagged, created_at=at, updated_at=at,
                    ),
                )  # fmt: skip
            store.apply(Batch(new_id(), who, at, "edit", what, (change,)))
            after = len([a for a in store.annotations(annotator=who) if a.layer == "claim"])
            made[who] += after - before
            if who in last and clock - last[who] <= 300:
                work[who] += clock - last[who]
            last[who] = clock
            clock += gap
        required = store.scheme().required()
        for who in WHO:
            found = status(project, who)
            rows = {r.uid: r for r in project.summaries(who)}
            done = incomplete = flags = claims = 0
            for uid in uids:
                mine = [a for a in store.annotations(uid, who) if a.layer != "verdict"]
                sentences = [
                    s for s in store.article(uid).layout.sentences
                    if s.kind in store.scheme().review_kinds
                ]  # fmt: skip
                read = [
                    s for s in sentences
                    if any(
                        f.start < s.end and s.start < f.end
                        for a in mine if a.layer in ("claim", "mark") or a.reviewed
                        for f in a.fragments
                    )
                ]  # fmt: skip
                lacking = [
                    a for a in mine
                    if any(
                        layer == a.layer and name not in (
                            a.attributes if kind == "attribute" else {f.role for f in a.fragments}
                        )
                        for layer, kind, name, *_ in required
                    )
                ]  # fmt: skip
                row = rows[uid]
                assert (row.done, row.sentences) == (len(read), len(sentences))
                assert row.incomplete == len(lacking)
                assert row.last_work == max((a.updated_at for a in mine), default="")
                done += len(read) == len(sentences) and not lacking
                incomplete += len(lacking)
                flags += sum(a.flagged for a in mine)
                claims += sum(a.layer == "claim" for a in mine)
            assert (found.articles, found.done, found.open) == (len(uids), done, len(uids) - done)
            assert (found.incomplete, found.flagged, found.claims) == (incomplete, flags, claims)
            assert found.pace == (made[who], timedelta(seconds=work[who]))
            assert found.today == (0, timedelta())


def test_what_is_undone_and_what_was_imported_is_no_pace(tmp_path: Path) -> None:
    path = tmp_path / "read.db"
    fill(path)
    with Project.open(path) as project:
        found = status(project, "a")
        assert found.claims > 0
        assert found.pace == (0, timedelta())
        claim = next(a for a in project.annotations(annotator="a") if a.layer == "claim")
        day = "2031-05-01T10:00:00.000Z"
        project.apply(Batch(new_id(), "a", day, "edit", "", (Change(claim, None),)))
        assert status(project, "a").pace.claims == -1
        assert project.undo("a") is not None
        assert status(project, "a").pace.claims == 0
        assert status(project, "a").pace.per_hour is None


def test_agreement_stands_on_the_articles_that_all_have_finished(tmp_path: Path) -> None:
    path = tmp_path / "read.db"
    fill(path)
    with Project.open(path) as project:
        shared = shared_with(project, "a")
        assert len(shared) == 5
        found = agreement_so_far(project, "a", shared)
        assert (found.articles, found.others) == (5, ("b", "c"))
        report = project.agree(resamples=20).report
        whole, *labels = (line for line in report.layers if line.layer == "claims")
        by_title = {line.title: line.results[0].value for line in labels}
        assert found.questions[0].value == whole.results[0].value
        required = [a.title for a in project.scheme().of_layer("claim") if a.required]
        assert [q.title for q in found.questions[1:]] == required
        assert all(q.value == by_title[q.title] for q in found.questions[1:])
        # Whoever begins to review an article sentence by sentence takes it out until its end.
        uid = shared[0]
        sentence = project.article(uid).layout.sentences[-1]
        begun = Annotation(
            new_id(), "sentence", uid, "c", (Fragment(SPAN_ROLE, sentence.start, sentence.end),),
            reviewed=True, scheme=project.scheme_version(), created_at="2031", updated_at="2031",
        )  # fmt: skip
        project.apply(Batch(new_id(), "c", "2031", "edit", "", (Change(None, begun),)))
        assert agreement_so_far(project, "a", shared).articles == 4
        few = agreement_so_far(project, "a", shared[: ENOUGH - 1])
        assert few.questions == ()
        assert shared_with(project, "nobody") == []


def test_the_command_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "read.db"
    fill(path)
    assert run(["--db", str(path), "--as", "a", "status", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    with Project.open(path) as project:
        found = status(project, "a")
    assert (told["done"], told["open"], told["claims"]) == (found.done, found.open, found.claims)
    assert told["agreement"]["shared_articles"] == 5
    assert told["pace"]["pause_minutes"] == 5
    assert run(["--db", str(path), "--as", "a", "status"]) == 0
    out = capsys.readouterr().out
    assert f"{found.done} of 5 articles done by a" in out
    assert "on 5 shared articles with b, c" in out
    assert "not enough work yet" in out
    assert run(["--db", str(path), "--as", "nobody", "status"]) == 0
    assert "not enough shared articles" in capsys.readouterr().out
