"""The home screen: totals, pace and agreement over the list of articles, at every width."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App
from textual.pilot import Pilot

from annotator.domain.ids import new_id
from annotator.domain.model import SPAN_ROLE, Annotation, ArticleDraft, Batch, Change, Fragment
from annotator.project import Project
from annotator.project import status as project_status
from annotator.project.status import AgreementSoFar, QuestionSoFar, Status
from annotator.project.types import ArticleSummary
from annotator.session.pace import Pace
from annotator.store import Store
from annotator.text.bars import bar
from annotator.tui.app import AnnotatorApp
from annotator.tui.articles import screen as articles_screen
from annotator.tui.articles.columns import ArticleColumns
from annotator.tui.articles.screen import ArticlesScreen
from annotator.tui.articles.totals import totals_lines
from annotator.tui.figures import Figures
from annotator.tui.options import ScreenOptions
from annotator.tui.widgets.lines import Lines
from tests.session.build import TEXT, layout

Compare = Callable[..., bool]
LABELS = ("favor", "against", "neutral")


def fill(path: Path) -> None:
    """Five articles: two that "ann" and "ben" have finished, one begun, two new."""
    with Store.create(path) as store:
        version = store.scheme_version()
        for number in range(5):
            text = TEXT.replace("Monday", f"day {number}")
            store.add_article(
                ArticleDraft(
                    text,
                    name=f"paper-{number}",
                    title=f"Minister denies cuts for the {number + 1}. time"
                    + " and again" * number,
                    outlet=("Daily Post", "東京新聞")[number % 2],
                    published=f"2031-04-{number + 10}",
                ),
                layout(text),
            )
        for who in ("ann", "ben"):
            store.add_annotator(who)
            clock = 0
            for number, uid in enumerate(store.uids()[:3]):
                for place, s in enumerate(
                    store.article(uid).layout.sentences[: 3 if number == 2 else None]
                ):
                    clock += 40 if place else 3600
                    minutes, seconds = divmod(clock, 60)
                    at = f"2031-05-01T{9 + minutes // 60:02}:{minutes % 60:02}:{seconds:02}.000Z"
                    claim = place in (1, 3, 4)
                    stance = LABELS[(place + (who == "ben" and place + number == 3)) % 3]
                    kind = ("named_person", "document")[place == 4]
                    made = Annotation(
                        new_id(), "claim" if claim else "sentence", uid, who,
                        (Fragment("content" if claim else SPAN_ROLE, s.start, s.end),),
                        {"source_type": kind, "stance": stance} if claim else {},
                        scheme=version, reviewed=not claim, flagged=place == 4,
                        created_at=at, updated_at=at,
                    )  # fmt: skip
                    store.apply(Batch(new_id(), who, at, "edit", "", (Change(None, made),)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "home.db"
    fill(path)
    return path


def app_on(path: Path, theme: str = "textual-dark") -> AnnotatorApp:
    return AnnotatorApp(Project(Store.open(path), "ann"), ScreenOptions(theme=theme))


async def settled(pilot: Pilot[None]) -> None:
    """Wait until everything was counted and compared."""
    app = pilot.app
    assert isinstance(app, AnnotatorApp)
    for _ in range(200):
        await app.workers.wait_for_complete()
        await pilot.pause(0.02)
        if app.figures.agreement is not None:
            break
    await pilot.pause()


@pytest.mark.parametrize(
    "size",
    [(80, 24), (120, 40), (200, 50)],
    ids=["80x24", "120x40", "200x50"],
)
@pytest.mark.parametrize(
    "colours", ["textual-dark", "textual-light", ""], ids=["dark", "light", "none"]
)
def test_home(
    snap_compare: Compare,
    path: Path,
    size: tuple[int, int],
    colours: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(articles_screen, "_SETTLED", 0.01)
    if not colours:
        monkeypatch.setenv("NO_COLOR", "1")

    async def run(pilot: Pilot[None]) -> None:
        await pilot.press("f10", "down")
        await settled(pilot)

    before: Callable[[Pilot[None]], Awaitable[None]] = run
    shown: App[None] = app_on(path, colours)
    assert snap_compare(shown, run_before=before, terminal_size=size)


async def test_home_says_how_far_how_fast_and_how_far_people_agree(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(articles_screen, "_SETTLED", 0.01)
    calls: list[list[str]] = []
    compared = project_status.agreement_so_far

    def counted(project: Project, who: str, shared: list[str]) -> AgreementSoFar:
        calls.append(shared)
        return compared(project, who, shared)

    monkeypatch.setattr(project_status, "agreement_so_far", counted)
    app = app_on(path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f10")
        await settled(pilot)
        assert isinstance(app.screen, ArticlesScreen)
        totals = app.screen.query_one("#totals", Lines).plain().splitlines()
        rows = app.screen.query_one("#rows", Lines).plain().splitlines()
        assert totals[0].split(maxsplit=1)[1].startswith("2/5 done  3 open  0 incomplete")
        # The pauses between the articles count as no work: 18 gaps of 40 seconds.
        count = len([a for a in app.project.annotations(annotator="ann") if a.layer == "claim"])
        gaps = (
            sum(len(app.project.article(u).layout.sentences) - 1 for u in app.project.uids()[:2])
            + 2
        )
        per_hour = count * 3600 / (gaps * 40)
        assert f"in all {per_hour:.0f} claims/h" in totals[1]
        assert "pauses over 5 min do not count" in totals[1]
        assert "on 2 articles  claims F1 1.00  source type α 1.00  stance α 0." in totals[2]
        assert [row.split()[1] for row in rows[:5]] == ["done", "done", "begun", "new", "new"]
        assert bar(1, 1, 8) in rows[0]
        assert bar(0, 1, 8) in rows[4]
        assert len(calls) == 1
        # What was compared is kept while the shared articles are as they were.
        await pilot.press("escape", "f10")
        await settled(pilot)
        assert len(calls) == 1
        assert "on 2 articles" in app.screen.query_one("#totals", Lines).plain()
        claim = next(
            a for a in app.project.annotations(app.project.uids()[0], "ben") if a.layer == "claim"
        )
        app.project.apply(
            Batch(new_id(), "ben", "2031-05-02T09:00:00.000Z", "edit", "", (Change(claim, None),))
        )
        await pilot.press("escape", "f10")
        for _ in range(200):
            await app.workers.wait_for_complete()
            await pilot.pause(0.02)
            if len(calls) == 2:
                break
        await app.workers.wait_for_complete()
        assert len(calls) == 2


async def test_without_shared_articles_home_says_so(tmp_path: Path) -> None:
    path = tmp_path / "alone.db"
    with Store.create(path) as store:
        store.add_article(ArticleDraft(TEXT, name="one"), layout(TEXT))
        store.add_annotator("ann")
    app = app_on(path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f10")
        await settled(pilot)
        totals = app.screen.query_one("#totals", Lines).plain()
        assert "0/1 done  1 open" in totals
        assert "not enough work yet" in totals
        assert "not enough shared articles that all have finished: 0 of 2" in totals


words = st.text(max_size=70) | st.sampled_from(["東京新聞" * 9, "Minister", "👩‍👧 said" * 6])
number = st.integers(0, 99_999)
rows = st.builds(
    ArticleSummary, st.just("u"), st.integers(1, 999_999), words, words, words, words, st.just(""),
    st.none(), number, number, number, number, number, number, number,
    st.sampled_from(["", "2031-05-01T09:00:00.000Z"]),
)  # fmt: skip


@given(st.lists(rows, min_size=1, max_size=4), st.integers(40, 220))
def test_no_row_is_wider_than_the_screen(found: list[ArticleSummary], width: int) -> None:
    columns = ArticleColumns(999_999)
    names = columns.names(width)
    assert cell_len(names) <= width
    assert "title" in names
    for row in found:
        assert cell_len(columns.row(row, "begun", width)) <= width


@given(number, number, st.integers(0, 10**6), words, st.integers(40, 220))
def test_no_total_is_cut_in_the_middle(
    done: int, incomplete: int, seconds: int, title: str, width: int
) -> None:
    pace = Pace(done, timedelta(seconds=seconds))
    found = Status("ann", 99_999, done, incomplete, 3, done, pace, pace)
    agreed = AgreementSoFar(
        7, ("ben", "cleo"), (QuestionSoFar(title, "alpha_nominal", 0.5, "", 9, "u"),)
    )
    whole = totals_lines(Figures(found, agreed), "ann", 10_000)
    lines = totals_lines(Figures(found, agreed), "ann", width)
    assert len(lines) == 3
    for line, full in zip(lines, whole, strict=True):
        assert sum(cell_len(p.text) for p in line) <= width
        assert list(line) == list(full)[: len(line)]


@given(st.integers(0, 500), st.integers(0, 500), st.integers(2, 40))
def test_a_bar_is_full_when_all_is_done_and_empty_when_nothing_is(
    done: int, total: int, cells: int
) -> None:
    drawn = bar(done, total, cells)
    assert len(drawn) == cells
    assert ("░" not in drawn) == (done >= total)
    assert ("█" not in drawn) == (done == 0 and total > 0)
