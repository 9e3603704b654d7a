"""The key sheet: every binding with its id, generated from the table that the screens use."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from annotator.domain.scheme import Scheme
from annotator.session.actions import Action, taken_keys
from annotator.text.safe import safe_line
from annotator.tui.dialogs.direct import DirectScreen, act_on
from annotator.tui.keymap import shown_key, taken_by_scheme


def sheet(
    actions: Sequence[Action], scheme: Scheme
) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The groups of the sheet: title, then rows of keys, what they do, and the id."""
    groups: list[tuple[str, list[tuple[str, str, str]]]] = []
    taken = taken_keys(actions, scheme)
    for group, members in groupby(actions, key=lambda a: a.group):
        rows = []
        for a in members:
            lost = taken.get(a.id, ())
            keys = " ".join(shown_key(key) for key in a.keys if key not in lost)
            rows.append((keys or "-", f"{a.title}{taken_by_scheme(lost, keys)}", a.id))
        known = next((r for g, r in groups if g == group), None)
        if known is None:
            groups.append((group, rows))
        else:
            known += rows
    roles = [
        (f"{r.key} {r.key.upper()}", f"{r.name}; capital: in a new claim", f"role {r.name}")
        for r in scheme.roles
        if r.key
    ]
    labels = [
        (v.key, f"{a.title}: {v.name}", f"label {a.name}")
        for a in scheme.attributes
        for v in a.values
        if v.key
    ]
    return [("Roles", roles), ("Labels", labels), *groups]


class KeySheetScreen(ModalScreen[None], DirectScreen[None]):
    """Scrolls through the sheet; any other key closes it."""

    CSS_PATH = "modal.tcss"

    def __init__(self, actions: Sequence[Action], scheme: Scheme) -> None:
        super().__init__()
        self._groups = sheet(actions, scheme)

    def compose(self) -> ComposeResult:
        """One block of text, built without markup."""
        parts: list[Content | str | tuple[str, str]] = []
        for title, rows in self._groups:
            parts.append((f"{safe_line(title)}\n", "bold $text-primary"))
            for keys, what, id_ in rows:
                parts.append((f"  {keys:<16}", "bold $text-accent"))
                parts.append(f"{safe_line(what)}")
                parts.append((f"  [{safe_line(id_)}]\n", "dim"))
            parts.append("\n")
        parts.append(
            ("Hold Shift (Option in iTerm) to select with the terminal's own mouse.\n", "dim")
        )
        with VerticalScroll(id="box"):
            yield Static(Content.assemble(*parts))

    def on_mount(self) -> None:
        """Arrow keys scroll."""
        self.query_one("#box").focus()

    def handle_key_event(self, event: events.Key) -> bool:
        """Scrolling keys scroll; everything else goes back to work."""
        if not act_on(self.query_one("#box"), event.key):
            self.dismiss()
        return True
