"""The scheme changes while an article is open: nothing is saved under the old one."""

from __future__ import annotations

import pytest

from annotator.project import Project, codebook
from annotator.store import Store
from annotator.tui.dialogs.form import FormBox
from tests.robot.drive import press
from tests.tui.app.conftest import Opened, app_of


def renamed(store: Store, who: str) -> None:
    """Another program renames a label, and with it what is annotated."""
    with Project.open(str(store.path), who) as other:
        codebook.carry_out(other, codebook.rename(other, "stance=favor", "support"), who)


async def test_an_open_article_goes_on_under_the_renamed_label(
    store: Store, opened: Opened
) -> None:
    async with opened() as pilot:
        app = app_of(pilot)
        await press(app, ["e", "f"])
        renamed(store, "ben")
        await press(app, ["a"])
        await pilot.pause()
        assert [a.attributes for a in store.annotations()] == [{"stance": "support"}]
        assert any("scheme in force is" in n.title for n in app._notifications)
        await press(app, ["enter", "a"])
        assert [a.attributes["stance"] for a in store.annotations()] == ["against"]
        await press(app, ["f"])
        assert [a.attributes["stance"] for a in store.annotations()] == ["support"]
    assert [f for f in store.findings() if f.problems] == []


async def test_undo_takes_ones_own_change_of_the_scheme_back(store: Store, opened: Opened) -> None:
    async with opened() as pilot:
        app = app_of(pilot)
        await press(app, ["e", "f"])
        before = app.scheme.version
        renamed(store, "ann")
        await press(app, ["u"])
        await pilot.pause()
        assert store.scheme_version() == before == app.scheme.version
        assert [a.attributes for a in store.annotations()] == [{"stance": "favor"}]
        await press(app, ["U"])
        await pilot.pause()
        assert app.scheme.version == store.scheme_version() != before
        assert [a.attributes for a in store.annotations()] == [{"stance": "support"}]
        await press(app, ["enter", "a"])
        assert [a.attributes["stance"] for a in store.annotations()] == ["against"]


async def test_a_change_of_the_scheme_alone_is_undone_on_the_screen(
    store: Store, opened: Opened
) -> None:
    async with opened() as pilot:
        app = app_of(pilot)
        with Project.open(str(store.path), "ann") as other:
            codebook.carry_out(other, codebook.archive(other, "stance=favor"), "ann")
        await press(app, ["u"])
        await pilot.pause()
        assert app.scheme.attribute("claim", "stance").value("favor").archived is False  # type: ignore[union-attr]
        await press(app, ["e", "f"])
        assert [a.attributes for a in store.annotations()] == [{"stance": "favor"}]


async def test_an_archived_label_is_not_in_the_form_unless_it_is_there(
    store: Store, opened: Opened
) -> None:
    with Project.open(str(store.path), "ben") as other:
        codebook.carry_out(other, codebook.archive(other, "stance=favor"), "ben")
        codebook.carry_out(other, codebook.archive(other, "claim.negated"), "ben")
    async with opened() as pilot:
        app = app_of(pilot)
        await press(app, ["e", "a", "t"])
        assert app.screen_annotate.overlay is not None
        rows = app.screen_annotate.overlay.form.rows  # type: ignore[attr-defined]
        names = {row.attribute.name for row in rows}
        assert "stance" in names
        assert "negated" not in names
        form = app.screen_annotate.overlay.form  # type: ignore[attr-defined]
        stance = next(row for row in rows if row.attribute.name == "stance")
        assert "favor" not in [o.value.name for o in form.options(stance)]


NAMED = """
name = "own"
[[span]]
name = "entity"
[[attribute]]
name = "type"
layer = "entity"
values = [{ name = "PER", key = "p" }]
[[attribute]]
name = "remark"
layer = "entity"
text = true
[[attribute]]
name = "reason"
layer = "entity"
text = true
"""


@pytest.mark.parametrize(
    ("what", "new", "kept"),
    [("span:entity", "thing", True), ("remark", "comment", False), ("reason", "why", True)],
)
async def test_what_is_typed_when_the_scheme_changes_goes_to_no_other_label(
    store: Store, opened: Opened, what: str, new: str, kept: bool
) -> None:
    """Its row may be another, or gone: then it is said that it is not stored."""
    store.set_scheme(NAMED)
    async with opened() as pilot:
        app = app_of(pilot)
        await press(app, ["p", "t"])
        box = app.screen_annotate.overlay
        assert isinstance(box, FormBox)
        assert box.form.row.attribute.name == "remark"
        await press(app, [*"odd"])
        with Project.open(str(store.path), "ben") as other:
            codebook.carry_out(other, codebook.rename(other, what, new), "ben")
        await press(app, ["enter"])
        form = box.form
        assert [dict(a.attributes) for a in store.annotations()] == [{"type": "PER"}]
        now = {new if name == what else name for name in ("type", "remark", "reason")}
        assert {r.attribute.name for r in form.rows} >= now
        assert all(r.known for r in form.rows)
        assert (form.line is not None) == kept
        assert ("not stored: remark: odd" in form.said) == (not kept)
        await press(app, ["enter"])
        stored = [dict(a.attributes) for a in store.annotations()]
        assert stored == [{"type": "PER", "remark": "odd"} if kept else {"type": "PER"}]
