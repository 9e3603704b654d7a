"""No statement that runs when articles are added, opened, listed or keyed reads a whole table.

The statements are those that the real program executes, caught at the connection and explained with
their parameters unbound, as SQLite plans them. What is not seen in a plan (foreign keys, triggers,
FTS5's own statements) is seen by counting the steps of SQLite's machine with few and many articles.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.model import Article, ArticleDraft, Layout
from annotator.domain.suggestion import StoredSuggestion
from annotator.phrases.matches import search
from annotator.project import Project
from annotator.project.adding import add_sources
from annotator.project.data import ProjectData
from annotator.project.layouts import Layouts
from annotator.store import Store
from annotator.store.phrases import PhraseIndex
from annotator.store.sql import query
from annotator.tui.app import AnnotatorApp
from annotator.tui.articles.screen import ArticlesScreen
from tests.session.build import TEXT, layout
from tests.store.support import batch, claim, connection, place

SMALL = {"scheme", "setting", "annotator", "sqlite_master", "_sqlite_migrations", "sqlite_schema"}
"""Tables with a row for each scheme, setting or person: they do not grow with the project."""
WHOLE = {
    "SELECT count(*) FROM article": "the entries of an index are counted by its pages, in one step",
    query("progress"): "a thread of its own counts while the list is there already",
}
"""Statements that may go through a table, with the reason."""

STATEMENTS = {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "--"}


def scanned(conn: sqlite3.Connection, sql: str) -> list[str]:
    """The tables that a statement reads from end to end."""
    found = []
    for *_, detail in conn.execute(f"EXPLAIN QUERY PLAN {sql}", parameters(sql)):
        match = re.match(r"SCAN (\w+)(.*)", detail)
        if match is None or detail == "SCAN CONSTANT ROW":
            continue
        table, how = match[1], match[2]
        name = named(sql, table)
        if name in SMALL or name.startswith("json_") or "VIRTUAL TABLE INDEX 0:M" in how:
            continue
        # The index of the articles that are left out holds these alone.
        if "INDEX article_excluded" in how:
            continue
        # What a statement made itself; its parts have lines of their own.
        if name in common_tables(sql) or re.search(rf"\)\s+{table}\b", sql):
            continue
        found.append(detail)
    return found


def named(sql: str, alias: str) -> str:
    """The table that an alias stands for in a statement."""
    match = re.search(rf"\b(?:FROM|JOIN|INTO)\s+(\w+)(?:\([^)]*\))?\s+(?:AS\s+)?{alias}\b", sql)
    return match[1] if match else alias


def common_tables(sql: str) -> set[str]:
    """The names of a statement's own tables."""
    return set(re.findall(r"(?:WITH|,)\s*(\w+)\s+AS\s*\(", sql))


def parameters(sql: str) -> Any:
    """Something to bind, so that the statement can be explained; its values are not looked at."""
    names = re.findall(r"(?<![\w:]):(\w+)", re.sub(r"--.*|'[^']*'", "", sql))
    if names:
        return dict.fromkeys(names)
    numbered = re.findall(r"\?(\d+)", sql)
    return [None] * (max(map(int, numbered)) if numbered else sql.count("?"))


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Every statement that any connection of the store executes, with how often."""
    seen: dict[str, int] = {}

    class Recording(sqlite3.Connection):
        def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
            seen[sql] = seen.get(sql, 0) + 1
            return super().execute(sql, *args)

        def executemany(self, sql: str, *args: Any) -> sqlite3.Cursor:
            seen[sql] = seen.get(sql, 0) + 1
            return super().executemany(sql, *args)

    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Recording))
    return seen


def whole_tables(store: Store, executed: dict[str, int]) -> dict[str, list[str]]:
    """Statements that read a whole table without a reason."""
    out = {}
    for sql in list(executed):
        kind = sql.split(None, 1)[0].upper()
        if kind in STATEMENTS and sql not in WHOLE and (found := scanned(connection(store), sql)):
            out[sql] = found
    return out


def record(number: int) -> str:
    """An article as a line of JSON; its address is another's when it is a revision."""
    return (
        f'{{"title": "Paper {number}", "text": "Paper {number}. The mayor, {number} years old, said'
        f' so. Nobody believed it.", "url": "https://x.example/{number % 40}",'
        f' "outlet": "Post"}}\n'
    )


def test_a_scan_is_seen(store: Store) -> None:
    """What the look-up of an earlier article was: its index could not be used."""
    sql = "SELECT uid FROM article WHERE url = ? ORDER BY number DESC LIMIT 1"
    assert scanned(connection(store), sql)
    assert scanned(connection(store), "SELECT uid FROM article a WHERE a.title = ?")
    assert not scanned(connection(store), "SELECT uid FROM article WHERE number = ?")


@pytest.fixture
def added(executed: dict[str, int], db: Path, tmp_path: Path) -> Iterator[Store]:
    """A project of 50 articles, some with an address, some with a file name, some twice."""
    lines = tmp_path / "papers.jsonl"
    lines.write_text("".join(map(record, range(40))), encoding="utf-8")
    files = [tmp_path / f"f{i}.txt" for i in range(10)]
    for i, file in enumerate(files):
        file.write_text(f"A plain file {i}, he said.\n", encoding="utf-8")
    with Store.create(db) as store:
        executed.clear()
        for path in (lines, lines, *files):
            add_sources(ProjectData(store), [str(path)], Layouts(""))
        for file in files:
            file.write_text(file.read_text(encoding="utf-8") + "More.\n", encoding="utf-8")
            add_sources(ProjectData(store), [str(file)], Layouts(""))
        yield store


def test_adding(executed: dict[str, int], added: Store) -> None:
    assert any("url = ?" in sql for sql in executed)
    assert any("origin = ?" in sql for sql in executed)
    assert whole_tables(added, executed) == {}
    assert len([a for a in added.summaries() if a.revision_of]) == 10


ARTICLE = (
    *("j", "l", "w", "l", "l", "e", "1", "f", "j", "J", "K", "space", "n", "V", "b", "1"),
    *("escape", "escape", "m", "u", "U", "x", "u", "c", *"note", "enter", "t", "escape", "escape"),
    *("T", "escape", "escape", "slash", *"said", "enter", "n", "escape", "tab", "H", "L", "comma"),
    *("y", "f8", "j", "f7", "G", "g", "i", "i", "z", "question_mark", "escape", "semicolon"),
    *("escape", "g"),
)
LIST = ("f10", "down", "pagedown", "end", "home", "n", "slash", *"paper", "enter")


async def test_opening_listing_and_keys(executed: dict[str, int], added: Store) -> None:
    added.add_annotator("anna")
    uid = added.resolve("3")
    words = place(added.text_of(uid), "Nobody")
    added.apply(batch((None, claim(uid, words))))
    added.put_suggestions(uid, "e", [StoredSuggestion("s1", uid, "e", 0.9, (words,), {})])
    executed.clear()
    with Store.open(added.path) as store:
        assert store.has_articles()
        app = AnnotatorApp(Project(store, "anna"))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await pilot.press(*ARTICLE)
            assert app.screen is app.screen_annotate
            await pilot.press(*LIST)
            assert isinstance(app.screen, ArticlesScreen)
            await pilot.press("enter")
            assert app.screen is app.screen_annotate
        store.suggestions(uid)
        store.has_suggestions(uid, "e")
        store.undo("anna")
        store.redo("anna")
        search(PhraseIndex(connection(store)), "Nobody believed it")
        assert len([s for s in executed if "INSERT INTO event" in s]) == 1
        assert len(executed) > 30
        filtered = (
            "SELECT uid, title, name, outlet FROM article WHERE excluded = '' ORDER BY number"
        )
        assert filtered in executed  # a search through all titles, when somebody asks for one
        assert whole_tables(store, {s: n for s, n in executed.items() if s != filtered}) == {}


# ---------------------------------------------------------------------------------- steps


def filled(path: Path, articles: int) -> Store:
    """A project of so many articles, with a claim, two suggestions and a bookmark each."""
    store = Store.create(path)
    store.add_annotator("anna")
    for number in range(articles):
        text = f"Paper {number}. Nobody believed it."
        draft = ArticleDraft(text, title=f"Paper {number}", url=f"https://x.example/{number}")
        uid = store.add_article(draft, layout(text)).uid
        words = place(text, "Nobody")
        store.apply(batch((None, claim(uid, words))))
        store.put_suggestions(uid, "e", suggested(uid, number))
        store.set_bookmark("anna", uid, number)
    return store


def suggested(uid: str, number: int) -> list[StoredSuggestion]:
    """A suggestion inside another."""
    words = place("Paper 1. Nobody believed it.", "Nobody")
    outer = StoredSuggestion(f"o{number}", uid, "e", 0.9, (words,), {})
    return [outer, StoredSuggestion(f"i{number}", uid, "e", 0.9, (words,), {}, parent=outer.id)]


def act_add(store: Store) -> None:
    """Add a revision of the first article."""
    draft = ArticleDraft(TEXT, title="new", url="https://x.example/0")
    assert store.add_article(draft, layout(TEXT)).revision_of


def act_open(store: Store) -> None:
    """What stands between the command and the first screen, and on it."""
    assert store.has_articles()
    order = store.order()
    mark = store.bookmark("anna")
    assert mark is not None
    read(store, mark[0])
    order.uids(len(order) - 2, len(order))
    order.index(mark[0])


def read(store: Store, uid: str) -> Article:
    """All of an article that the screen shows."""
    store.annotations(uid, "anna")
    store.annotations(uid)
    store.suggestions(uid)
    store.bookmark("anna", uid)
    return store.article(uid)


def act_list(store: Store) -> None:
    """The rows in view at both ends of the list."""
    order = store.order()
    for start in (0, len(order) - 20):
        assert len(store.summaries("anna", order.uids(start, start + 20))) == 20


def act_keys(store: Store) -> None:
    """A claim made, changed, undone, redone, removed; suggestions made anew; the bookmark kept."""
    uid = store.order().uids(7, 8)[0]
    made = claim(uid, place(store.text_of(uid), "believed"))
    store.apply(batch((None, made)))
    store.apply(batch((made, made.with_attribute("stance", "favor"))))
    store.undo("anna")
    store.redo("anna")
    store.undo("anna")
    store.apply(batch((made, None)))
    store.put_suggestions(uid, "e", suggested(uid, 7))
    store.set_bookmark("anna", uid, 3)


def steps(store: Store, act: Callable[[Store], object]) -> int:
    """How many steps SQLite's machine makes for an act."""
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    connection(store).set_progress_handler(step, 1)
    try:
        act(store)
    finally:
        connection(store).set_progress_handler(None, 1)
    return count


def test_the_work_does_not_grow_with_the_project(tmp_path: Path) -> None:
    few, many = filled(tmp_path / "few.db", 40), filled(tmp_path / "many.db", 400)
    with few, many:
        for act in (act_open, act_list, act_keys, act_add):
            small, large = steps(few, act), steps(many, act)
            assert small > 100
            # Ten times the articles: a scan would add 360 rows of several steps each.
            assert large < small + 360, f"{act.__name__}: {small} and {large} steps"


def test_an_order_is_read_in_parts(tmp_path: Path) -> None:
    def layout_of(text: str) -> Layout:
        return layout(text)

    with Store.create(tmp_path / "order.db") as store:
        assert len(store.order()) == 0
        uids = [
            store.add_article(ArticleDraft(f"Text {i}."), layout_of(f"Text {i}.")).uid
            for i in range(5)
        ]
        for gap in (False, True):
            if gap:  # as an import of some articles of another database leaves them
                connection(store).execute("UPDATE article SET number = 9 WHERE number = 5")
            order = store.order()
            assert len(order) == 5
            assert list(order.uids(0, 99)) == uids
            assert list(order.uids(1, 3)) == uids[1:3]
            assert list(order.uids(-1, 0)) == list(order.uids(5, 6)) == []
            assert [order.index(uid) for uid in uids] == [0, 1, 2, 3, 4]
            assert order.index("nowhere") is None
