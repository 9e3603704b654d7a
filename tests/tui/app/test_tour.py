"""The guided session, played in the application: every step ends by its own keys."""

from __future__ import annotations

from pathlib import Path

from annotator.domain.model import ArticleDraft
from annotator.project import Project
from annotator.session.actions import ACTIONS
from annotator.store import Store
from annotator.text.engine import load_engine
from annotator.tui.app import AnnotatorApp
from annotator.tui.keymap import key_name, shown_key
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
        (claim,) = [a for a in store.annotations() if a.layer == "claim"]
    said = {f.role: text[f.start : f.end] for f in claim.fragments}
    assert said == {
        "content": "“No lorry will cross this bridge before the autumn,”",
        "source": "an engineer",
        "cue": "said",
    }
    assert claim.attributes == {"source_type": "unnamed_person", "stance": "against"}
