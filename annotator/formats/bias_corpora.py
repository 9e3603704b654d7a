"""Corpora of bias: BABE and MBIC tables, SemEval-2020 task 11, BASIL."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document, Item, Project
from annotator.domain.losses import Losses
from annotator.domain.model import SPAN_ROLE, Annotation, Fragment
from annotator.formats import losses as unheld
from annotator.formats.base import Format, Options
from annotator.formats.drafts import draft_of
from annotator.formats.jsonio import FILE_LIMIT, MEGABYTE, Fields, text_hash, whole
from annotator.formats.output import Names, Output


def _mark(id_: str, start: int, end: int, annotator: str, attributes: dict[str, str]) -> Annotation:
    fragment = Fragment(SPAN_ROLE, start, end)
    given = {k: v for k, v in attributes.items() if v}
    return Annotation(id_, "mark", "", annotator, (fragment,), given, provenance="imported")


# -------------------------------------------------------------------------------- BABE and MBIC

_BIASED: Final = {"1": "yes", "0": "no", "Biased": "yes", "Non-biased": "no"}
_OPINION: Final = {
    "0": "factual",
    "1": "mixed",
    "2": "opinion",
    "Entirely factual": "factual",
    "Somewhat factual but also opinionated": "mixed",
    "Expresses writer’s opinion": "opinion",
    "Expresses writer's opinion": "opinion",
}


def _words(cell: str) -> list[str]:
    """The biased words of a cell: "['a', 'b']" or "a;b" or "a, b"."""
    cell = cell.strip()
    if cell.startswith("[") and cell.endswith("]"):
        return [a or b for a, b in re.findall(r"'((?:[^'\\]|\\.)*)'|\"([^\"]*)\"", cell)]
    return [w.strip() for w in re.split(r"[;,]", cell) if w.strip() and w.strip() != "nan"]


def read_babe(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read a table with a sentence a row, or a rating a row: each sentence is an article.

    Needs a column `text` or `sentence`; takes `label_bias` or `bias`, `label_opinion` or `opinion`,
    `biased_words`, `outlet`, `news_link`, `topic`, `annotator` where they are.
    """
    limit = options.number(FILE_LIMIT.name) * MEGABYTE
    if path.stat().st_size > limit:
        raise InputError(f"{path}: larger than {limit // MEGABYTE} MB", "-o max-file-mb=N")
    csv.field_size_limit(max(csv.field_size_limit(), min(limit, sys.maxsize >> 33)))
    sentences: dict[str, tuple[dict[str, str], str, list[Annotation]]] = {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        try:
            head = stream.readline()
            stream.seek(0)
            delimiter = ";" if head.count(";") > head.count(",") else ","
            reader = csv.DictReader(stream, delimiter=delimiter, strict=True)
            column = next((c for c in ("text", "sentence") if c in (reader.fieldnames or ())), "")
            if not column:
                raise InputError(f"{path}: no column 'text' or 'sentence'")
            for row in reader:
                where = f"{path.name}:{reader.line_num}"
                text = row.get(column) or ""
                if not text.strip() or None in row:
                    yield BadRecord(where, "no text, or more cells than columns")
                    continue
                _, _, found = sentences.setdefault(text, (row, where, []))
                found += _rating(row, text, len(found))
        except csv.Error as error:
            raise InputError(f"{path}:{reader.line_num}: {error}") from error
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: not UTF-8") from error
    for number, (text, (row, where, found)) in enumerate(sentences.items(), start=1):
        values = {"name": f"{path.stem}-{number}", "outlet": row.get("outlet") or ""}
        values["url"] = row.get("news_link") or ""
        meta = {"topic": row["topic"]} if row.get("topic") else {}
        yield Document(draft_of(text, values, meta), tuple(found), where)


def _rating(row: dict[str, str], text: str, number: int) -> Iterator[Annotation]:
    who = row.get("annotator") or ""
    biased = (row.get("label_bias") or row.get("bias") or "").removesuffix(".0")
    opinion = (row.get("label_opinion") or row.get("opinion") or "").removesuffix(".0")
    said = {"biased": _BIASED.get(biased, ""), "factuality": _OPINION.get(opinion, "")}
    missing: list[str] = []
    for word in _words(row.get("biased_words") or ""):
        hits = [m.span() for m in re.finditer(re.escape(word), text, re.IGNORECASE)]
        if not hits:
            missing.append(word)
        for start, end in hits[:1]:
            number += 1
            yield _mark(str(number), start, end, who, {"type": "lexical"})
    yield Annotation(
        id=f"{number + 1}s",
        layer="sentence",
        article="",
        annotator=who,
        fragments=(Fragment(SPAN_ROLE, 0, len(text)),),
        attributes={k: v for k, v in said.items() if v},
        provenance="imported",
        reviewed=True,
        note=f"biased words that are not in the sentence: {', '.join(missing)}" if missing else "",
    )


# ------------------------------------------------------------------------ SemEval-2020 task 11

TECHNIQUES: Final = (
    "Appeal_to_Authority",
    "Appeal_to_fear-prejudice",
    "Bandwagon,Reductio_ad_hitlerum",
    "Black-and-White_Fallacy",
    "Causal_Oversimplification",
    "Doubt",
    "Exaggeration,Minimisation",
    "Flag-Waving",
    "Loaded_Language",
    "Name_Calling,Labeling",
    "Repetition",
    "Slogans",
    "Thought-terminating_Cliches",
    "Whataboutism,Straw_Men,Red_Herring",
)
LABELS: Final = ".task2-TC.labels"


def technique(label: str) -> str:
    """A technique of the task as a value of the scheme: lower case, underscores."""
    return re.sub(r"[-,]", "_", label).lower()


_LABEL_OF: Final = {technique(label): label for label in TECHNIQUES}


def read_semeval(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read a folder with `article*.txt` and their label files anywhere below it."""
    limit = options.number(FILE_LIMIT.name) * MEGABYTE
    if not path.is_dir():
        raise InputError(f"{path}: name the folder that holds the articles and the labels")
    texts = {p.stem: p for p in sorted(path.rglob("article*.txt"))}
    labels: dict[str, list[Path]] = {}
    for file in sorted(path.rglob("article*.labels")):
        labels.setdefault(file.name.partition(".")[0], []).append(file)
    for stem in sorted(labels.keys() - texts.keys()):
        yield BadRecord(labels[stem][0].name, "there is no text for these labels")
    if not texts:
        raise InputError(f"{path}: no article*.txt files")
    for stem, file in texts.items():
        try:
            if file.stat().st_size > limit:
                raise InputError(f"larger than {limit // MEGABYTE} MB (-o max-file-mb=N)")
            with file.open(encoding="utf-8", newline="") as stream:
                text = stream.read()
            text_hash(text, file.name)
        except (InputError, UnicodeDecodeError) as error:
            yield BadRecord(file.name, str(error))
            continue
        found: list[Annotation] = []
        for part in labels.get(stem, []):
            for number, line in enumerate(part.read_bytes().split(b"\n"), start=1):
                if line.strip():
                    item = _label(line, text, f"{part.name}:{number}", len(found))
                    if isinstance(item, BadRecord):
                        yield item
                    else:
                        found.append(item)
        yield Document(draft_of(text, {"name": stem}), tuple(found), file.name)


def _label(line: bytes, text: str, where: str, number: int) -> Annotation | BadRecord:
    cells = line.decode("utf-8", "replace").rstrip("\r").split("\t")
    # Task 1 (span identification) has no label.
    name, *place = cells[1:] if len(cells) == 4 else ["", *cells[1:]]
    if len(place) != 2 or not all(p.strip().isdecimal() for p in place):
        return BadRecord(where, "not: article, technique, start, end, divided by tabs")
    start, end = (int(p) for p in place)
    if not start < end <= len(text):
        return BadRecord(where, f"[{start}, {end}) does not fit a text of {len(text)} characters")
    return _mark(str(number), start, end, "", {"technique": technique(name)})


def write_semeval(
    documents: Iterable[Document], project: Project, out: Output, options: Options, losses: Losses
) -> None:
    """Write the articles and, for each, the techniques of its marks."""
    del project, options
    names = Names()
    for document in documents:
        article = document.stored
        id_ = article.name.removeprefix("article") or article.uid
        # A dot would end the article's id: articleID.task2-TC.labels.
        stem = names.of(f"article{id_}".replace(".", "_"), article.uid)
        rows: list[tuple[int, int, str]] = []
        unheld.annotators(article.uid, document.annotations, losses)
        for a in document.annotations:
            label = _LABEL_OF.get(a.attributes.get("technique", ""))
            if a.layer != "mark" or label is None or not a.fragments:
                why = "mark without a technique" if label is None else unheld.WITHOUT_SPAN
                unheld.left_out(a, losses, why if a.layer == "mark" else "")
                continue
            unheld.count(a, (), losses, ("technique",))
            rows += [(f.start, f.end, label) for f in a.fragments]
        with out.open(f"articles/{stem}.txt") as stream:
            stream.write(article.text.encode("utf-8"))
        with out.open(f"labels/{stem}{LABELS}") as stream:
            for start, end, label in sorted(rows):
                stream.write(f"{stem.removeprefix('article')}\t{label}\t{start}\t{end}\n".encode())


# ----------------------------------------------------------------------------------------- BASIL

_BASIL: Final = {
    "bias": {"lex": "lexical", "inf": "informational"},
    "polarity": {"pos": "positive", "neg": "negative"},
    "aim": {
        "dir": "direct",
        "ind_ally": "via_ally",
        "ind_opp": "via_opponent",
        "ind_gen": "general",
    },
}


def read_basil(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read articles (`X.json`) with their annotations (`X_ann.json`, or in the same file)."""
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    notes = {f.stem.removesuffix("_ann"): f for f in files if f.stem.endswith("_ann")}
    found = [f for f in files if not f.stem.endswith("_ann") and f.name != "manifest.json"]
    if not found:
        raise InputError(f"{path}: no .json files with articles")
    for file in found:
        try:
            article = Fields(whole(file, options), file.name)
            marks = article
            if file.stem in notes:
                marks = Fields(whole(notes[file.stem], options), notes[file.stem].name)
            yield from _basil(article, marks, file.stem)
        except InputError as error:
            yield BadRecord(file.name, error.message.removeprefix(f"{file.name}: "))


def _basil(article: Fields, marks: Fields, stem: str) -> Iterator[Item]:
    paragraphs: list[str] = []
    starts: list[int] = []
    sentences: list[str] = []
    at = 0
    for value in article.items("body-paragraphs"):
        inside = [str(s) for s in value] if isinstance(value, list) else [str(value)]
        for sentence in inside:
            starts.append(at)
            sentences.append(sentence)
            at += len(sentence) + 1
        paragraphs.append(" ".join(inside))
    text = "\n".join(paragraphs)
    out: list[Annotation] = []
    for i, value in enumerate(marks.items("phrase-level-annotations", [])):
        where = f"{marks.where}: phrase-level-annotations[{i}]"
        try:
            out.append(_basil_mark(Fields(value, where), starts, sentences, i))
        except InputError as error:
            yield BadRecord(where, error.message.removeprefix(f"{where}: "))
    values = {"name": stem, "outlet": article.loose("source"), "title": article.loose("title")}
    values |= {"published": article.loose("date"), "url": article.loose("url")}
    yield Document(draft_of(text, values), tuple(out), article.where)


def _basil_mark(item: Fields, starts: list[int], sentences: list[str], number: int) -> Annotation:
    id_ = item.text("id")
    index = int(id_[1:]) if id_[:1] == "p" and id_[1:].isdecimal() else -1
    if not 0 <= index < len(sentences):
        raise InputError(f"{item.where}: there is no sentence {id_!r}")
    sentence, words = sentences[index], item.text("txt", "")
    start, end = item.number("start"), item.number("end")
    if not 0 <= start < end <= len(sentence) or (words and sentence[start:end] != words):
        # Some offsets of the corpus are off by the white space that was cleaned later.
        start = sentence.find(words) if words else -1
        end = start + len(words)
        if start < 0 or sentence.count(words) > 1:
            raise InputError(f"{item.where}: {words[:60]!r} is not at its place in {id_}")
    said = {k: values.get(item.loose(k), "") for k, values in _BASIL.items()}
    owner = {"yes": "source", "no": "reporter"}.get(item.loose("quote"), "")
    attributes = {"type": said["bias"], "polarity": said["polarity"], "aim": said["aim"]}
    attributes |= {"target": item.loose("target"), "owner": owner}
    base = starts[index]
    return _mark(str(number), base + start, base + end, "", attributes)


BABE: Final = Format(
    name="babe",
    title="BABE and MBIC tables",
    suffix=".csv",
    holds="a sentence as an article: bias, opinion, biased words",
    loses="read only",
    unit="none",
    read=read_babe,
    options=(FILE_LIMIT,),
)
SEMEVAL: Final = Format(
    name="semeval",
    title="SemEval-2020 task 11 (propaganda techniques)",
    suffix="",
    holds="texts and marks with a technique",
    loses="everything else",
    unit="codepoint",
    write=write_semeval,
    read=read_semeval,
    options=(FILE_LIMIT,),
)
BASIL: Final = Format(
    name="basil",
    title="BASIL JSON",
    suffix="",
    holds="marks: type, polarity, aim, target, owner",
    loses="read only; the answers about whole articles",
    unit="codepoint",
    read=read_basil,
    options=(FILE_LIMIT,),
)
