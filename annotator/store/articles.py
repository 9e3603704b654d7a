"""Articles in the database: add, find, read; their text never changes."""

from __future__ import annotations

import hashlib
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from annotator.domain.alike import plain_sha256
from annotator.domain.errors import InputError, NotFoundError
from annotator.domain.exchange import AnnotationRow, FragmentRow, Rows
from annotator.domain.left_out import Excluded
from annotator.domain.model import (
    Article,
    ArticleDraft,
    Layout,
    Paragraph,
    Sentence,
    SentenceKind,
)
from annotator.domain.occurrence import ArticleHead
from annotator.domain.scheme import Scheme
from annotator.store.rows import from_json, pack_tokens, to_json, unpack_tokens
from annotator.store.sql import each, query

if TYPE_CHECKING:
    from sqlite_utils import Database

UID_DIGITS: Final = 16
_NUMBER_DIGITS: Final = 18
"""A longer number is no article's, and may be none that SQLite can hold."""
_COLUMNS: Final = (
    "uid, number, name, title, byline, outlet, published, url, language, origin, text, sha256,"
    " imported_at, meta, revision_of, engine, tokens, token_count"
)


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a draft: stored as a new article, or found to be there already."""

    uid: str
    number: int
    duplicate: bool
    revision_of: str | None = None
    alike: int | None = None
    """Number of the earliest other article that reads the same (`annotator.domain.alike`)."""


INCLUDED: Final = "SELECT uid FROM article WHERE excluded = '' ORDER BY number"
"""Every article that is not left out, in the order added; told by an index, without the texts."""


class ArticleSummary(NamedTuple):
    """A row of the article list, with one annotator's progress."""

    uid: str
    number: int
    name: str
    title: str
    outlet: str
    published: str
    language: str
    revision_of: str | None
    tokens: int
    characters: int
    sentences: int
    """Sentences of the kinds that the scheme wants reviewed."""
    done: int
    """Those of them that the annotator has reviewed or annotated."""
    claims: int
    flagged: int
    incomplete: int
    """Claims and marks that lack something the scheme requires."""
    last_work: str
    """When the annotator last changed something here, ISO 8601 in UTC; "" for never."""


def excluded(conn: sqlite3.Connection) -> list[Excluded]:
    """The articles that are left out, in the order added."""
    rows = conn.execute(
        "SELECT number, uid, name, title, excluded FROM article WHERE excluded <> ''"
        " ORDER BY number"
    )
    return list(map(Excluded._make, rows))


def fingerprint(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, as hex: equal texts are one article.

    Raises:
        InputError: for a text with lone surrogates or NUL, which cannot be stored exactly.
    """
    if "\0" in text:
        raise InputError("the text holds NUL characters", "is it a binary file?")
    try:
        return hashlib.sha256(text.encode("utf-8")).hexdigest()
    except UnicodeEncodeError as error:
        raise InputError(
            f"the text holds half a surrogate pair at {error.start}",
            "convert the file to UTF-8 first",
        ) from error


def alike(conn: sqlite3.Connection, text: str) -> int | None:
    """The number of the earliest article that reads like this text, though it is not the same.

    They differ in line ends, blanks or unseen characters (`annotator.domain.alike`).
    """
    row = conn.execute(
        "SELECT min(number) FROM article WHERE plain_sha256 = ? AND sha256 <> ?",
        (plain_sha256(text), fingerprint(text)),
    ).fetchone()
    return None if row[0] is None else int(row[0])


def alike_groups(conn: sqlite3.Connection) -> list[list[int]]:
    """The numbers of the articles that read alike, group by group, in the order added."""
    groups: dict[str, list[int]] = {}
    rows = conn.execute(
        "SELECT plain_sha256, number FROM article WHERE plain_sha256 IN (SELECT plain_sha256"
        " FROM article GROUP BY plain_sha256 HAVING count(*) > 1) ORDER BY number"
    )
    for plain, number in rows:
        groups.setdefault(plain, []).append(number)
    return list(groups.values())


def add(db: Database, draft: ArticleDraft, layout: Layout, at: str) -> Added:
    """Store an article with its layout; the caller holds the transaction.

    A text that is there already is not stored again. A text that differs from an earlier article
    of the same url (or, without one, of the same origin) is stored as its revision.
    """
    sha = fingerprint(draft.text)
    row = db.execute("SELECT uid, number FROM article WHERE sha256 = ?", [sha]).fetchone()
    if row:
        return Added(row[0], row[1], duplicate=True)
    column, value = ("url", draft.url) if draft.url else ("origin", draft.origin)
    earlier = (
        db.execute(
            # `<> ''` lets the planner use the partial index, which it cannot see from a parameter.
            f"SELECT uid FROM article WHERE {column} = ? AND {column} <> ''"  # noqa: S608
            " ORDER BY number DESC LIMIT 1",
            [value],
        ).fetchone()
        if value
        else None
    )
    revision_of = earlier[0] if earlier else None
    number = next_number(db.conn)
    same = alike(db.conn, draft.text)
    _insert(
        db.conn,
        Article(
            uid=sha[:UID_DIGITS],
            number=number,
            name=draft.name,
            title=draft.title,
            byline=draft.byline,
            outlet=draft.outlet,
            published=draft.published,
            url=draft.url,
            language=draft.language,
            origin=draft.origin,
            text=draft.text,
            sha256=sha,
            imported_at=at,
            meta=draft.meta,
            layout=layout,
            revision_of=revision_of,
        ),
    )
    return Added(sha[:UID_DIGITS], number, duplicate=False, revision_of=revision_of, alike=same)


def next_number(conn: sqlite3.Connection) -> int:
    """The number that the next article gets."""
    (number,) = conn.execute("SELECT coalesce(max(number), 0) + 1 FROM article").fetchone()
    return int(number)


def restore(conn: sqlite3.Connection, article: Article) -> Added:
    """Store an article of another database as it was there; the caller holds the transaction.

    Its number is changed when it is taken here, and `revision_of` dropped when that article is not
    here. A text that is there already is not stored again.

    Raises:
        InputError: when uid or SHA-256 are not those of the text.
    """
    sha = fingerprint(article.text)
    if (article.sha256, article.uid) != (sha, sha[:UID_DIGITS]):
        raise InputError(f"article {article.uid}: text and SHA-256 differ")
    row = conn.execute("SELECT uid, number FROM article WHERE sha256 = ?", (sha,)).fetchone()
    if row:
        return Added(row[0], row[1], duplicate=True)
    number, revision_of = article.number, article.revision_of
    taken = conn.execute("SELECT 1 FROM article WHERE number = ?", (number,)).fetchone()
    if number < 1 or taken:
        number = next_number(conn)
    known = conn.execute("SELECT 1 FROM article WHERE uid = ?", (revision_of,)).fetchone()
    revision_of = revision_of if known else None
    same = alike(conn, article.text)
    _insert(conn, replace(article, number=number, revision_of=revision_of))
    return Added(article.uid, number, duplicate=False, revision_of=revision_of, alike=same)


def _insert(conn: sqlite3.Connection, article: Article) -> None:
    layout = article.layout
    conn.execute(
        f"INSERT INTO article ({_COLUMNS}, plain_sha256)"  # noqa: S608
        f" VALUES ({', '.join('?' * 19)})",
        (
            article.uid,
            article.number,
            article.name,
            article.title,
            article.byline,
            article.outlet,
            article.published,
            article.url,
            article.language,
            article.origin,
            article.text,
            article.sha256,
            article.imported_at,
            to_json(dict(article.meta)),
            article.revision_of,
            layout.engine,
            pack_tokens(layout),
            len(layout.token_starts),
            plain_sha256(article.text),
        ),
    )
    conn.executemany(
        "INSERT INTO paragraph (article, idx, start, end) VALUES (?, ?, ?, ?)",
        ((article.uid, i, p.start, p.end) for i, p in enumerate(layout.paragraphs)),
    )
    conn.executemany(
        "INSERT INTO sentence (article, idx, start, end, paragraph, kind)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        ((article.uid, i, *s) for i, s in enumerate(layout.sentences)),
    )
    from annotator.store import phrases  # slow to import, and only adding needs it

    phrases.index_article(conn, article.number, article.text, layout.sentences)


class ArticleRows(NamedTuple):
    """An article's values as the tables hold them."""

    row: tuple[Any, ...]
    """Of _COLUMNS."""
    meta: dict[str, object]
    paragraphs: list[tuple[int, int]]
    sentences: list[tuple[int, int, int, SentenceKind]]
    token_starts: list[int]
    token_ends: list[int]


def read(conn: sqlite3.Connection, uid: str) -> ArticleRows:
    """Read an article's values; NotFoundError when it is not there."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM article WHERE uid = ?", (uid,)).fetchone()  # noqa: S608
    if row is None:
        raise NotFoundError(f"no article {uid!r} in this database", "`annotator list` shows them")
    paragraphs = conn.execute(
        "SELECT start, end FROM paragraph WHERE article = ? ORDER BY idx", (uid,)
    )
    sentences = conn.execute(
        "SELECT start, end, paragraph, kind FROM sentence WHERE article = ? ORDER BY idx", (uid,)
    )
    return ArticleRows(
        row,
        cast("dict[str, object]", from_json(row[13])),
        paragraphs.fetchall(),
        sentences.fetchall(),
        *unpack_tokens(row[16], row[17]),
    )


def get(conn: sqlite3.Connection, uid: str) -> Article:
    """Read an article with its layout; NotFoundError when it is not there."""
    return article_of(read(conn, uid))


def article_of(stored: ArticleRows) -> Article:
    """The article that the values make up."""
    row, meta, paragraphs, sentences, starts, ends = stored
    layout = Layout(
        paragraphs=list(map(Paragraph._make, paragraphs)),
        sentences=list(map(Sentence._make, sentences)),
        token_starts=array("I", starts),
        token_ends=array("I", ends),
        engine=row[15],
    )
    return Article(
        uid=row[0],
        number=row[1],
        name=row[2],
        title=row[3],
        byline=row[4],
        outlet=row[5],
        published=row[6],
        url=row[7],
        language=row[8],
        origin=row[9],
        text=row[10],
        sha256=row[11],
        imported_at=row[12],
        meta=meta,
        layout=layout,
        revision_of=row[14],
    )


def rows_of(
    stored: ArticleRows, annotations: Sequence[tuple[AnnotationRow, Sequence[FragmentRow]]]
) -> Rows:
    """The values and those of annotations, for a writer."""
    row, meta, paragraphs, sentences, starts, ends = stored
    return Rows(
        *((*row[:10], row[12], row[14]), meta, row[11], row[10], row[15]),
        *(paragraphs, sentences, (starts, ends), annotations),
    )


def resolve(conn: sqlite3.Connection, name: str) -> str:
    """The uid of the article that a person means by a number, name, uid or the start of a uid.

    Raises:
        NotFoundError: when none, or more than one, answers to it.
    """
    rows: list[tuple[str]] = []
    if name.isdecimal() and len(name) <= _NUMBER_DIGITS:
        rows = conn.execute("SELECT uid FROM article WHERE number = ?", (int(name),)).fetchall()
    if not rows:
        rows = conn.execute("SELECT uid FROM article WHERE uid = ?", (name,)).fetchall()
    if not rows:
        rows = conn.execute("SELECT uid FROM article WHERE name = ? LIMIT 3", (name,)).fetchall()
    if not rows and len(name) >= 4:
        rows = conn.execute(
            "SELECT uid FROM article WHERE substr(uid, 1, ?) = ? LIMIT 3", (len(name), name)
        ).fetchall()
    if not rows:
        raise NotFoundError(
            f"no article {name!r}", "name it by its number, name or uid, as `annotator list` shows"
        )
    if len(rows) > 1:
        raise NotFoundError(
            f"{name!r} fits several articles: {', '.join(r[0] for r in rows)}", "give the uid"
        )
    return rows[0][0]


def summaries(
    conn: sqlite3.Connection, annotator: str, scheme: Scheme, uids: Iterable[str]
) -> Iterator[ArticleSummary]:
    """These articles in this order, with the annotator's progress under a scheme."""
    known = {**_wanted(annotator, scheme), "uids": to_json(list(uids))}
    return map(ArticleSummary._make, conn.execute(query("article_summaries"), known))


class AnnotatorProgress(NamedTuple):
    """What an annotator has done over all articles."""

    done: int
    """Articles with nothing left to review, and no incomplete claim or mark."""
    claims: int
    incomplete: int
    flagged: int


def progress(conn: sqlite3.Connection, annotator: str, scheme: Scheme) -> AnnotatorProgress:
    """How far an annotator is with all articles under a scheme."""
    return AnnotatorProgress._make(
        conn.execute(query("progress"), _wanted(annotator, scheme)).fetchone()
    )


def _wanted(annotator: str, scheme: Scheme) -> dict[str, str]:
    kinds, required = to_json(sorted(scheme.review_kinds)), to_json(scheme.required())
    return {"annotator": annotator, "kinds": kinds, "required": required}


def titled(conn: sqlite3.Connection, words: str) -> Iterator[str]:
    """The uids of the articles with all these words in title, name or outlet, in order."""
    wanted = words.casefold().split()
    rows = conn.execute(
        "SELECT uid, title, name, outlet FROM article WHERE excluded = '' ORDER BY number"
    )
    for uid, *shown in rows:
        held = " ".join(shown).casefold()
        if all(w in held for w in wanted):
            yield uid


def texts(
    conn: sqlite3.Connection, numbers: Iterable[int] | None = None
) -> Iterator[tuple[str, int, str, str, str]]:
    """uid, number, name, title and text of these articles (None: all), streamed in order.

    Those that are left out (`excluded`) are not among them.
    """
    sql = "SELECT uid, number, name, title, text FROM article"
    if numbers is None:
        yield from each(conn.execute(f"{sql} WHERE excluded = '' ORDER BY number"))
        return
    for number in sorted(numbers):
        yield from each(conn.execute(f"{sql} WHERE number = ? AND excluded = ''", (number,)))


def heads(conn: sqlite3.Connection, numbers: Iterable[int] | None = None) -> Iterator[ArticleHead]:
    """These articles (None: all) but those left out, without texts, streamed in order."""
    sql = "SELECT uid, number, name, title, outlet, published FROM article"
    if numbers is None:
        rows = conn.execute(f"{sql} WHERE excluded = '' ORDER BY number")
        yield from map(ArticleHead._make, each(rows))
        return
    for number in sorted(numbers):
        rows = conn.execute(f"{sql} WHERE number = ? AND excluded = ''", (number,))
        yield from map(ArticleHead._make, each(rows))


def annotated(conn: sqlite3.Connection, annotator: str | None = None) -> set[int]:
    """The numbers of the articles with annotations, verdicts left out, of one annotator or any."""
    rows = conn.execute(
        "SELECT DISTINCT a.number FROM annotation n JOIN article a ON a.uid = n.article"
        " WHERE n.layer <> 'verdict' AND (?1 IS NULL OR n.annotator = ?1) AND a.excluded = ''",
        (annotator,),
    )
    return {number for (number,) in rows}
