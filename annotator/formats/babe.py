"""BABE and MBIC: tables of sentences with ratings of their bias, final or one rater a row."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document, Item
from annotator.domain.losses import Losses
from annotator.domain.model import SPAN_ROLE, Annotation, Fragment
from annotator.formats.support.base import Format, Option, Options
from annotator.formats.support.foreign import article_from
from annotator.formats.support.jsonio import FILE_LIMIT, MEGABYTE

RATER: Final = Option(
    "annotator-column", "", "the column that says who rated, where it has a name not known here"
)
_COLUMNS: Final = {
    "text": ("text", "sentence"),
    "bias": ("label_bias", "bias", "bias_label", "label"),
    "opinion": ("label_opinion", "opinion", "opinion_label", "factual"),
    "words": ("biased_words", "words", "biased_words4", "bias_words"),
    "who": (
        *("annotator", "annotator_id", "rater", "rater_id", "coder", "coder_id", "worker_id"),
        *("survey_record_id", "participant_id", "respondent_id", "mturk_id", "user_id", "username"),
    ),
    "outlet": ("outlet", "source"),
}
"""What a column holds, and the names that it has, the likeliest first."""
_META: Final = ("news_link", "topic", "type")
"""Columns about the sentence that are kept in `meta`. (A link is no `url` of ours: a second
sentence of the page would be taken for a later version of the first.)"""
_BIASED: Final = {
    **dict.fromkeys(("1", "biased", "yes", "true"), "yes"),
    **dict.fromkeys(("0", "nonbiased", "notbiased", "unbiased", "no", "false"), "no"),
}
_OPINION: Final = {
    **dict.fromkeys(("0", "entirelyfactual", "factual"), "factual"),
    **dict.fromkeys(
        ("1", "somewhatfactualbutalsoopinionated", "somewhatfactual", "mixed"), "mixed"
    ),
    **dict.fromkeys(("2", "expresseswritersopinion", "opinion", "opinionated"), "opinion"),
}
_NOTHING: Final = frozenset(("", "nan", "none", "null", "na", "[]"))


def _words(cell: str) -> list[str]:
    """The biased words of a cell: "['a', 'b']" or "a;b" or "a, b"."""
    cell = cell.strip()
    if cell.startswith("[") and cell.endswith("]"):
        quoted = re.findall(r"'((?:[^'\\]|\\.)*)'|\"([^\"]*)\"", cell)
        if quoted:
            return [a or b for a, b in quoted if a or b]
        cell = cell[1:-1]
    found = (w.strip() for w in re.split(r"[;,]", cell))
    return [w for w in found if w.casefold() not in _NOTHING]


def _plain(name: str) -> str:
    """A column's name as it is known here: "Label-Bias " is label_bias."""
    return re.sub(r"[\W_]+", "_", name.strip().casefold()).strip("_")


def _spelling(value: str) -> str:
    """A label without what spellings differ in: case, blanks, dashes, apostrophes, ".0"."""
    return re.sub(r"[\W_]+", "", re.sub(r"\.0+$", "", value.strip()).casefold())


class _Table:
    """Which column holds what."""

    def __init__(self, header: list[str], rater: str, path: Path) -> None:
        self._by_plain = {_plain(h): h for h in reversed(header)}
        if rater and rater not in header:
            raise InputError(f"{path}: no column {rater!r}", f"there are: {', '.join(header)}")
        self.column = {what: self._first(names) for what, names in _COLUMNS.items()}
        if rater:
            self.column["who"] = rater
        if not self.column["text"]:
            raise InputError(f"{path}: no column 'text' or 'sentence'")
        self.meta = {name: self._by_plain[name] for name in _META if name in self._by_plain}
        read = {*self.column.values(), *self.meta.values()}
        self.others = [h for h in header if h and h not in read]

    def _first(self, names: tuple[str, ...]) -> str:
        return next((self._by_plain[n] for n in names if n in self._by_plain), "")

    def cell(self, row: dict[str, str], what: str) -> str:
        """The cell of a row that holds something; "" for none."""
        value = (row.get(self.column[what]) or "").strip() if self.column[what] else ""
        return "" if value.casefold() in _NOTHING else value


@dataclass(slots=True)
class _Sentence:
    """A sentence with the ratings that were found of it."""

    row: dict[str, str]
    where: str
    annotations: list[Annotation] = field(default_factory=list)
    ratings: set[tuple[str, ...]] = field(default_factory=set)
    """Their rows."""


def read_babe(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read a table with a sentence a row, or a rating a row: each sentence is an article.

    Needs a column `text` or `sentence`; takes labels of bias and opinion, biased words, outlet,
    link, topic, type and who rated where they are. Other columns, and labels in a spelling that is
    not known, are counted. Further ratings of a sentence by nobody knows whom are bad records.
    """
    limit = options.number(FILE_LIMIT.name) * MEGABYTE
    if path.stat().st_size > limit:
        raise InputError(f"{path}: larger than {limit // MEGABYTE} MB", "-o max-file-mb=N")
    csv.field_size_limit(max(csv.field_size_limit(), min(limit, sys.maxsize >> 33)))
    sentences: dict[str, _Sentence] = {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        try:
            head = stream.readline()
            stream.seek(0)
            delimiter = max(",;\t", key=head.count)
            reader = csv.DictReader(stream, delimiter=delimiter, strict=True)
            table = _Table(list(reader.fieldnames or ()), options.text(RATER.name), path)
            for row in reader:
                where = f"{path.name}:{reader.line_num}"
                # Exactly as it stands there: the blanks around it are part of the text.
                text = row.get(table.column["text"]) or ""
                if not text.strip() or None in row:
                    yield BadRecord(where, "no text, or more cells than columns")
                    continue
                sentence = sentences.setdefault(text, _Sentence(row, where))
                bad = _rating(table, row, text, sentence, where, losses)
                if bad:
                    yield BadRecord(where, bad)
        except csv.Error as error:
            raise InputError(f"{path}:{reader.line_num}: {error}") from error
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: not UTF-8") from error
    for number, (text, sentence) in enumerate(sentences.items(), start=1):
        given: dict[str, object] = {"name": f"{path.stem}-{number}"}
        given["outlet"] = table.cell(sentence.row, "outlet")
        given |= {name: sentence.row.get(column) for name, column in table.meta.items()}
        yield Document(article_from(text, given), tuple(sentence.annotations), sentence.where)


def _rating(
    table: _Table, row: dict[str, str], text: str, sentence: _Sentence, where: str, losses: Losses
) -> str:
    """Add what a row says to its sentence; returns what is wrong with it, "" for nothing."""
    who = re.sub(r"\.0+$", "", table.cell(row, "who"))
    rating = tuple(row.values())
    if not who and sentence.ratings:
        if rating in sentence.ratings:
            losses.add("row that stands twice", where)
            return ""
        return (
            "rates a sentence that was rated already, and nothing says who rated it"
            f" (-o {RATER.name}=COLUMN)"
        )
    sentence.ratings.add(rating)
    for column in table.others:
        if (row.get(column) or "").strip().casefold() not in _NOTHING:
            losses.add(f"column {column}", where)
    said: dict[str, str] = {}
    for what, name, known in (("bias", "biased", _BIASED), ("opinion", "factuality", _OPINION)):
        label = table.cell(row, what)
        if not label:
            continue
        if _spelling(label) in known:
            said[name] = known[_spelling(label)]
        else:
            losses.add(f"{table.column[what]} {label!r}", where)
    found = sentence.annotations
    missing: list[str] = []
    for word in _words(table.cell(row, "words")):
        hit = re.search(re.escape(word), text, re.IGNORECASE)
        if hit is None or hit.start() == hit.end():
            missing.append(word)
            continue
        found.append(_annotation(len(found), "mark", who, hit.span(), {"type": "lexical"}))
    note = f"biased words that are not in the sentence: {', '.join(missing)}" if missing else ""
    found.append(_annotation(len(found), "sentence", who, (0, len(text)), said, note))
    return ""


def _annotation(
    number: int,
    layer: str,
    who: str,
    place: tuple[int, int],
    attributes: dict[str, str],
    note: str = "",
) -> Annotation:
    return Annotation(
        id=str(number),
        layer="mark" if layer == "mark" else "sentence",
        article="",
        annotator=who,
        fragments=(Fragment(SPAN_ROLE, *place),),
        attributes=attributes,
        provenance="imported",
        reviewed=layer == "sentence",
        note=note,
    )


BABE: Final = Format(
    name="babe",
    title="BABE and MBIC tables",
    suffix=".csv",
    holds="a sentence as an article: bias, opinion, biased words, by rater",
    loses="read only; other columns",
    unit="none",
    read=read_babe,
    options=(RATER, FILE_LIMIT),
)
