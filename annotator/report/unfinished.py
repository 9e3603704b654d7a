"""Who began to review an article sentence by sentence and did not come to the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from annotator.alignment.arrays import Bools, Ints, lookup_sorted, sorted_unique
from annotator.domain.columns import AnnotationColumns
from annotator.domain.model import LAYERS, Article
from annotator.domain.scheme import Scheme
from annotator.report.annotation_arrays import ints

_VERDICT: Final = LAYERS.index("verdict")


def unfinished_readings(
    articles: Sequence[Article],
    columns: AnnotationColumns,
    document: Ints,
    found: Bools,
    scheme: Scheme,
) -> list[tuple[int, int]]:
    """(article, person) who began to review sentence by sentence and did not come to the end.

    Whoever never marked a sentence as reviewed (an import, say) is taken to have read all.
    """
    several = max(len(columns.annotators), 1)
    reading = document * several + ints(columns.annotator)
    reviewing = sorted_unique(reading[found & (ints(columns.reviewed) > 0)])
    if not len(reviewing):
        return []
    counted = found & (ints(columns.layer) != _VERDICT)
    at, known = lookup_sorted(reviewing, np.where(counted, reading, -1)[ints(columns.owner)])
    where = reviewing[at] // several
    start, end = ints(columns.start)[known], ints(columns.end)[known]
    # All sentences on one line of articles, each article wide enough for any offset.
    width = 1 + max([len(a.text) for a in articles], default=0)
    starts = [
        s.start + i * width for i, article in enumerate(articles) for s in article.layout.sentences
    ]
    line = np.array(starts, dtype=np.int64)
    first_of = np.searchsorted(line, np.arange(len(articles) + 1) * width)
    first = np.searchsorted(line, start + where * width, side="right") - 1
    first = np.maximum(first, first_of[where])
    last = np.minimum(np.searchsorted(line, end + where * width), first_of[where + 1])
    number = np.maximum(last - first, 0)
    skipped = np.repeat(np.cumsum(number) - number - first, number)
    touched = sorted_unique(
        np.repeat(at, number) * (len(line) + 1) + np.arange(number.sum()) - skipped
    )
    kinds = scheme.review_kinds
    open_kind = [s.kind in kinds for article in articles for s in article.layout.sentences]
    to_review = np.array(open_kind, dtype=np.bool_)
    reader, sentence = np.divmod(touched, len(line) + 1)
    done = np.bincount(reader[to_review[sentence]], minlength=len(reviewing))
    of_article = np.repeat(np.arange(len(articles)), np.diff(first_of))
    wanted = np.bincount(of_article[to_review], minlength=len(articles))
    return [
        divmod(int(key), several)
        for key, n in zip(reviewing, done, strict=True)
        if n < wanted[key // several]
    ]
