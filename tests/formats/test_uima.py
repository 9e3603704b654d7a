"""dkpro-cassis reads the XMI with its type system; offsets in the file are UTF-16 units."""

from __future__ import annotations

from pathlib import Path

import pytest
from cassis import Cas, TypeSystem, load_cas_from_xmi, load_typesystem
from defusedxml.ElementTree import parse
from hypothesis import HealthCheck, given, settings

from annotator import formats
from annotator.domain.exchange import BadRecord, Document
from annotator.domain.losses import Losses
from annotator.formats.cas_types import SPAN
from tests.formats.support import (
    article_of,
    claim,
    export_given,
    find,
    read_back,
    stored_documents,
    written,
)
from tests.formats.test_span_formats import scheme, shapes


@pytest.mark.parametrize("encoding", ["xmi", "json"])
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(found=stored_documents(layers=("claim", "mark")))
def test_spans_come_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, encoding: str, found: list[Document]
) -> None:
    target = tmp_path_factory.mktemp("uima") / "out"
    report = written("uima", found, target, encoding=encoding)
    back: list[Document] = []
    for item in read_back("uima", target):
        assert isinstance(item, Document), item
        back.append(item)
    if any("control character" in loss.kind for loss in report.losses):
        assert encoding == "xmi"
        assert sorted(len(d.article.text) for d in back) == sorted(
            len(d.article.text) for d in found
        )
        return
    assert shapes(back, ("claim", "mark")) == shapes(found, ("claim", "mark"))


TEXT = "😀😀 Ana 👩‍👩‍👧 said it is late."


def sample() -> Document:
    article = article_of(TEXT, name="a")
    one = claim(
        article,
        find(TEXT, "it is late", "content"),
        find(TEXT, "Ana", "source"),
        attributes={"stance": "favor", "odd name": "x"},
    )
    return Document(article, (one,))


def test_offsets_are_utf16_in_the_file_and_code_points_in_cassis(tmp_path: Path) -> None:
    export_given(
        formats.get("uima"), tmp_path / "out", documents=lambda: [sample()], dataset=scheme()
    )
    with (tmp_path / "out" / "TypeSystem.xml").open("rb") as stream:
        types = load_typesystem(stream)
    with (tmp_path / "out" / "a.xmi").open("rb") as stream:
        cas = load_cas_from_xmi(stream, typesystem=types)
    spans = {s.label: s for s in cas.select(SPAN)}
    assert spans["content"].get_covered_text() == "it is late"
    assert spans["content"].begin == TEXT.index("it is")
    assert spans["content"].stance == "favor"
    assert spans["content"].attributes == '{"odd name": "x"}'
    root = parse(tmp_path / "out" / "a.xmi").getroot()
    assert root is not None
    begins = {e.get("label"): int(e.get("begin", -1)) for e in root if e.get("label")}
    units = len(TEXT[: TEXT.index("it is")].encode("utf-16-le")) // 2
    assert begins["content"] == units != TEXT.index("it is")


def test_what_is_said_of_the_whole_document_is_counted(tmp_path: Path) -> None:
    types = TypeSystem()
    about = types.create_type("webanno.custom.About", "uima.cas.AnnotationBase")
    types.create_feature(about, "genre", "uima.cas.String")
    cas = Cas(types)
    cas.sofa_string = TEXT
    cas.add(about(genre="news"))
    cas.to_xmi(tmp_path / "a.xmi")
    types.to_xml(tmp_path / "TypeSystem.xml")
    for spans in ("claims", "layers"):
        losses = Losses()
        found = list(formats.read(formats.get("uima"), tmp_path, {"spans": spans}, losses))
        assert isinstance(found[0], Document)
        assert {x.kind: x.count for x in losses} == {"About of the whole document": 1}


BOMB = '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n'


def test_entities_and_broken_files_are_named(tmp_path: Path) -> None:
    written("uima", [sample()], tmp_path / "out")
    good = (tmp_path / "out" / "a.xmi").read_text(encoding="utf-8")
    body = good.split("?>", 1)[1]
    (tmp_path / "out" / "b.xmi").write_text(BOMB + body, encoding="utf-8")
    (tmp_path / "out" / "c.xmi").write_text("<x>", encoding="utf-8")
    (tmp_path / "out" / "d.json").write_text("{}", encoding="utf-8")
    (tmp_path / "out" / "e.xmi").write_text(good.replace('end="', 'end="9'), encoding="utf-8")
    items = read_back("uima", tmp_path / "out")
    bad = {i.where: i.message for i in items if isinstance(i, BadRecord)}
    assert sorted(bad) == ["b.xmi", "c.xmi", "d.json", "e.xmi"]
    assert "not XML that is read here" in bad["b.xmi"]
    assert len([i for i in items if isinstance(i, Document)]) == 1
    (tmp_path / "out" / "TypeSystem.xml").write_text(BOMB + "<x/>")
    items = read_back("uima", tmp_path / "out" / "a.xmi")
    assert isinstance(items[0], BadRecord)
