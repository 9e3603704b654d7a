"""Records to drafts: which column is which field, and what may be stored."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from annotator.domain.errors import InputError
from annotator.domain.model import ArticleDraft
from annotator.text.characters import is_blank, one_line
from annotator.text.metadata import completed, iso_date
from annotator.text.readers.results import FIELDS, ReadOptions

_NAMES: Final[Mapping[str, str]] = {
    "text": "text body content article articletext articlebody fulltext maintext storytext story "
    "document",
    "title": "title headline heading articletitle",
    "byline": "byline author authors writer creator",
    "outlet": "outlet source publisher publication newspaper site sitename media domain",
    "published": "published date publisheddate publicationdate publishedat datepublished pubdate "
    "publishdate datetime created timestamp",
    "url": "url link href permalink canonicalurl",
    "language": "language lang",
    "name": "name id uid docid articleid documentid filename key",
}
_USUAL: Final = {field: tuple(names.split()) for field, names in _NAMES.items()}
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_DEEPEST: Final = 8
_LISTED: Final = 20
"""How many parts of a list make up a field's line."""
_LONGEST_META: Final = 10_000


def match_columns(columns: Iterable[str], options: ReadOptions, origin: str) -> dict[str, str]:
    """Return field -> column for the columns that a record or table has.

    Names are compared without case, spaces, `_` and `-`. What the user asked for goes first.

    Raises:
        InputError: a column that was asked for is not there, or none holds the text.
    """
    have = list(dict.fromkeys(columns))
    plain = {_plain(c): c for c in reversed(have)}
    found: dict[str, str] = {}
    for field, column in options.columns.items():
        if field not in FIELDS:
            raise InputError(f"there is no field {field!r}", f"fields: {', '.join(FIELDS)}")
        if column not in have:
            same = plain.get(_plain(column))
            if same is None:
                raise InputError(
                    f"{origin}: there is no column {one_line(column)!r}", _columns_hint(have)
                )
            column = same
        found[field] = column
    found = usual_columns(have, found)
    if "text" not in found:
        raise InputError(f"{origin}: no column holds the text", _columns_hint(have))
    return found


def usual_columns(
    columns: Iterable[str], found: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Return field -> column for the columns that are called as such fields usually are.

    Args:
        columns: In the order of the table.
        found: The fields whose columns are known already.
    """
    plain = {_plain(c): c for c in reversed(list(columns))}
    out = dict(found)
    for field in FIELDS:
        taken = set(out.values())
        for name in _USUAL[field]:
            if field not in out and name in plain and plain[name] not in taken:
                out[field] = plain[name]
    return out


def _plain(column: str) -> str:
    return re.sub(r"[\s_-]+", "", column).casefold()


def draft_from_record(
    record: Mapping[str, object],
    matched: Mapping[str, str],
    options: ReadOptions,
    origin: str,
    name: str,
) -> ArticleDraft:
    """Make a draft of a record; columns that are no field become `meta`.

    Raises:
        InputError: the text is missing, is no text, or cannot be stored.
    """
    text = _paragraphs(record.get(matched["text"]))
    values = {field: _line(record.get(column)) for field, column in matched.items()}
    if text is None:
        kind = type(record.get(matched["text"])).__name__
        raise InputError(
            f"{origin}: {one_line(matched['text'])!r} is no text ({kind})", "it must be a string"
        )
    # What a field's line does not hold in full (a list of people with addresses) is kept as it is.
    used = {c for c in matched.values() if c == matched["text"] or _is_line(record.get(c))}
    meta = {
        one_line(key, 100): cleaned
        for key, value in record.items()
        if key not in used and (cleaned := _clean(value, _DEEPEST)) is not None
    }
    return make_draft(text, values, options, origin, name, meta)


def make_draft(
    text: str,
    values: Mapping[str, str | None],
    options: ReadOptions,
    origin: str,
    name: str,
    meta: Mapping[str, object] | None = None,
) -> ArticleDraft:
    """Make a draft: the text as it is, the other fields as printable lines.

    Raises:
        InputError: the text is empty, too long, or holds a character that cannot be stored.
    """
    check_text(text, origin, options)
    line = {
        field: one_line(value or "", 2000 if field == "url" else 500)
        for field, value in values.items()
        if field != "text"
    }
    published = line.get("published", "")
    draft = ArticleDraft(
        text=text,
        name=line.get("name") or one_line(name) or "article",
        title=line.get("title", ""),
        byline=line.get("byline", ""),
        outlet=line.get("outlet", ""),
        published=iso_date(published) or published,
        url=line.get("url", ""),
        language=line.get("language", "")[:35],
        origin=origin,
        meta=dict(meta or {}),
    )
    return completed(draft) if options.metadata else draft


def check_text(text: str, origin: str, options: ReadOptions) -> None:
    """Raise InputError for a text that cannot be an article."""
    if is_blank(text, 0, len(text)):
        raise InputError(f"{origin}: is empty" if not text else f"{origin}: has only white space")
    if len(text) > options.article_limit:
        raise too_large(origin, options.article_limit)
    at = text.find("\0")
    if at >= 0:
        raise InputError(
            f"{origin}: has a NUL character (at character {at})", "remove it from the text"
        )
    half = _SURROGATE.search(text)
    if half:
        raise InputError(
            f"{origin}: has half a character (a lone surrogate, at character {half.start()})",
            "the text was cut or decoded wrongly before; export it again",
        )


def too_large(origin: str, limit: int) -> InputError:
    """The fault of an article beyond the limit."""
    return InputError(
        f"{origin}: is larger than {limit / 1024 / 1024:g} MB, the limit of one article",
        "split it into articles (one a file, or one a line of .jsonl)",
    )


def _columns_hint(have: list[str]) -> str:
    shown = ", ".join(one_line(c, 40) for c in have[:12]) + (", ..." if len(have) > 12 else "")
    return f"columns: {shown or 'none'}; name one with --text-column"


def _paragraphs(value: object) -> str | None:
    """A text: a string, or a list of strings as paragraphs; None for anything else."""
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        return "\n\n".join(value)
    return value if isinstance(value, str) else None


def _line(value: object) -> str | None:
    """A field's value: a string, strings, a number, or a thing with a name."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(line for part in value[:_LISTED] if (line := _line(part)))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, dict):  # schema.org: {"@type": "Person", "name": "..."}
        name = value.get("name")
        return name if isinstance(name, str) else None
    return None


def _is_line(value: object) -> bool:
    """Whether `_line` keeps all of a value."""
    if isinstance(value, list):
        return len(value) <= _LISTED and all(_is_line(part) for part in value)
    if isinstance(value, dict):
        return isinstance(value.get("name"), str) and value.keys() <= {"name", "@type", "type"}
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _clean(value: object, depth: int) -> object:
    """What of a further field can be stored as JSON; None when nothing can."""
    if isinstance(value, str):
        kept = _SURROGATE.sub("\ufffd", value[:_LONGEST_META]).replace("\0", "\ufffd")
        return kept or None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bool | int):
        return value if abs(value) < 2**63 else str(value)
    if depth and isinstance(value, list):
        return [_clean(item, depth - 1) for item in value]
    if depth and isinstance(value, dict):
        return {one_line(str(k), 100): _clean(v, depth - 1) for k, v in value.items()}
    return None
