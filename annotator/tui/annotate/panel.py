"""What the side panel, the strip and the status line say, as lines of pieces."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from annotator.domain.model import Annotation
from annotator.domain.scheme import Attribute, Scheme
from annotator.session import Session
from annotator.session.commands import Do, GiveLabel, GiveRole, WorkOn
from annotator.session.review import Pending
from annotator.tui.widgets.fitting import cut, wrapped
from annotator.tui.widgets.lines import Line, StyledText


def _flat(text: str) -> str:
    return " ".join(text.split())


def words_of(session: Session, annotation: Annotation, role: str) -> str:
    """The words of one role, pieces joined by an ellipsis."""
    text = session.article.text
    pieces = sorted(annotation.role(role), key=lambda f: f.start)
    return " … ".join(_flat(text[f.start : f.end]) for f in pieces)


def claim_lines(session: Session, width: int, pending: Pending | None = None) -> list[Line]:
    """The active claim, or the smallest at the cursor: its roles, labels, note and what is due."""
    here = session.at_cursor()
    shown = session.active or (here[0] if here else None)
    if shown is None and pending:
        return [*suggestion_lines(session, width, pending), *_sentence_lines(session, width)]
    if shown is None:
        return [
            [StyledText("no claim here", "dim")],
            *_nearby(session),
            *_sentence_lines(session, width),
        ]
    scheme = session.scheme
    place = f" {here.index(shown) + 1} of {len(here)} here" if shown in here else ""
    state = " · Enter to work on it"
    if shown.id == session.active_id:
        state = " · at work" if session.active_in_view else " · at work, off the screen"
    lines: list[Line] = [
        [StyledText(f"{shown.layer.upper()}{place}", "title"), StyledText(state, "dim")]
    ]
    roles = [(r.name, r.key) for r in scheme.roles] if shown.layer == "claim" else [("span", "")]
    for name, key in roles:
        words = words_of(session, shown, name)
        if not words:
            continue
        rows = wrapped(words, width - 10, 4 if name in ("content", "span") else 2)
        title = "" if name == "span" else name
        for i, row in enumerate(rows):
            lines.append([StyledText(f"{title if not i else '':<9.9} ", "dim"), StyledText(row)])
        del key
    for attribute in scheme.of_layer(shown.layer):
        value = shown.attributes.get(attribute.name)
        if value is not None:
            known = attribute.value(value)
            key = known.key if known else ""
            lines.append(
                [
                    StyledText(f"{key or '-'} ", "key"),
                    StyledText(value, "strong"),
                    StyledText(f"  {attribute.title}", "dim"),
                ]
            )
    missing = scheme.missing(shown)
    if missing:
        lines.append([StyledText(f"? still due: {', '.join(missing)}", "warn")])
    if shown.parent:
        parent = session.index.by_id.get(shown.parent)
        if parent:
            words = words_of(session, parent, "content")
            lines.append([StyledText("nested in ", "dim"), StyledText(words)])
    if shown.flagged:
        lines.append([StyledText("! flagged for discussion", "warn")])
    if shown.note:
        lines += [
            [StyledText("note     " if not i else " " * 9, "dim"), StyledText(row)]
            for i, row in enumerate(wrapped(_flat(shown.note), width - 9, 3))
        ]
    lines.append([StyledText(f"{shown.provenance}, {shown.updated_at[11:19]} UTC", "dim")])
    return [*lines, *_sentence_lines(session, width)]


def suggestion_lines(session: Session, width: int, pending: Pending) -> list[Line]:
    """A suggestion under the cursor: what it proposes, how sure it is, and what to press."""
    found, text = pending.suggestion, session.article.text
    lines: list[Line] = [
        [
            StyledText("SUGGESTION", "title"),
            StyledText(f" {found.confidence:.0%} sure", "strong"),
            StyledText(" again" if pending.again else "", "warn"),
        ],
        [
            StyledText("Enter", "key", Do("claim.open")),
            StyledText(" accepts  ", "dim"),
            StyledText("r", "key", Do("suggestion.reject")),
            StyledText(" rejects", "dim"),
        ],
    ]
    for role in session.scheme.roles:
        words = " … ".join(_flat(text[a:b]) for a, b in found.ranges(role.name))
        if words:
            for i, row in enumerate(wrapped(words, width - 10, 4 if role.name == "content" else 2)):
                title = "" if i else role.name
                lines.append([StyledText(f"{title:<9.9} ", "dim"), StyledText(row)])
    for name, value in found.attributes.items():
        lines.append([StyledText(f"{name.replace('_', ' ')} ", "dim"), StyledText(value)])
    return lines


def _nearby(session: Session) -> list[Line]:
    """The claims and marks of the sentence, when none is under the cursor itself."""
    found = [a for a in session.index.in_sentence(session.sentence) if a.layer in ("claim", "mark")]
    if not found:
        return []
    lines: list[Line] = [[StyledText("in this sentence:", "dim")]]
    for a in sorted(found, key=lambda a: (a.start, a.id)):
        words = words_of(session, a, "content" if a.layer == "claim" else "span")
        labels = " · ".join(a.attributes.values())
        lines.append(
            [StyledText(f"  {words}", "plain", WorkOn(a.id)), StyledText(f"  {labels}", "dim")]
        )
    return lines


def _sentence_lines(session: Session, width: int) -> list[Line]:
    """What is known of the sentence: its kind when it is not body text, its tag, the article's."""
    lines: list[Line] = []
    if session.page.sentences:
        kind = session.page.sentences[session.sentence].kind
        tag = session.index.sentence_tag(session.sentence)
        parts = [f"{k} {v}" for k, v in tag.attributes.items()] if tag else []
        if kind != "body" and not (tag and "kind" in tag.attributes):
            parts.insert(0, kind)
        if tag and tag.reviewed:
            parts.append("reviewed")
        if tag and tag.flagged:
            parts.append("flagged")
        if parts:
            lines.append([StyledText("sentence ", "dim"), StyledText(", ".join(parts))])
        if tag and tag.note:
            lines += [
                [StyledText("note     ", "dim"), StyledText(r)]
                for r in wrapped(_flat(tag.note), width - 9, 2)
            ]
    whole = session.article_tag()
    if whole and whole.attributes:
        parts = [f"{k} {v}" for k, v in whole.attributes.items()]
        lines.append([StyledText("article  ", "dim"), StyledText(", ".join(parts))])
    return lines


def legend_lines(scheme: Scheme, width: int, session: Session | None = None) -> list[Line]:
    """Every key of the scheme with its label, in columns; a click on one is the key."""
    active = session.active if session else None
    lines: list[Line] = []
    for attribute in scheme.of_layer("claim"):
        if any(v.key for v in attribute.values):
            lines.append([StyledText(attribute.title.upper(), "title")])
            lines += _columns(attribute, width, active)
    lines.append([StyledText("ROLES", "title")])
    row: list[StyledText] = []
    used = 0
    for role in scheme.roles:
        if role.key:
            size = cell_len(role.name) + 4
            if used + size > width:
                lines.append(row)
                row, used = [], 0
            row += [
                StyledText(role.key, "key", GiveRole(role.name)),
                StyledText(f" {role.name}  ", "plain", GiveRole(role.name)),
            ]
            used += size
    lines.append(row)
    return lines


def _columns(attribute: Attribute, width: int, active: Annotation | None) -> list[Line]:
    values = [v for v in attribute.values if v.key]
    longest = max(cell_len(v.name) for v in values) + 3
    count = max(1, width // longest)
    rows = -(-len(values) // count)
    given = active.attributes.get(attribute.name) if active else None
    lines: list[Line] = []
    for r in range(rows):
        line: list[StyledText] = []
        for value in values[r::rows]:
            click = GiveLabel(attribute.name, value.name)
            style = "strong" if value.name == given else "plain"
            mark = "*" if value.name == given else " "
            line += [
                StyledText(value.key, "key", click),
                StyledText(set_cell_size(f"{mark}{value.name}", longest - 1), style, click),
            ]
        lines.append(line)
    return lines


def strip_lines(session: Session, width: int, pending: Pending | None = None) -> list[Line]:
    """The panel in two lines, for small screens: the claim at the cursor, and the label keys."""
    here = session.at_cursor()
    shown = session.active or (here[0] if here else None)
    scheme = session.scheme
    first: list[StyledText] = [StyledText("─ ", "dim")]
    if shown is None and pending:
        found = pending.suggestion
        words = " … ".join(_flat(session.article.text[a:b]) for a, b in found.ranges("content"))
        first += [
            StyledText("suggestion", "title"),
            StyledText(f" {found.confidence:.0%}", "strong"),
            StyledText("  Enter", "key", Do("claim.open")),
            StyledText(" accepts ", "dim"),
            StyledText("r", "key", Do("suggestion.reject")),
            StyledText(f" rejects  {' · '.join(found.attributes.values())}  {words}", "dim"),
        ]
    elif shown is None:
        first.append(StyledText("no claim here ", "dim"))
    else:
        first.append(StyledText(f"{shown.layer}", "title"))
        if shown in here and len(here) > 1:
            first.append(StyledText(f" {here.index(shown) + 1}/{len(here)}", "dim"))
        if shown.id == session.active_id:
            away = "" if session.active_in_view else ", off the screen"
            first.append(StyledText(f" at work{away}", "strong"))
        labels = [f"{v}" for v in shown.attributes.values()]
        first.append(StyledText(f"  {' · '.join(labels)}" if labels else ""))
        missing = scheme.missing(shown)
        if missing:
            first.append(StyledText(f"  ? {', '.join(missing)}", "warn"))
        words = words_of(session, shown, "content" if shown.layer == "claim" else "span")
        first.append(StyledText(f"  {words}", "dim"))
    return [first, label_keys(scheme, width)]


def label_keys(scheme: Scheme, width: int) -> Line:
    """All label keys in one line of `width` cells, the names as long as there is room."""
    groups = [[v for v in a.values if v.key] for a in scheme.of_layer("claim")]
    groups = [g for g in groups if g]
    names = {a.name: [v for v in a.values if v.key] for a in scheme.of_layer("claim")}
    count = sum(map(len, groups))
    if not count:
        return []
    room = max(1, (width - 2 * (len(groups) - 1)) // count - 2)
    line: list[StyledText] = []
    for attribute, values in names.items():
        if line and values:
            line.append(StyledText("│ ", "dim"))
        for v in values:
            click = GiveLabel(attribute, v.name)
            line += [
                StyledText(v.key, "key", click),
                StyledText(f"{_abbreviated(v.name, room)} ", "plain", click),
            ]
    return line


def _abbreviated(name: str, room: int) -> str:
    """A label in `room` letters; of several words the first is its initial: unnamed_person uPe."""
    if len(name) <= room:
        return name
    first, *others = name.split("_")
    if not others:
        return name[:room]
    return first[:1] + others[-1].capitalize()[: max(1, room - 1)]


def status_line(
    session: Session, number: int, total: int, saved: str, width: int, project: str
) -> Line:
    """Who, where, how many open, when it was saved: one line."""
    article = session.article
    count = len(session.page.sentences)
    left = f" {number}/{total} "
    name = f"{project}  " if width >= 110 else ""
    at = f"  s {min(session.sentence + 1, count)}/{count}"
    right = f"  {session.annotator}{at}  open {len(session.index.open)}  "
    due = len(session.index.incomplete)
    incomplete = f"incomplete {due}  " if due else ""
    sticky = f"~ {cut(str(session.sticky), max(14, width // 5))}  " if session.sticky else ""
    when = f"saved {saved} " if saved else "nothing to save yet "
    room = width - cell_len(name + left + right + incomplete + sticky + when)
    if room < 8:
        # Which sentence it is can be seen; what is open, and that it is saved, stays whole.
        right = right.replace(at, "", 1)
        room = max(8, room + cell_len(at))
    title = _flat(article.title or article.name or article.text[:80])
    if cell_len(title) > room:
        title = set_cell_size(title, room - 1).rstrip() + "…"
    return [
        StyledText(f" {name.strip()} " if name else "", "dim"),
        StyledText(left, "strong"),
        StyledText(set_cell_size(title, room - (1 if name else 0))),
        StyledText(right),
        StyledText(incomplete, "warn", Do("nav.incomplete_next")),
        StyledText(sticky, "key", Do("claim.sticky")),
        StyledText(when, "good" if saved else "dim"),
    ]
