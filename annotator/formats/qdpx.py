"""REFI-QDA projects (`.qdpx`): what ATLAS.ti, MAXQDA, NVivo and QualCoder exchange.

A ZIP of `project.qde` and the texts. Each piece of an annotation is a PlainTextSelection of its
annotator; its role or layer, and its labels, are Codings of it. Links tie the pieces of a claim
together, name its parent, and are the relations. Texts are written as they are, in UTF-8;
positions are Unicode code points over them, from 0, the end exclusive. Reading is in
`qdpx_reading`.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import chain
from typing import IO, Final

from annotator.codebook.refi import (
    FLAG,
    PROJECT,
    Code,
    CodeTree,
    clean,
    codes_as_xml,
    content,
    element,
    guid,
)
from annotator.domain.exchange import Dataset, Document
from annotator.domain.losses import Losses
from annotator.domain.model import RELATION_TYPE, Annotation, Article
from annotator.formats.qdpx_positions import POSITIONS
from annotator.formats.qdpx_reading import read
from annotator.formats.qdpx_selections import OTHER_SPAN, PARENT, SAME_SPAN
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.article_fields import METADATA
from annotator.formats.support.base import Format, Options
from annotator.formats.support.jsonio import FILE_LIMIT
from annotator.formats.support.output import Output
from annotator.formats.support.schemes import Schemes
from annotator.formats.support.span_layers import SPANS
from annotator.version import __version__

EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_IN_MEMORY: Final = 1 << 24
_EXCERPT: Final = 40
_LONG: Final = 60
"""A value of more characters is a text, and no code."""
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z?)?")
_NO_TIME: Final = "1970-01-01T00:00:00Z"
"""Importers take it for granted that a coding has a time."""
HELD: Final = ("attributes", "grouping", "parent", "note", "flag")


class _Writer:
    """Writes sources while they pass, and what stands before and after them at the end."""

    def __init__(
        self, dataset: Dataset, archive: zipfile.ZipFile, losses: Losses, keep: ExitStack
    ) -> None:
        self.schemes = Schemes(dataset)
        self.tree = CodeTree(self.schemes.in_force)
        self.archive, self.losses = archive, losses
        self.people = {a.name for a in dataset.annotators if a.name}
        self.variables: dict[tuple[str, str], None] = {}
        self.written: set[str] = set()
        self.relations: list[Annotation] = []

        def spool() -> IO[bytes]:
            return keep.enter_context(tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))

        self.sources, self.notes, self.links = spool(), spool(), spool()

    # ------------------------------------------------------------------------------ small things

    def clean(self, text: str, subject: str) -> str:
        """Text that XML can hold; what it cannot is counted."""
        out, count = clean(text)
        if count:
            self.losses.add("control character, now U+FFFD", subject, count)
        return out

    def by(self, annotator: str, at: str) -> dict[str, str]:
        """Who made something, and when."""
        if annotator:
            self.people.add(annotator)
        who = {"creatingUser": guid("user", annotator)} if annotator else {}
        if not _TIME.fullmatch(at):
            at = _NO_TIME
        elif "T" not in at:
            at += "T00:00:00Z"
        return {**who, "creationDateTime": at}

    def note(self, at: str, text: str, a: Annotation, name: str = "") -> None:
        """A note of an annotation; whoever means it refers to its GUID."""
        said = {"guid": at, **({"name": self.clean(name, a.id)} if name else {})}
        head = element("Note", said | self.by(a.annotator, a.created_at))
        body = content(self.clean(text, a.id))
        line = f"    {head}<PlainTextContent>{body}</PlainTextContent></Note>\n"
        self.notes.write(line.encode())

    def link(
        self,
        at: str,
        name: str,
        origin: str,
        target: str,
        direction: str,
        notes: Iterable[str] = (),
    ) -> None:
        said = {"guid": at, "name": name, "direction": direction}
        said |= {"originGUID": origin, "targetGUID": target}
        inner = "".join(element("NoteRef", {"targetGUID": n}, empty=True) for n in notes)
        end = (
            f"{element('Link', said)}{inner}</Link>" if inner else element("Link", said, empty=True)
        )
        self.links.write(f"    {end}\n".encode())

    def tied(self, kind: str, origin: str, target: str, name: str = "") -> None:
        """A link of ours that a reader knows by its GUID."""
        self.link(guid(kind, origin, target), name or kind, origin, target, "OneWay")

    # ------------------------------------------------------------------------------ articles

    def add(self, document: Document) -> None:
        article = document.stored
        source = guid("source", article.uid)
        text = article.text.encode("utf-8")
        # Whoever reads takes one byte order mark away.
        text = b"\xef\xbb\xbf" + text if article.text.startswith("\ufeff") else text
        with self.archive.open(entry(f"sources/{source}.txt"), "w") as file:
            file.write(text)
        name = article.name or f"article {article.number}"
        said = {"guid": source, "name": self.clean(name, article.uid)}
        said |= {"plainTextPath": f"internal://{source}.txt"}
        out = [f"    {element('TextSource', said | self.by('', article.imported_at))}\n"]
        whole: list[str] = []
        referred: list[str] = []
        labelled: set[str] = set()
        here = {a.id: a for a in document.annotations}
        for a in document.annotations:
            match a.layer:
                case "relation":
                    self.relations.append(a)
                case "article" if a.annotator in labelled:
                    unheld.left_out(a, self.losses, "second article annotation of an annotator")
                case "article":
                    labelled.add(a.annotator)
                    self._article(a, whole, referred)
                case _:
                    out += self._spans(a, article, here)
        out += whole
        out += [f"      {element('NoteRef', {'targetGUID': n}, empty=True)}\n" for n in referred]
        out += self._metadata(article)
        out.append("    </TextSource>\n")
        self.sources.write("".join(out).encode())

    def _metadata(self, article: Article) -> Iterator[str]:
        fields = {n: getattr(article, n) for n in METADATA if n != "name"}
        values: list[tuple[str, object]] = [(k, v) for k, v in fields.items() if v]
        values += sorted(article.meta.items())
        for name, value in values:
            match value:
                case bool():
                    kind, text = "Boolean", "true" if value else "false"
                case int():
                    kind, text = "Integer", str(value)
                case str():
                    kind, text = "Text", self.clean(value, article.uid)
                case _:
                    self.losses.add(f"field {name} of an article", article.uid)
                    continue
            self.variables[name, kind] = None
            ref = element("VariableRef", {"targetGUID": guid("variable", name, kind)}, empty=True)
            inner = f"{ref}<{kind}Value>{content(text)}</{kind}Value>"
            yield f"      <VariableValue>{inner}</VariableValue>\n"

    def _article(self, a: Annotation, out: list[str], notes: list[str]) -> None:
        codings = [*self._labels(a)] or [(self.tree.used("layer", "article"), None)]
        if a.flagged:
            codings.append((self.tree.used(*FLAG), None))
        for i, (code, text) in enumerate(codings):
            at = guid("annotation", a.id) if i == 0 else guid("coding", a.id, code.guid)
            out += self._coding(a, at, code, text, "      ")
        if a.note:
            notes.append(guid("note", a.id))
            self.note(notes[-1], a.note, a)
        self.written.add(a.id)
        unheld.count(a, HELD, self.losses)

    # ------------------------------------------------------------------------------ annotations

    def _spans(self, a: Annotation, article: Article, here: dict[str, Annotation]) -> Iterator[str]:
        """The selections of an annotation with its codings."""
        if not a.fragments:
            unheld.left_out(a, self.losses, unheld.WITHOUT_SPAN)
            return
        if a.layer == "sentence" and not (a.attributes or a.note or a.flagged):
            unheld.left_out(a, self.losses)
            return
        places: list[str] = []
        first: dict[tuple[str, int], str] = {}
        for i, f in enumerate(a.fragments):
            at = guid("annotation", a.id) if i == 0 else guid("piece", a.id, str(i))
            places.append(at)
            codings: list[tuple[Code, str | None]] = []
            if a.layer == "claim":
                codings.append((self.tree.used("role", f.role), None))
            codings += self._labels(a) if i == 0 else ()
            if not codings:
                codings.append((self.tree.used("layer", a.layer_name), None))
            if i == 0 and a.flagged:
                codings.append((self.tree.used(*FLAG), None))
            excerpt = clean(_excerpt(article.text[f.start : f.end]))[0]
            said = {"guid": at, "name": excerpt, "startPosition": str(f.start)}
            said |= {"endPosition": str(f.end)} | self.by(a.annotator, a.created_at)
            yield f"      {element('PlainTextSelection', said)}\n"
            if i == 0 and a.note:
                note = content(self.clean(a.note, a.id))
                yield f"        <Description>{note}</Description>\n"
            for code, text in codings:
                yield from self._coding(a, guid("coding", at, code.guid), code, text, "        ")
            yield "      </PlainTextSelection>\n"
            earlier = first.setdefault((f.role, f.span), at)
            if earlier != at:
                self.tied(SAME_SPAN, earlier, at)
            elif i:
                self.tied(OTHER_SPAN, places[0], at, clean(f.role)[0])
        self._numbers(a)
        self.written.add(a.id)
        parent = here.get(a.parent or "")
        if parent is not None and parent.fragments:
            self.tied(PARENT, places[0], guid("annotation", parent.id))
        elif a.parent is not None:
            self.losses.add("parent", a.id)
        unheld.count(a, HELD, self.losses)

    def _numbers(self, a: Annotation) -> None:
        """Count spans of a role that are not numbered as they come."""
        seen: dict[str, dict[int, None]] = {}
        for f in a.fragments:
            seen.setdefault(f.role, {})[f.span] = None
        if any(list(n) != list(range(len(n))) for n in seen.values()):
            self.losses.add("numbers of spans (counted anew)", a.id)

    def _labels(self, a: Annotation) -> Iterator[tuple[Code, str | None]]:
        """The codes of the labels, each with the text that it is coded with, if any."""
        layer = a.layer_name
        for name, value in a.attributes.items():
            known = self.schemes.attribute(a, name)
            name = self.clean(name, a.id)
            values = known.split(value) if known else [value]
            plain = [
                v for v in values if v and len(v) <= _LONG and "\n" not in v and v == v.strip()
            ]
            if (known and known.text) or plain != values:
                yield self.tree.used("attribute", layer, name), value
                continue
            for v in values:
                yield self.tree.used("value", layer, name, self.clean(v, a.id)), None

    def _coding(
        self, a: Annotation, at: str, code: Code, text: str | None, indent: str
    ) -> Iterator[str]:
        inner = element("CodeRef", {"targetGUID": code.guid}, empty=True)
        if text is not None:
            note = guid("text", at)
            self.note(note, text, a, code.name)
            inner += element("NoteRef", {"targetGUID": note}, empty=True)
        said = {"guid": at} | self.by(a.annotator, a.created_at)
        yield f"{indent}{element('Coding', said)}{inner}</Coding>\n"

    # ------------------------------------------------------------------------------ relations

    def _relation(self, a: Annotation) -> None:
        kind = a.attributes.get(RELATION_TYPE, "")
        if kind:
            self.tree.of("relation", self.clean(kind, a.id))
        scheme = self.schemes.in_force
        declared = scheme.relation(kind) if scheme else None
        at, notes = guid("annotation", a.id), []
        for name, value in a.attributes.items():
            if name != RELATION_TYPE:
                notes.append(guid("label", at, clean(name)[0]))
                self.note(notes[-1], value, a, name)
        if a.note:
            notes.append(guid("note", at))
            self.note(notes[-1], a.note, a)
        direction = "Associative" if declared and declared.symmetric else "OneWay"
        ends = guid("annotation", a.head or ""), guid("annotation", a.tail or "")
        self.link(at, clean(kind)[0], *ends, direction, notes)
        unheld.count(a, ("attributes", "grouping", "parent", "note"), self.losses)

    def relate(self) -> None:
        """Write the relations whose ends are in the file, also those of other relations."""
        waiting = self.relations
        while waiting:
            later = []
            for a in waiting:
                if {a.head, a.tail} <= self.written:
                    self._relation(a)
                    self.written.add(a.id)
                else:
                    later.append(a)
            if len(later) == len(waiting):
                break
            waiting = later
        for a in waiting:
            unheld.left_out(a, self.losses, unheld.WITHOUT_END)

    # ------------------------------------------------------------------------------ the whole

    def lines(self) -> Iterator[bytes]:
        """`project.qde`, in the order that the schema wants."""
        scheme = self.schemes.in_force
        said = {"xmlns": PROJECT, "name": clean(scheme.title if scheme else "")[0] or "annotator"}
        said |= {"origin": f"annotator {__version__}"}
        yield f'<?xml version="1.0" encoding="utf-8"?>\n{element("Project", said)}\n'.encode()
        yield from _group("Users", (self._user(p) for p in sorted(self.people)))
        if self.tree.roots:
            codes = codes_as_xml(self.tree.roots, "      ")
            whole = chain(["    <Codes>\n"], codes, ["    </Codes>\n"])
            yield from _group("CodeBook", (line.encode() for line in whole))
        yield from _group("Variables", (self._variable(*v) for v in self.variables))
        for name, spool in (
            ("Sources", self.sources),
            ("Notes", self.notes),
            ("Links", self.links),
        ):
            spool.seek(0)
            yield from _group(name, spool)
        yield b"</Project>\n"

    def _user(self, name: str) -> bytes:
        said = {"guid": guid("user", name), "name": clean(name)[0]}
        return f"    {element('User', said, empty=True)}\n".encode()

    def _variable(self, name: str, kind: str) -> bytes:
        said = {"guid": guid("variable", name, kind), "name": clean(name)[0]}
        return f"    {element('Variable', said | {'typeOfVariable': kind}, empty=True)}\n".encode()


def _group(name: str, lines: Iterable[bytes]) -> Iterator[bytes]:
    """An element around lines; nothing where there are none, for it may not be empty."""
    begun = False
    for line in lines:
        if not begun:
            yield f"  <{name}>\n".encode()
            begun = True
        yield line
    if begun:
        yield f"  </{name}>\n".encode()


def _excerpt(words: str) -> str:
    shown = " ".join(words.split())
    return shown if len(shown) <= _EXCERPT else f"{shown[:_EXCERPT]}..."


def entry(name: str) -> zipfile.ZipInfo:
    """A file of the archive, with no time and no machine in it."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    return info


def write(
    documents: Iterable[Document],
    dataset: Dataset,
    out: Output,
    options: Options,
    losses: Losses,
) -> None:
    """Write the project and its texts."""
    with (
        ExitStack() as keep,
        out.open() as stream,
        zipfile.ZipFile(stream, "w", allowZip64=True) as archive,
    ):
        writer = _Writer(dataset, archive, losses, keep)
        for document in documents:
            writer.add(document)
        writer.relate()
        with archive.open(entry("project.qde"), "w", force_zip64=True) as file:
            for line in writer.lines():
                file.write(line)


FORMAT: Final = Format(
    name="qdpx",
    title="REFI-QDA project for ATLAS.ti, MAXQDA, NVivo and QualCoder",
    suffix=".qdpx",
    holds="texts, metadata, claims, marks and labels of sentences and articles with pieces, roles,"
    " attributes, notes, flags, parents; relations; annotators; guidelines",
    loses="which sentences were reviewed, provenance, flags of relations, metadata that is no text"
    f" or number, control characters (they become U+FFFD outside the texts); {unheld.RECORDS}",
    unit="codepoint",
    write=write,
    read=read,
    extra="formats",
    options=(POSITIONS, SPANS, FILE_LIMIT),
    text_of_card="Import the file as a REFI-QDA project (`.qdpx`).",
)
