"""Keys of the motions that take several: jump, find, count; and what the footer says meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from annotator.session.actions import Context
from annotator.session.commands import Command, Do, RepeatMotion, Typed
from annotator.session.find import FindKind, Sought
from annotator.session.jump import KINDS, Jump
from annotator.session.motions import COUNTED, Count, Find, Motions
from annotator.tui.annotate.window import AnnotateWindow
from annotator.tui.keymap import Keymap, key_character

Pair = tuple[str, str, str]
"""A key of the footer, what it does, and the action that a click does."""


def waiting_context(motions: Motions) -> Context | None:
    """The context of what waits for a key, if anything does."""
    match motions.waiting:
        case Jump():
            return "jump"
        case Find():
            return "find"
        case Count():
            return "count"
        case _:
            return None


def command_of(
    key: str, motions: Motions, keymap: Keymap, open_: tuple[Context, ...]
) -> Command | None:
    """What a key (Textual's name) asks for while something waits for one.

    After a number a motion of the open contexts is a `RepeatMotion`; every other key is `Typed`.
    """
    context = waiting_context(motions)
    if context is None:
        return keymap.command(key, open_)
    known = keymap.command(key, (context,))
    if known is not None:
        return known
    if isinstance(motions.waiting, Count):
        motion = keymap.command(key, open_)
        if isinstance(motion, Do) and motion.action in COUNTED:
            return RepeatMotion(motion.action)
    if not isinstance(motions.waiting, Find):  # a letter to find is the text's, not the key's
        key = keymap.positioned(key)
    return Typed(key_character(key) or key)


def belongs(command: Command) -> bool:
    """Whether a command is for what waits; any other one ends the waiting."""
    return isinstance(command, Typed | RepeatMotion) or (
        isinstance(command, Do) and command.action.startswith(("jump.", "find.", "count."))
    )


def motion_handlers(window: AnnotateWindow) -> dict[str, Callable[[], object]]:
    """What the actions of jump, find and count do, by id."""

    def say(act: Callable[[Motions], str]) -> Callable[[], object]:
        def do() -> None:
            if said := act(window.motions):
                window.flash_later(said)

        return do

    def leave() -> None:
        window.motions.leave()

    def wanted(kind: FindKind) -> Callable[[], object]:
        return say(lambda motions: motions.find(Sought(kind)))

    jump = say(lambda motions: motions.open_jump())
    return {
        "nav.jump": jump,
        "select.jump": jump,
        "nav.find": lambda: window.motions.open_find(),
        "select.find": lambda: window.motions.open_find(),
        "nav.count": lambda: window.motions.open_count(),
        "select.count": lambda: window.motions.open_count(),
        "jump.turn": say(lambda motions: motions.turn()),
        "jump.leave": leave,
        "find.quotation": wanted("quotation"),
        "find.cue": wanted("cue"),
        "find.name": wanted("name"),
        "find.again": say(lambda motions: motions.find(None)),
        "find.leave": leave,
        "count.leave": leave,
    }


def typed(window: AnnotateWindow, key: str) -> None:
    """Give a key to what waits for one."""
    if said := window.motions.typed(key):
        window.flash_later(said)


def repeat(
    window: AnnotateWindow, handlers: Mapping[str, Callable[[], object]], action: str
) -> None:
    """Do a motion as often as was typed, or until it leads nowhere."""
    times = window.motions.times(action)
    if times is None:
        window.flash_later("no number was typed: a count is a number, then a motion")
        return
    for _ in range(times):
        s = window.session
        before = s.cursor, s.selection, s.active_id
        handlers[action]()
        if (s.cursor, s.selection, s.active_id) == before:
            break


def waiting_pairs(motions: Motions, keymap: Keymap) -> list[Pair] | None:
    """What the footer shows while something waits for a key."""
    shown = keymap.shown
    match motions.waiting:
        case Jump(kind, labels, _, begun):
            after = KINDS[(KINDS.index(kind) + 1) % len(KINDS)]
            selecting = motions.session.selection and motions.session.selection.open
            many = len(labels) if not begun else len(motions.waiting.shown)
            pairs = [
                ("letters", f"go to {many} {kind}", "jump.turn"),
                (shown("jump.turn"), f"label the {after}", "jump.turn"),
                (shown("jump.leave"), "leave", "jump.leave"),
            ]
            if not many:
                return pairs[1:]
            if kind == "words" and not selecting:
                pairs.insert(1, ("Shift", "select from there", "jump.turn"))
            return pairs
        case Find():
            return [
                ("a letter", "next word with it", "find.leave"),
                (shown("find.quotation"), "quotation mark", "find.quotation"),
                (shown("find.cue"), "cue", "find.cue"),
                (shown("find.name"), "name", "find.name"),
                (shown("find.again"), "again", "find.again"),
                (shown("find.leave"), "leave", "find.leave"),
            ]
        case Count(number):
            return [
                (f"{number or 'a number'}", "times: the next motion", "count.leave"),
                (shown("count.leave"), "leave", "count.leave"),
            ]
        case _:
            return None
