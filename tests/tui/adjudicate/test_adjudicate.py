"""Keys on the adjudication screen and the report, down to what the database holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.screen import Screen

from annotator.domain.ids import new_id
from annotator.domain.model import Annotation, ArticleDraft, Batch, Change
from annotator.project import Project
from annotator.project.readers import readers_of
from annotator.session.actions import ACTIONS
from annotator.store import Store
from annotator.tui.adjudicate.screen import AdjudicateScreen
from annotator.tui.adjudicate.tables import ShownNames, differs, shortened
from annotator.tui.agree.app import AgreementApp
from annotator.tui.agree.screen import SHORT, AgreeScreen
from annotator.tui.dialogs.entry import TextEntry
from annotator.tui.dialogs.form import FormBox
from annotator.tui.widgets.lines import Lines
from tests.report.conftest import fill
from tests.session.build import layout

AnyScreen = TypeVar("AnyScreen", bound=Screen[None])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("adjudicate") / "read.db"
    fill(path)
    return path


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    """A copy of one's own."""
    copy = tmp_path / "read.db"
    copy.write_bytes(made.read_bytes())
    return copy


@asynccontextmanager
async def opened(
    path: Path,
    *,
    report: bool = False,
    size: tuple[int, int] = (120, 40),
    anonymous: bool = False,
    judge: str = "gold",
) -> AsyncIterator[tuple[Pilot[None], AgreementApp]]:
    """The application on the database."""
    with Store.open(path) as store:
        store.add_annotator(judge)
        app = AgreementApp(Project(store, judge), report=report, anonymous=anonymous)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield pilot, app


def screen(app: AgreementApp, kind: type[AnyScreen]) -> AnyScreen:
    assert isinstance(app.screen, kind)
    return app.screen


def shown(app: AgreementApp, part: str) -> str:
    return app.screen.query_one(f"#{part}", Lines).plain()


def gold(app: AgreementApp, uid: str) -> list[Annotation]:
    return [a for a in app.project.annotations(uid, "gold") if a.layer != "verdict"]


async def computed(pilot: Pilot[None], app: AgreementApp) -> AgreeScreen:
    """Wait until the report's worker is done."""
    await app.workers.wait_for_complete()
    await pilot.pause()
    return screen(app, AgreeScreen)


def test_every_action_has_a_handler(path: Path) -> None:
    with Project.open(path, "gold") as project:
        app = AgreementApp(project)
        found = {
            "agree": set(AgreeScreen(app).handlers),
            "adjudicate": set(AdjudicateScreen(app, "uid").handlers),
        }
    for context, handlers in found.items():
        assert handlers == {a.id for a in ACTIONS if a.context == context}


async def test_readings_stand_side_by_side(path: Path) -> None:
    async with opened(path) as (pilot, app):
        case = screen(app, AdjudicateScreen).desk.case
        assert case
        text = shown(app, "readings")
        for number, variant in enumerate(case.variants, start=1):
            assert f"{number} {', '.join(variant.annotators)}" in text
        await pilot.press("o")
        assert "reader" in shown(app, "readings")
        assert "1 a" not in shown(app, "readings")
        await pilot.press("J", "K", "j", "k", "l", "h", "N", "question_mark", "escape")
        assert screen(app, AdjudicateScreen).desk.case


async def test_take_next_and_undo(path: Path) -> None:
    async with opened(path) as (pilot, app):
        board = screen(app, AdjudicateScreen).desk
        first = board.case
        assert first
        await pilot.press("1")
        (made,) = gold(app, board.article.uid)
        reading = first.variants[0].reading
        assert reading
        assert (made.fragments, made.attributes) == (reading.fragments, reading.attributes)
        assert made.provenance == "adjudicated"
        assert "decided 1" in shown(app, "head")
        assert "case 2: reading 1 taken" in shown(app, "foot")
        assert board.case
        assert (board.here, board.case.state) == (2, "open")
        await pilot.press("u")
        assert gold(app, board.article.uid) == []
        assert "undone: reading taken" in shown(app, "foot")
        assert board.case == first
        await pilot.press("U")
        assert len(gold(app, board.article.uid)) == 1


async def test_merge_mix_label_boundary_reason(path: Path) -> None:
    async with opened(path) as (pilot, app):
        board = screen(app, AdjudicateScreen).desk
        row = board.rows[board.row]
        assert board.case
        assert differs(row, board.case, board.article.text)
        await pilot.press("m")
        (merged,) = gold(app, board.article.uid)
        assert (board.here, board.case.state) == (2, "open")
        await pilot.press("K")
        while board.row:
            await pilot.press("k")
        await pilot.press("L")
        (longer,) = gold(app, board.article.uid)
        assert longer.role("content")[-1].end > merged.role("content")[-1].end
        await pilot.press("H", "H", "greater_than_sign", "less_than_sign")
        rows = [row.name for row in board.rows]
        for _ in range(rows.index("stance")):
            await pilot.press("j")
        before = gold(app, board.article.uid)[0].attributes.get("stance")
        await pilot.press("space")
        after = gold(app, board.article.uid)[0].attributes.get("stance")
        said = (
            {r.attributes.get("stance") for r in board.case.readings.values()}
            if board.case
            else set()
        )
        assert after in said
        assert after != before or len(said) == 1
        await pilot.press("t", *"unclear", "enter", "escape")
        await pilot.press("c")
        assert isinstance(screen(app, AdjudicateScreen).overlay, TextEntry)
        await pilot.press(*"so be it", "enter")
        await pilot.pause()
        assert "reason kept" in shown(app, "foot")
        case = board.case
        assert case
        assert case.decision
        assert (case.decision.how, case.decision.reason) == ("own", "so be it")


async def test_the_form_of_a_decision_shows_what_is_decided_and_undoes(path: Path) -> None:
    async with opened(path) as (pilot, app):
        top = screen(app, AdjudicateScreen)
        board = top.desk
        await pilot.press("t")
        await pilot.pause()
        box = top.overlay
        assert isinstance(box, FormBox)
        assert not {"note", "flagged"} & {row.attribute.name for row in box.form.rows}
        assert board.case
        before = dict(box.form.subjects[0].attributes)
        for key in ("up", "down", "d", "down", "2", "up", "delete"):
            await pilot.press(key)
            await pilot.pause()
            decided = board.board.draft(board.case)
            assert box.form.subjects == [decided]
            assert [g.attributes for g in gold(app, board.article.uid)] in (
                [],
                [decided.attributes],
            )
            for row in box.form.rows:
                given = box.form.given(row)
                assert given is None or f"*{given.replace('_', ' ')}" in box.plain()
        assert gold(app, board.article.uid)
        assert decided.attributes != before
        await pilot.press(*["f2"] * 3)
        assert gold(app, board.article.uid) == []
        assert board.case
        assert board.board.draft(board.case).attributes == before


async def test_nothing_and_identical(path: Path) -> None:
    async with opened(path) as (pilot, app):
        board = screen(app, AdjudicateScreen).desk
        await pilot.press("x")
        assert gold(app, board.article.uid) == []
        assert "case 2: decided, nothing here" in shown(app, "foot")
        decision = board.board.cases[1].decision
        assert decision
        assert (board.here, decision.how) == (2, "none")
        same = board.board.progress.identical
        await pilot.press("a")
        assert len(gold(app, board.article.uid)) == same


async def test_the_last_case_leads_to_the_next_article(path: Path) -> None:
    async with opened(path, size=(80, 24)) as (pilot, app):
        board = screen(app, AdjudicateScreen).desk
        first = board.article.uid
        for case in board.board.cases:
            board.board.none(case)
        await pilot.press("n")
        assert board.article.uid != first
        assert "article 2" in shown(app, "foot")
        for uid in app.shared:
            other = app.board(uid)
            for case in other.cases:
                other.none(case)
        board.open(board.article.uid)
        await pilot.press("n")
        assert "everything is decided" in shown(app, "foot")


async def test_the_cursor_is_on_the_first_row_that_differs(path: Path) -> None:
    async with opened(path) as (pilot, app):
        desk = screen(app, AdjudicateScreen).desk
        seen = set()
        for _ in range(20):
            assert desk.case
            apart = [differs(r, desk.case, desk.article.text) for r in desk.rows]
            assert desk.row == (apart.index(True) if any(apart) else 0)
            seen.add(desk.row)
            await pilot.press("J")
        assert len(seen) > 2


async def test_the_majority_decides_an_article_then_all_and_one_undo_takes_each_back(
    path: Path,
) -> None:
    async with opened(path, size=(80, 24)) as (pilot, app):
        desk = screen(app, AdjudicateScreen).desk
        first, before = desk.article.uid, app.board(desk.article.uid).progress
        opens = [app.board(uid).progress.open for uid in app.shared]
        assert sum(opens) == 185
        await pilot.press("M")
        after = desk.board.progress
        assert f"{before.open - after.open} decided (" in shown(app, "foot")
        assert f"{after.open} left; M again: all" in shown(app, "foot")
        assert cell_len(shown(app, "foot").rstrip()) <= 80
        assert desk.case
        assert desk.case.state == "open"
        assert "no majority on" in shown(app, "readings")
        assert [app.board(uid).progress.open for uid in app.shared[1:]] == opens[1:]
        await pilot.press("M")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "decided in 4 articles, 49 left open" in shown(app, "foot")
        assert sum(app.board(uid).progress.open for uid in app.shared) == 49
        keys = 2
        while (case := desk.case) and case.state == "open":
            await pilot.press("1")
            keys += 1
        assert keys == 2 + 49
        assert "everything is decided" in shown(app, "foot")
        for _ in range(49):
            await pilot.press("u")
        assert sum(app.board(uid).progress.open for uid in app.shared) == 49
        await pilot.press("u")
        assert "undone: " in shown(app, "foot")
        assert [app.board(uid).progress.open for uid in app.shared[1:]] == opens[1:]
        await pilot.press("u")
        assert desk.article.uid == first
        assert app.board(first).progress == before
        assert desk.here == 0  # of the cases that were undone the first, not the last
        # Between the two presses another key was heard: it is about this article again.
        await pilot.press("M", "J", "M")
        assert [app.board(uid).progress.open for uid in app.shared[1:]] == opens[1:]


async def test_a_reason_can_be_given_before_the_decision(path: Path) -> None:
    async with opened(path) as (pilot, app):
        desk = screen(app, AdjudicateScreen).desk
        await pilot.press("c", *"page 4", "enter")
        await pilot.pause()
        assert "the reason goes with the decision" in shown(app, "foot")
        assert "reason: page 4" in shown(app, "readings")
        await pilot.press("1")
        decision = desk.board.cases[1].decision
        assert decision
        assert (decision.reason, desk.reason) == ("page 4", "")
        assert "page 4" not in shown(app, "readings")


async def test_from_the_report_to_the_worst_disagreement_and_back(path: Path) -> None:
    async with opened(path, report=True) as (pilot, app):
        report = await computed(pilot, app)
        assert set(report._tables) == set(SHORT)
        before = report._open
        assert f"open {before} of" in shown(app, "head")
        await pilot.press("d")
        worst = report._rows[0]
        await pilot.press("enter")
        board = screen(app, AdjudicateScreen).desk
        assert board.article.uid == worst.article
        assert board.case
        assert set(worst.ids) <= {r.id for r in board.case.readings.values()}
        await pilot.press("1", "escape")
        await pilot.pause()
        report = await computed(pilot, app)
        assert report._open < before
        assert f"{before} before, {report._open} now" in shown(app, "foot")
        assert report._rows[0] != worst
        assert next(r for r in report._rows if r.ids == worst.ids).decided


async def test_what_comes_in_while_the_report_is_open_can_be_adjudicated(path: Path) -> None:
    async with opened(path, report=True) as (pilot, app):
        await computed(pilot, app)
        with Store.open(path) as other:
            first = other.uids()[0]
            text = other.text_of(first) + "\nMore."
            uid = other.add_article(ArticleDraft(text, name="new"), layout(text)).uid
            for who in ("a", "new"):
                found = [a for a in other.annotations(first, "a") if a.layer == "mark"][:2]
                other.add_annotator(who)
                mine = [
                    replace(a, id=new_id(), article=uid, annotator=who, attributes={}, parent=None)
                    for a in found[: 1 + (who == "a")]
                ]
                changes = tuple(Change(None, a) for a in mine)
                other.apply(Batch(new_id(), who, mine[0].created_at, "import", "", changes))
        await pilot.press("r")
        report = await computed(pilot, app)
        rows = [r.article for r in report._rows]
        assert uid in rows
        await pilot.press("d")
        report._table.move_cursor(row=rows.index(uid))
        await pilot.press("enter")
        desk = screen(app, AdjudicateScreen).desk
        assert desk.article.uid == uid
        assert desk.board.readers == ("a", "new")
        assert "new" in shown(app, "readings")


async def test_every_part_and_the_filter(path: Path) -> None:
    async with opened(path, report=True, size=(80, 24)) as (pilot, app):
        report = await computed(pilot, app)
        for _ in SHORT:
            await pilot.press("tab")
            assert report._table.row_count > 0 or report.part == "rounds"
        await pilot.press("d", "slash", *"stance", "enter")
        await pilot.pause()
        rows = [report._table.get_row_at(i) for i in range(report._table.row_count)]
        assert 0 < len(rows) < len(report._rows)
        assert all("stance" in " ".join(c.plain for c in row) for row in rows)
        await pilot.press("enter")
        assert isinstance(app.screen, AdjudicateScreen)


def test_anonymous_numbers_differ_by_article_and_tell_no_name() -> None:
    people = [f"person{i}" for i in range(6)]
    orders = {
        tuple(ShownNames(f"article{a}", people, anonymous=True).of([p]) for p in people)
        for a in range(10)
    }
    assert len(orders) > 1
    assert all("person" not in name for order in orders for name in order)
    assert sorted(next(iter(orders))) == [f"reader {i}" for i in range(1, 7)]


@pytest.mark.parametrize("cells", [7, 10, 25])
def test_shortened_words_fit_and_keep_both_ends(cells: int) -> None:
    words = "the first words 東京 and the last"
    cut = shortened(words, cells)
    from rich.cells import cell_len

    assert cell_len(cut) <= cells
    assert (cut[0], cut[-1]) == ("t", "t")


@pytest.mark.parametrize("asking", [("t", *"unclear"), ("c", *"so be it")], ids=["label", "reason"])
async def test_what_a_dialog_may_not_save_is_said(path: Path, asking: tuple[str, ...]) -> None:
    async with opened(path) as (pilot, app):
        board = screen(app, AdjudicateScreen).desk
        await pilot.press("1", "K", *asking)
        before = gold(app, board.article.uid)
        with Store.open(path) as other:
            other.set_scheme(other.scheme().toml + "\n# another\n")
        await pilot.press("enter")
        await pilot.pause()
        assert screen(app, AdjudicateScreen).desk is board
        assert gold(app, board.article.uid) == before
        assert any("scheme in force is" in told.title for told in app._notifications)


@pytest.mark.parametrize("size", [(60, 14), (80, 24), (120, 40)])
async def test_the_title_leaves_room_for_the_numbers(path: Path, size: tuple[int, int]) -> None:
    async with opened(path, size=size) as (_, app):
        board = screen(app, AdjudicateScreen).desk
        board.article = replace(board.article, title="A title longer than " * 9)
        screen(app, AdjudicateScreen).paint()
        head = shown(app, "head")
        assert re.search(r"case \d+/\d+  open \d+  decided \d+", head)
        assert "as gold" in head
        assert "…" in head
        assert cell_len(head) <= size[0]


@pytest.mark.parametrize("key", ["ctrl+p", "colon"])
async def test_no_palette_offers_actions_of_a_screen_that_is_not_there(
    path: Path, key: str
) -> None:
    async with opened(path) as (pilot, app):
        top = app.screen
        await pilot.press(key)
        await pilot.pause()
        assert app.screen is top


async def test_decisions_go_on_in_a_new_file_when_the_old_one_is_gone(path: Path) -> None:
    async with opened(path) as (pilot, app):
        desk = screen(app, AdjudicateScreen).desk
        await pilot.press("1")
        path.rename(path.with_name("elsewhere.db"))
        app.rescue.look()
        await pilot.pause()
        assert isinstance(screen(app, AdjudicateScreen).overlay, TextEntry)
        await pilot.press("enter")
        await pilot.pause()
        assert screen(app, AdjudicateScreen).desk is desk
        assert app.kept is not None
        await pilot.press("n", "1")
        made = gold(app, desk.article.uid)
        app.project.close()
    with Project.open(app.kept) as kept:
        assert len(made) == 2
        assert [a for a in kept.annotations(annotator="gold") if a.layer != "verdict"] == made


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_reader_who_decides_is_told_that_their_readings_count_no_more(
    path: Path, size: tuple[int, int]
) -> None:
    async with opened(path, size=size) as (_, app):
        assert "no reader" not in shown(app, "foot")
        names = readers_of(app.project).by_article.values()
        read = Counter(name for who in names for name in who)
    (reader, articles), *_ = read.most_common()
    async with opened(path, size=size, judge=reader) as (pilot, app):
        assert f"{reader} has read {articles} articles, not compared now" in shown(app, "foot")
        await pilot.press("1")
        assert "no reader" not in shown(app, "foot")
