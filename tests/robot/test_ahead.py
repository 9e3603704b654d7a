"""Keys that arrive together (a slow line, fast fingers) mean what they mean one by one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from annotator.domain.model import Annotation, ArticleDraft
from annotator.project import Project
from annotator.store import Store
from annotator.tui.app import AnnotatorApp
from tests.robot.drive import press
from tests.session.build import TEXT, layout


async def annotated(path: Path, bursts: Iterable[str]) -> tuple[list[Annotation], str]:
    """What is in the database after some bursts of keys, and the word under the cursor."""
    with Store.create(path) as store:
        store.add_article(ArticleDraft(TEXT, name="text"), layout(TEXT))
        store.add_annotator("ann")
        app = AnnotatorApp(Project(store, "ann"))
        async with app.run_test(size=(64, 16)) as pilot:
            await pilot.pause()
            for burst in bursts:
                await press(app, burst.split())
            session = app.screen_annotate.session
            start, end = session.page.token(session.cursor)
        return store.annotations(), TEXT[start:end]


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(
    ("keys", "attributes", "note", "word"),
    [
        ("e t tab tab 1 2 escape", {"form": "direct", "cue_attitude": "endorsing"}, "", "Minister"),
        ("e c o h space n o enter 1", {"source_type": "named_person"}, "oh no", "Minister"),
        ("e t up up up a x backspace b enter escape u U 2",
         {"target": "ab", "source_type": "unnamed_person"}, "", "Minister"),
        ("e escape slash w e space n e v e r enter l", {}, "", "never"),
        ("e c x escape l l", {}, "", "cuts"),
    ],
)  # fmt: skip
async def test_burst(
    tmp_path: Path,
    keys: str,
    attributes: dict[str, str],
    note: str,
    word: str,
    together: bool,
) -> None:
    bursts = [keys] if together else keys.split()
    (claim,), here = await annotated(tmp_path / "ahead.db", bursts)
    assert (dict(claim.attributes), claim.note, here) == (attributes, note, word)
    assert not claim.reviewed
