"""The footer: what the next keys would do here."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len

from annotator.session import Session
from annotator.session.commands import Do, GiveRole
from annotator.session.motions import Motions
from annotator.session.shown import OffScreenError
from annotator.tui.annotate.motion_keys import waiting_pairs
from annotator.tui.annotate.relation_keys import relation_pairs
from annotator.tui.keymap import Keymap
from annotator.tui.widgets import fitting
from annotator.tui.widgets.lines import Line, StyledText

ROLES: Final = "roles"
"""Stands among the actions for the keys of the roles, each a button of its own."""


def _roles(session: Session) -> str:
    return "/".join(r.key for r in session.scheme.roles[:3] if r.key)


def _role_buttons(session: Session) -> list[StyledText]:
    """The letters of `_roles`, each a button of its own."""
    line: list[StyledText] = []
    for role in session.scheme.roles[:3]:
        if role.key:
            line += [StyledText("/", "dim")] if line else []
            line.append(StyledText(role.key, "key", GiveRole(role.name)))
    return line


def off_screen(error: OffScreenError, session: Session, keymap: Keymap) -> str:
    """Why nothing was changed: where that is, and which key brings it into view."""
    shown, n = keymap.shown, error.sentence + 1
    match error.place:
        case "at work":
            back = f"{shown('claim.open')} returns to it, {shown('view.back')} leaves it"
            if session.selection and session.selection.open:
                back = f"{shown('select.keep')} keeps the selection, again returns"
            return f"the {error.layer} at work is in sentence {n}: {back}"
        case "piece":
            return f"that piece is in sentence {n}, off the screen: go to it first"
        case "selection":
            back = f"{shown('span.start')} returns to it, {shown('view.back')} drops it"
            return f"the selection is in sentence {n}: {back}"
        case "elsewhere":
            return f"that {error.layer} is in sentence {n}, off the screen: go to it first"
        case _:
            return f"sentence {n} was off the screen; here it is: press the key again"


def footer_line(
    motions: Motions, keymap: Keymap, width: int, flash: str = "", *, offered: bool = False
) -> Line:
    """A message when there is one, then the keys that matter here, as many as fit whole.

    `offered`: whether there is a suggestion that Enter accepts.
    """
    session = motions.session
    said = fitting.cut(flash, width - 1)
    line: list[StyledText] = [StyledText(f" {said}   " if said else " ", "strong")]
    left = width - cell_len(line[0].text)
    for key, what, action in waiting_pairs(motions, keymap) or _pairs(session, keymap, offered):
        if not key:
            continue  # the scheme has taken it
        left -= cell_len(key) + cell_len(what) + 3
        if left < -2:
            break
        if action == ROLES:
            line += _role_buttons(session)
            line.append(StyledText(f" {what}  "))
        else:
            line += [
                StyledText(key, "key", Do(action)),
                StyledText(f" {what}  ", "plain", Do(action)),
            ]
    return line


def _pairs(session: Session, keymap: Keymap, offered: bool) -> list[tuple[str, str, str]]:
    """Keys, what they do here, and the id of the action that a click does."""
    shown = keymap.shown
    # A mark has no roles: their keys make a claim beside it.
    claim = session.active is not None and session.active.layer == "claim"
    target = "piece of the claim" if claim else "new claim"
    pairs: list[tuple[str, str, str]]
    if session.hits:
        place = f"{(session.hit or 0) + 1} of {len(session.hits)}"
        pairs = [
            (
                f"{shown('search.next')}/{shown('search.prev')}",
                f"next/previous ({place})",
                "search.next",
            ),
            (shown("view.back"), "end the search", "view.back"),
        ]
    elif session.selection and session.selection.open:
        pairs = [
            (_roles(session), target, ROLES),
            ("" if _roles(session) else shown("mark.add"), "mark", "mark.add"),
            (f"{shown('select.left')}/{shown('select.right')}", "word", "select.right"),
            (
                f"{shown('select.phrase_left')}/{shown('select.phrase_right')}",
                "phrase",
                "select.phrase_right",
            ),
            (shown("select.grow"), "grow", "select.grow"),
            (shown("view.back"), "cancel", "view.back"),
            (shown("select.swap"), "other end", "select.swap"),
            (shown("select.keep"), "keep", "select.keep"),
        ]
    elif session.proposal:
        pairs = [
            (shown("proposal.take"), "take", "proposal.take"),
            (shown("proposal.next"), "next role", "proposal.next"),
            (f"{shown('claim.end_left')}/{shown('claim.end_right')}", "end", "claim.end_right"),
            (
                f"{shown('claim.start_left')}/{shown('claim.start_right')}",
                "start",
                "claim.start_left",
            ),
            (shown("proposal.drop"), "drop", "proposal.drop"),
            (_roles(session), "selection in its place", ROLES),
            (shown("claim.drop_fragment"), "leave out", "claim.drop_fragment"),
        ]
    elif related := relation_pairs(session, shown):
        pairs = related
    elif session.active and not session.active_in_view:
        pairs = [
            (
                shown("claim.open"),
                f"back to the {session.name_of(session.active)} at work",
                "claim.open",
            ),
            (shown("view.back"), "leave it", "view.back"),
        ]
    elif session.active:
        pairs = [
            (_roles(session), "adds" if claim else target, ROLES),
            (shown("claim.attributes"), "more labels", "claim.attributes"),
            (shown("claim.reviewed"), "done, next", "claim.reviewed"),
            (shown("view.back"), "leave it", "view.back"),
            (f"{shown('claim.end_left')}/{shown('claim.end_right')}", "end", "claim.end_right"),
            (shown("claim.delete"), "remove", "claim.delete"),
            (shown("claim.take_away"), "label off", "claim.take_away"),
            (shown("claim.nest") if claim else "", "nest", "claim.nest"),
        ]
    else:
        pairs = [
            (shown("claim.open"), "accept", "claim.open"),
            (shown("suggestion.reject"), "reject", "suggestion.reject"),
        ]
        pairs = [
            *(pairs if offered else []),
            (f"{shown('nav.next')}/{shown('nav.prev')}", "move", "nav.next"),
            (shown("claim.reviewed"), "reviewed", "claim.reviewed"),
            (shown("nav.next_open"), "next open", "nav.next_open"),
            (shown("span.start"), "select", "span.start"),
            (shown("span.quotation"), "quotation", "span.quotation"),
            (_roles(session), target, ROLES),
            ("" if _roles(session) else shown("mark.add"), "mark", "mark.add"),
            (shown("claim.undo"), "undo", "claim.undo"),
            (shown("view.keys"), "keys", "view.keys"),
        ]
    return pairs
