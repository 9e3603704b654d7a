"""REFI-QDA projects: ours there and back, and those of the shape that other programs write."""

from __future__ import annotations

import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from annotator import formats
from annotator.domain.exchange import BadRecord, Dataset, Document, Item, SchemeRecord
from annotator.domain.ids import new_id
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Fragment
from annotator.domain.scheme_file import parse_scheme
from tests.formats.support import (
    annotations_of,
    article_of,
    export_given,
    generated,
    spans_of,
    texts,
)

OWN = """
name = "own"
[[role]]
name = "content"
guideline = "What is said."
[[role]]
name = "speaker"
[[span]]
name = "entity"
[[attribute]]
name = "stance"
values = ["favor", "x|y"]
[[attribute]]
name = "target"
text = true
[[attribute]]
name = "type"
layer = "entity"
kind = "several"
values = [{ name = "PER", guideline = "People." }, "ORG"]
[[attribute]]
name = "slant"
layer = "article"
values = ["left", "right"]
[[relation]]
name = "works_for"
[[relation]]
name = "same"
symmetric = true
[[attribute]]
name = "strength"
layer = "relation"
text = true
"""


def dataset(toml: str = OWN) -> Dataset:
    scheme = parse_scheme(toml, {})
    return Dataset((SchemeRecord(scheme.version, scheme.name, toml, "", in_force=True),))


def shape(a: Annotation) -> tuple[object, ...]:
    """What an annotation says, without ids, times and the numbers of spans."""
    numbers: dict[str, dict[int, int]] = {}
    pieces = []
    for f in a.fragments:
        seen = numbers.setdefault(f.role, {})
        pieces.append((f.role, f.start, f.end, seen.setdefault(f.span, len(seen))))
    said = tuple(sorted(a.attributes.items()))
    return a.layer, a.annotator, tuple(pieces), said, a.note, a.flagged


def meaning(found: Iterable[Document]) -> Counter[object]:
    """All that is annotated, with what is nested in what, and what is related to what."""
    out: Counter[object] = Counter()
    documents = list(found)
    every = {a.id: a for d in documents for a in d.annotations}

    def whole(a: Annotation, depth: int = 0) -> object:
        ends = [whole(every[e], depth + 1) for e in (a.parent, a.head, a.tail) if e in every]
        return shape(a), tuple(ends)

    for d in documents:
        for a in d.annotations:
            out[d.article.text, whole(a)] += 1
    return out


def exported(found: list[Document], target: Path, toml: str = OWN) -> formats.ExportReport:
    return export_given(
        formats.get("qdpx"), target, documents=lambda: found, dataset=dataset(toml), force=True
    )


def items_of(path: Path, losses: Losses | None = None, **options: str) -> list[Item]:
    given = {"spans": "layers"} | options
    return list(formats.read(formats.get("qdpx"), path, given, losses))


def documents_of(items: Iterable[Item]) -> list[Document]:
    found = list(items)
    assert not [i for i in found if isinstance(i, BadRecord)], found
    return [i for i in found if isinstance(i, Document)]


# ------------------------------------------------------------------------ ours, there and back


@st.composite
def projects(draw: st.DrawFn) -> list[Document]:
    """Articles of odd texts with claims, marks, labels and relations, also across articles."""
    out: list[Document] = []
    ends: list[Annotation] = []
    for i, text in enumerate(draw(st.lists(texts, min_size=1, max_size=3, unique=True)), 1):
        article = article_of(text, i, title=draw(st.sampled_from(("", "A title", "é\n"))))
        meta = draw(st.sampled_from(({}, {"desk": 4, "live": True, "section": "a"})))
        article = replace(article, meta=meta)
        found = [
            replace(a, scheme="", provenance="human", reviewed=False)
            for a in draw(annotations_of(article))
        ]
        for _ in range(draw(st.integers(0, 2)) if text else 0):
            places = draw(st.lists(spans_of(text), min_size=1, max_size=2))
            value = draw(st.sampled_from(("PER", "PER|ORG", "new one", "two\nlines", " x ")))
            found.append(
                Annotation(
                    new_id(), "mark", article.uid, draw(st.sampled_from(("anna", "ben"))),
                    tuple(Fragment("entity", *p) for p in places), {"type": value},
                    created_at="2026-01-02T03:04:05.678Z",
                )
            )  # fmt: skip
        # One annotation of a whole article for each annotator.
        whole = {a.annotator: a.id for a in found if a.layer == "article"}
        kept = [a for a in found if a.layer != "article" or whole[a.annotator] == a.id]
        ends += [a for a in kept if a.fragments and a.layer in ("claim", "mark")]
        out.append(Document(article, tuple(kept)))
    for _ in range(draw(st.integers(0, 3)) if ends else 0):
        head = draw(st.sampled_from(ends))
        tail = draw(st.sampled_from([e for e in ends if e.annotator == head.annotator]))
        if head.id == tail.id:
            continue
        said = {"type": draw(st.sampled_from(("works_for", "same")))}
        said |= draw(st.sampled_from(({}, {"strength": "much\r\nmore"})))
        made = Annotation(
            new_id(), "relation", head.article, head.annotator, (), said,
            note=draw(st.sampled_from(("", "see"))), head=head.id, tail=tail.id,
        )  # fmt: skip
        place = next(i for i, d in enumerate(out) if d.stored.uid == head.article)
        out[place] = replace(out[place], annotations=(*out[place].annotations, made))
    return out


def numbered(a: Annotation) -> bool:
    numbers: dict[str, list[int]] = {}
    for f in a.fragments:
        numbers.setdefault(f.role, [])
        if f.span not in numbers[f.role]:
            numbers[f.role].append(f.span)
    return all(n == list(range(len(n))) for n in numbers.values())


@generated(150)
@given(found=projects())
def test_what_is_annotated_comes_back_or_is_counted(found: list[Document]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.qdpx"
        report = exported(found, path)
        losses = Losses()
        back = documents_of(items_of(path, losses))
    assert [(x.kind, x.examples) for x in losses] == []
    kept = []
    expected: Counter[str] = Counter()
    for d in found:
        here = {a.id: a for a in d.annotations}
        annotations = []
        for a in d.annotations:
            bare = not (a.attributes or a.note or a.flagged)
            if a.layer == "sentence" and bare:
                continue
            if a.layer not in ("article", "relation") and not a.fragments:
                expected["annotation without a span"] += 1
                expected["parent"] += a.parent is not None
                continue
            expected["numbers of spans (counted anew)"] += not numbered(a)
            if a.parent and not here[a.parent].fragments:
                expected["parent"] += 1
                a = replace(a, parent=None)
            annotations.append(a)
        kept.append(replace(d, annotations=tuple(annotations)))
    told = {x.kind: x.count for x in report.losses}
    assert {k: n for k, n in expected.items() if n and k in told} == {
        k: told.get(k, 0) for k, n in expected.items() if n
    }
    assert [d.article.text for d in back] == [d.article.text for d in found]
    assert meaning(back) == meaning(kept)
    assert [d.article.meta for d in back] == [d.article.meta for d in found]
    assert [d.article.title for d in back] == [d.article.title for d in found]


# ------------------------------------------------------------------------ as the schema has it

REFI = Path(__file__).parent / "refi"


def project_file(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read("project.qde")


@generated(30)
@given(found=projects())
def test_the_project_is_valid_by_the_official_schema(found: list[Document]) -> None:
    xmlschema = pytest.importorskip("xmlschema")
    schema = xmlschema.XMLSchema(REFI / "Project-mrt2019.xsd")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.qdpx"
        exported(found, path)
        faults = [str(e) for e in schema.iter_errors(project_file(path).decode())]
    assert faults == []


def test_what_others_read_is_what_stands_there(tmp_path: Path) -> None:
    """By a parser that knows nothing of ours: positions, words, codes, users, links."""
    text = "\ufeffOne 😀 e\u0301.\r\nAna Roe said so."
    article = article_of(text, name="a1", title="T")
    where = text.index("Ana")
    one = Annotation(
        new_id(), "claim", article.uid, "anna",
        (
            Fragment("content", 5, 9),
            Fragment("content", where + 8, where + 12),
            Fragment("speaker", where, where + 7),
        ),
        {"stance": "favor", "target": "the\nmayor"}, note="look", created_at="2026-01-02T03:04:05Z",
    )  # fmt: skip
    two = Annotation(
        new_id(),
        "mark",
        article.uid,
        "anna",
        (Fragment("entity", where, where + 7),),
        {"type": "PER"},
    )
    link = Annotation(
        new_id(), "relation", article.uid, "anna", (), {"type": "same"}, head=one.id, tail=two.id
    )
    path = tmp_path / "x.qdpx"
    report = exported([Document(article, (one, two, link))], path)
    assert report.losses == ()
    root = fromstring(project_file(path))
    ns = {"q": "urn:QDA-XML:project:1.0"}
    names = {c.get("guid"): c.get("name") for c in root.iterfind(".//q:Code", ns)}
    with zipfile.ZipFile(path) as archive:
        (source,) = root.iterfind(".//q:TextSource", ns)
        inside = (source.get("plainTextPath") or "").removeprefix("internal://")
        data = archive.read(f"sources/{inside}")
    stored = data.decode("utf-8-sig")
    assert stored == text
    seen = {}
    for selection in root.iterfind(".//q:PlainTextSelection", ns):
        start, end = (int(selection.get(f"{n}Position") or -1) for n in ("start", "end"))
        words = stored[start:end]
        codes = [names[r.get("targetGUID")] for r in selection.iterfind("q:Coding/q:CodeRef", ns)]
        seen[selection.get("guid")] = (words, codes, selection.findtext("q:Description", "", ns))
    assert list(seen.values()) == [
        ("😀 e\u0301", ["content", "favor", "target"], "look"),
        ("said", ["content"], ""),
        ("Ana Roe", ["speaker"], ""),
        ("Ana Roe", ["PER"], ""),
    ]
    links = [
        (
            e.get("name"),
            seen[e.get("originGUID")][0],
            seen[e.get("targetGUID")][0],
            e.get("direction"),
        )
        for e in root.iterfind(".//q:Link", ns)
    ]
    assert links == [
        ("continued", "😀 e\u0301", "said", "OneWay"),
        ("speaker", "😀 e\u0301", "Ana Roe", "OneWay"),
        ("same", "😀 e\u0301", "Ana Roe", "Associative"),
    ]
    assert [n.findtext("q:PlainTextContent", "", ns) for n in root.iterfind(".//q:Note", ns)] == [
        "the\nmayor"
    ]
    assert [u.get("name") for u in root.iterfind(".//q:User", ns)] == ["anna"]
    again = tmp_path / "y.qdpx"
    exported([Document(article, (one, two, link))], again)
    assert again.read_bytes() == path.read_bytes()
