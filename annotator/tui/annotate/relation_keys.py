"""Relations on the screen: what their keys do, and what the panel, strip and footer say of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rich.cells import cell_len

from annotator.domain.model import RELATION_TYPE, Annotation
from annotator.domain.wording import shown_name
from annotator.session import Session, relating
from annotator.session.actions import Context
from annotator.session.commands import Command, Do, Relate
from annotator.session.relation_begun import Relating
from annotator.tui.annotate.controller import AnnotateController
from annotator.tui.annotate.forms import Forms
from annotator.tui.annotate.window import AnnotateWindow
from annotator.tui.keymap import Keymap
from annotator.tui.widgets.fitting import cut
from annotator.tui.widgets.lines import Line, StyledText

ShownKey = Callable[[str], str]
"""From the id of an action to its key, as it is shown."""
AT_HAND: Final = "▸"
"""Before the relation at work."""
_DIGITS: Final = 9


def relation_contexts(session: Session) -> list[Context]:
    """Which keys of relations are heard now, the innermost first."""
    if session.relating is not None:
        return ["choosing", "relating"] if session.relating.type is None else ["relating"]
    return ["relation"] if relating.at_work(session) else []


def chosen(key: str, session: Session, keymap: Keymap) -> Command | None:
    """Which relation a digit (Textual's name of the key) chooses, while one is to be chosen."""
    begun = session.relating
    digit = keymap.digit(key)
    if begun is None or begun.type is not None or not digit or digit == "0":
        return None
    place = int(digit) - 1
    return Relate(begun.options[place].name) if place < len(begun.options) else None


def keeps_relation(command: Command) -> bool:
    """Whether a relation at work stays so when this is done."""
    return isinstance(command, Do) and command.action.startswith(("relation.", "view."))


def relate(window: AnnotateWindow, name: str) -> None:
    """Begin a relation of that name, or say that the one that was begun is this one."""
    session = window.session
    kind = session.scheme.relation(name)
    if kind is None:
        return
    begun = session.relating
    _say(window, relating.choose(session, kind) if begun else relating.begin(session, name))


def _say(window: AnnotateWindow, why_not: str) -> None:
    if why_not:
        window.flash_later(why_not)


def relation_handlers(
    window: AnnotateWindow, controller: AnnotateController, forms: Forms
) -> dict[str, Callable[[], object]]:
    """What each of their keys does, by the action's id."""

    def s() -> Session:
        return window.session

    def saying(act: Callable[[Session], str]) -> Callable[[], object]:
        return lambda: _say(window, act(s()))

    def go() -> None:
        found = relating.at_work(s())
        if found is None:
            return
        line = found[0]
        if line.other not in s().index.by_id:
            other = s().other_end(line.other)
            if other is None:
                window.flash_later("its other end is not there any more")
                return
            controller.open(other.annotation.article, other.annotation.start)
        window.session.activate(line.other)
        window.session.relation_id = line.relation.id

    def form() -> None:
        found = relating.at_work(s())
        if found is not None:
            forms.of_relation(found[0].relation, str(found[0]))

    def leave() -> None:
        s().relation_id = None

    return {
        "relation.begin": saying(relating.begin),
        "relating.choose": lambda: window.flash_later("there are not so many relations"),
        "relating.more": lambda: relating.more(s()),
        "relating.take": saying(lambda session: relating.take(session, relating.end_here(session))),
        "relating.jump": lambda: _say(window, window.motions.open_jump("claims")),
        "relating.turn": saying(relating.turn_round),
        "relating.show": saying(relating.show_relations),
        "relating.drop": lambda: relating.drop(s()),
        "relation.go": go,
        "relation.next": lambda: relating.step(s(), 1),
        "relation.prev": lambda: relating.step(s(), -1),
        "relation.turn": saying(relating.turn),
        "relation.form": form,
        "relation.remove": lambda: relating.remove(s()),
        "relation.leave": leave,
    }


# ---------------------------------------------------------------------------------- what is shown


def relation_pairs(session: Session, key: ShownKey) -> list[tuple[str, str, str]]:
    """What the footer shows while a relation is made, or one is at work; empty otherwise."""
    begun = session.relating
    if begun is not None and begun.type is None:
        count = min(len(begun.options), _DIGITS)
        found = [(f"1-{count}", "which relation", "relating.choose")]
        if len(begun.options) > _DIGITS:
            found.append((key("relating.more"), "more", "relating.more"))
        return [
            *found,
            (key("relating.show"), "those there are", "relating.show"),
            (key("relating.drop"), "drop", "relating.drop"),
        ]
    if begun is not None:
        return [
            (key("relating.take"), "to the claim here", "relating.take"),
            (key("relating.jump"), "letters on claims", "relating.jump"),
            (key("relating.turn"), "turn", "relating.turn"),
            (key("relating.drop"), "drop", "relating.drop"),
            (key("relating.show"), "those there are", "relating.show"),
        ]
    if relating.at_work(session) is None:
        return []
    return [
        (key("relation.go"), "other end", "relation.go"),
        (key("relation.next"), "next", "relation.next"),
        (key("relation.form"), "labels", "relation.form"),
        (key("relation.turn"), "turn", "relation.turn"),
        (key("relation.remove"), "remove", "relation.remove"),
        (key("relation.leave"), "back", "relation.leave"),
    ]


def relation_strip(session: Session, width: int) -> Line | None:
    """The relation that is made, or at work, in one line; None without one."""
    begun = session.relating
    if begun is not None:
        line = [StyledText("─ ", "dim"), StyledText("relation", "title")]
        line.append(StyledText(" begun, not saved  ", "warn"))
        said = relating.told(begun)
        if begun.type is None:
            said = f"{begun.words}: " + "  ".join(_choices(begun))
        return [*line, StyledText(cut(said, max(1, width - _size(line) - 1)), "strong")]
    found = relating.at_work(session)
    if found is None:
        return None
    relation, place, count = found
    line = [StyledText("─ ", "dim"), StyledText("relation", "title")]
    line.append(StyledText(f" {place} of {count}  " if count > 1 else "  ", "dim"))
    labels = labels_of_relation(session, relation.relation)
    said = f"{relation}{f'  {labels}' if labels else ''}"
    return [*line, StyledText(cut(said, max(1, width - _size(line) - 1)), "strong")]


def _size(line: Line) -> int:
    return sum(cell_len(piece.text) for piece in line)


def _choices(begun: Relating) -> list[str]:
    return [
        f"{i} {shown_name(option.title)}"
        for i, option in enumerate(begun.options[:_DIGITS], start=1)
    ]


def relating_lines(session: Session, width: int) -> list[Line]:
    """The relation that is made, for the panel: what it begins at, and what it can be."""
    begun = session.relating
    if begun is None:
        return []
    lines: list[Line] = [
        [StyledText("RELATION BEGUN", "title"), StyledText(" · not saved", "warn")],
        [StyledText(cut(relating.told(begun), width), "strong")],
    ]
    if begun.type is None:
        lines += [
            [StyledText(cut(choice, width), "plain", Relate(option.name))]
            for choice, option in zip(_choices(begun), begun.options, strict=False)
        ]
        rest = len(begun.options) - _DIGITS
        lines += [[StyledText(f"0 {rest} more", "dim", Do("relating.more"))]] if rest > 0 else []
    return [*lines, []]


def labels_of_relation(session: Session, relation: Annotation) -> str:
    """Its labels but its type, its note and its flag, in one line."""
    titles = {a.name: shown_name(a.title) for a in session.scheme.of_layer("relation")}
    said = [
        f"{titles.get(name, shown_name(name))} {shown_name(value)}"
        for name, value in relation.attributes.items()
        if name != RELATION_TYPE
    ]
    said += [f"note: {' '.join(relation.note.split())}"] if relation.note else []
    said += ["flagged"] if relation.flagged else []
    return " · ".join(said)
