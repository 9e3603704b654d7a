"""CoNLL columns: one token a line, one file for each role (CoNLL-2003, shared task on NER).

Four columns, `word -X- _ TAG`; an empty line ends a sentence, `-DOCSTART-` begins an article. One
column holds neither overlaps nor pieces, so each role has a file of its own, and what still
overlaps is left out and counted.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias, cast

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document, Item, Project
from annotator.domain.losses import Losses
from annotator.domain.model import SPAN_ROLE, Annotation, Article, ArticleDraft, Fragment
from annotator.formats import losses as unheld
from annotator.formats.base import Format, Option, Options
from annotator.formats.output import Output
from annotator.formats.token_rows import (
    MARKS,
    Labelled,
    entities,
    flat_entities,
    mark_label,
    roles_of,
    sentence_words,
    tags,
)
from annotator.formats.tokens import ALIGNMENTS, Alignment, Word

DOCSTART: Final = "-DOCSTART-"
SUFFIX: Final = ".conll"
CLAIM_ROLES: Final = frozenset({"content", "cue", "source", "addressee", "via"})
LINE_LIMIT: Final = 1 << 20

Tagged: TypeAlias = list[list[tuple[str, str]]]
"""Sentences of (word, tag)."""


# ---------------------------------------------------------------------------------------- writing


class _Writer:
    def __init__(self, options: Options, losses: Losses) -> None:
        self.options, self.losses = options, losses
        self.align = cast("Alignment", options.text("align"))
        self.held: dict[str, set[str]] = defaultdict(set)
        """Role -> ids of the annotations that have a span in its file; of one article."""

    def document(self, document: Document, role: str) -> Iterator[str]:
        """The lines of an article in the file of one role."""
        article = document.stored
        yield f"{DOCSTART} -X- O O\n\n"
        spans = list(self._spans(document, role))
        for found in sentence_words(article):
            kept = flat_entities(article, found, spans, self.align, self.losses, self.held[role])
            tagged = tags(len(found), kept, self.options.text("scheme"))
            for word, tag in zip(found, tagged, strict=True):
                yield f"{self._word(article, word)} -X- _ {tag}\n"
            yield "\n"

    def _word(self, article: Article, word: Word) -> str:
        text = article.text[word.start : word.end]
        if text == DOCSTART:
            self.losses.add("token that would begin an article, changed", article.uid)
            return DOCSTART[:-1]
        if len(text.split()) == 1:
            return text
        self.losses.add("white space in a token, now _", article.uid)
        return "_".join(text.split())

    def _spans(self, document: Document, role: str) -> Iterator[Labelled]:
        for a in document.annotations:
            if (a.layer == "mark") != (role == MARKS) or a.layer not in ("claim", "mark"):
                continue
            wanted = [f for f in a.fragments if role == MARKS or f.role == role]
            pieces = {f.span for f in wanted}
            if len(wanted) > len(pieces):
                count = len(wanted) - len(pieces)
                self.losses.add("piece, now a span of its own", a.id, count)
            for f in wanted:
                yield Labelled(f.start, f.end, self._label(a, role), a.id)

    def _label(self, annotation: Annotation, role: str) -> str:
        if role == MARKS:
            return mark_label(annotation)
        label = annotation.attributes.get(self.options.text("label-by"), role)
        label = "_".join(label.split()) or role
        return label if self.options.text("label-by") else label.upper()

    def count(self, annotation: Annotation, roles: tuple[str, ...]) -> None:
        """Count what the files do not say of an annotation; `document` was called before."""
        a = annotation
        if a.layer not in ("claim", "mark") or not a.fragments:
            spanless = a.layer in ("claim", "mark")
            unheld.left_out(a, self.losses, unheld.WITHOUT_SPAN if spanless else "", reading=True)
            return
        name = "type" if a.layer == "mark" else self.options.text("label-by")
        value = a.attributes.get(name, "")
        wanted = (MARKS,) if a.layer == "mark" else roles
        inside = any(a.id in self.held[role] for role in wanted)
        unheld.count(a, ("reviewed",), self.losses, (name,) if value.split() and inside else ())
        if inside and value != "_".join(value.split()) and value.split():
            self.losses.add("white space in a label, now _", a.id)
        for f in a.fragments:
            if a.layer == "claim" and f.role not in roles:
                self.losses.add(f"role {f.role} (-o roles=...)", a.id)
        if a.layer == "mark" and MARKS not in roles:
            self.losses.add(f"mark (-o roles={MARKS})", a.id, len(a.fragments))


def write(
    documents: Iterable[Document], project: Project, out: Output, options: Options, losses: Losses
) -> None:
    """Write a file for each role, and one for the marks."""
    roles = options.names("roles") or (*roles_of(project), MARKS)
    writer = _Writer(options, losses)
    with ExitStack() as stack:
        files: dict[str, BinaryIO] = {
            role: stack.enter_context(out.open(f"{role}{SUFFIX}")) for role in roles
        }
        for document in documents:
            writer.held.clear()
            unheld.annotators(document.stored.uid, document.annotations, losses)
            for role, stream in files.items():
                for line in writer.document(document, role):
                    stream.write(line.encode("utf-8"))
            for a in document.annotations:
                writer.count(a, roles)


# ---------------------------------------------------------------------------------------- reading


def _documents(path: Path, column: int) -> Iterator[tuple[int, Tagged] | BadRecord]:
    """Line number and sentences of each article of a file, or what is wrong with it."""
    sentences: Tagged = []
    sentence: list[tuple[str, str]] = []
    begun = 1
    bad: BadRecord | None = None

    def ended() -> Iterator[tuple[int, Tagged] | BadRecord]:
        nonlocal sentences, sentence, bad
        sentences += [sentence] if sentence else []
        if bad is not None:
            yield bad
        elif sentences:
            yield begun, sentences
        sentences, sentence, bad = [], [], None

    with path.open("rb") as stream:
        number = 0
        while line := stream.readline(LINE_LIMIT):
            number += 1
            try:
                cells = line.decode("utf-8").split()
            except UnicodeDecodeError:
                bad = bad or BadRecord(f"{path.name}:{number}", "not UTF-8")
                continue
            if cells and cells[0] == DOCSTART:
                yield from ended()
                begun = number
            elif not cells:
                sentences += [sentence] if sentence else []
                sentence = []
            elif len(cells) < 2 or not -len(cells) <= column < len(cells):
                bad = bad or BadRecord(f"{path.name}:{number}", "the line has too few columns")
            elif not _is_tag(cells[column]):
                told = f"{cells[column][:20]!r} is no tag"
                bad = bad or BadRecord(f"{path.name}:{number}", told)
            else:
                sentence.append((cells[0], cells[column]))
    yield from ended()


def _is_tag(tag: str) -> bool:
    return tag == "O" or (tag[:2] in ("B-", "I-", "L-", "U-", "E-", "S-") and len(tag) > 2)


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read a file, or a folder of files over the same words, one for each role.

    The text is the words with spaces between them and a line for each sentence: the files do not
    know the original white space.
    """
    files = sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path]
    if not files:
        raise InputError(f"{path}: no {SUFFIX} files")
    column = options.number("column")
    for number, found in enumerate(zip_longest(*(_documents(f, column) for f in files)), start=1):
        name = f"{path.stem}-{number}"
        bad = [f for f in found if isinstance(f, BadRecord)]
        good = [f for f in found if f is not None and not isinstance(f, BadRecord)]
        if bad or len(good) < len(files):
            yield from bad or [BadRecord(name, "the files do not have the same articles")]
            continue
        words = [[w for w, _ in s] for s in good[0][1]]
        if any([[w for w, _ in s] for s in other[1]] != words for other in good[1:]):
            yield BadRecord(name, "the files do not have the same words")
            continue
        yield _document(name, f"{files[0].name}:{good[0][0]}", files, [g[1] for g in good])


def _document(name: str, where: str, files: list[Path], layers: list[Tagged]) -> Document:
    text: list[str] = []
    starts = array("I")
    at = 0
    for sentence in layers[0]:
        for word, _ in sentence:
            starts.append(at)
            at += len(word) + 1
        text.append(" ".join(word for word, _ in sentence))
    annotations: list[Annotation] = []
    for file, layer in zip(files, layers, strict=True):
        base = 0
        for sentence in layer:
            for e in entities(tag for _, tag in sentence):
                last = base + e.last - 1
                end = starts[last] + len(sentence[e.last - 1][0])
                number = f"{file.stem}:{len(annotations)}"
                span = (starts[base + e.first], end)
                annotations.append(_annotation(number, file.stem, e.label, *span))
            base += len(sentence)
    draft = ArticleDraft(text="\n".join(text), name=name)
    return Document(draft, tuple(annotations), where)


def _annotation(id_: str, file: str, label: str, start: int, end: int) -> Annotation:
    role = file if file in CLAIM_ROLES else label.lower()
    if role not in CLAIM_ROLES:
        fragment = Fragment(SPAN_ROLE, start, end)
        return Annotation(id_, "mark", "", "", (fragment,), {"type": label}, provenance="imported")
    return Annotation(id_, "claim", "", "", (Fragment(role, start, end),), provenance="imported")


FORMAT: Final = Format(
    name="conll",
    title="CoNLL columns (IOB1, IOB2, BILOU)",
    suffix="",
    holds="words, sentences and flat labelled spans, a file for each role",
    loses="white space between words, overlaps, which spans make a claim, spans over sentences,"
    f" all attributes but label-by, notes, {unheld.READING},"
    f" {unheld.RECORDS}",
    unit="token",
    write=write,
    read=read,
    training=True,
    options=(
        Option("scheme", "iob2", "how spans are tagged", ("iob1", "iob2", "bilou")),
        Option("roles", "", "a file for each; without it all of the schemes, and mark"),
        Option("label-by", "", "an attribute whose value is the label instead of the role"),
        Option("align", "expand", "what to do with a span that cuts a token", ALIGNMENTS),
        Option("column", "-1", "reading: the column of the tags, counted from 0 or from the end"),
    ),
    text_of_card="`python -m spacy convert FILE OUT -c conll` reads a file of it.",
)
