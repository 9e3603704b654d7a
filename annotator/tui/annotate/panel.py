"""What the side panel says, as lines of pieces: what is at hand, and what is known around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len, set_cell_size

from annotator.domain.model import Annotation
from annotator.domain.scheme import Scheme
from annotator.domain.wording import shown_name
from annotator.session import Session
from annotator.session.commands import Do, WorkOn
from annotator.session.relating import relations_of
from annotator.session.review import Pending
from annotator.session.saving import pluralise
from annotator.tui.annotate.at_hand import AtHand
from annotator.tui.annotate.label_signs import mark_style
from annotator.tui.annotate.legend import role_style, section
from annotator.tui.widgets.fitting import wrapped
from annotator.tui.widgets.lines import Line, StyledText

ShownKey = Callable[[str], str]
"""From the id of an action to its key, as it is shown."""

_ALL: Final = 10_000
_ROWS: Final = (_ALL, 8, 4, 2, 1)
"""Rows that words have at most: as many as they take, and fewer where the panel is too low."""
DUE: Final = "still due"
_NOTE: Final = "note"
_NESTED: Final = "nested in"


class Field(NamedTuple):
    """A name in the first column, and the words beside it."""

    name: str
    words: str
    style: str = "plain"
    name_style: str = "dim"
    key: str = ""
    """The key that gives the label, shown after it."""


def flat(text: str) -> str:
    """Text of several lines in one."""
    return " ".join(text.split())


def words_of(session: Session, annotation: Annotation, role: str) -> str:
    """The words of one role, pieces joined by an ellipsis."""
    return _joined(session, ((f.start, f.end) for f in annotation.role(role)))


def all_words(session: Session, annotation: Annotation) -> str:
    """All words of an annotation, pieces joined by an ellipsis."""
    return _joined(session, ((f.start, f.end) for f in annotation.fragments))


def what_is_made(scheme: Scheme) -> str:
    """What people call what they make: a claim; where there are none, a mark by its layer."""
    if scheme.roles:
        return "claim"
    return scheme.span_layers[0].title if len(scheme.span_layers) == 1 else "mark"


def suggested_words(session: Session, pending: Pending, role: str) -> str:
    """The same of a suggestion."""
    return _joined(session, pending.suggestion.ranges(role))


def _joined(session: Session, ranges: Iterable[tuple[int, int]]) -> str:
    text = session.article.text
    return " … ".join(flat(text[start:end]) for start, end in sorted(ranges))


def labels_of(scheme: Scheme, annotation: Annotation) -> list[tuple[str, str, str]]:
    """The labels of an annotation as people read them: title, value, and the value's key."""
    return _labels(scheme, annotation.layer_name, annotation.attributes.items())


def _labels(
    scheme: Scheme, layer: str, given: Iterable[tuple[str, str]]
) -> list[tuple[str, str, str]]:
    """In the scheme's order; those that it does not know come last, by their own names."""
    values = dict(given)
    found: list[tuple[str, str, str]] = []
    for attribute in scheme.attributes:
        if attribute.layer == layer and attribute.name in values:
            name = values.pop(attribute.name)
            value = attribute.value(name)
            parts = [name] if attribute.text else map(shown_name, attribute.split(name))
            key = value.key if value and not value.archived else ""
            found.append((shown_name(attribute.title), ", ".join(parts), key))
    return found + [(shown_name(name), shown_name(said), "") for name, said in values.items()]


def still_due(scheme: Scheme, annotation: Annotation) -> str:
    """What the annotation lacks, by the names that people read; "" when nothing."""
    titles = {a.name: a.title for a in scheme.of_layer(annotation.layer_name)}
    return ", ".join(shown_name(titles.get(n, n)) for n in scheme.missing(annotation))


# ---------------------------------------------------------------------------------- the panel


def panel_lines(
    session: Session,
    shown: AtHand,
    width: int,
    rows: int,
    key: ShownKey,
    waiting: int = 0,
) -> list[Line]:
    """What is at hand and what is known of its sentence; words are cut only for want of rows.

    Args:
        session: The open article's.
        shown: What is at hand.
        width: Cells of a line.
        rows: Lines that there are; more are given where even the shortest form needs them.
        key: The key of an action, as it is shown.
        waiting: How many suggestions of the article wait for a decision.
    """
    lines: list[Line] = []
    for most in _ROWS:
        lines = [
            *_at_hand(session, shown, width, most, key, waiting),
            *_others(session, shown, width, most),
            *_around(session, width, most),
        ]
        if len(lines) <= rows:
            break
    return lines


def _at_hand(
    session: Session, shown: AtHand, width: int, most: int, key: ShownKey, waiting: int
) -> list[Line]:
    if shown.pending is not None:
        return _suggestion(session, shown.pending, width, most, key)
    if shown.annotation is not None:
        return _annotation(session, shown, shown.annotation, width, most, key)
    return _how_to_begin(session, width, key, waiting)


def _annotation(
    session: Session, shown: AtHand, one: Annotation, width: int, most: int, key: ShownKey
) -> list[Line]:
    """A claim or mark: roles, labels, what is due, its parent, its note."""
    scheme = session.scheme
    place = f" {shown.place}" if shown.place else ""
    if one.id == session.active_id:
        state = "at work" if session.active_in_view else "at work, off the screen"
    else:
        state = f"{key('claim.open')} works on it"
    if one.layer == "claim":
        fields = [
            Field(shown_name(role.name), words, "plain", role_style(scheme, role.name))
            for role in scheme.roles
            if (words := words_of(session, one, role.name))
        ]
    else:
        fields = [Field("words", all_words(session, one), "plain", mark_style(scheme, one))]
    fields += [
        Field(title, value, "strong", key=its_key)
        for title, value, its_key in labels_of(scheme, one)
    ]
    missing = still_due(scheme, one)
    if missing:
        fields.append(Field(f"? {DUE}", missing, "warn", "warn"))
    parent = session.index.by_id.get(one.parent or "")
    if parent:
        fields.append(Field(_NESTED, flat(session.words(parent))))
    fields += related_fields(session, one)
    if one.note:
        fields.append(Field(_NOTE, flat(one.note)))
    return [
        [
            StyledText(f"{session.name_of(one).upper()}{place}", "title", WorkOn(one.id)),
            StyledText(f" · {state}", "dim", WorkOn(one.id)),
        ],
        *_fields(scheme, fields, width, most),
        *([[StyledText("! flagged for discussion", "warn")]] if one.flagged else []),
        [StyledText(f"{one.provenance}, {one.updated_at[11:19]} UTC", "dim")],
    ]


def related_fields(session: Session, one: Annotation) -> list[Field]:
    """The relations of a claim or mark, the one at work with a sign before it."""
    at_work = session.relation_id
    fields: list[Field] = []
    for line in relations_of(session, one):
        sign = "▸ " if line.relation.id == at_work else ""
        style = "strong" if sign else "plain"
        fields.append(Field(f"{sign}{shown_name(line.name)}", f"{line.arrow} {line.words}", style))
    return fields


def _suggestion(
    session: Session, pending: Pending, width: int, most: int, key: ShownKey
) -> list[Line]:
    """A suggestion: what it proposes, how sure it is, and what to press."""
    found, scheme = pending.suggestion, session.scheme
    fields = [
        Field(shown_name(role.name), words, "plain", role_style(scheme, role.name))
        for role in scheme.roles
        if (words := suggested_words(session, pending, role.name))
    ]
    fields += [
        Field(title, value, "strong", key=its_key)
        for title, value, its_key in _labels(scheme, "claim", found.attributes.items())
    ]
    return [
        [
            StyledText("SUGGESTION", "title"),
            StyledText(f" {found.confidence:.0%} sure", "strong"),
            StyledText(" again" if pending.again else "", "warn"),
        ],
        [
            StyledText(key("claim.open"), "key", Do("claim.open")),
            StyledText(" accepts  ", "dim"),
            StyledText(key("suggestion.reject"), "key", Do("suggestion.reject")),
            StyledText(" rejects  ", "dim"),
            StyledText(key("suggestion.next"), "key", Do("suggestion.next")),
            StyledText(" next", "dim"),
        ],
        *_fields(scheme, fields, width, most),
    ]


def _column(scheme: Scheme, width: int) -> int:
    """Cells of the column of names: the same for every claim, so that nothing moves sideways."""
    names = [shown_name(r.name) for r in scheme.roles]
    layers = ("claim", *(layer.name for layer in scheme.span_layers))
    names += [shown_name(a.title) for a in scheme.attributes if a.layer in layers]
    longest = max(map(cell_len, [*names, f"? {DUE}"]))
    return min(longest + 1, max(12, width * 3 // 8))


def _fields(scheme: Scheme, fields: Sequence[Field], width: int, most: int) -> list[Line]:
    """Names in one column, words in another; either goes on in the next line."""
    column = _column(scheme, width)
    lines: list[Line] = []
    for field in fields:
        names = wrapped(field.name, column - 1, _ALL)
        room = width - column
        key = f"  {field.key}" if field.key else ""
        words = wrapped(field.words, room, most)
        if key and cell_len(words[-1] + key) > room:
            words.append("")
            key = key.strip()
        for i in range(max(len(names), len(words))):
            name = names[i] if i < len(names) else ""
            line = [StyledText(set_cell_size(name, column), field.name_style)]
            if i < len(words):
                line.append(StyledText(words[i], field.style))
                if key and i == len(words) - 1:
                    line.append(StyledText(key, "key"))
            lines.append(line)
    return lines


def _others(session: Session, shown: AtHand, width: int, most: int) -> list[Line]:
    """The other claims and marks of the sentence, each with its labels; a click works on it."""
    if not shown.others:
        return []
    lines: list[Line] = [[], *section("ALSO IN THIS SENTENCE", width)]
    for one in shown.others:
        words = flat(session.words(one))
        said = " · ".join(value for _, value, _ in labels_of(session.scheme, one))
        click = WorkOn(one.id)
        style = mark_style(session.scheme, one) if one.layer == "mark" else "plain"
        lines += [[StyledText(row, style, click)] for row in wrapped(words, width, most)]
        if said and most > 1:
            lines += [
                [StyledText(f"  {row}", "dim", click)] for row in wrapped(said, width - 2, most)
            ]
    return lines


def _how_to_begin(session: Session, width: int, key: ShownKey, waiting: int) -> list[Line]:
    """Where the sentence holds nothing: what to press."""
    roles = [r for r in session.scheme.roles if r.key][:3]
    select = (key("span.start"), key("span.sentence"))
    says: list[tuple[str, str, str]] = [
        (key("claim.reviewed"), "nothing here: on to the next", "claim.reviewed"),
        (key("span.quotation"), "selects the quotation", "span.quotation"),
        (" ".join(k for k in select if k), "select words, the sentence", "span.start"),
    ]
    if roles:
        names = ", ".join(shown_name(r.name) for r in roles)
        says.append(("/".join(r.key for r in roles), f"make it {names}", ""))
    if not session.scheme.roles:
        says.append(("a label", "marks what is selected, or the word", ""))
        says.append((key("mark.add"), "marks it, and asks for its labels", "mark.add"))
    if waiting:
        many = pluralise(waiting, "suggestion")
        says.append((key("suggestion.next"), f"to the next of {many}", "suggestion.next"))
    column = max(cell_len(keys) for keys, _, _ in says) + 2
    none = f"NO {what_is_made(session.scheme)} IN THIS SENTENCE".upper()
    lines: list[Line] = [[StyledText(none, "title")]]
    for keys, what, action in says:
        # In one style: sentences without a claim are the most, and each style costs on the wire.
        click = Do(action) if action else None
        rows = wrapped(what, max(1, width - column), _ALL)
        starts = [set_cell_size(keys, column), *[" " * column] * (len(rows) - 1)]
        lines += [
            [StyledText(start + row, "plain", click)]
            for start, row in zip(starts, rows, strict=True)
            if keys
        ]
    return lines


def _around(session: Session, width: int, most: int) -> list[Line]:
    """What is known of the sentence (its kind when it is not body text, its tag) and article."""
    fields: list[Field] = []
    if session.page.sentences:
        kind = session.page.sentences[session.sentence].kind
        tag = session.index.sentence_tag(session.sentence)
        parts = (
            [f"{title} {value}" for title, value, _ in labels_of(session.scheme, tag)]
            if tag
            else []
        )
        if kind != "body" and not (tag and "kind" in tag.attributes):
            parts.insert(0, kind)
        if tag and tag.reviewed:
            parts.append("reviewed")
        if tag and tag.flagged:
            parts.append("flagged")
        if parts:
            fields.append(Field("sentence", ", ".join(parts)))
        if tag and tag.note:
            fields.append(Field(_NOTE, flat(tag.note)))
    whole = session.article_tag()
    if whole and whole.attributes:
        said = [f"{title} {value}" for title, value, _ in labels_of(session.scheme, whole)]
        fields.append(Field("article", ", ".join(said)))
    if not fields:
        return []
    return [[], *_fields(session.scheme, fields, width, most)]
