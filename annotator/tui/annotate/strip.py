"""The panel in three lines, for small screens: what is at hand, and the label keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from rich.cells import cell_len

from annotator.domain.model import Annotation
from annotator.domain.scheme import kind_of
from annotator.domain.wording import shown_name
from annotator.session import Session
from annotator.session.commands import GiveRole
from annotator.tui.annotate.at_hand import AtHand
from annotator.tui.annotate.label_signs import mark_style
from annotator.tui.annotate.legend import Given, keyed, label_rows, role_style
from annotator.tui.annotate.panel import (
    all_words,
    labels_of,
    still_due,
    suggested_words,
    what_is_made,
    words_of,
)
from annotator.tui.widgets.fitting import cut
from annotator.tui.widgets.lines import Line, StyledText

LABEL_ROWS: Final = 2
_ARROW: Final = " > "
_NONE: Final = "–"
_LEAST: Final = 6
"""Cells that the words of a role are cut to at most."""
_EXPECTED: Final = 3
"""Roles of which the line says so when they have no words: the content and the two after it."""


def strip_lines(
    session: Session,
    shown: AtHand,
    width: int,
    key: Callable[[str], str],
    again: Sequence[StyledText] = (),
) -> list[Line]:
    """What is at hand in one line, source > cue > content, then the label keys in `LABEL_ROWS`.

    Args:
        session: The open article's.
        shown: What is at hand.
        width: Cells of a line.
        key: The key of an action, as it is shown.
        again: What is said of the same words elsewhere.
    """
    line: list[StyledText] = [StyledText("─ ", "dim")]
    chain: list[StyledText] = []
    one, pending = shown.annotation, shown.pending
    if pending is not None:
        line += [
            StyledText("suggested", "title"),
            StyledText(f" {pending.suggestion.confidence:.0%}", "strong"),
            StyledText(" again" if pending.again else "", "warn"),
        ]
        chain = _chain(session, lambda role: suggested_words(session, pending, role))
    elif one is not None:
        line += _heading(session, shown, one)
        if one.layer == "claim":
            chain = _chain(session, lambda role: words_of(session, one, role))
        else:
            chain = [StyledText(all_words(session, one), mark_style(session.scheme, one))]
    else:
        line += _how_to_begin(session, key)
    line += again
    left = width - sum(cell_len(piece.text) for piece in line) - 2
    if chain and left > 2 * _LEAST:
        line += [StyledText("  "), *_fitted(chain, left)]
    given = Given(shown.layer, shown.labels)
    return [line, *label_rows(session.scheme, width, LABEL_ROWS, given)]


def _heading(session: Session, shown: AtHand, one: Annotation) -> list[StyledText]:
    """What the claim or mark lacks; its labels, unless the rows of label keys show them."""
    line = [StyledText(shown_name(session.name_of(one)), "title")]
    if shown.place:
        line.append(StyledText(f" {shown.place}", "dim"))
    if one.id == session.active_id:
        away = "" if session.active_in_view else ", off the screen"
        line.append(StyledText(f" at work{away}", "strong"))
    missing = still_due(session.scheme, one)
    said = " · ".join(value for _, value, _ in labels_of(session.scheme, one))
    if said and (one.layer != "claim" or not (shown.labels or missing)):
        style = mark_style(session.scheme, one) if one.layer == "mark" else "plain"
        line.append(StyledText(f"  {said}", style))
    if missing:
        line.append(StyledText(f"  ? {missing}", "warn"))
    return line


def _chain(session: Session, words: Callable[[str], str]) -> list[StyledText]:
    """The words of each role in its colour, the content last."""
    if not session.scheme.roles:
        return []
    content, *others = session.scheme.roles
    found: list[StyledText] = []
    for place, role in enumerate([*others, content], start=1):
        said = words(role.name)
        if said or role is content or place < _EXPECTED:
            style = role_style(session.scheme, role.name) if said else "dim"
            found.append(StyledText(said or _NONE, style))
    return found


def _fitted(chain: Sequence[StyledText], width: int) -> list[StyledText]:
    """The chain in a width: where it is too long, the content has a half, or what is left."""
    *others, content = chain
    arrows = len(_ARROW) * len(others)
    room = width - arrows - min(cell_len(content.text), (width - arrows) // 2)
    share = max(map(cell_len, (p.text for p in others)), default=0)
    while share > _LEAST and sum(min(share, cell_len(p.text)) for p in others) > room:
        share -= 1
    line: list[StyledText] = []
    for piece in others:
        said = cut(piece.text, share)
        width -= cell_len(said) + len(_ARROW)
        line += [piece._replace(text=said), StyledText(_ARROW, "dim")]
    return [*line, content._replace(text=cut(content.text, max(1, width)))]


def _how_to_begin(session: Session, key: Callable[[str], str]) -> list[StyledText]:
    """What to press where the sentence holds nothing."""
    line = [
        StyledText(f"no {what_is_made(session.scheme)} here  ", "dim"),
        StyledText(key("span.start"), "key"),
        StyledText(" selects, then ", "dim"),
    ]
    if not session.scheme.roles:
        labelled = any(kind_of(a.layer) == "mark" for a, _ in keyed(session.scheme))
        mark = key("mark.add")
        return [*line, StyledText("a label below" if labelled else f"{mark} marks it")]
    for role in session.scheme.roles[:_EXPECTED]:
        if role.key:
            name, click = shown_name(role.name), GiveRole(role.name)
            style = role_style(session.scheme, role.name)
            line += [
                StyledText(role.key, "key", click),
                StyledText(f" {name} ", style, click),
            ]
    return line
