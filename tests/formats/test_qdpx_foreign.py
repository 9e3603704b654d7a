"""REFI-QDA projects in the shape of those of QualCoder, ATLAS.ti, MAXQDA and NVivo."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from annotator import formats
from annotator.codebook.refi import PROJECT
from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document, Item
from annotator.domain.losses import Losses
from annotator.domain.vocabulary import Vocabulary
from annotator.project import Project
from annotator.session.actions import reserved_keys
from tests.formats.test_qdpx import documents_of, items_of, meaning

TEXT = "First line.\r\nThe mayor \U0001f600 spoke.\r\nNobody listened."


def foreign(
    path: Path,
    *,
    text: bytes = TEXT.encode(),
    origin: str = "QualCoder-3.6",
    folder: str = "Sources",
    places: Iterable[tuple[str, int, int, str]] = (),
    more: str = "",
    body: str = "",
    head: str = "",
) -> Path:
    """A project in the shape of QualCoder's, ATLAS.ti's and NVivo's."""
    selections = "".join(
        f'<PlainTextSelection guid="{{5E1EC710-0000-0000-0000-00000000000{i}}}" name="{name}"'
        f' startPosition="{start}" endPosition="{end}" creatingUser="U1">'
        f'<Description/><Coding guid="C{i}" creatingUser="{user}">'
        '<CodeRef targetGUID="{C0DE0000-0000-0000-0000-000000000002}"/></Coding>'
        "</PlainTextSelection>"
        for i, (user, start, end, name) in enumerate(places)
    )
    document = f"""<?xml version="1.0" encoding="utf-8"?>
<Project xmlns="urn:QDA-XML:project:1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  name="study" origin="{origin}" creatingUserGUID="u1">{head}
<Users><User guid="u1" name="kim"/><User guid="u2" name="lee"/></Users>
<CodeBook><Codes>
<Code guid="c0de0000-0000-0000-0000-000000000001" isCodable="false" name="Themes">
 <Description>What it is about.</Description>
 <Code guid="c0de0000-0000-0000-0000-000000000002" isCodable="true" name="Power  &amp; office"
   color="#ff0000"><Description>Whoever decides.</Description></Code>
 <Code guid="c0de0000-0000-0000-0000-000000000003" isCodable="true" name="unused"/>
</Code>
<Code guid="c0de0000-0000-0000-0000-000000000004" isCodable="true" name="Tone"/>
</Codes></CodeBook>
<Variables><Variable guid="v1" name="city" typeOfVariable="Text"/>
<Variable guid="v2" name="title" typeOfVariable="Text"/></Variables>
<Cases><Case guid="k1" name="Case A"><VariableValue><VariableRef targetGUID="v1"/>
<TextValue>Delft</TextValue></VariableValue><SourceRef targetGUID="t1"/></Case></Cases>
<Sources><TextSource guid="T1" name="interview" plainTextPath="internal://T1.txt"
  creatingUser="u1">{selections}{more}</TextSource>
<AudioSource guid="a1" name="tape.mp3" path="internal://a1.mp3"><AudioSelection guid="as1" begin="0"
 end="9"><Coding guid="ac1"><CodeRef targetGUID="c0de0000-0000-0000-0000-000000000004"/></Coding>
</AudioSelection></AudioSource></Sources>{body}</Project>"""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", document)
        archive.writestr(f"{folder}/T1.txt", text)
        archive.writestr(f"{folder}/a1.mp3", b"sound")
    return path


AUDIO = {"AudioSource (not read)": 1, "coding of a AudioSource": 1}


def counts(losses: Losses) -> dict[str, int]:
    return {x.kind: x.count for x in losses}


def words(found: Iterable[Item]) -> list[tuple[str, str, str, str]]:
    out = []
    for d in documents_of(found):
        for a in d.annotations:
            for f in a.fragments:
                said = "; ".join(f"{k}={v}" for k, v in a.attributes.items())
                out.append((d.article.text[f.start : f.end], a.layer_name, a.annotator, said))
    return out


def test_codes_become_marks_of_the_layer_code(tmp_path: Path) -> None:
    more = """<Coding guid="w1" creatingUser="u2"><CodeRef
      targetGUID="c0de0000-0000-0000-0000-000000000004"/></Coding><NoteRef targetGUID="n2"/>
      <VariableValue><VariableRef targetGUID="v2"/><TextValue>Dr</TextValue></VariableValue>"""
    notes = """<Notes><Note guid="n1" creatingUser="u1"><PlainTextContent>to the passage
</PlainTextContent></Note><Note guid="n2" creatingUser="u1"><PlainTextContent>to the text
</PlainTextContent></Note><Note guid="n3" name="journal"><PlainTextContent>x</PlainTextContent>
</Note></Notes><Links><Link guid="l1" originGUID="n1"
targetGUID="5E1EC710-0000-0000-0000-000000000000"/><Link guid="l2" name="explains"
direction="OneWay" originGUID="5E1EC710-0000-0000-0000-000000000000"
targetGUID="{5e1ec710-0000-0000-0000-000000000001}"/>
<Link guid="l3" name="is a" direction="OneWay" originGUID="c0de0000-0000-0000-0000-000000000004"
targetGUID="c0de0000-0000-0000-0000-000000000002"/></Links>
<Sets><Set guid="s1" name="mine"/></Sets><Description>What for.</Description>"""
    mayor = TEXT.index("The mayor")
    path = foreign(
        tmp_path / "x.qdpx",
        places=[("U1", mayor, mayor + 9, ""), ("u1", mayor + 4, mayor + 9, ""), ("u2", 0, 5, "")],
        more=more,
        body=notes,
    )
    losses = Losses()
    items = items_of(path, losses)
    label = "type=Themes > Power & office"
    assert words(items) == [
        ("The mayor", "code", "kim", label),
        ("mayor", "code", "kim", label),
        ("First", "code", "lee", label),
    ]
    (document,) = documents_of(items)
    assert document.article.text == TEXT
    assert document.article.name == "interview"
    assert document.article.title == ""
    assert document.article.meta == {"city": "Delft", "case": "Case A", "variable title": "Dr"}
    marks = [a for a in document.annotations if a.layer == "mark"]
    assert marks[0].note == "to the passage\n"
    (relation,) = [a for a in document.annotations if a.layer == "relation"]
    assert (relation.attributes, relation.head, relation.tail) == (
        {"type": "explains"}, marks[0].id, marks[1].id,
    )  # fmt: skip
    whole = {
        a.annotator: (a.attributes, a.note) for a in document.annotations if a.layer == "article"
    }
    assert whole == {"lee": ({"code": "Tone"}, ""), "kim": ({}, "to the text\n")}
    (said,) = [i for i in items if isinstance(i, Vocabulary)]
    assert said.labels[0].values == (
        "Themes > Power & office", "Themes > unused", "Tone",
    )  # fmt: skip
    assert counts(losses) == AUDIO | {
        "link is a of what is no passage": 1, "set": 1, "note of the project": 1,
        "Description of the project": 1,
    }  # fmt: skip


def position(text: str, at: int, how: str) -> int:
    """A place of a text as another program counts it."""
    before = text[:at]
    before = before.replace("\r\n", "\n") if "one-break" in how else before
    return len(before.encode("utf-16-le")) // 2 if "utf-16" in how else len(before)


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("how", ["codepoint", "one-break", "utf-16", "utf-16-one-break"])
def test_positions_are_read_as_the_program_counted(
    tmp_path: Path, how: str, mark: bytes, named: bool
) -> None:
    spans = [TEXT.index(w) for w in ("mayor", "spoke", "Nobody listened")]
    ends = [s + n for s, n in zip(spans, (5, 5, 15), strict=True)]
    names = ["mayor", "spo...", "Nobody lis…"] if named else ["", "", ""]
    places = [
        ("u1", position(TEXT, s, how), position(TEXT, e, how), name)
        for s, e, name in zip(spans, ends, names, strict=True)
    ]
    path = foreign(tmp_path / "x.qdpx", text=mark + TEXT.encode(), places=places)
    losses = Losses()
    expected = ["mayor", "spoke", "Nobody listened"]
    found = [w for w, *_ in words(items_of(path, losses, positions=how))]
    assert found == expected
    assert counts(losses) == AUDIO
    if named:
        losses = Losses()
        assert [w for w, *_ in words(items_of(path, losses))] == expected
        told = counts(losses)
        assert (how != "codepoint") == any("positions that count" in kind for kind in told)


def test_atlas_counts_a_line_break_as_one(tmp_path: Path) -> None:
    at = position(TEXT, TEXT.index("Nobody"), "one-break")
    path = foreign(tmp_path / "x.qdpx", origin="ATLAS.ti 23", places=[("u1", at, at + 6, "")])
    assert [w for w, *_ in words(items_of(path))] == ["Nobody"]


def test_a_whole_project_in_one_command_twice_and_back(tmp_path: Path) -> None:
    mayor = TEXT.index("The mayor")
    places = [("u1", mayor, mayor + 9, ""), ("u2", mayor, mayor + 9, ""), ("u2", 0, 5, "")]
    path = foreign(tmp_path / "x.qdpx", places=places)
    with Project.create(tmp_path / "own.db", "zoe") as project:
        result = project.import_("qdpx", path, scheme_from_data=True)
        assert (result.articles, result.annotations) == (1, 3)
        assert project.outside() == []
        label = project.scheme().label_attribute("code")
        assert label is not None
        assert [(v.name, v.guideline) for v in label.values] == [
            ("Themes > Power & office", "Whoever decides."), ("Themes > unused", ""), ("Tone", ""),
        ]  # fmt: skip
        assert all(v.key and v.key not in reserved_keys() for v in label.values)
        assert project.import_("qdpx", path).annotations == 0
        report = project.export("qdpx", tmp_path / "out.qdpx")
        assert report.losses == ()
        project.undo()
        assert project.scheme().name == "news"
    first = [i for i in items_of(path) if isinstance(i, Document)]
    back = [i for i in items_of(tmp_path / "out.qdpx") if isinstance(i, Document)]
    assert meaning(back) == meaning(first)


def bad(path: Path, megabytes: int = 512) -> str:
    """What is said of a project that cannot be used."""
    try:
        found = [
            i
            for i in formats.read(formats.get("qdpx"), path, {"max-file-mb": f"{megabytes}"})
            if isinstance(i, BadRecord)
        ]
    except InputError as error:
        return error.message
    assert found, "nothing is wrong with it"
    return f"{found[0].where}: {found[0].message}"


def test_what_cannot_be_used_is_refused_by_its_place(tmp_path: Path) -> None:
    path = tmp_path / "x.qdpx"
    far = foreign(path, places=[("u1", 0, 999, "")])
    assert bad(far) == (
        "x.qdpx: interview: a selection [0, 999) does not fit a text of 49 characters"
    )
    assert "no startPosition" in bad(
        foreign(path, more='<PlainTextSelection guid="x" endPosition="3"/>')
    )
    assert "is not UTF-8" in bad(foreign(path, text=b"\xc3("))
    dtd = '<!DOCTYPE x [<!ENTITY a "b">]>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "project.qde", f'{dtd}<Project xmlns="urn:QDA-XML:project:1.0">&a;</Project>'
        )
    assert "not XML that is read here" in bad(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", b" " * (3 << 20))
    assert "larger than 1 MB when it is unpacked" in bad(path, 1)
    path.write_bytes(b"PK no zip")
    assert "no REFI-QDA project" in bad(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("other.txt", "x")
    assert "no project.qde" in bad(path) or "no REFI-QDA project" in bad(path)


@pytest.mark.parametrize(
    "name",
    ["internal://../../etc/passwd", "absolute:///etc/passwd", "relative:///T1.txt", "internal://"],
)
def test_no_path_leads_out_of_the_archive(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "project.qde",
            f'<Project xmlns="{PROJECT}" name="x"><Sources><TextSource guid="t" name="n"'
            f' plainTextPath="{name}"/></Sources></Project>',
        )
        archive.writestr("Sources/T1.txt", "text")
    assert "is not in the archive" in bad(path)


def test_the_text_of_a_pdf_is_read_and_its_pages_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "x.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "project.qde",
            f'<Project xmlns="{PROJECT}" name="x"><CodeBook><Codes><Code guid="c" name="A"'
            ' isCodable="true"/></Codes></CodeBook><Sources><PDFSource guid="p" name="paper.pdf"'
            ' path="internal://p.pdf"><PDFSelection guid="q" page="1" firstX="0" firstY="0"'
            ' secondX="1" secondY="1"><Coding guid="k0"><CodeRef targetGUID="c"/></Coding>'
            '</PDFSelection><Representation guid="r" plainTextPath="internal://r.txt">'
            '<PlainTextSelection guid="s" startPosition="4" endPosition="7"><Coding guid="k">'
            '<CodeRef targetGUID="c"/></Coding>'
            '</PlainTextSelection></Representation><Coding guid="w"><CodeRef targetGUID="c"/>'
            "</Coding></PDFSource></Sources></Project>",
        )
        archive.writestr("sources/r.txt", "The end.")
    losses = Losses()
    items = items_of(path, losses)
    assert words(items) == [("end", "code", "", "type=A")]
    (document,) = documents_of(items)
    assert [a.attributes for a in document.annotations if a.layer == "article"] == [{"code": "A"}]
    assert counts(losses) == {"PDFSource (only its text is read)": 1, "coding of a PDFSource": 1}
