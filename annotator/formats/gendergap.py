"""GenderGapTracker: what its extractor found in news, by character indexes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document, Item
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Fragment
from annotator.formats.quotations import claim, each_file, fragment
from annotator.formats.support.base import Format, Options
from annotator.formats.support.foreign import article_from, count_rest
from annotator.formats.support.jsonio import FILE_LIMIT, Fields

_INDEX: Final = re.compile(r"\s*\(?\s*([0-9]{1,12})\s*,\s*([0-9]{1,12})\s*\)?\s*")
_ROLES: Final = {"quote": "content", "verb": "cue", "speaker": "source"}
_KEPT: Final = ("quote_type", "reference")
"""Fields of a quote that are kept as attributes: how it was found, and whose it really is."""
_COUNTS: Final = frozenset({"quote_token_count", "is_floating_quote"})
"""Fields that follow from the others."""
_ARTICLE: Final = {"publishedAt": "published", "_id": "id"}


def _document(record: Fields, stem: str, losses: Losses) -> Iterator[Item]:
    body = "body" if "body" in record.value else "text"
    text = record.text(body)
    out: list[Annotation] = []
    for i, value in enumerate(record.items("quotes")):
        where = f"{record.where}: quotes[{i}]"
        try:
            item = Fields(value, where)
            fragments: list[Fragment] = []
            for name, role in _ROLES.items():
                index = item.loose(f"{name}_index")
                place = _INDEX.fullmatch(index)
                if place:
                    start, end = int(place.group(1)), int(place.group(2))
                    fragments.append(fragment(role, 0, start, end, text, None))
                elif index:
                    raise InputError(f"{name}_index {index[:40]!r} is not (start,end)")
                elif item.loose(name):
                    losses.add(f"{name} without its place", where)
            said = {name: item.loose(name) for name in _KEPT}
            out.append(claim(str(i), fragments, **said))
            places = {f"{name}_index" for name in _ROLES}
            count_rest(item, {*_ROLES, *places, *_KEPT, *_COUNTS}, losses)
        except InputError as error:
            yield BadRecord(where, error.message.removeprefix(f"{where}: "))
    given = {k: v for k, v in record.value.items() if k not in (body, "quotes")}
    given = {"name": stem} | {_ARTICLE.get(k, k): v for k, v in given.items()}
    yield Document(article_from(text, given), tuple(out), record.where)


def read_gendergap(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read documents with `body` and `quotes`, as the tracker stores them."""
    return each_file(path, options, losses, _document)


GENDERGAP: Final = Format(
    name="gendergaptracker",
    title="GenderGapTracker JSON",
    suffix="",
    holds="quote, verb and speaker; how a quote was found",
    loses="read only",
    unit="codepoint",
    read=read_gendergap,
    options=(FILE_LIMIT,),
)
