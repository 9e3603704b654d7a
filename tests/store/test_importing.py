"""What an import takes from a document, and what it refuses: parents in a circle, new people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.domain.errors import SpanError
from annotator.domain.exchange import Document
from annotator.domain.ids import new_id
from annotator.domain.model import Annotation, ArticleDraft, Batch, Change
from annotator.domain.spans import MOST_SPANS
from annotator.store import Store
from annotator.store.imported import Imported, ImportRefusedError
from annotator.store.transfer import import_items
from tests.store.support import TEXT, claim, connection, layout_of, place


def imported(store: Store, *annotations: Annotation, skip_bad: bool = False) -> Imported:
    document = Document(ArticleDraft(TEXT), annotations)
    return import_items(
        store, [document], actor="anna", layout=lambda d: layout_of(d.text), skip_bad=skip_bad
    )


def test_who_made_an_annotation_is_known_from_then_on(store: Store) -> None:
    found = imported(store, claim("", annotator="new one"), claim("", annotator="another"))
    assert found.by_annotator == {"new one": 1, "another": 1}
    assert {"new one", "another", "anna"} <= set(store.annotators())


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 9])
def test_parents_in_a_circle_are_refused_and_what_hangs_on_it(store: Store, size: int) -> None:
    ids = [f"c{i}" for i in range(size)]
    circle = [
        replace(claim("", place(TEXT, "Bridge")), id=id_, parent=parent)
        for id_, parent in zip(ids, [*ids[1:], ids[0]], strict=True)
    ]
    child = replace(claim("", place(TEXT, "stays")), id="child", parent="c0")
    free = replace(claim("", place(TEXT, "shut")), id="free")
    found = imported(store, child, *circle, free, skip_bad=True)
    assert found.bad_count == size + 1
    assert all("parent" in bad.message for bad in found.bad)
    assert [(a.start, a.parent) for a in store.annotations()] == [(TEXT.index("shut"), None)]


def test_a_long_line_of_parents_is_no_circle(store: Store) -> None:
    ids = [f"c{i}" for i in range(9)]
    line = [
        replace(claim("", place(TEXT, "Bridge")), id=id_, parent=parent)
        for id_, parent in zip(ids, [*ids[1:], None], strict=True)
    ]
    assert imported(store, *line).bad_count == 0
    assert len(store.annotations()) == 9
    assert sum(a.parent is not None for a in store.annotations()) == 8


def test_an_import_far_larger_than_the_cache_writes_each_page_once_or_nothing(
    tmp_path: Path,
) -> None:
    """A page that was moved out of the cache and comes back takes its own place in the log."""

    def documents(first: int, *, spoilt: bool = False) -> Iterator[Document]:
        for number in range(first, first + 150):
            found = [
                replace(claim("", place(TEXT, word), annotator=who), id=f"{number}{who}{word}")
                for who in ("a", "b", "c")
                for word in ("Bridge", "stays", "shut")
            ]
            if spoilt and number == first + 149:
                found.append(replace(found[0], id="bad", parent="nobody"))
            yield Document(ArticleDraft(f"{TEXT} {number}"), tuple(found))

    path = tmp_path / "x.db"
    log = path.with_name("x.db-wal")
    with Store.create(path) as store:
        connection(store).execute("PRAGMA cache_size = 20").fetchone()
        connection(store).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        import_items(store, documents(0), actor="anna", layout=lambda d: layout_of(d.text))
        (pages,) = connection(store).execute("PRAGMA page_count").fetchone()
        assert pages > 15 * 20
        held = (log.stat().st_size - 32) // (4096 + 24)
        assert held < 1.1 * pages
        before = store.annotations(), store.uids(), store.last_event()
        with pytest.raises(ImportRefusedError):
            import_items(
                store,
                documents(150, spoilt=True),
                actor="anna",
                layout=lambda d: layout_of(d.text),
            )
        assert (store.annotations(), store.uids(), store.last_event()) == before
        found = connection(store).execute("PRAGMA integrity_check").fetchone()
        assert found == ("ok",)


@pytest.mark.parametrize(
    ("span", "why"),
    [(0, ""), (MOST_SPANS - 1, ""), (-1, "span -1 is negative"), (MOST_SPANS, "beyond 9,999"),
     (10**9, "span 1,000,000,000 is beyond"), (2**63, "is beyond 9,999"), (-(2**70), "negative")],
)  # fmt: skip
def test_a_span_has_a_number_that_spans_have(store: Store, span: int, why: str) -> None:
    odd = claim("", place(TEXT, "Bridge")._replace(span=span))
    found = imported(store, odd, claim("", place(TEXT, "shut")), skip_bad=True)
    assert [why in bad.message for bad in found.bad] == ([True] if why else [])
    assert found.annotations == (1 if why else 2)
    if why:
        here = replace(odd, id=new_id(), article=store.uids()[0], annotator="anna")
        with pytest.raises(SpanError, match=why.split()[-1]):
            store.apply(Batch(new_id(), "anna", "2031", "edit", "x", (Change(None, here),)))
    assert {f.span for a in store.annotations() for f in a.fragments} == {0, 0 if why else span}
