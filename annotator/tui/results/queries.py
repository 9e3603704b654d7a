"""What the screens over the whole corpus list: run in a worker, read-only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from annotator.domain.model import Annotation
from annotator.domain.result_row import ResultRow
from annotator.domain.terms import source_words
from annotator.phrases.lineage import lineage
from annotator.phrases.lint import compared, lint
from annotator.phrases.matches import search
from annotator.store import Store
from annotator.store.phrases import PhraseIndex, role_texts

LINT_COLUMNS = ("what", "label", "values", "art", "words")
LINEAGE_COLUMNS = ("date", "outlet", "art", "attribution", "source", "type", "words")
CLUSTER_COLUMNS = ("places", "articles", "words")
ERROR_COLUMNS = ("art", "what", "role", "words")


def lint_rows(path: Path | str, annotator: str | None, threshold: float) -> list[ResultRow]:
    """Claims and sources, the annotator's own or everybody's, labelled in more than one way."""
    with Store.open(path, readonly=True) as store:
        scheme = store.scheme()
        role, label = source_words(scheme)
        found = lint(
            role_texts(store.conn, "content", annotator),
            role_texts(store.conn, role, annotator),
            threshold,
            attributes=compared(scheme),
            source_label=label,
        )
        return [
            ResultRow(
                (
                    row.kind,
                    row.attribute,
                    ", ".join(f"{value} {n}" for value, n in row.values.most_common()),
                    str(claim.number),
                    f"{'' if annotator else claim.annotator + ' '}"
                    f"{claim.attributes[row.attribute]}: {claim.text}",
                ),
                claim.article,
                claim.start,
            )
            for row in found
            for claim in row.claims[:5]
        ]


def lineage_rows(
    path: Path | str, text: str, annotator: str | None, threshold: float
) -> list[ResultRow]:
    """A claim's occurrences in time order, with the attribution that each gave."""
    with Store.open(path, readonly=True) as store:

        @cache
        def claims_of(uid: str) -> Sequence[Annotation]:
            return store.annotations(uid, annotator)

        found = search(PhraseIndex(store.conn), text, threshold).found
        return [
            ResultRow(
                (
                    step.match.published or "-",
                    step.match.outlet or "-",
                    str(step.match.number),
                    step.attribution_change,
                    step.source or "-",
                    step.source_type or "-",
                    step.changed,
                ),
                step.match.article,
                step.match.start,
            )
            for step in lineage(found, claims_of, store.text_of)
        ]


def cluster_rows(path: Path | str, limit: int = 500) -> list[ResultRow]:
    """The largest clusters that `annotator phrases cluster` found, with their first place."""
    from annotator.store import clusters

    with Store.open(path, readonly=True) as store:
        index = PhraseIndex(store.conn)
        rows: list[ResultRow] = []
        for found in clusters.largest(store.conn, limit):
            place = next(iter(index.places([found.medoid], 1)), None)
            if place:
                cells = (str(found.places), str(found.articles), found.text)
                rows.append(ResultRow(cells, place.article, place.start))
        return rows


def cluster_anew(path: Path | str, threshold: float, tell: Callable[[float], None]) -> None:
    """Cluster the whole corpus and keep the clusters; `tell` hears the share that is done."""
    from annotator.phrases.cluster import STEPS, cluster, numpy_engine
    from annotator.phrases.signatures import SIGNATURE_VERSION
    from annotator.store import clusters

    with Store.open(path) as store:
        ids, normals = clusters.phrases(store.conn)
        done = 0

        def tick(steps: int) -> None:
            nonlocal done
            done += steps
            tell(done / (STEPS * len(normals)))

        found = cluster(normals, threshold, numpy_engine(tick))
        with store.transaction():
            clusters.put(
                store.conn,
                ((ids[m.sid], ids[m.medoid], m.score) for m in found),
                {"threshold": threshold, "signature": SIGNATURE_VERSION, "phrases": len(ids)},
            )
