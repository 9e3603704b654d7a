"""A stored scheme keeps keys that the program came to use: said, and reached otherwise."""

from __future__ import annotations

import pytest

from annotator.cli.commands.keys import key_lines
from annotator.domain.errors import SchemeError
from annotator.domain.scheme import DEFAULT_SCHEME, Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.project import Project
from annotator.session.actions import ACTIONS, taken_keys
from annotator.store import Store
from annotator.tui.app import AnnotatorApp
from annotator.tui.dialogs.keysheet import sheet
from annotator.tui.keymap import Keymap
from tests.session.build import SCHEME

OLD = (
    DEFAULT_SCHEME.read_text(encoding="utf-8")
    .replace('key = "f"', 'key = "z"')
    .replace('key = "o"', 'key = "m"')
)
"""A scheme from before: "favor" on z (now: jump), a role on m, its capital M (now: noun phrase)."""


def old_scheme() -> Scheme:
    scheme = parse_scheme(OLD, {})
    assert {"z", "m"} <= {*scheme.label_keys(), *scheme.role_keys()}
    return scheme


def put(store: Store) -> Scheme:
    """Put the scheme in force as an older program did, which had other keys itself."""
    scheme = store.put_scheme(OLD)
    with store.transaction():
        store._conn.execute(
            "INSERT INTO setting (name, value) VALUES ('scheme', ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (scheme.version,),
        )
    return scheme


def test_what_gives_way_is_known_and_said() -> None:
    scheme = old_scheme()
    taken = taken_keys(ACTIONS, scheme)
    assert taken_keys(ACTIONS, SCHEME) == {}
    assert {"nav.jump", "select.jump", "span.noun_phrase", "claim.flag"} == set(taken)
    does = {line.id: (line.keys, line.does) for line in key_lines(ACTIONS, scheme)}
    keys, said = does["nav.jump"]
    assert keys == "-"
    assert "z is a label of the scheme" in said
    assert "by the palette" in said
    rows = [row for _, found in sheet(ACTIONS, scheme) for row in found]
    assert any(row[0] == "-" and "z is a label of the scheme" in row[1] for row in rows)
    keymap = Keymap(ACTIONS, scheme)
    assert keymap.shown("nav.jump") == ""
    assert keymap.shown("nav.next") == "j"


async def test_the_schemes_key_labels_also_in_a_selection(store: Store) -> None:
    put(store)
    async with AnnotatorApp(Project(store, "ann")).run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        app = pilot.app
        assert isinstance(app, AnnotatorApp)
        await pilot.press("v", "z")
        assert [a.attributes for a in store.annotations()] == [{"stance": "favor"}]
        await pilot.press("escape", "colon", *"jump: a letter")
        await pilot.press("enter")
        assert app.screen_annotate.contexts() == ("jump",)


def test_a_new_scheme_is_still_refused_such_a_key(store: Store) -> None:
    with pytest.raises(SchemeError, match="already taken by jump"):
        store.set_scheme(OLD)
