"""SemEval-2020 task 11: articles, and the propaganda techniques of their spans."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Dataset, Document, Item
from annotator.domain.losses import Losses
from annotator.domain.model import SPAN_ROLE, Annotation, Fragment
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.article_fields import draft_of
from annotator.formats.support.base import Format, Options
from annotator.formats.support.jsonio import FILE_LIMIT, MEGABYTE, text_hash
from annotator.formats.support.output import Names, Output


def _mark(id_: str, start: int, end: int, annotator: str, attributes: dict[str, str]) -> Annotation:
    fragment = Fragment(SPAN_ROLE, start, end)
    given = {k: v for k, v in attributes.items() if v}
    return Annotation(id_, "mark", "", annotator, (fragment,), given, provenance="imported")


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
_OFFSET: Final = re.compile("[0-9]{1,12}")


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
    if len(place) != 2 or not all(_OFFSET.fullmatch(p.strip()) for p in place):
        return BadRecord(where, "not: article, technique, start, end, divided by tabs")
    start, end = (int(p) for p in place)
    if not start < end <= len(text):
        return BadRecord(where, f"[{start}, {end}) does not fit a text of {len(text)} characters")
    return _mark(str(number), start, end, "", {"technique": technique(name)})


def write_semeval(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
) -> None:
    """Write the articles and, for each, the techniques of its marks."""
    del dataset, options
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
