"""What a report is about: whose annotations, of which articles, and who has read what."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate

import numpy as np

from annotator.agreement.result import LeftOut, left_out
from annotator.alignment.annotations import documents, is_note
from annotator.alignment.arrays import Bools, Ints
from annotator.alignment.claim_table import ClaimTable
from annotator.alignment.inputs import ComparedText
from annotator.domain.columns import AnnotationColumns
from annotator.domain.errors import NotFoundError
from annotator.domain.model import SPAN_ROLE, Annotation, Article, Layer
from annotator.domain.scheme import Attribute, Scheme
from annotator.domain.second_pass import first_pass
from annotator.report.annotation_arrays import AnnotationArrays, ints, span_layers
from annotator.report.unfinished import unfinished_readings


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
        rows: Their annotations in the shared articles.
        readers: Article uid -> who has read it.
        unfinished: (article uid, annotator) who reviewed some sentences, but not all.
        gold: Adjudicated annotations of the shared articles.
        left_out: What is not compared, and why.
        people: Who may have read something twice, whether or not they share articles.
        looked_at: All articles, also those that are not shared.
        copies: (group, place in `looked_at`, sentence) of sentences of which there are near copies.
        alike: Articles that read alike and were read by different people, which are not compared:
            groups of (article number, who read it).
        scheme_use: (annotator, scheme name and version, annotations) where those who are compared
            worked under several versions; empty where they did not.
    """

    scheme: Scheme
    articles: tuple[Article, ...]
    annotators: tuple[str, ...]
    rows: AnnotationArrays
    readers: Mapping[str, tuple[str, ...]]
    unfinished: tuple[tuple[str, str], ...] = ()
    gold: tuple[Annotation, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    people: tuple[str, ...] = ()
    looked_at: tuple[Article, ...] = ()
    copies: tuple[tuple[int, int, int], ...] = ()
    alike: tuple[tuple[tuple[int, tuple[str, ...]], ...], ...] = ()
    scheme_use: tuple[tuple[str, str, int], ...] = ()
    _tables: dict[str, ClaimTable] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def by_uid(self) -> dict[str, Article]:
        """The articles by uid."""
        return {article.uid: article for article in self.articles}

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """The annotations that are compared, as objects (made anew: slow where they are many)."""
        return tuple(self.rows.columns.annotations(self.rows.row.tolist()))

    def readings(self, ids: Collection[str]) -> dict[str, Annotation]:
        """Those of some ids that are compared, as objects."""
        columns, wanted = self.rows.columns, set(ids)
        found = [i for i in self.rows.row.tolist() if columns.ids[i] in wanted] if wanted else []
        return {columns.ids[i]: columns.annotation(i) for i in found}

    @cached_property
    def read(self) -> Bools:
        """(articles, annotators): who has read what."""
        return np.array(
            [[name in self.readers[a.uid] for name in self.annotators] for a in self.articles],
            dtype=np.bool_,
        ).reshape(len(self.articles), len(self.annotators))

    @cached_property
    def base(self) -> Ints:
        """Where each article starts on the line of all (articles + 1,), in code points."""
        return np.array([0, *accumulate(len(a.text) for a in self.articles)], dtype=np.int64)

    @cached_property
    def _tokens(self) -> tuple[Ints, Ints] | None:
        if not all(len(a.layout.token_starts) or not a.text for a in self.articles):
            return None
        edges = []
        for which in ("token_starts", "token_ends"):
            found = [np.asarray(getattr(a.layout, which), dtype=np.int64) for a in self.articles]
            found = [line + at for line, at in zip(found, self.base, strict=False)]
            edges.append(np.concatenate([np.empty(0, dtype=np.int64), *found]))
        return edges[0], edges[1]

    def table(self, layer: str) -> ClaimTable:
        """The annotations of one layer of the scheme as the measures take them."""
        if layer not in self._tables:
            names = [article.uid for article in self.articles]
            self._tables[layer] = self.rows.table(
                layer, names, self.annotators, self.read, self.base, self._tokens
            )
        return self._tables[layer]

    def documents(self, layer: Layer) -> tuple[ComparedText, ...]:
        """The same as objects, for the library's other functions."""
        rows = self.rows.row[self.rows.of_layer(layer)].tolist()
        found = self.rows.columns.annotations(rows)
        return documents(self.articles, found, layer, self.readers)

    def alone(self, who: str) -> tuple[ClaimTable, set[int]]:
        """One annotator's claims in all articles looked at, and which of these they have read."""
        columns = self.rows.columns
        place = {article.uid: i for i, article in enumerate(self.looked_at)}
        known = np.array([place.get(uid, -1) for uid in columns.articles], dtype=np.int64)
        document = known[ints(columns.article)]
        mine = (document >= 0) & (ints(columns.annotator) == columns.annotators.index(who))
        read = np.zeros((len(self.looked_at), 1), dtype=np.bool_)
        read[document[mine]] = True
        base = np.array([0, *accumulate(len(a.text) for a in self.looked_at)], dtype=np.int64)
        rows = AnnotationArrays.from_columns(columns, mine, document, np.zeros_like(document))
        table = rows.table("claim", tuple(place), (who,), read, base, None)
        return table, set(np.flatnonzero(read).tolist())

    @cached_property
    def span_layers(self) -> tuple[str, ...]:
        """The span layers of the scheme, and those that somebody used all the same."""
        known = [layer.name for layer in self.scheme.span_layers]
        return tuple(dict.fromkeys([*known, *self.rows.span_layer_names]))

    def choices(self, layer: str) -> tuple[Attribute, ...]:
        """The scheme's attributes with a choice of values; free text is not compared."""
        return tuple(a for a in self.scheme.of_layer(layer) if not a.text)

    def with_gold(self, gold: Iterable[Annotation]) -> Corpus:
        """The same comparison after other decisions; tables that were made are kept."""
        found = copy(self)
        object.__setattr__(found, "gold", tuple(gold))
        return found

    def part(self, uids: Collection[str]) -> Corpus:
        """The same comparison in some of the articles alone."""
        inside = np.array([a.uid in uids for a in self.articles], dtype=np.bool_)
        readers = {uid: names for uid, names in self.readers.items() if uid in uids}
        names = tuple(n for n in self.annotators if any(n in found for found in readers.values()))
        column = [names.index(n) if n in names else -1 for n in self.annotators]
        rows = self.rows
        kept = inside[rows.document]
        return replace(
            self,
            articles=tuple(a for a in self.articles if a.uid in uids),
            annotators=names,
            rows=AnnotationArrays(
                rows.columns,
                rows.row[kept],
                (np.cumsum(inside) - 1)[rows.document[kept]],
                np.array(column, dtype=np.int64)[rows.annotator[kept]],
            ),
            readers=readers,
            unfinished=tuple(item for item in self.unfinished if item[0] in uids),
            gold=tuple(a for a in self.gold if a.article in uids),
        )

    @cached_property
    def fingerprint(self) -> str:
        """Hex digits that change with anything that is compared (not with notes or times)."""
        columns, row = self.rows.columns, self.rows.row
        digest = hashlib.sha256(self.scheme.version.encode())
        for article in self.articles:
            digest.update(f"{article.uid} {self.readers[article.uid]}\n".encode())
        number = np.full(len(columns) + 1, -1, dtype=np.int64)
        number[row] = np.arange(len(row))
        labels = ints(columns.labels)[row]
        used = sorted(np.unique(labels).tolist(), key=lambda i: _said(columns.label_sets[i]))
        rank = np.zeros(len(columns.label_sets), dtype=np.int64)
        rank[used] = np.arange(len(used))
        names = sorted(columns.roles)
        roles = np.array([names.index(name) for name in columns.roles], dtype=np.int64)
        owner = number[ints(columns.owner)]
        mine = np.flatnonzero(owner >= 0)
        mine = mine[np.argsort(owner[mine], kind="stable")]
        said = (*self.annotators, *names, *(_said(columns.label_sets[i]) for i in used))
        digest.update(repr(said).encode("utf-8", "surrogatepass"))
        for values in (
            self.rows.layer,
            self.rows.document,
            self.rows.annotator,
            number[ints(columns.parent)[row]],
            rank[labels],
            owner[mine],
            roles[ints(columns.role)[mine]],
            ints(columns.start)[mine],
            ints(columns.end)[mine],
        ):
            digest.update(values.astype("<i8").tobytes())
        return digest.hexdigest()[:16]


def _said(labels: Mapping[str, str]) -> str:
    return repr(sorted(labels.items()))


def gather(
    articles: Iterable[Article],
    annotations: Iterable[Annotation] | AnnotationColumns,
    scheme: Scheme,
    *,
    annotators: Sequence[str] = (),
    finished: bool = False,
    judges: Collection[str] = (),
    unread: int = 0,
    excluded: int = 0,
    copies: Iterable[tuple[int, int, int]] = (),
    alike: Iterable[Sequence[int]] = (),
    scheme_use: Iterable[tuple[str, str, int]] = (),
) -> Corpus:
    """Sort annotations into what is compared and what is not.

    Args:
        articles: Those to look at.
        annotations: Of any article and annotator; as columns where they are many.
        scheme: Whose label sets count.
        annotators: Whom to compare; all who annotated without. Naming the gold annotator compares
            with the gold.
        finished: Leave out articles for an annotator who reviewed some sentences, but not all.
        judges: Who has adjudicated anything anywhere, or is about to; those who did so in the
            annotations at hand count without being named.
        unread: How many articles without any annotation are not in `articles`.
        excluded: How many articles somebody has left out of the project.
        copies: (group, article number, sentence) of sentences of which there are near copies, for
            how consistent annotators are with themselves.
        alike: Numbers of articles that differ in line ends and the like alone, group by group.
        scheme_use: (annotator, scheme name and version, annotations), of everybody.

    Raises:
        NotFoundError: when a named annotator has no annotation at all.
    """
    listed = tuple(articles)
    columns = (
        annotations
        if isinstance(annotations, AnnotationColumns)
        else AnnotationColumns.from_annotations(annotations)
    )
    people = columns.annotators
    for name in annotators:
        if name not in people:
            raise NotFoundError(
                f"{name} has not annotated anything",
                f"there are annotations by {', '.join(sorted(people)) or 'nobody'}",
            )
    place = {article.uid: i for i, article in enumerate(listed)}
    numbers = {article.number: i for i, article in enumerate(listed)}
    known = np.array([place.get(uid, -1) for uid in columns.articles], dtype=np.int64)
    document, who = known[ints(columns.article)], ints(columns.annotator)
    # Whoever has adjudicated is no annotator among the others, whatever else they did.
    judging = np.zeros(len(people), dtype=np.bool_)
    judging[who[ints(columns.adjudicated) > 0]] = True
    judging |= np.array([name in judges for name in people], dtype=np.bool_)
    judging &= np.array([name not in annotators for name in people], dtype=np.bool_)
    # Second passes are compared with their first, not among the annotators.
    second = np.array([bool(first_pass(n)) and n not in annotators for n in people], dtype=np.bool_)
    found = (document >= 0) & ~judging[who] & ~second[who]
    # The last row is where annotations of other articles lead: nobody has read those.
    read = np.zeros((len(listed) + 1, len(people)), dtype=np.bool_)
    read[document[found], who[found]] = True
    wanted = np.array([not annotators or name in annotators for name in people], dtype=np.bool_)
    begun = unfinished_readings(listed, columns, document, found, scheme)
    if finished:
        for at, person in begun:
            read[at, person] = False
    reading = read & wanted
    shared = reading.sum(axis=1) > 1
    uids = {
        a.uid: tuple(sorted(people[i] for i in np.flatnonzero(reading[at])))
        for at, a in enumerate(listed)
        if shared[at]
    }
    names = tuple(sorted({name for readers in uids.values() for name in readers}))
    kept = found & shared[document] & reading[document, who]
    notes = kept & _only_notes(columns, scheme)
    kept &= ~notes
    used = tuple(use for use in scheme_use if use[0] in names)
    number = np.cumsum(shared) - 1
    column = np.array([names.index(p) if p in names else -1 for p in people], dtype=np.int64)
    alone = np.bincount(np.minimum(reading[:-1].sum(axis=1), 2), minlength=3)
    not_named = int((found & ~wanted[who]).sum())
    gold = np.flatnonzero((document >= 0) & judging[who] & shared[document])
    return Corpus(
        scheme,
        tuple(a for a, both in zip(listed, shared[:-1], strict=True) if both),
        names,
        AnnotationArrays.from_columns(columns, kept, number[document], column[who]),
        uids,
        tuple(sorted((listed[at].uid, people[i]) for at, i in begun if shared[at] and wanted[i])),
        tuple(columns.annotations(gold.tolist())),
        left_out(
            articles_excluded_from_the_project=excluded,
            articles_read_by_nobody=int(alone[0]) + unread,
            articles_read_by_one_annotator_only=int(alone[1]),
            articles_begun_and_not_finished=len(begun) if finished else 0,
            annotations_by_others_than_those_named=not_named,
            annotations_in_articles_not_shared=int(found.sum())
            - not_named
            - int((kept | notes).sum()),
            marks_with_labels_of_no_scheme=int(notes.sum()),
            annotations_of_second_passes=int(((document >= 0) & second[who]).sum()),
        ),
        tuple(
            sorted(
                name
                for i, name in enumerate(people)
                if wanted[i] and not judging[i] and not second[i]
            )
        ),
        listed,
        tuple((group, numbers[n], i) for group, n, i in copies if n in numbers),
        _read_apart(alike, numbers, reading, people),
        used if len({version for _, version, _ in used}) > 1 else (),
    )


def _only_notes(columns: AnnotationColumns, scheme: Scheme) -> Bools:
    """Marks that are only notes to the scheme (annotations,)."""
    chosen: Bools = np.zeros(len(columns), dtype=np.bool_)
    layers = span_layers(columns)
    for i in np.unique(layers[layers >= 0]).tolist():
        name = "mark" if columns.roles[i] == SPAN_ROLE else columns.roles[i]
        strange = [is_note(scheme, name, labels) for labels in columns.label_sets]
        if any(strange):
            chosen |= (layers == i) & np.array(strange, dtype=np.bool_)[ints(columns.labels)]
    return chosen


def _read_apart(
    alike: Iterable[Sequence[int]],
    numbers: Mapping[int, int],
    reading: Bools,
    people: Sequence[str],
) -> tuple[tuple[tuple[int, tuple[str, ...]], ...], ...]:
    """The groups of articles that read alike of which different people read different ones."""
    out: list[tuple[tuple[int, tuple[str, ...]], ...]] = []
    for group in alike:
        rows = [(n, np.flatnonzero(reading[numbers[n]]).tolist()) for n in group if n in numbers]
        read = [(n, tuple(sorted(people[i] for i in who))) for n, who in rows if len(who)]
        if len(read) > 1 and len({name for _, names in read for name in names}) > 1:
            out.append(tuple(read))
    return tuple(out)
