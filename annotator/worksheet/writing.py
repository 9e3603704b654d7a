"""Writing a worksheet: the explanation, the article sentence by sentence, the facts below each.

One fact stands on one line, after a short name and a colon; nothing is drawn and nothing stands in
columns, so that a screen reader reads it as it is meant.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from annotator.domain.model import SPAN_ROLE, Annotation, Article, Layer
from annotator.domain.scheme import MANY, Scheme
from annotator.domain.wording import TYPED
from annotator.text.safe import safe_line
from annotator.worksheet import syntax
from annotator.worksheet.facts import Facts
from annotator.worksheet.places import Places
from annotator.worksheet.syntax import name_of, value_of

_HOW = """\
# The text stands sentence by sentence: s and a number, a colon, the words. Leave these lines alone.
# Below a sentence stands what was said of it, one fact on a line. A line with nothing after its
# colon says nothing. Lines that begin with a number sign, and empty lines, are for you alone.
#
# reviewed: yes below a sentence says that you have read it and are done with it.
# claim 1 begins a claim, mark 1 a mark; the lines after it are about it. To add one, write
# claim new or mark new on a line of its own below a sentence, and its facts under it. To remove
# one, delete all of its lines. To change one, change its lines.
#
# A place is named by its sentence and the words between straight quotation marks. This claim
# has a source and a cue:
#   claim new
#   source: s3 "an engineer"
#   cue: s3 "said"
# Words that stand more than once in the sentence need a number: s3 "the" 2 of 4 is the second.
# Words that go on in the next sentence are named by the sentence they begin in.
# s3 alone is the whole sentence, s3 to s5 are three, at 120 to 160 are characters of the text.
# Two lines with source 1 are two pieces of one source; source 2 begins the second source.
# parent: claim 2 nests a claim in another. flagged: yes asks for discussion. note: is free text;
# several lines with note are its lines. A value with odd characters is a string as in JSON.
#
"""


def worksheet(
    article: Article,
    annotations: Iterable[Annotation],
    scheme: Scheme,
    annotator: str,
    event: int = 0,
) -> str:
    """The worksheet of an article and one annotator's annotations of it.

    Args:
        article: With its layout.
        annotations: Of that annotator in that article. Verdicts on suggestions are passed over.
        scheme: In force: its names are explained at the top.
        annotator: Whose worksheet it is.
        event: The number of the journal's newest event: each worksheet is known from all others.
    """
    return "\n".join(_Writer(article, annotations, scheme, annotator, event).lines()) + "\n"


def seal(lines: Sequence[str]) -> str:
    """What tells that the last lines were not changed."""
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:16]


class _Writer:
    def __init__(
        self,
        article: Article,
        annotations: Iterable[Annotation],
        scheme: Scheme,
        annotator: str,
        event: int,
    ) -> None:
        self.article, self.scheme, self.annotator, self.event = article, scheme, annotator, event
        self.places = Places(article)
        shown = [a for a in annotations if a.layer in syntax.HEADS]
        tags: dict[str, Annotation] = {}
        for a in shown:
            handle = self._tag(a)
            if handle:
                tags.setdefault(handle, a)
        self.tags = tags
        """What is written below a sentence, or the article's head, by their names."""
        ids = {a.id for a in tags.values()}
        self.blocks: dict[int, list[Annotation]] = {}
        """The others, by the number of the sentence they begin in (0: in none)."""
        for a in sorted(
            (a for a in shown if a.id not in ids), key=lambda a: (a.start, a.end, a.layer)
        ):
            at = self.places.sentence_of(a.start) if a.fragments else 0
            self.blocks.setdefault(at, []).append(a)
        self.handles = {a.id: handle for handle, a in tags.items()}
        numbers: dict[Layer, int] = {}
        for _, found in sorted(self.blocks.items()):
            for a in found:
                numbers[a.layer] = numbers.get(a.layer, 0) + 1
                self.handles[a.id] = f"{syntax.HEADS[a.layer]} {numbers[a.layer]}"
        self.known = {a.id: a for a in shown}

    def _tag(self, a: Annotation) -> str:
        """The name of the sentence, or the article, that an annotation is simply a tag of."""
        if a.parent is not None:
            return ""
        if a.layer == "article" and not a.fragments:
            return syntax.ARTICLE
        if a.layer == "sentence" and len(a.fragments) == 1:
            role, start, end, span = a.fragments[0]
            number = self.places.sentence_of(start)
            if number and (role, span) == (SPAN_ROLE, 0):
                found = self.article.layout.sentences[number - 1]
                if (found.start, found.end) == (start, end):
                    return f"s{number}"
        return ""

    # ------------------------------------------------------------------------------ the lines

    def lines(self) -> Iterator[str]:
        yield from self._head()
        yield ""
        yield syntax.ARTICLE
        yield from self._facts(self.tags.get(syntax.ARTICLE), "article")
        yield from self._blocks(0)
        paragraph = -1
        for i, sentence in enumerate(self.article.layout.sentences):
            yield ""
            if sentence.paragraph != paragraph:
                paragraph = sentence.paragraph
                yield f"# Paragraph {paragraph + 1}"
            kind = "" if sentence.kind == "body" else f" {sentence.kind}"
            yield f"s{i + 1}{kind}: {self.places.sentence(i + 1)}"
            tag = self.tags.get(f"s{i + 1}")
            if tag is None and sentence.kind in self.scheme.review_kinds:
                yield f"{syntax.REVIEWED}: no"
            yield from self._facts(tag, "sentence")
            yield from self._blocks(i + 1)
        yield ""
        yield from self._end()

    def _head(self) -> Iterator[str]:
        title = self.article.title or self.article.name
        yield f"# Worksheet of article {self.article.number}: {safe_line(title)}"
        yield f"# Whose: {safe_line(self.annotator)}"
        yield "#"
        yield "# Change this file in any editor, save it, and give it back:"
        yield "#   annotator worksheet --apply FILE"
        yield "# With --dry-run after it, you are told what would change, and nothing is stored."
        yield "#"
        yield from _HOW.splitlines()
        yield "# What words can be in a claim:"
        for role in (r for r in self.scheme.roles if not r.archived):
            needed = ", required" if role.required else ""
            yield f"# {name_of(syntax.ROLE, role.name, self.scheme, 'claim')}{needed}"
        spans = syntax.roles_of(self.scheme, "mark")
        named = (name_of(syntax.ROLE, name, self.scheme, "mark") for name in spans)
        yield f"# The words of a mark are its {' or its '.join(named)}."
        for layer in syntax.HEADS:
            layers = [s.name for s in self.scheme.span_layers] if layer == "mark" else [layer]
            for name in layers:
                yield from self._labels(layer, name)

    def _labels(self, layer: Layer, layer_name: str) -> Iterator[str]:
        attributes = [a for a in self.scheme.of_layer(layer_name) if not a.archived]
        if attributes:
            yield "#"
            article = "an" if layer_name[:1].lower() in tuple("aeiou") else "a"
            what = "the article" if layer == "article" else f"{article} {layer_name}"
            yield f"# Labels of {what}, and their values:"
        for a in attributes:
            values = ", ".join(value_of(v.name) for v in a.offered)
            said = TYPED[a.kind] if a.text else values
            needed = ", required" if a.required else ""
            several = f"; several with {MANY} between them" if a.kind == "several" else ""
            asked = f"; asked only where {a.only_if}" if a.only_if else ""
            unless = f" unless {a.required_unless}" if a.required_unless else ""
            name = name_of(syntax.LABEL, a.name, self.scheme, layer)
            yield f"# {name}{needed}{unless}: {said}{several}{asked}"

    def _blocks(self, sentence: int) -> Iterator[str]:
        for a in self.blocks.get(sentence, []):
            yield ""
            yield self.handles[a.id]
            yield from self._facts(a, a.layer)

    def _facts(self, a: Annotation | None, layer: Layer) -> Iterator[str]:
        if a is None:
            return
        tagged = self.handles[a.id] in self.tags
        if not tagged:
            yield from self._pieces(a)
        order = {name: i for i, name in enumerate(syntax.labels_of(self.scheme, layer))}
        for name in sorted(a.attributes, key=lambda n: (order.get(n, len(order)), n)):
            before = name_of(syntax.LABEL, name, self.scheme, layer)
            yield f"{before}: {value_of(a.attributes[name])}"
        if not tagged:
            for name in self.scheme.missing(a):
                kind = syntax.LABEL if name in order else syntax.ROLE
                yield f"{name_of(kind, name, self.scheme, layer)}:"
        if a.parent is not None:
            yield f"{syntax.PARENT}: {self.handles.get(a.parent, a.parent)}"
        if a.reviewed or (layer == "sentence" and tagged):
            yield f"{syntax.REVIEWED}: {'yes' if a.reviewed else 'no'}"
        if a.flagged:
            yield f"{syntax.FLAGGED}: yes"
        if a.note:
            yield from (f"{syntax.NOTE}: {value_of(line)}" for line in a.note.split("\n"))

    def _pieces(self, a: Annotation) -> Iterator[str]:
        roles = [f.role for f in a.fragments]
        for f in a.fragments:
            name = name_of(syntax.ROLE, f.role, self.scheme, a.layer)
            # Without a number it is the first span, whatever the scheme says of a second one.
            number = f" {f.span + 1}" if f.span or roles.count(f.role) > 1 else ""
            yield f"{name}{number}: {self.places.name(f.start, f.end)}"

    def _end(self) -> Iterator[str]:
        yield syntax.END
        yield "# Leave the lines below alone: they say what was here when this was written."
        lines = [
            f"version {syntax.VERSION}",
            f"article {self.article.uid}",
            f"annotator {value_of(self.annotator)}",
            f"event {self.event}",
            *(
                f"{handle} is {id_} {Facts.of(self.known[id_]).digest()}"
                for id_, handle in self.handles.items()
            ),
        ]
        yield from lines
        yield f"check {seal(lines)}"
