"""The state of records that are no annotations, and what the journal says of it.

An article's metadata and whether it is left out, and the scheme in force: as plain JSON objects, so
that a change of them is an event like any other (`RecordChange`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Final, cast, get_args

from annotator.domain.errors import ConflictError, DatabaseError, NotFoundError
from annotator.domain.model import RecordChange, RecordSubject
from annotator.domain.scheme_file import parse_scheme
from annotator.store import views
from annotator.store.rows import from_json, to_json
from annotator.store.sql import each

SUBJECTS: Final[tuple[RecordSubject, ...]] = get_args(RecordSubject)
ARTICLE_FIELDS: Final = (
    *("title", "byline", "outlet", "published", "url", "language", "meta", "excluded"),
)
"""What of an article can be put right; its text never changes."""
IN_FORCE: Final = "in_force"
"""The id of the one record of the subject "scheme"."""

State = Mapping[str, object]


def read_record(conn: sqlite3.Connection, subject: RecordSubject, id_: str) -> dict[str, object]:
    """The state of a record as it is now.

    Raises:
        NotFoundError: when there is no such article.
    """
    if subject == "scheme":
        row = conn.execute("SELECT value FROM setting WHERE name = 'scheme'").fetchone()
        return {"version": str(row[0]) if row else ""}
    columns = ", ".join(ARTICLE_FIELDS)
    row = conn.execute(f"SELECT {columns} FROM article WHERE uid = ?", (id_,)).fetchone()  # noqa: S608
    if row is None:
        raise NotFoundError(f"no article {id_!r} in this database")
    state = dict(zip(ARTICLE_FIELDS, row, strict=True))
    return state | {"meta": json.loads(state["meta"])}


def project_record(
    conn: sqlite3.Connection, subject: RecordSubject, id_: str, state: State
) -> None:
    """Write the state of a record into the table that holds it."""
    if subject == "scheme":
        conn.execute(
            "INSERT INTO setting (name, value) VALUES ('scheme', ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (state["version"],),
        )
        follow_scheme(conn)
        return
    values = [to_json(state[n]) if n == "meta" else state[n] for n in ARTICLE_FIELDS]
    assigned = ", ".join(f"{name} = ?" for name in ARTICLE_FIELDS)
    conn.execute(f"UPDATE article SET {assigned} WHERE uid = ?", (*values, id_))  # noqa: S608


def follow_scheme(conn: sqlite3.Connection) -> None:
    """Make the views for people those of the scheme in force; the caller holds the transaction."""
    row = conn.execute(
        "SELECT toml FROM scheme WHERE version = (SELECT value FROM setting WHERE name = 'scheme')"
    ).fetchone()
    if row is not None:
        views.follow(conn, parse_scheme(row[0], {}))


def must_be(conn: sqlite3.Connection, subject: RecordSubject, id_: str, before: State) -> None:
    """Raise ConflictError unless a record is in the state that an action starts from."""
    if read_record(conn, subject, id_) != dict(before):
        what = "the scheme in force" if subject == "scheme" else f"article {id_}"
        raise ConflictError(
            f"{what} was changed elsewhere in the meantime", "look, and repeat the action"
        )


def on_what_is_there(conn: sqlite3.Connection, change: RecordChange) -> RecordChange:
    """A change made at another time (undone, or done again) of what an article is now.

    Only the fields that it changes are looked at: what others changed since in other fields stays.

    Raises:
        ConflictError: when one of its fields says something else now than it starts from.
    """
    if change.subject != "article":
        return change
    now = read_record(conn, change.subject, change.id)
    before, after, out = _fields(change.before), _fields(change.after), _fields(now)
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) == after.get(name):
            continue
        if out.get(name) != before.get(name):
            (number,) = conn.execute(
                "SELECT number FROM article WHERE uid = ?", (change.id,)
            ).fetchone()
            raise ConflictError(
                f"article {number}: {name[-1]} was changed elsewhere in the meantime",
                "`annotator log` says by whom; `annotator article` puts it right",
            )
        out.pop(name, None)
        if name in after:
            out[name] = after[name]
    state: dict[str, object] = {n[0]: v for n, v in out.items() if len(n) == 1}
    meta = {n[1]: v for n, v in out.items() if len(n) > 1}
    return change._replace(before=now, after={**state, "meta": meta})


def _fields(state: State) -> dict[tuple[str, ...], object]:
    """The fields of an article's state by name, those of `meta` after it."""
    own = cast("Mapping[str, object]", state["meta"])
    return {(n,): v for n, v in state.items() if n != "meta"} | {
        ("meta", n): v for n, v in own.items()
    }


def decoded(record: str) -> dict[str, object]:
    """The state in an event's column."""
    found = from_json(record)
    if not isinstance(found, dict):
        raise DatabaseError("an event of the journal is no record", "run `annotator doctor`")
    return cast("dict[str, object]", found)


def first_states(
    conn: sqlite3.Connection,
) -> Iterator[tuple[RecordSubject, str, dict[str, object]]]:
    """What each record was before the first event about it."""
    rows = conn.execute(
        "SELECT subject, subject_id, before, min(seq) FROM event WHERE subject <> 'annotation'"
        " GROUP BY subject, subject_id"
    )
    for subject, id_, before, _ in each(rows):
        yield subject, id_, decoded(before)


def problems(conn: sqlite3.Connection) -> Iterator[str]:
    """Where the journal of the records breaks off, or ends elsewhere than where they are."""
    rows = conn.execute(
        "SELECT subject, subject_id, batch, before, after FROM event WHERE subject <> 'annotation'"
        " ORDER BY subject, subject_id, seq"
    )
    for (subject, id_), events in groupby(rows.fetchall(), key=itemgetter(0, 1)):
        now: dict[str, object] | None = None
        for _, _, batch, before, after in events:
            if before is None or after is None:
                yield f"action {batch}: {subject} {id_} came from nothing or went to nothing"
                break
            if now is not None and decoded(before) != now:
                yield f"action {batch}: {subject} {id_} does not start from the state before it"
            now = decoded(after)
        else:
            if now is not None and read_record(conn, subject, id_) != now:
                yield f"{subject} {id_}: the journal and the state differ"
