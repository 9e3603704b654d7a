"""Relations on the adjudication screen: their ends in words, waiting, taken, turned, undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.project.test_relation_cases import built, read, relations_of
from tests.tui.adjudicate.test_adjudicate import opened, shown


@pytest.fixture
def path(tmp_path: Path) -> Path:
    project = built(tmp_path)
    read(project, "ann", "ab", [("answers", "a", "b", "")])
    read(project, "ben", "ab", [("knows", "b", "a", "weak")])
    project.close()
    return tmp_path / "p.db"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_relation_is_a_case_from_waiting_to_undone(
    path: Path, size: tuple[int, int]
) -> None:
    async with opened(path, size=size) as (pilot, app):
        assert "case 1/3" in shown(app, "head")
        await pilot.press("J", "J")
        here = shown(app, "readings")
        assert "Relation: open" in here
        assert "waits: “Some” and “words” not decided yet" in here
        for words in ("from", "type", "to", "answers", "knows", "strength"):
            assert words in here
        await pilot.press("1")
        assert relations_of(app.project, "gold") == []
        # The claims are alike: they are accepted, and the relation waits no more.
        await pilot.press("a")
        assert "open 1  decided 2" in shown(app, "head")
        assert "waits" not in shown(app, "readings")
        await pilot.press("1")
        assert relations_of(app.project, "gold") == [("answers", "a", "b", "")]
        assert "open 0  decided 3" in shown(app, "head")
        # Row by row from another reading: the type, then the direction.
        await pilot.press("J", "J", "J", "j", "space")
        await pilot.pause()
        mixed = relations_of(app.project, "gold")
        assert mixed != [("answers", "a", "b", "")]
        await pilot.press("u")
        assert relations_of(app.project, "gold") == [("answers", "a", "b", "")]
        await pilot.press("u")
        # Of a case that is not decided the direction comes from the other reading at once.
        await pilot.press("j")
        assert "▶ to" in shown(app, "readings")
        await pilot.press("space")
        ((kind, *_),) = relations_of(app.project, "gold")
        (relation,) = app.project.relations(None, "gold")
        words = app.project.text_of(relation.article)
        head = app.project.annotation(relation.head or "")
        assert (kind, head and words[head.start : head.end]) == ("answers", "words")
        await pilot.press("u", "u")
        assert app.project.relations(None, "gold") == []
        assert "open 3  decided 0" in shown(app, "head")
