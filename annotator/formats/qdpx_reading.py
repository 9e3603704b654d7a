"""Reading of REFI-QDA projects: ours as they were, others' codes as labels of the layer `code`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from annotator.codebook.refi import (
    CODE,
    Code,
    Node,
    child,
    children,
    guid_of,
    local,
    read_codes,
    vocabulary_of,
)
from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document, Item
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Fragment
from annotator.domain.scheme import MARK
from annotator.formats.qdpx_archive import Archive
from annotator.formats.qdpx_notes import Notes
from annotator.formats.qdpx_positions import POSITIONS, Map, reckoning, whole_characters
from annotator.formats.qdpx_records import SourceMetadata
from annotator.formats.qdpx_relations import LinkedPassages
from annotator.formats.qdpx_selections import CodedMade, CodedSource, Selections
from annotator.formats.support.base import Options
from annotator.formats.support.foreign import article_from
from annotator.formats.support.jsonio import FILE_LIMIT, MEGABYTE
from annotator.formats.support.span_layers import in_layers

_MEDIA = ("PictureSource", "PDFSource", "AudioSource", "VideoSource")


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read a project."""
    limit = options.number(FILE_LIMIT.name) * MEGABYTE
    with Archive(path, limit) as archive:
        yield from _Project(archive, options, losses).items()


class _Project:
    """What a project holds: all but the texts is taken in before the first article is given out,
    for links and notes stand at the end of the file."""

    def __init__(self, archive: Archive, options: Options, losses: Losses) -> None:
        root = archive.project()
        if local(root) != "Project":
            raise InputError(f"{archive.name}: no REFI-QDA project, but a <{local(root)}>")
        self.archive, self.losses = archive, losses
        self.origin = root.get("origin") or ""
        self.positions = options.text(POSITIONS.name)
        self.layered = in_layers(options)
        layer = CODE if self.layered else MARK
        people = {
            guid_of(u.get("guid")): (u.get("name") or u.get("id") or "").strip()
            for u in children(child(root, "Users"), "User")
        }
        self.roots = read_codes(child(child(root, "CodeBook"), "Codes"))
        codes = {c.guid: c for top in self.roots for c in top.every()}
        self.notes = Notes(child(root, "Notes"), archive, people, losses)
        self.relations = LinkedPassages(child(root, "Links"), self.notes, losses, archive.name)
        self.metadata = SourceMetadata(root, losses, archive.name)
        self.selections = Selections(
            codes, people, self.notes, self.relations.ties, losses, layer, layered=self.layered
        )
        self.layer = layer
        self.bad: list[BadRecord] = []
        self.sources = list(self._sources(child(root, "Sources")))
        self.relations.resolve(self.selections.at, self.sources)
        for name in ("Description", "NoteRef"):
            for node in children(root, name):
                if name == "NoteRef" or (node.text or "").strip():
                    losses.add(f"{name} of the project", archive.name)
        self.notes.count_rest()

    def _sources(self, sources: Node | None) -> Iterator[CodedSource]:
        for number, node in enumerate(sources if sources is not None else (), 1):
            kind = local(node)
            name = node.get("name") or f"source {number}"
            where = f"{self.archive.name}: {name}"
            if kind == "TextSource":
                yield self._source(node, node, where)
                continue
            if kind not in _MEDIA:
                continue
            text = child(node, "Representation")
            if text is not None:
                self.losses.add(f"{kind} (only its text is read)", where)
                yield self._source(text, node, where)
            else:
                self.losses.add(f"{kind} (not read)", where)
            inner = [c for c in node if local(c) != "Representation"]
            codings = sum(len(children(c, "Coding")) for c in inner)
            codings += len(children(node, "Coding")) if text is None else 0
            if codings:
                self.losses.add(f"coding of a {kind}", where, codings)

    def _source(self, node: Node, named: Node, where: str) -> CodedSource:
        source = CodedSource(node, named.get("name") or "", where, guid_of(named.get("guid")))
        try:
            self.selections.take(source, named)
        except InputError as error:
            source.fault = error.message
        return source

    def items(self) -> Iterator[Item]:
        """The articles, and in layers what the project declares."""
        for source in self.sources:
            try:
                if source.fault:
                    raise InputError(source.fault)
                yield self._document(source)
            except InputError as error:
                yield BadRecord(source.where, error.message)
        if self.layered:
            yield vocabulary_of(
                self._codes(),
                layer=self.layer,
                several=self.selections.several,
                relations=self.relations.types.items(),
            )

    def _codes(self) -> list[Code]:
        return self.roots

    def _text(self, source: CodedSource) -> tuple[str, bool]:
        node = source.node
        inside = child(node, "PlainTextContent")
        path = node.get("plainTextPath")
        if node.get("richTextPath"):
            what = (
                "formatting of a text" if path or inside is not None else "text in rich text only"
            )
            if not (path or inside is not None):
                raise InputError(f"{what}: {node.get('richTextPath')!r}")
            self.losses.add(what, source.where)
        if path:
            return self.archive.text(path)
        if inside is None:
            raise InputError("it has no plain text")
        return inside.text or "", False

    def _document(self, source: CodedSource) -> Document:
        text, marked = self._text(source)
        way = reckoning(text, source.places, self.positions, marked=marked, origin=self.origin)
        if way.name and self.positions == "auto":
            self.losses.add(f"positions that count {way.name} (read so)", source.where)
        values = {"name": source.name, **self.metadata.of(source)}
        made = [self._placed(m, text, way.at, source) for m in source.made]
        return Document(article_from(text, values), tuple(made), source.where)

    def _placed(self, made: CodedMade, text: str, at: Map, source: CodedSource) -> Annotation:
        fragments = []
        for f in made.annotation.fragments:
            start, end = at(f.start), at(f.end)
            if not 0 <= start < end:
                raise InputError(
                    f"a selection [{f.start}, {f.end}) does not fit a text of {len(text)}"
                    " characters"
                )
            whole = whole_characters(text, start, end)
            if whole != (start, end):
                self.losses.add("selection that cut a character, now whole", source.where)
            fragments.append(Fragment(f.role, *whole, f.span))
        return replace(made.annotation, fragments=tuple(fragments), note="\n".join(made.notes))
