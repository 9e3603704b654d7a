"""The footer: what the next keys would do here."""

from __future__ import annotations

from rich.cells import cell_len

from annotator.domain.session import Session
from annotator.tui.keys import Keymap
from annotator.tui.widgets.lines import Line, Piece


def _roles(session: Session) -> str:
    return "/".join(r.key for r in session.scheme.roles[:3] if r.key)


def _role_buttons(session: Session) -> list[Piece]:
    """The letters of `_roles`, each a button of its own."""
    line: list[Piece] = []
    for role in session.scheme.roles[:3]:
        if role.key:
            line += [Piece("/", "dim")] if line else []
            line.append(Piece(role.key, "key", f"role:{role.name}"))
    return line


def footer_line(session: Session, keymap: Keymap, width: int, flash: str = "") -> Line:
    """A message when there is one, else the keys that matter here, as many as fit whole."""
    if flash:
        return [Piece(f" {flash}", "strong")]
    shown = keymap.shown
    target = "piece of the claim" if session.active else "new claim"
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
            (_roles(session), target, "roles"),
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
    elif session.active:
        pairs = [
            (_roles(session), "adds", "roles"),
            (shown("claim.attributes"), "more labels", "claim.attributes"),
            (shown("claim.reviewed"), "done, next", "claim.reviewed"),
            (shown("view.back"), "leave it", "view.back"),
            (f"{shown('claim.end_left')}/{shown('claim.end_right')}", "end", "claim.end_right"),
            (shown("claim.delete"), "remove", "claim.delete"),
            (shown("claim.nest"), "nest", "claim.nest"),
        ]
    else:
        pairs = [
            (f"{shown('nav.next')}/{shown('nav.prev')}", "move", "nav.next"),
            (shown("claim.reviewed"), "reviewed", "claim.reviewed"),
            (shown("nav.next_open"), "next open", "nav.next_open"),
            (shown("span.start"), "select", "span.start"),
            (shown("span.quotation"), "quotation", "span.quotation"),
            (_roles(session), target, "roles"),
            (shown("claim.undo"), "undo", "claim.undo"),
            (shown("view.keys"), "keys", "view.keys"),
        ]
    line: list[Piece] = [Piece(" ")]
    left = width - 1
    for key, what, action in pairs:
        left -= cell_len(key) + cell_len(what) + 3
        if left < -2:
            break
        if action == "roles":
            line += _role_buttons(session)
            line.append(Piece(f" {what}  "))
            continue
        action = f"action:{action}" if action else ""
        line += [Piece(key, "key", action), Piece(f" {what}  ", "plain", action)]
    return line
