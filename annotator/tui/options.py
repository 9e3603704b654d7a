"""What the user configured for the screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from annotator.domain.errors import AnnotatorError
from annotator.domain.result_row import ResultRow
from annotator.session.actions import ACTIONS, Action


@dataclass(frozen=True, slots=True)
class ScreenOptions:
    """What the user configured: theme, how emoji are drawn, the key table."""

    theme: str = ""
    emoji: Literal["full", "simplify"] = "full"
    suggest: bool = False
    """Whether workers propose claims and look for repeated phrases."""
    threshold: float = 85.0
    """Likeness (rapidfuzz ratio, 0 to 100) from which phrases count as repeated."""
    others: bool = False
    """Whether repeated phrases show how other annotators labelled them; blind without."""
    actions: tuple[Action, ...] = field(default=ACTIONS)
    layout: str = ""
    """The preset of a keyboard that does not type the table's letters; "" for none."""
    order: tuple[str, ...] = ()
    """The uids in the order in which to go through the articles; empty: as they were added."""
    errors: tuple[ResultRow, ...] = ()
    """What `annotator evaluate --browse` found; listed at once."""


def options_from(
    theme: str,
    emoji: str,
    keymap: Mapping[str, str],
    layout: str = "",
    *,
    suggest: bool = False,
    order: Sequence[str] = (),
    errors: Sequence[ResultRow] = (),
    others: bool = False,
) -> ScreenOptions:
    """Check what a configuration file says and turn it into options."""
    from annotator.tui.keyboard import check_layout
    from annotator.tui.keymap import remapped

    check_layout(layout)
    if emoji not in ("full", "simplify"):
        raise AnnotatorError(f"emoji = {emoji!r}", "use 'full' or 'simplify'")
    actions = remapped(keymap) if keymap else ACTIONS
    drawn: Literal["full", "simplify"] = "simplify" if emoji == "simplify" else "full"
    return ScreenOptions(
        theme,
        drawn,
        suggest=suggest,
        others=others,
        actions=actions,
        layout=layout,
        order=tuple(order),
        errors=tuple(errors),
    )
