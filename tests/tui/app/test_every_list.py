"""Every list over a corpus at the sizes and in the colours that people have, as text.

Home has pictures of its own: `test_home.py`.

One start of the application for a size and a way to be coloured: the lists are walked through.
Renew them with `pytest --snapshot-update tests/tui/app/test_every_list.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from annotator.domain.ids import new_id
from annotator.domain.model import Annotation, ArticleDraft, Batch, Change, Fragment
from annotator.domain.result_row import ResultRow
from annotator.project import Project
from annotator.store import Store
from annotator.tui.app import AnnotatorApp
from annotator.tui.options import ScreenOptions
from tests.session.build import layout
from tests.tui.pictures import SIZES, in_both_themes, settled, unreadable, without_colour

SAID: Final = "The water board will raise its fees by twelve per cent next spring"
ARTICLES: Final = (
    ("Harbour Courier", "2031-03-02", f"{SAID}, a spokesperson said on Monday."),
    ("東京の新聞", "2031-03-03", f"{SAID}, said Ana Ruiz, the mayor. Nobody was asked."),
    ("Evening Post & Weekly Gazette of the Northern Islands", "2031-03-04",
     f"Residents are angry. {SAID.replace('will raise', 'will not raise')}, a spokesperson said."),
    ("", "", f"{SAID.replace('twelve', 'fifteen')}. A spokesperson said so, and left the room."),
    ("Harbour Courier", "2031-03-05", f"{SAID}. “It is late,” Ana Ruiz said."),
)  # fmt: skip
LABELLED: Final = {
    0: ("a spokesperson", "unnamed_person", "neutral"),
    1: ("Ana Ruiz", "named_person", "favor"),
    2: ("a spokesperson", "unnamed_group", "against"),
}
"""Which of them "ann" has labelled: source, source type, stance."""


@pytest.fixture
def app(tmp_path: Path) -> Callable[[], AnnotatorApp]:
    """The application on a phrase that stands in five articles and is labelled in three."""

    def build() -> AnnotatorApp:
        store = Store.create(tmp_path / f"{new_id()}.db")
        for number, (outlet, date, text) in enumerate(ARTICLES, 1):
            title = f"Fees will rise, again, for the {number}. time"
            draft = ArticleDraft(
                text, name=f"a{number}", title=title, outlet=outlet, published=date
            )
            store.add_article(draft, layout(text))
        store.add_annotator("ann")
        uids = store.uids()
        for number, (source, kind, stance) in LABELLED.items():
            text = ARTICLES[number][2]
            start, at = text.index("The water"), text.index(source)
            end = text.index("spring") + len("spring")
            claim = Annotation(
                new_id(), "claim", uids[number], "ann",
                (Fragment("content", start, end), Fragment("source", at, at + len(source))),
                {"source_type": kind, "stance": stance}, scheme=store.scheme_version(),
                created_at="2031-04-01T09:00:00.000Z", updated_at="2031-04-01T09:00:00.000Z",
            )  # fmt: skip
            batch = Batch(
                new_id(), "ann", claim.created_at, "edit", "a claim", (Change(None, claim),)
            )
            store.apply(batch)
        words = ("missed", "wrongly proposed", "cut otherwise")
        errors = tuple(
            ResultRow((str(i + 1), what, "content", ARTICLES[i][2]), uids[i], 0)
            for i, what in enumerate(words)
        )
        app = AnnotatorApp(Project(store, "ann"), ScreenOptions(errors=errors))
        app.first = uids[0]
        return app

    return build


WALK: Final = {
    "lineage": ["escape", "g", "enter", "number_sign"],
    "lint": ["escape", "equals_sign"],
    "clusters": ["escape", "percent_sign", "r"],
    "carry": ["escape", "asterisk"],
    "carry-warning": ["a", "enter"],
    "carry-sources": ["tab"],
    "concordance-typed": ["escape", "backslash", *"spring"],
    "concordance": ["enter", "space", "space", "j", "space"],
    "concordance-label": ["t"],
    "concordance-preview": [*"favor", "enter"],
    "concordance-fault": ["escape", "slash", "space", "N", "E", "A", "R"],
}
"""What to press for each, after the one before it; what was evaluated is there from the start."""


async def walked(pilot: Pilot[None], show: Callable[[str], Awaitable[None]]) -> None:
    """Go through all lists, and show each."""
    await settled(pilot)
    await show("errors")
    for name, keys in WALK.items():
        for key in keys:
            await pilot.press(key)
        await settled(pilot)
        await show(name)


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
async def test_every_list_looks_as_it_did(
    app: Callable[[], AnnotatorApp],
    picture: SnapshotAssertion,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
) -> None:
    parts: dict[str, list[str]] = {}
    async with app().run_test(size=size) as pilot:

        async def coloured(name: str) -> None:
            parts[name] = [await in_both_themes(pilot)]
            if size == (120, 40):
                found, bad = unreadable(pilot.app)
                assert found > 5
                assert not bad, name

        await walked(pilot, coloured)
    monkeypatch.setenv("NO_COLOR", "1")
    async with app().run_test(size=size) as pilot:

        async def plain(name: str) -> None:
            parts[name].append(without_colour(pilot.app))

        await walked(pilot, plain)
    for name, said in parts.items():
        assert "\n".join(said) + "\n" == picture(name=name)
