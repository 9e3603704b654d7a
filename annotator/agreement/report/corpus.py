"""What a report is about: whose annotations, of which articles, and who has read what."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Final

from annotator.agreement.adapter import documents
from annotator.agreement.inputs import Document
from annotator.agreement.result import LeftOut, left_out
from annotator.domain.errors import NotFoundError
from annotator.domain.model import Annotation, Article, Layer
from annotator.domain.scheme import Attribute, Scheme

GOLD: Final = "gold"
"""The annotator of adjudicated decisions; never compared as one of the annotators."""


@dataclass(frozen=True, eq=False)
class Corpus:
    """Shared articles and what the annotators made of them.

    An annotator has read an article who has at least one annotation in it: a claim, a mark, a
    label, a sentence marked as reviewed, or a suggestion decided. An article is shared when two of
    the annotators have read it; only shared articles are here.

    Attributes:
        scheme: In force; its label sets are those that chance is reckoned with.
        articles: The shared ones, in the order of the database.
        annotators: Who is compared, sorted.
        annotations: Theirs in the shared articles.
        readers: Article uid -> who has read it.
        unfinished: (article uid, annotator) who reviewed some sentences, but not all.
        gold: Adjudicated annotations of the shared articles.
        left_out: What is not compared, and why.
    """

    scheme: Scheme
    articles: tuple[Article, ...]
    annotators: tuple[str, ...]
    annotations: tuple[Annotation, ...]
    readers: Mapping[str, tuple[str, ...]]
    unfinished: tuple[tuple[str, str], ...] = ()
    gold: tuple[Annotation, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    _documents: dict[Layer, tuple[Document, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def by_uid(self) -> dict[str, Article]:
        """The articles by uid."""
        return {article.uid: article for article in self.articles}

    @cached_property
    def by_id(self) -> dict[str, Annotation]:
        """The annotations by id."""
        return {a.id: a for a in self.annotations}

    def documents(self, layer: Layer) -> tuple[Document, ...]:
        """The articles as the measures take them, with one layer's annotations."""
        if layer not in self._documents:
            wanted = [a for a in self.annotations if a.layer == layer]
            self._documents[layer] = documents(self.articles, wanted, layer, self.readers)
        return self._documents[layer]

    def choices(self, layer: Layer) -> tuple[Attribute, ...]:
        """The scheme's attributes with a choice of values; free text is not compared."""
        return tuple(a for a in self.scheme.of_layer(layer) if not a.text)

    @property
    def fingerprint(self) -> str:
        """Hex digits that change with anything that is compared (not with notes or times)."""
        digest = hashlib.sha256(self.scheme.version.encode())
        for article in self.articles:
            digest.update(f"{article.uid} {self.readers[article.uid]}\n".encode())
        for a in sorted(self.annotations, key=attrgetter("id")):
            pieces = " ".join(f"{f[0]} {f[1]} {f[2]}" for f in a.fragments)
            labels = sorted(a.attributes.items())
            said = f"{a.layer} {a.article} {a.annotator!r} {pieces} {a.parent} {labels}\n"
            digest.update(said.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()[:16]


def gather(
    articles: Iterable[Article],
    annotations: Iterable[Annotation],
    scheme: Scheme,
    *,
    annotators: Sequence[str] = (),
    finished: bool = False,
    unread: int = 0,
) -> Corpus:
    """Sort annotations into what is compared and what is not.

    Args:
        articles: Those to look at.
        annotations: Of any article and annotator.
        scheme: Whose label sets count.
        annotators: Whom to compare; all who annotated without. Naming the gold annotator compares
            with the gold.
        finished: Leave out articles for an annotator who reviewed some sentences, but not all.
        unread: How many articles without any annotation are not in `articles`.

    Raises:
        NotFoundError: when a named annotator has no annotation at all.
    """
    listed = tuple(articles)
    known = {article.uid for article in listed}
    found: list[Annotation] = []
    gold: list[Annotation] = []
    all_of_them = list(annotations)
    everyone = {a.annotator for a in all_of_them}
    # Whoever has adjudicated is no annotator among the others, whatever else they did.
    judges = {a.annotator for a in all_of_them if a.provenance == "adjudicated"} - set(annotators)
    for a in all_of_them:
        if a.article in known:
            (gold if a.annotator in judges else found).append(a)
    for name in annotators:
        if name not in everyone:
            raise NotFoundError(
                f"{name} has not annotated anything",
                f"there are annotations by {', '.join(sorted(everyone)) or 'nobody'}",
            )
    wanted = set(annotators) or {a.annotator for a in found}
    readers: dict[str, set[str]] = defaultdict(set)
    for a in found:
        readers[a.article].add(a.annotator)
    not_named = sum(1 for a in found if a.annotator not in wanted)
    begun = _unfinished(listed, found, scheme)
    if finished:
        for uid, name in begun:
            readers[uid].discard(name)
    reading = {a.uid: tuple(sorted(readers[a.uid] & wanted)) for a in listed}
    shared = tuple(a for a in listed if len(reading[a.uid]) > 1)
    uids = {a.uid: reading[a.uid] for a in shared}
    place = {a.uid: i for i, a in enumerate(shared)}
    kept = [a for a in found if a.article in uids and a.annotator in uids[a.article]]
    # Ties of matching and resampling depend on order; that must not depend on how they were read.
    kept.sort(key=lambda a: (place[a.article], a.start, a.end, a.id))
    alone = Counter(min(len(names), 2) for names in reading.values())
    return Corpus(
        scheme,
        shared,
        tuple(sorted({name for names in uids.values() for name in names})),
        tuple(kept),
        uids,
        tuple((uid, name) for uid, name in begun if uid in uids and name in wanted),
        tuple(a for a in gold if a.article in uids),
        left_out(
            articles_read_by_nobody=alone[0] + unread,
            articles_read_by_one_annotator_only=alone[1],
            articles_begun_and_not_finished=len(begun) if finished else 0,
            annotations_by_others_than_those_named=not_named,
            annotations_in_articles_not_shared=len(found) - not_named - len(kept),
        ),
    )


def _unfinished(
    articles: Iterable[Article], annotations: Iterable[Annotation], scheme: Scheme
) -> list[tuple[str, str]]:
    """Who began to review an article sentence by sentence and did not come to its end.

    Whoever never marked a sentence as reviewed (an import, say) is taken to have read all.
    """
    by_article = {article.uid: article for article in articles}
    reviewing: set[tuple[str, str]] = set()
    places: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for a in annotations:
        if a.reviewed:
            reviewing.add((a.article, a.annotator))
    for a in annotations:
        if (a.article, a.annotator) in reviewing and a.layer != "verdict":
            places[a.article, a.annotator].extend((f.start, f.end) for f in a.fragments)
    out: list[tuple[str, str]] = []
    for (uid, name), touched in sorted(places.items()):
        if _open_sentences(by_article[uid], touched, scheme.review_kinds):
            out.append((uid, name))
    return out


def _open_sentences(
    article: Article, touched: Iterable[tuple[int, int]], kinds: Collection[str]
) -> int:
    sentences = article.layout.sentences
    starts = [s.start for s in sentences]
    done: set[int] = set()
    for start, end in touched:
        at = max(0, bisect_right(starts, start) - 1)
        while at < len(sentences) and sentences[at].start < end:
            done.add(at)
            at += 1
    return sum(1 for i, s in enumerate(sentences) if s.kind in kinds and i not in done)
