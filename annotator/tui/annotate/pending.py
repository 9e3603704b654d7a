"""A proposed claim on the screen: what the panel and the strip say of it, and what its keys do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal

from rich.cells import cell_len, set_cell_size

from annotator.domain.wording import shown_name
from annotator.session import Session
from annotator.session.commands import Command, Do, GiveLabel, GiveRole, RepeatMotion, Typed
from annotator.session.navigation import Step
from annotator.session.proposal import ProposedClaim
from annotator.session.proposing import (
    drop,
    leave_out,
    move_end,
    place,
    propose,
    take,
    walk,
)
from annotator.session.sources import proposed_labels
from annotator.tui.annotate.legend import role_style
from annotator.tui.annotate.window import AnnotateWindow
from annotator.tui.widgets.fitting import cut, wrapped
from annotator.tui.widgets.lines import Line, StyledText

ShownKey = Callable[[str], str]
"""The key of an action, as it is shown."""
_AT_HAND: Final = "▸"
_ROWS: Final = 8
"""Lines that the words of one role have at most."""
_MOVES: Final = (
    *("nav.", "select.", "span.", "view.", "search."),
    *("jump.", "find.", "count."),
)
"""Actions that change nothing: they leave a proposed claim as it is."""
_LEAVES: Final = ("view.articles", "app.quit")
"""Actions that go away from the article, and so from the claim that is proposed in it (to the next
article too, where there is one: then the screen says that it is gone)."""
_ENDS: Final[dict[str, tuple[Literal["start", "end"], Step]]] = {
    "claim.end_left": ("end", -1),
    "claim.end_right": ("end", 1),
    "claim.start_left": ("start", -1),
    "claim.start_right": ("start", 1),
}


# ---------------------------------------------------------------------------------- what is shown


def _words(session: Session, proposal: ProposedClaim, role: str) -> str:
    text = session.article.text
    pieces = sorted(proposal.claim.role(role), key=lambda f: f.start)
    return " … ".join(" ".join(text[f.start : f.end].split()) for f in pieces)


def proposal_lines(
    session: Session, proposal: ProposedClaim, width: int, key: ShownKey
) -> list[Line]:
    """The proposed claim for the panel: that it is not saved, its roles, and what to press."""
    lines: list[Line] = [
        [StyledText("PROPOSED", "title"), StyledText(" · not saved", "warn")],
        [
            StyledText(key("proposal.take"), "key", Do("proposal.take")),
            StyledText(" takes  ", "dim"),
            StyledText(key("proposal.next"), "key", Do("proposal.next")),
            StyledText(" role  ", "dim"),
            StyledText(key("proposal.drop"), "key", Do("proposal.drop")),
            StyledText(" drops", "dim"),
        ],
    ]
    names = [shown_name(r.name) for r in session.scheme.roles]
    column = min(max(map(cell_len, names)) + 1, max(10, width // 3))
    for role in session.scheme.roles:
        words = _words(session, proposal, role.name)
        style = role_style(session.scheme, role.name)
        rows = wrapped(words, width - column - 2, _ROWS) if words else ()
        for i, row in enumerate(rows):
            sign = _AT_HAND if role.name == proposal.role and not i else " "
            name = "" if i else shown_name(role.name)
            lines.append(
                [
                    StyledText(f"{sign} ", "strong"),
                    StyledText(set_cell_size(name, column), style),
                    StyledText(row),
                ]
            )
    for name, value in proposal.claim.attributes.items():
        attribute = session.scheme.attribute("claim", name)
        title = shown_name(attribute.title if attribute else name)
        lines.append([StyledText(f"  {title}  ", "dim"), StyledText(shown_name(value), "strong")])
    return lines


def proposal_strip(session: Session, proposal: ProposedClaim, width: int) -> Line:
    """The proposed claim in one line: source > cue > content, the role at hand with a sign."""
    content = session.scheme.content_name
    names = [r.name for r in session.scheme.roles if r.name != content] + [content]
    present = [n for n in names if proposal.claim.role(n)]
    line: list[StyledText] = [
        StyledText("─ ", "dim"),
        StyledText("proposed", "title"),
        StyledText(", not saved  ", "warn"),
    ]
    left = width - sum(cell_len(p.text) for p in line) - 1
    for i, name in enumerate(present):
        arrow = " > " if i else ""
        sign = _AT_HAND if name == proposal.role else ""
        last = i == len(present) - 1
        room = left if last else min(left, max(8, left // 3))
        words = cut(_words(session, proposal, name), max(1, room - len(arrow) - len(sign)))
        line += [
            StyledText(arrow, "dim"),
            StyledText(sign, "strong"),
            StyledText(words, role_style(session.scheme, name)),
        ]
        left -= len(arrow) + len(sign) + cell_len(words)
    return line


def source_hint(session: Session, key: ShownKey) -> Line:
    """What the source of the claim at work was called before, and the key that says so again."""
    labels = proposed_labels(session)
    if not labels:
        return []
    values = ", ".join(value.replace("_", " ") for value in labels.values())
    return [
        StyledText(key("claim.open"), "key", Do("claim.open")),
        StyledText(f" {values}?", "strong"),
        StyledText(" as before", "dim"),
    ]


# ---------------------------------------------------------------------------------- what keys do


def proposal_handlers(window: AnnotateWindow) -> dict[str, Callable[[], object]]:
    """The actions of a proposed claim, and the one that proposes it."""

    def s() -> Session:
        return window.session

    def cue_first() -> None:
        waiting = [p.suggestion for p in window.suggestions.in_sentence()]
        why_not = propose(s(), waiting)
        if why_not:
            window.flash_later(why_not)

    def leave() -> None:
        if s().hits or s().selection:
            s().back()
        else:
            drop(s())

    return {
        "claim.cue_first": cue_first,
        "proposal.take": lambda: _take(window),
        "proposal.next": lambda: walk(s(), 1),
        "proposal.prev": lambda: walk(s(), -1),
        "proposal.drop": leave,
    }


def _take(window: AnnotateWindow, labels: Mapping[str, str] | None = None) -> None:
    """Take it, with labels that a key gives it.

    Read from a suggestion it is that suggestion accepted, also where it was put right or labelled:
    the verdict is stored in the same action, and nobody is asked about it again.
    """
    session = window.session
    proposal = session.proposal
    if proposal is None:
        return
    waiting = window.suggestions.in_sentence()
    found = [p for p in waiting if p.suggestion.id == proposal.suggestion]
    if found and proposal.as_read and not labels:
        session.must_see(proposal.claim)
        session.proposal = None
        window.suggestions.decide("accepted", *found)
    else:
        accepted = (
            window.suggestions.verdict(p.suggestion, "accepted", proposal.claim) for p in found
        )
        take(session, labels, along=tuple(accepted))


def done_to_proposal(window: AnnotateWindow, command: Command) -> bool:
    """Do to a proposed claim what a key would do to one at work; whether that was all of it.

    What would change something else is refused: what is proposed would be lost unseen.
    """
    session = window.session
    if session.proposal is None:
        return False
    match command:
        case GiveRole(name, False):
            if role := session.scheme.role(name):
                place(session, role)
        case GiveLabel(name, value, "claim"):
            _take(window, {name: value})
        case Do(action) if action in _ENDS:
            if not move_end(session, *_ENDS[action]):
                window.flash_later("no room")
        case Do("claim.drop_fragment"):
            if why_not := leave_out(session):
                window.flash_later(why_not)
        case Do("claim.delete"):
            drop(session)
        case Do("claim.repeat"):
            if session.last_labels and session.last_layer == "claim":
                _take(window, session.last_labels)
            else:
                window.flash_later("no labels given yet in this article")
        case Do(action) if action in _LEAVES:
            drop(session)
            return False
        case Typed() | RepeatMotion():
            return False
        case Do(action) if action.startswith(("proposal.", "claim.cue_first", *_MOVES)):
            return False
        case _:
            shown = window.host.keymap.shown
            window.flash_later(
                f"a proposed claim waits: {shown('proposal.take')} takes it,"
                f" {shown('proposal.drop')} drops it"
            )
    return True
