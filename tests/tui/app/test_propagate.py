"""A decision carried to where the words stand again: shown, chosen, applied once, undone once."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from annotator.domain.model import ArticleDraft
from annotator.project import Project
from annotator.store import Store
from annotator.tui.app import AnnotatorApp
from annotator.tui.options import ScreenOptions
from annotator.tui.propagate.screen import PropagateScreen
from annotator.tui.widgets.lines import Lines
from tests.phrases.support import claim
from tests.session.build import layout

FIRST = (
    "The harbour board was unresponsive to requests to curb the night traffic.\n\n"
    "Later the harbour board (HB) was unresponsive to requests to curb the night traffic."
)
SECOND = (
    "Officials said the harbour board was unresponsive to requests to curb the night traffic.\n"
)


@pytest.fixture
def corpus(tmp_path: Path) -> Store:
    store = Store.create(tmp_path / "corpus.db")
    for i, text in enumerate((FIRST, SECOND)):
        store.add_article(ArticleDraft(text, name=f"n{i}", outlet=f"Outlet {i}"), layout(text))
    store.add_annotator("ann")
    return store


async def test_carry_choose_apply_and_undo(corpus: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.tui.annotate.suggesting.Suggesting.propose", lambda *_: None)
    app = AnnotatorApp(Project(corpus, "ann"), ScreenOptions(suggest=True))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("V", "e", "3", "a")
        for _ in range(50):
            if app.screen_annotate.phrase_matches is not None:
                break
            await pilot.pause(0.1)
        assert "STANDS AGAIN 2x" in app.screen_annotate.side.plain()
        await pilot.press("asterisk")
        assert isinstance(app.screen, PropagateScreen)
        rows = app.screen.query_one("#rows").plain()  # type: ignore[attr-defined]
        assert "{+" in rows
        assert len(corpus.annotations()) == 1
        await pilot.press("a", "enter", "enter")
        claims = corpus.annotations()
        assert [c.provenance for c in claims].count("propagated") == 2
        assert {tuple(c.attributes.items()) for c in claims} == {
            (("source_type", "named_group"), ("stance", "against"))
        }
        assert len(app.screen_annotate.session.index.by_id) == 2
        await pilot.press("u")
        assert len(corpus.annotations()) == 1
        assert len(app.screen_annotate.session.index.by_id) == 1
    assert all(f.problems == () for f in corpus.findings())
    corpus.close()


async def test_nothing_is_carried_without_the_key_and_the_type_alone_can_be(
    corpus: Store,
) -> None:
    app = AnnotatorApp(Project(corpus, "ann"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("asterisk")
        assert "no claim here" in app.screen_annotate.footer.plain()
        await pilot.press("V", "e", "3", "a", "asterisk", "escape")
        assert len(corpus.annotations()) == 1
        await pilot.press("asterisk", "n", "space", "l", "enter")
    carried = [c for c in corpus.annotations() if c.provenance == "propagated"]
    assert [c.attributes for c in carried] == [{"source_type": "named_group"}]
    corpus.close()


async def test_lint_lineage_and_clusters_list_places_and_jump(corpus: Store) -> None:
    app = AnnotatorApp(Project(corpus, "ann"))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()

        async def rows() -> int:
            for _ in range(50):
                await pilot.pause(0.1)
                head = app.screen.query_one("#head").plain()  # type: ignore[attr-defined]
                if "reading" not in head and head:
                    break
            return len(app.screen.rows)  # type: ignore[attr-defined]

        await pilot.press("V", "e", "3", "a", "number_sign")
        assert await rows() == 3
        await pilot.press("down", "down", "enter")
        await pilot.pause()
        assert app.screen_annotate.session.article.number == 2
        await pilot.press("V", "e", "7", "a", "equals_sign")
        assert await rows() == 2
        await pilot.press("escape", "percent_sign")
        assert await rows() == 0
        await pilot.press("escape")


WORDS = "the harbour board was unresponsive to requests to curb the night traffic"


async def _panel(app: AnnotatorApp, pilot: Pilot[None]) -> str:
    for _ in range(150):
        if "STANDS AGAIN" in app.screen_annotate.side.plain():
            break
        await pilot.pause(0.1)
    return app.screen_annotate.side.plain()


@pytest.mark.parametrize("others", [False, True])
async def test_the_panel_shows_differences_and_others_only_when_not_blind(
    corpus: Store, monkeypatch: pytest.MonkeyPatch, others: bool
) -> None:
    monkeypatch.setattr("annotator.tui.annotate.suggesting.Suggesting.propose", lambda *_: None)
    _, second = corpus.uids()
    corpus.add_annotator("ben")
    claim(corpus, second, WORDS, annotator="ben", source_type="unnamed_group")
    app = AnnotatorApp(Project(corpus, "ann"), ScreenOptions(suggest=True, others=others))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("V", "e", "3", "a")
        shown = await _panel(app, pilot)
        assert "{+(HB)+}" in shown
        assert ("ben: unnamed group" in shown) == others
        await pilot.press("asterisk")
        rows = app.screen.query_one("#rows").plain()  # type: ignore[attr-defined]
        assert ("ben: unnamed group" in rows) == others
    corpus.close()


async def test_the_type_is_carried_to_claims_with_the_same_source(corpus: Store) -> None:
    _, second = corpus.uids()
    source = "Officials"
    untyped = claim(corpus, second, WORDS, source=source, annotator="ann")
    third = corpus.add_article(
        ArticleDraft("Officials called it a day. Officials left.", name="n3"),
        layout("Officials called it a day. Officials left."),
    ).uid
    typed = claim(
        corpus,
        third,
        "called it a day",
        source=source,
        annotator="ann",
        source_type="unnamed_group",
    )
    start = claim(corpus, third, "left", source=source, annotator="ann", source_type="named_group")
    app = AnnotatorApp(Project(corpus, "ann"))
    app.first = third
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        app.screen_annotate.session.go(start.start)
        await pilot.press("asterisk")
        assert isinstance(app.screen, PropagateScreen)
        rows = app.screen.query_one("#rows").plain()  # type: ignore[attr-defined]
        # The one without a type is proposed, the one with another is not: it would be replaced.
        assert rows.count("[x]") == 1
        assert rows.count("yours: unnamed group, will be replaced") == 1
        await pilot.press("enter")

        def types() -> dict[str, str | None]:
            return {a.id: a.attributes.get("source_type") for a in corpus.annotations()}

        assert types()[untyped.id] == "named_group"
        assert types()[typed.id] == "unnamed_group"
        await pilot.press("u")
        assert types()[untyped.id] is None
    corpus.close()


async def test_clusters_are_found_from_their_screen(corpus: Store) -> None:
    app = AnnotatorApp(Project(corpus, "ann"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("percent_sign")
        for _ in range(50):
            await pilot.pause(0.1)
            if "none" in app.screen.query_one("#head").plain():  # type: ignore[attr-defined]
                break
        await pilot.pause()
        assert "Press r to find them" in app.screen.query_one("#empty").plain()  # type: ignore[attr-defined]
        await pilot.press("r")
        for _ in range(100):
            await pilot.pause(0.1)
            if app.screen.rows:  # type: ignore[attr-defined]
                break
        assert len(app.screen.rows) == 1  # type: ignore[attr-defined]
        await pilot.pause()
        assert not app.screen.query_one("#empty").display
        assert "1" in app.screen.query_one("#head").plain()  # type: ignore[attr-defined]
        await pilot.press("enter")
        assert app.screen is app.screen_annotate
    corpus.close()


@pytest.mark.parametrize("width", [60, 80, 120])
async def test_the_lines_of_the_screen_of_propagating_are_not_cut(
    corpus: Store, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setattr("annotator.tui.annotate.suggesting.Suggesting.propose", lambda *_: None)
    app = AnnotatorApp(Project(corpus, "ann"), ScreenOptions(suggest=True))
    async with app.run_test(size=(width, 24)) as pilot:
        await pilot.pause()
        await pilot.press("V", "e", "3", "a", "t", "3", "1", "escape")
        for _ in range(50):
            if app.screen_annotate.phrase_matches is not None:
                break
            await pilot.pause(0.1)
        await pilot.press("asterisk")
        await pilot.pause()
        assert isinstance(app.screen, PropagateScreen)
        head, foot = (app.screen.query_one(part, Lines).plain() for part in ("#head", "#foot"))
        first, second = head.splitlines()[:2]
        assert len(first) <= width
        assert "named group · against" in second
        assert "carry at once  Esc leave" in foot
        assert len(foot) <= width
    corpus.close()


LOADED = "The reckless board kept the gate shut."


@pytest.fixture
def loaded(tmp_path: Path) -> Store:
    """One sentence in three articles, and its loaded word in another sentence too."""
    store = Store.create(tmp_path / "loaded.db")
    for i, text in enumerate(
        (LOADED, f"Again. {LOADED}", f"It was reckless, he said. {LOADED}", f"Late. {LOADED}")
    ):
        store.add_article(ArticleDraft(text, name=f"n{i}"), layout(text))
    store.add_annotator("ann")
    return store


def _marks(store: Store) -> list[tuple[int, str, str, dict[str, str]]]:
    return [
        (store.article(a.article).number, a.provenance, store.text_of(a.article)[a.start : a.end],
         dict(a.attributes))
        for a in store.annotations()
    ]  # fmt: skip


async def test_a_mark_is_carried_where_its_sentence_stands_again(loaded: Store) -> None:
    app = AnnotatorApp(Project(loaded, "ann"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("l", "b", "escape", "asterisk")
        assert isinstance(app.screen, PropagateScreen)
        head = app.screen.query_one("#head", Lines).plain()
        # The same word in another sentence is listed, and not chosen.
        assert "4 places" in head
        assert "3 chosen" in head
        await pilot.press("enter")
        assert "marks made 3" in app.screen_annotate.footer.plain()
        assert sorted(_marks(loaded)) == sorted(
            [(1, "human", "reckless", {}), *((n, "propagated", "reckless", {}) for n in (2, 3, 4))]
        )
        await pilot.press("u")
        assert _marks(loaded) == [(1, "human", "reckless", {})]
    assert all(f.problems == () for f in loaded.findings())
    loaded.close()


async def test_places_are_chosen_by_keys_at_their_place_on_another_keyboard(loaded: Store) -> None:
    app = AnnotatorApp(Project(loaded, "ann"), ScreenOptions(layout="ru"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("l", "b", "escape", "asterisk")

        def head() -> str:
            return app.screen.query_one("#head", Lines).plain()

        assert "3 chosen" in head()
        await pilot.press("т")
        assert "0 chosen" in head()
        await pilot.press("о", "space")
        assert "1 chosen" in head()
        await pilot.press("ф")
        assert "4 chosen" in head()
    loaded.close()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_what_was_decided_before_is_told_and_carried_here(
    loaded: Store, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.tui.annotate.suggesting.Suggesting.propose", lambda *_: None)
    first, second, *_ = loaded.uids()
    for uid in (first, second):
        claim(
            loaded, uid, "kept the gate shut", source="board", annotator="ann",
            source_type="named_group", stance="against",
        )  # fmt: skip
    app = AnnotatorApp(Project(loaded, "ann"), ScreenOptions(suggest=True))
    app.first = loaded.uids()[3]
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        screen = app.screen_annotate
        assert screen.session.article.number == 4
        await pilot.press("j")
        shown = ""
        for _ in range(80):
            shown = f"{screen.side.plain()}\n{screen.strip.plain()}"
            if "decided in 2 articles" in " ".join(shown.split()):
                break
            await pilot.pause(0.1)
        told = "decided in 2 articles: named group, against; * carries it"
        assert told in " ".join(shown.split())
        await pilot.press("asterisk")
        assert "carried here: named group, against; u takes it back" in screen.footer.plain()
        (made,) = loaded.annotations(screen.session.article.uid)
        assert made.provenance == "propagated"
        text = screen.session.article.text
        assert [text[f.start : f.end] for f in made.fragments] == ["kept the gate shut", "board"]
        assert screen.session.index.by_id.keys() == {made.id}
        assert "decided in" not in f"{screen.side.plain()}{screen.strip.plain()}"
        await pilot.press("u")
        assert loaded.annotations(screen.session.article.uid) == []
    loaded.close()


async def test_the_labels_of_a_sentence_are_carried_to_whole_sentences(loaded: Store) -> None:
    loaded.set_scheme(
        'name = "s"\n[[role]]\nname = "content"\nkey = "e"\n'
        '[[attribute]]\nname = "topic"\nlayer = "sentence"\nvalues = ["law", "money"]\n'
    )
    app = AnnotatorApp(Project(loaded, "ann"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        session = app.screen_annotate.session
        topic = session.scheme.of_layer("sentence")[0]
        session.set_attribute(session.sentence_subject(), topic, "law")
        await pilot.press("asterisk")
        assert isinstance(app.screen, PropagateScreen)
        assert "3 chosen" in app.screen.query_one("#head", Lines).plain()
        await pilot.press("enter")
        assert "sentences made 3" in app.screen_annotate.footer.plain()
        assert {(m[2], m[3]["topic"]) for m in _marks(loaded)} == {(LOADED, "law")}
    assert all(f.problems == () for f in loaded.findings())
    loaded.close()
