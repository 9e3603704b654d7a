"""A scheme as a page, a table and a REFI-QDA codebook; and codebooks of others as schemes."""

from __future__ import annotations

from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings

from annotator.domain.errors import AnnotatorError, InputError
from annotator.domain.losses import Losses
from annotator.domain.scheme import DEFAULT_SCHEME, Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.project.codebook_files import read_codebook, write_codebook
from annotator.session.actions import reserved_keys
from tests.codebook.schemes import sources

NEWS = parse_scheme(DEFAULT_SCHEME.read_text(encoding="utf-8"), reserved_keys())
REFI = Path(__file__).parents[1] / "formats" / "refi"
OWN = """
name = "own"
title = "My <b>labels</b>"
[[role]]
name = "was"
key = "w"
archived = true
guideline = "=1+1"
[[span]]
name = "entity"
title = "named entity"
[[attribute]]
name = "type"
layer = "entity"
values = [{ name = "PER", key = "P", guideline = "People.\\n\\nNot gods." }, "a, \\"b\\" | c"]
ordered = true
[[attribute]]
name = "when"
layer = "entity"
kind = "date"
only_if = { type = ["PER"] }
[[relation]]
name = "works for"
from = ["entity.PER", "entity"]
to = ["entity"]
symmetric = true
"""


def counts(losses: Losses) -> dict[str, int]:
    return {x.kind: x.count for x in losses}


def parts(scheme: Scheme, *, whole: bool = True) -> object:
    """What a scheme says, without where it was said."""
    text = str.strip if whole else (lambda _: "")
    return (
        (list if whole else sorted)(
            (r.name, r.guideline.strip(), *([r.key, r.required, r.many] if whole else []))
            for r in scheme.roles
        ),
        {(s.name, text(s.title), s.guideline.strip()) for s in scheme.span_layers},
        sorted(
            (a.layer, a.name, a.guideline.strip(), a.kind if whole else "",
             sorted((v.name, v.guideline.strip(), v.key if whole else "") for v in a.values))
            for a in scheme.attributes
        ),
        sorted(
            (r.name, r.guideline, *([r.heads, r.tails, r.symmetric, r.key] if whole else []))
            for r in scheme.relations
        ),
    )  # fmt: skip


@pytest.mark.parametrize("source", [NEWS.toml, OWN], ids=["news", "own"])
def test_a_table_comes_back(tmp_path: Path, source: str) -> None:
    scheme = parse_scheme(source, {})
    lost = write_codebook(scheme, tmp_path / "own.csv")
    assert counts(lost) == (
        {"only_if of an attribute": 1}
        if source == OWN
        else {"review of the scheme": 1, "required_unless of an attribute": 2}
    )
    toml, losses = read_codebook(tmp_path / "own.csv")
    back = parse_scheme(toml, reserved_keys())
    assert (back.name, back.title) == (scheme.name, scheme.title)
    assert parts(back) == parts(scheme)
    assert [a.scale for a in back.attributes] == [a.scale for a in scheme.attributes]
    assert counts(losses) == {}


@settings(max_examples=60, deadline=None)
@given(toml=sources())
def test_tables_of_any_scheme_come_back_but_for_what_is_counted(
    tmp_path_factory: pytest.TempPathFactory, toml: str
) -> None:
    scheme = parse_scheme(toml, reserved_keys())
    path = tmp_path_factory.mktemp("x") / "own.csv"
    write_codebook(scheme, path)
    back = parse_scheme(read_codebook(path)[0], reserved_keys())
    assert parts(back) == parts(scheme)


@settings(max_examples=60, deadline=None)
@given(toml=sources())
def test_codebooks_of_any_scheme_come_back_with_names_and_guidelines(
    tmp_path_factory: pytest.TempPathFactory, toml: str
) -> None:
    scheme = parse_scheme(toml, reserved_keys())
    path = tmp_path_factory.mktemp("x") / "own.qdc"
    write_codebook(scheme, path)
    back = parse_scheme(read_codebook(path)[0], reserved_keys())
    assert parts(back, whole=False) == parts(scheme, whole=False)


@pytest.mark.parametrize("source", [NEWS.toml, OWN], ids=["news", "own"])
def test_a_codebook_is_valid_by_the_schema_of_the_standard(tmp_path: Path, source: str) -> None:
    xmlschema = pytest.importorskip("xmlschema")
    path = tmp_path / "own.qdc"
    write_codebook(parse_scheme(source, {}), path)
    faults = xmlschema.XMLSchema(REFI / "Codebook.xsd").iter_errors(path.read_text("utf-8"))
    assert [str(e) for e in faults] == []


def test_what_a_codebook_cannot_hold_is_counted(tmp_path: Path) -> None:
    lost = write_codebook(parse_scheme(OWN, {}), tmp_path / "own.qdc")
    assert counts(lost) == {
        "archived of a role": 1, "key of a role": 1, "title of a span": 1, "key of a value": 1,
        "ordered of an attribute": 1, "kind of an attribute": 1, "only_if of an attribute": 1,
        "from of a relation": 1, "to of a relation": 1, "symmetric of a relation": 1,
        "title of the scheme": 1,
    }  # fmt: skip
    root = fromstring((tmp_path / "own.qdc").read_bytes())
    ns = {"q": "urn:QDA-XML:codebook:1.0"}
    codes = {c.get("name"): c for c in root.iterfind(".//q:Code", ns)}
    assert [c.get("name") for c in codes["entity"].iterfind("q:Code", ns)] == ["type", "when"]
    assert codes["PER"].findtext("q:Description", "", ns) == "People.\n\nNot gods."


THEIRS = """<?xml version="1.0" encoding="utf-8"?>
<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="QualCoder"><Codes>
<Code guid="A1" name="Themes" isCodable="false"><Description>All.</Description>
<Code guid="A2" name="Power" isCodable="true"><Description>Whoever decides.</Description></Code>
<Code guid="A3" name="Money" isCodable="true"/></Code>
<Code guid="A4" name="Power" isCodable="true"/>
</Codes><Sets><Set guid="s" name="mine"><MemberCode guid="A2"/></Set></Sets></CodeBook>"""


def test_codes_of_another_program_become_labels_with_keys(tmp_path: Path) -> None:
    (tmp_path / "their codes.qdc").write_text(THEIRS, encoding="utf-8")
    toml, losses = read_codebook(tmp_path / "their codes.qdc")
    scheme = parse_scheme(toml, reserved_keys())
    label = scheme.label_attribute("code")
    assert label is not None
    assert [(v.name, v.guideline) for v in label.values] == [
        ("Themes > Power", "Whoever decides."), ("Themes > Money", ""), ("Power", ""),
    ]  # fmt: skip
    assert len({v.key for v in label.values} - {""}) == 3
    assert (scheme.name, scheme.title) == ("their_codes", "their codes")
    assert counts(losses) == {"set": 1}


def test_the_page_has_every_label_and_no_markup_of_theirs(tmp_path: Path) -> None:
    write_codebook(parse_scheme(OWN, {}), tmp_path / "own.html")
    page = (tmp_path / "own.html").read_text("utf-8")
    assert "My &lt;b&gt;labels&lt;/b&gt;" in page
    for words in ("named entity", "PER", "Not gods.", "works for", "was (archived)", "a date"):
        assert words in page
    assert "<script" not in page
    write_codebook(NEWS, tmp_path / "own.html")  # a page of ours is written over


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("x.qdc", b"<CodeBook", "not XML"),
        ("x.qdc", b'<!DOCTYPE x [<!ENTITY a "b">]><CodeBook/>', "not XML that is read here"),
        ("x.qdc", b"<Project/>", "but a <Project>"),
        ("x.qdc", b"<CodeBook/>", "no code in it"),
        ("x.csv", b"a,b\n1,2\n", "no columns part and name"),
        ("x.csv", b"part,name,required\nrole,x,perhaps\nthing,y,\n", "line 2: required 'perhaps'"),
        ("x.csv", b"part,layer,attribute,name\nvalue,claim,stance,y\n", "in no row above it"),
        ("x.csv", b"part,name,key\nrole,a,1\nrole,b,1\n", "already taken"),
        ("x.csv", b"\xff\xff", "not UTF-8"),
        ("x.doc", b"", "not read from .doc"),
    ],
)
def test_what_is_no_codebook_is_refused(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(AnnotatorError, match=said) as refused:
        read_codebook(tmp_path / name)
    assert str(tmp_path / name) in refused.value.message


def test_another_ending_and_a_file_of_others_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not written as"):
        write_codebook(NEWS, tmp_path / "x.doc")
    (tmp_path / "x.csv").write_text("mine")
    with pytest.raises(InputError):
        write_codebook(NEWS, tmp_path / "x.csv")
    write_codebook(NEWS, tmp_path / "x.csv", force=True)
