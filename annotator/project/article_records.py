"""Articles put right: what is known of them, and whether they are left out. Texts never change.

Each call is one action of the journal, however many articles it is about, and one undo takes it
back.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from annotator.domain.errors import AnnotatorError, InputError, NotFoundError
from annotator.domain.ids import new_id
from annotator.domain.model import Batch, RecordChange
from annotator.domain.times import now
from annotator.text.metadata import iso_date

if TYPE_CHECKING:
    from annotator.project.data import ProjectData

FIELDS: Final = ("title", "byline", "outlet", "published", "url", "language")
"""What every article has a place for; anything else (`section`) is a field of its own in `meta`."""
CALLED: Final = {"date": "published"}
"""What people call a field, and its name."""
KEYS: Final = ("number", "uid", "name")
"""The columns of a table that say which article a row is about."""
OWN: Final = ("section", "split")
"""Fields of one's own that commands speak of."""
FIXED: Final = (*KEYS, "text", "origin", "revision_of", "excluded", "meta")
"""What is no field that one gives a value: what an article is, where it came from, and what has a
command of its own."""
NOBODY: Final = "project"
"""Whose action it is where nobody is named: what a command did with the whole project."""
MOST_BYTES: Final = 64 << 20
NAMED: Final = 20
"""Faults of a table that are named; all are counted."""

Fields = Mapping[str, object]
"""Field -> its new value; an empty text takes it away."""


class PutRight(NamedTuple):
    """What an action did."""

    changed: tuple[int, ...]
    """The numbers of the articles that it changed."""
    same: int
    """How many of those named were so already."""
    fields: tuple[str, ...]
    """Which fields it changed in any of them."""


def set_fields(project: ProjectData, changes: Mapping[str, Fields]) -> PutRight:
    """Give articles new metadata, as one action.

    Args:
        project: Whose annotator does it.
        changes: Uid -> the fields to change; others stay.

    Raises:
        NotFoundError: for an article that is not there.
        InputError: for a value that cannot be stored.
    """
    after: dict[str, dict[str, object]] = {}
    for uid, fields in changes.items():
        state = project.article_state(uid)
        meta = dict(cast("Mapping[str, object]", state["meta"]))
        for given, value in fields.items():
            name = field_named(given)
            _refuse(name, value)
            if name == "published":
                value = iso_date(str(value)) or value
            if name in FIELDS:
                state[name] = value
            elif value == "":
                meta.pop(name, None)
            else:
                meta[name] = value
        after[uid] = {**state, "meta": meta}
    return _write(project, after, "metadata")


def field_named(given: str) -> str:
    """The field that is meant, however it is capitalised; one of its own is called as it is."""
    plain = given.casefold()
    plain = CALLED.get(plain, plain)
    return plain if plain in (*FIELDS, *OWN, *FIXED) else given


def exclude(project: ProjectData, articles: Iterable[str], reason: str) -> PutRight:
    """Leave articles (uids) out of lists, exports, agreement and everything else, as one action.

    Raises:
        NotFoundError: for an article that is not there.
        InputError: without a reason, or for one that cannot be stored.
    """
    reason = reason.strip()
    if not reason:
        raise InputError("an article is left out for a reason", "--reason 'not about the topic'")
    _refuse_text("reason", reason)
    states = {uid: {**project.article_state(uid), "excluded": reason} for uid in articles}
    return _write(project, states, "leave out")


def include(project: ProjectData, articles: Iterable[str]) -> PutRight:
    """Take articles (uids) in again that were left out, as one action.

    Raises:
        NotFoundError: for an article that is not there.
    """
    states = {uid: {**project.article_state(uid), "excluded": ""} for uid in articles}
    return _write(project, states, "take in")


def put_splits(project: ProjectData, splits: Mapping[str, str]) -> PutRight:
    """Write each article's split (uid -> name), as one action; those not named lose theirs."""
    known = {*splits, *project.uids(), *(a.uid for a in project.excluded())}
    after = {}
    for uid in known:
        state = project.article_state(uid)
        meta = dict(cast("Mapping[str, object]", state["meta"]))
        meta.pop("split", None)
        if uid in splits:
            meta["split"] = splits[uid]
        after[uid] = {**state, "meta": meta}
    return _write(project, after, "split", project.annotator or NOBODY)


def _write(
    project: ProjectData, after: Mapping[str, Mapping[str, object]], what: str, who: str = ""
) -> PutRight:
    """Write the states that differ from those that are there; nothing where none does."""
    who = who or project.who()
    records, fields = [], dict[str, None]()
    for uid, state in after.items():
        before = project.article_state(uid)
        if before != state:
            records.append(RecordChange("article", uid, before, state))
            fields |= dict.fromkeys(_differing(before, state))
    numbers = sorted(project.number_of(change.id) for change in records)
    if records:
        project.add_annotator(who)
        label = f"{what}: {_told(numbers)}"
        batch = Batch(new_id(), who, now(), "edit", label, (), records=tuple(records))
        project.apply(batch)
    return PutRight(tuple(numbers), len(after) - len(records), tuple(fields))


def _differing(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """The fields that differ, those of `meta` by their own names."""
    own = [n for n in before if n != "meta" and before[n] != after[n]]
    old, new = (cast("Mapping[str, object]", s["meta"]) for s in (before, after))
    return own + [n for n in {**old, **new} if old.get(n) != new.get(n)]


def _told(numbers: list[int]) -> str:
    return f"article {numbers[0]}" if len(numbers) == 1 else f"{len(numbers)} articles"


def _refuse(name: str, value: object) -> None:
    """Raise InputError for a field that is none, or a value that cannot be stored in it."""
    if not name.strip() or name != name.strip() or not name.isprintable():
        raise InputError(f"{name!r} cannot be the name of a field")
    if name in FIXED:
        raise InputError(
            f"{name} of an article cannot be set", f"these can: {', '.join(FIELDS)}, own fields"
        )
    if name in FIELDS and not isinstance(value, str):
        raise InputError(f"{name}: {value!r} is no text")
    if isinstance(value, str):
        _refuse_text(name, value)


def _refuse_text(name: str, value: str) -> None:
    """Raise InputError for text that cannot be stored exactly."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(f"{name}: holds half a surrogate pair") from error
    if "\0" in value:
        raise InputError(f"{name}: holds NUL characters")


# ---------------------------------------------------------------------------------------- a table


def fields_of_table(project: ProjectData, path: Path) -> dict[str, dict[str, object]]:
    """Read a table of metadata (.csv, .tsv): a row for each article, a column for each field.

    The columns `number`, `uid` or `name` say which article a row is about; the others are called as
    `annotator add` reads them ("Headline" is the title). An empty cell changes nothing.

    Returns:
        Uid -> fields, for `set_fields`.

    Raises:
        InputError: naming every row that cannot be used; nothing of the table is taken then. Also
            where no row, or no column beside those that name the article, is there.
    """
    header, rows = _table(path)
    keys = [name for name in header if name in KEYS]
    if not any(any(cells) for _, cells in rows):
        raise InputError(f"{path}: has no row below its first line")
    if not keys:
        raise InputError(
            f"{path}: no column says which article a row is about",
            f"call one of its columns {', '.join(KEYS[:-1])} or {KEYS[-1]}",
        )
    if len(header) == len(keys):
        raise InputError(f"{path}: no column holds a field", f"such as {', '.join(FIELDS)}")
    known = _Known(project)
    out: dict[str, dict[str, object]] = {}
    lines: dict[str, int] = {}
    faults: list[str] = []
    for line, cells in rows:
        if not any(cells):
            continue
        row = dict(zip(header, cells, strict=False))
        try:
            if len(cells) > len(header):
                raise InputError(f"{len(cells)} cells, but {len(header)} columns")
            uid = known.named([(name, row.get(name, "")) for name in keys])
            if uid in out:
                raise InputError(f"the same article as in line {lines[uid]}")
            fields = {n: v for n, v in row.items() if n not in KEYS and v}
            for name, value in fields.items():
                _refuse(name, value)
        except AnnotatorError as error:
            faults.append(f"line {line}: {error.message}")
            continue
        out[uid], lines[uid] = {**fields}, line
    if faults:
        more = f"\n... and {len(faults) - NAMED} more" if faults[NAMED:] else ""
        raise InputError(
            f"{path}: {len(faults)} rows cannot be used:\n" + "\n".join(faults[:NAMED]) + more,
            "nothing was changed; mend these, or take them out",
        )
    return out


class _Known:
    """The articles by their numbers, uids and names, those that are left out too."""

    def __init__(self, project: ProjectData) -> None:
        self._of: dict[tuple[str, str], list[str]] = {}
        for number, uid, name in project.article_names():
            for key in (("number", str(number)), ("uid", uid), ("name", name)):
                self._of.setdefault(key, []).append(uid)

    def named(self, said: Iterable[tuple[str, str]]) -> str:
        """The article that the cells of a row name; all that are not empty name the same."""
        found: dict[str, str] = {}
        for column, value in said:
            if not value:
                continue
            fitting = self._of.get((column, value), [])
            if not fitting:
                raise NotFoundError(f"no article has the {column} {value!r}")
            if len(fitting) > 1:
                raise NotFoundError(f"{len(fitting)} articles have the {column} {value!r}")
            found.setdefault(fitting[0], f"{column} {value}")
        if not found:
            raise InputError("names no article")
        if len(found) > 1:
            raise InputError(f"{' and '.join(found.values())} are different articles")
        return next(iter(found))


def _table(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header and the rows of a table with their lines.

    Raises:
        InputError: for a file that cannot be read, or a header that names a column twice.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"{path}: larger than {MOST_BYTES >> 20} MB")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8", "save it as CSV UTF-8") from error
    first = text.partition("\n")[0]
    delimiter = max("\t;,", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise InputError(f"{path}:{reader.line_num}: {error}") from error
    if not rows:
        raise InputError(f"{path}: is empty")
    header = _columns(rows[0][1])
    for name in header:
        if not name or header.count(name) > 1:
            what = f"names the column {name!r} twice" if name else "has a column without a name"
            raise InputError(f"{path}: the first line {what}")
    return header, rows[1:]


def _columns(header: list[str]) -> list[str]:
    """What the columns of a table are: a key, a field, or as they are called."""
    from annotator.text.readers.fields import usual_columns

    names = [field_named(name) for name in header]
    free = [name for name in names if name not in (*FIELDS, *OWN, *FIXED)]
    known = {name: name for name in names if name in FIELDS}
    usual = {column: field for field, column in usual_columns(free, known).items()}
    return [n if usual.get(n) in (None, "name") else usual[n] for n in names]
