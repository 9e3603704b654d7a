"""The guided session, played in the application: every step ends by its own keys."""

from __future__ import annotations

from pathlib import Path

from annotator.domain.model import ArticleDraft
from annotator.domain.scheme import DEFAULT_SCHEME
from annotator.domain.scheme_file import parse_scheme
from annotator.project import Project
from annotator.session.actions import ACTIONS
from annotator.store import Store
from annotator.text.engine import load_engine
from annotator.tui.app import AnnotatorApp
from annotator.tui.keymap import Keymap, key_name, shown_key
from annotator.tui.tour import Tour, load_tour
from tests.fixtures.support import FIXTURES, texts

ARTICLE, STEPS = load_tour(FIXTURES / "tour.toml")
_KEYS = {shown_key(k): key_name(k) for a in ACTIONS for k in a.keys}


async def test_every_step_is_ended_by_its_keys(tmp_path: Path) -> None:
    text = texts()[ARTICLE]
    with Store.create(tmp_path / "demo.db") as store:
        uid = store.add_article(ArticleDraft(text, name=ARTICLE), load_engine().layout(text)).uid
        store.add_annotator("you")
        app = AnnotatorApp(Project(store, "you"))
        app.first, app.tour = uid, Tour(STEPS)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            for number, step in enumerate(STEPS, start=1):
                shown = app.screen_annotate.guide.plain()
                assert shown.startswith(f"{number}/{len(STEPS)} "), shown
                assert step.say.split("\n")[0].strip() in shown
                for key in step.keys.split():
                    await pilot.press(_KEYS.get(key, key_name(key)))
                    if key == "/":
                        await pilot.press(*"crack", "enter")
                    elif key == ";":
                        await pilot.press("escape")
            assert "That was the tour" in app.screen_annotate.guide.plain()
            await pilot.press("j")
            assert not app.screen_annotate.guide.display
        (claim,) = [a for a in store.annotations() if a.layer == "claim"]
    said = {f.role: text[f.start : f.end] for f in claim.fragments}
    assert said == {
        "content": "“No lorry will cross this bridge before the autumn,”",
        "source": "an engineer",
        "cue": "said",
    }
    assert claim.attributes == {"source_type": "unnamed_person", "stance": "against"}


def begun() -> tuple[Tour, Keymap]:
    """A tour at its fourth step, which has four keys, and the table's keys."""
    tour = Tour(STEPS)
    keymap = Keymap(ACTIONS, parse_scheme(DEFAULT_SCHEME.read_text(encoding="utf-8"), {}))
    for step in STEPS[:3]:
        assert pressed(tour, keymap, key_name(_KEYS.get(step.keys, step.keys)))
        assert step.awaited is not None
        assert tour.saw(step.awaited)
    assert STEPS[3].keys == "l v l w"
    return tour, keymap


def pressed(tour: Tour, keymap: Keymap, key: str) -> bool:
    return tour.hears(key, keymap.command(key, ("article",)), keymap)


def last_line(tour: Tour) -> str:
    return "".join(part.text for part in tour.lines()[-1]).strip()


def test_a_wrong_key_is_answered_and_not_done() -> None:
    tour, keymap = begun()
    assert last_line(tour) == "press l v l w"
    assert not pressed(tour, keymap, "j")
    assert last_line(tour) == "that was j (next sentence), not done; press l v l w"
    assert pressed(tour, keymap, "l")
    assert last_line(tour) == "press v l w"
    for key, name in (("l", "l (next word)"), ("a", "a (stance: against)"), ("w", "w (source)"),
                      ("f12", "F12 (no key of the table)")):  # fmt: skip
        assert not pressed(tour, keymap, key)
        assert last_line(tour) == f"that was {name}, not done; press v l w"
    assert pressed(tour, keymap, "question_mark")
    assert pressed(tour, keymap, "ctrl+q")
    assert last_line(tour) == "press v l w"


def test_a_second_escape_ends_it() -> None:
    tour, keymap = begun()
    assert not pressed(tour, keymap, "escape")
    assert last_line(tour) == "Esc again ends the tour; or press l v l w"
    assert not tour.over
    assert pressed(tour, keymap, "l")
    assert not pressed(tour, keymap, "escape")
    assert not tour.over
    assert not pressed(tour, keymap, "escape")
    assert tour.over


async def test_it_leaves_the_screen(tmp_path: Path) -> None:
    text = texts()[ARTICLE]
    with Store.create(tmp_path / "demo.db") as store:
        uid = store.add_article(ArticleDraft(text, name=ARTICLE), load_engine().layout(text)).uid
        store.add_annotator("you")
        app = AnnotatorApp(Project(store, "you"))
        app.first, app.tour = uid, Tour(STEPS)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            screen = app.screen_annotate
            await pilot.press("j")
            assert screen.session.sentence == 0
            assert "that was j (next sentence)" in screen.guide.plain()
            await pilot.press("escape", "escape")
            assert not screen.guide.display
            await pilot.press("j")
            assert screen.session.sentence == 1
