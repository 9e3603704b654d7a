"""The key sheet on the screen: the keys of the present situation first, then all others.

`annotator keys` and the documents list the same table, with the ids by which keys are changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len

from annotator.domain.scheme import Scheme
from annotator.domain.wording import shown_name
from annotator.session.actions import Action, taken_keys
from annotator.text.safe import safe_line
from annotator.tui.dialogs.reading import Block, ReadingBox
from annotator.tui.keymap import shown_key, taken_by_scheme
from annotator.tui.widgets.fitting import wrapped
from annotator.tui.widgets.lines import Line, StyledText

ROLES: Final = "Roles"
LABELS: Final = "Labels"
KEYS: Final = 15
"""Cells of the keys' column."""


class SheetRow(NamedTuple):
    """Keys as people read them, and what they do."""

    keys: str
    does: str

    def fits(self, words: Sequence[str]) -> bool:
        """Whether it is found by some folded words: a key by itself, or words of what it does."""
        text = self.does.casefold()
        return all(w in text or w in self.keys.casefold().split() for w in words)


def sheet(
    actions: Sequence[Action], scheme: Scheme, first: Iterable[str] = ()
) -> list[tuple[str, list[SheetRow]]]:
    """The groups of the sheet and their rows, those named `first` before the others."""
    groups: dict[str, list[SheetRow]] = {ROLES: [], LABELS: []}
    for key, role in scheme.role_keys().items():
        capital = "capital" if role.new_key == key.upper() else role.new_key
        new = f"; {capital}: in a new claim" if role.new_key else ""
        groups[ROLES].append(SheetRow(f"{key} {role.new_key}".rstrip(), f"{role.name}{new}"))
    for key, (attribute, value) in scheme.label_keys().items():
        does = f"{attribute.title}: {shown_name(value.name)}"
        if attribute.layer != "claim":
            does = f"{shown_name(scheme.layer_title(attribute.layer))}, {does}"
        groups[LABELS].append(SheetRow(key, does))
    for key, relation in scheme.relation_keys().items():
        groups[LABELS].append(SheetRow(key, f"relation: {shown_name(relation.title)}"))
    taken = taken_keys(actions, scheme)
    for action in actions:
        lost = taken.get(action.id, ())
        keys = " ".join(shown_key(key) for key in action.keys if key not in lost)
        row = SheetRow(keys or "-", f"{action.title}{taken_by_scheme(lost, keys)}")
        groups.setdefault(action.group, []).append(row)
    order = dict.fromkeys([*first, *groups])
    return [(name, groups[name]) for name in order if groups.get(name)]


class KeySheet(ReadingBox):
    """Every key, by what it does; typing finds.

    Args:
        actions: The table of keys, with the user's own.
        scheme: Whose labels have keys.
        first: The groups that matter where it is opened, the most important first.
    """

    def __init__(self, actions: Sequence[Action], scheme: Scheme, first: Sequence[str]) -> None:
        super().__init__("Keys")
        self._here = tuple(first)
        self._groups = sheet(actions, scheme, first)

    def blocks(self, words: Sequence[str], width: int) -> Iterator[Block]:
        """A block for each group that has a row which fits."""
        for name, rows in self._groups:
            found = [row for row in rows if row.fits(words)]
            if not found:
                continue
            here = StyledText("  here" if name in self._here else "", "key")
            lines: list[Line] = [[StyledText(safe_line(name), "title"), here]]
            for row in found:
                lines += self._rows(row, width)
            yield [*lines, []]

    @staticmethod
    def _rows(row: SheetRow, width: int) -> Iterator[Line]:
        keys = f"  {row.keys:<{KEYS}} "
        for i, part in enumerate(wrapped(safe_line(row.does), max(10, width - cell_len(keys)), 4)):
            yield [StyledText(keys if not i else " " * cell_len(keys), "key"), StyledText(part)]
