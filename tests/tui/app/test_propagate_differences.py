"""Carrying never proposes what says something else, and says what is missing before it can."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.domain.model import ArticleDraft
from annotator.project import Project
from annotator.store import Store
from annotator.tui.app import AnnotatorApp
from annotator.tui.options import ScreenOptions
from annotator.tui.propagate.screen import PropagateScreen
from tests.session.build import layout

F23 = Path(__file__).parent.parent.parent / "phrases"


def corpus_of(path: Path, *texts: str) -> Store:
    store = Store.create(path)
    for i, text in enumerate(texts):
        store.add_article(ArticleDraft(text, name=f"n{i}"), layout(text))
    store.add_annotator("ann")
    return store


def propagating(app: AnnotatorApp) -> bool:
    """Whether the screen of propagating is there."""
    return isinstance(app.screen, PropagateScreen)


def rows_of(app: AnnotatorApp) -> list[str]:
    """The first line of each place."""
    shown: str = app.screen.query_one("#rows").plain()  # type: ignore[attr-defined]
    return [line for line in shown.splitlines() if "[" in line[:4]]


def foot_of(app: AnnotatorApp) -> str:
    shown: str = app.screen.query_one("#foot").plain()  # type: ignore[attr-defined]
    return shown


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_contrary_copies_are_marked_and_not_carried(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    first, *others = ((F23 / f"f23_a{i}.txt").read_text("utf-8") for i in (1, 2, 3))
    copy = f"THE WATER BOARD {first.strip()[16:-1]} !\n"
    store = corpus_of(tmp_path / "f23.db", first, *others, copy)
    app = AnnotatorApp(Project(store, "ann"))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("V", "e", "a", "3", "asterisk")
        assert propagating(app)
        rows = rows_of(app)
        assert [row.split("]")[0][-1] for row in rows] == ["x", " ", " "]
        assert "verbatim" in rows[0]
        assert "differs" not in rows[0]
        assert "differs: negation" in rows[1]
        assert "differs: negation" in rows[2]
        await pilot.press("enter")
        assert not propagating(app)
    made = [c for c in store.annotations() if c.provenance == "propagated"]
    assert [store.text_of(c.article) for c in made] == [copy]
    store.close()


PHRASE = "The agency said on Friday that 45 % of the 1.5 million wells are safe to drink from."


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        (PHRASE.replace("45", "54"), "number"),
        (PHRASE.replace("1.5", "15"), "number"),
        (PHRASE.replace("45 %", "45 ‰"), "sign"),
        (PHRASE.replace("45", "-45"), "number"),
        (PHRASE.replace("safe", "unsafe"), "negation"),
        (PHRASE.replace("are safe", "aren’t safe"), "negation"),
        (PHRASE.replace("safe", "deadly"), "words"),
        (PHRASE.replace("said", "denied"), "words"),
        (PHRASE.replace("million", "billion"), "words"),
        (PHRASE.replace(" from.", " from?"), "sign"),
        (PHRASE.replace("safe ", "").replace(" from", ""), "words"),
    ],
)
async def test_a_bare_enter_carries_nothing_that_differs(
    tmp_path: Path, other: str, differs: str
) -> None:
    store = corpus_of(tmp_path / "one.db", PHRASE, other)
    app = AnnotatorApp(Project(store, "ann"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("V", "e", "f", "asterisk")
        (row,) = rows_of(app)
        assert "[ ]" in row
        assert f"differs: {differs}" in row or not differs
        await pilot.press("enter")
        assert propagating(app)
        assert "Nothing is chosen" in foot_of(app)
        await pilot.press("space", "enter")
        if differs:
            assert propagating(app)
            assert "say otherwise" in foot_of(app)
            assert len(store.annotations()) == 1
            await pilot.press("enter")
        assert not propagating(app)
    assert len(store.annotations()) == 2
    store.close()


@pytest.mark.parametrize(
    ("first", "other"),
    [
        (
            "Die Brücke über die Enns ist nach dem Hochwasser sicher, sagte der Bürgermeister.",
            "nicht",
        ),
        ("Le pont sur la Seine est fermé depuis la crue, a dit le maire de la ville.", "jamais"),
        ("橋は五月まで閉鎖されると市長は言った、安全だとも言った。", "ない"),
        ("قال المهندس إن الجسر الكبير آمن للسيارات والحافلات والشاحنات", "ليس"),
    ],
)
async def test_other_languages_too(tmp_path: Path, first: str, other: str) -> None:
    half = len(first) // 2
    cut = first.rfind(" ", 0, half) + 1 or half
    store = corpus_of(
        tmp_path / "one.db", first, f"{first[:cut]}{other} {first[cut:]}", first + " "
    )
    app = AnnotatorApp(Project(store, "ann"))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("V", "e", "asterisk")
        rows = rows_of(app)
        assert ["[x]" in row for row in rows] == [True, False]
        assert "differs: negation" in rows[1]
    store.close()


async def test_what_is_missing_is_said_before_the_key_is_pressed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.tui.annotate.suggesting.Suggesting.propose", lambda *_: None)
    store = corpus_of(tmp_path / "one.db", PHRASE, PHRASE + " ")
    app = AnnotatorApp(Project(store, "ann"), ScreenOptions(suggest=True))

    async with app.run_test(size=(80, 24)) as pilot:
        screen = app.screen_annotate

        async def hint() -> str:
            for _ in range(100):
                if screen.phrase_matches is not None and "again 1x" in screen.strip.plain():
                    break
                await pilot.pause(0.1)
            return screen.strip.plain()

        await pilot.pause()
        await pilot.press("V")
        assert "again 1x (e, then *)" in await hint()
        await pilot.press("asterisk")
        assert "e makes one of the selection, then * carries it" in screen.footer.plain()
        await pilot.press("e")
        assert "again 1x *" in await hint()
        await pilot.press("escape", "g", "l", "asterisk")
        # The claim under the cursor is taken up.
        assert propagating(app)
        await pilot.press("escape", "u", "V", "b", "escape")
        assert "again 1x *" in await hint()
        await pilot.press("asterisk")
        # A mark is carried as a claim is.
        assert propagating(app)
    store.close()
