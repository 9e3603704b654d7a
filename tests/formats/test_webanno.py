"""WebAnno TSV 3.3: the lines are those of its documentation, and what it holds comes back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from annotator import formats
from annotator.domain.exchange import BadRecord, Document
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation
from tests.formats.support import (
    article_of,
    claim,
    export_given,
    find,
    read_back,
    stored_documents,
    written,
)
from tests.formats.test_span_formats import scheme

TEXT = "😀 Ana said it. “It’s\nlate_n*w.” He-man | left."


def sample() -> Document:
    article = article_of(TEXT, name="a")
    one = claim(
        article,
        find(TEXT, "it. “It’s\nlate_n*w.”", "content"),
        find(TEXT, "Ana", "source"),
        find(TEXT, "said", "cue"),
        find(TEXT, "said it", "cue", 1),
        attributes={"stance": "favor", "odd name": "a|b"},
        note="-> [look]",
    )
    inner = claim(article, find(TEXT, "He-m", "content"), parent=one.id, flagged=True)
    return Document(article, (one, inner))


def test_the_lines_are_those_of_the_format(tmp_path: Path) -> None:
    found = sample()
    export_given(
        formats.get("webanno"), tmp_path / "out", documents=lambda: [found], dataset=scheme()
    )
    one, inner = (a.id for a in found.annotations)
    lines = (tmp_path / "out" / "a.tsv").read_text(encoding="utf-8").split("\n")
    whole = '{"odd name": "a\\|b"}'

    def piece(label: str, number: str, order: int, **more: str) -> str:
        values = [label, one, "claim", label, "*", more.get("note", "*"), "anna"]
        values += [more.get("others", "*"), more.get("stance", "*"), str(order)]
        values += [more.get("span", "0"), "*"]
        return "\t".join(v + number for v in values)

    content = piece("content", "[3]", 0, note=r"\-> \[look\]", others=whole, stance="favor")
    # Two stand on one token: both are numbered.
    said = [piece("cue", "[1]", 2).split("\t"), piece("cue", "[2]", 3, span="1").split("\t")]
    both = [f"{a}|{b}" for a, b in zip(*said, strict=True)]
    second = piece("cue", "[2]", 3, span="1").split("\t")
    first = content.split("\t")
    on_it = [f"{a}|{b}" for a, b in zip(first, second, strict=True)]
    none = "\t".join("_" * 12)
    assert lines[:5] == [
        "#FORMAT=WebAnno TSV 3.3",
        "#T_SP=webanno.custom.Span|label|claim|layer|role|parent|note|annotator|attributes"
        "|stance|piece|span|flagged",
        "#T_RL=webanno.custom.ClaimRole|role|BT_webanno.custom.Span",
        "",
        "",
    ]
    assert lines[5:11] == [
        "#Text=😀 Ana said it. ",
        f"1-1\t0-2\t😀\t{none}\t_\t_\t",
        f"1-2\t3-6\tAna\t{piece('source', '', 1)}\tsource\t1-4[3_0]\t",
        f"1-3\t7-11\tsaid\t{chr(9).join(both)}\tcue|cue\t1-4[3_1]|1-4[3_2]\t",
        f"1-4\t12-14\tit\t{chr(9).join(on_it)}\t_\t_\t",
        f"1-5\t14-15\t.\t{content}\t_\t_\t",
    ]
    assert lines[11:14] == ["", "#Text=“It’s", "#Text="]
    assert "#Text=late_n*w.” He-man | left." in lines
    assert f"3-1\t22-28\tlate_n\t{content}\t_\t_\t" in lines
    nested = ("content", inner, "claim", "content", one, "*", "anna", "*", "*", "0", "0", "true")
    assert [x for x in lines if x.startswith("3-8")] == [
        f"3-8\t36-39\tman\t{none}\t_\t_\t",
        "\t".join(("3-8.1", "36-37", "m", *(f"{v}[4]" for v in nested), "_", "_", "")),
    ]


def held(found: list[Document]) -> dict[str, list[str]]:
    """Text -> what the format holds of its annotations; parents by their fragments."""
    out = {}
    for document in found:
        by_id = {a.id: a for a in document.annotations}
        out[document.article.text] = sorted(
            repr(
                (
                    *(a.layer, a.annotator, a.fragments, sorted(a.attributes.items())),
                    *(a.note, a.flagged, by_id[a.parent].fragments if a.parent else None),
                )
            )
            for a in document.annotations
        )
    return out


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(found=stored_documents(layers=("claim", "mark")))
def test_what_it_holds_comes_back(
    tmp_path_factory: pytest.TempPathFactory, found: list[Document]
) -> None:
    target = tmp_path_factory.mktemp("webanno") / "out"
    report = written("webanno", found, target)
    lost = {e for loss in report.losses for e in loss.examples}
    kept = [trimmed(d, lost) for d in found if d.stored.uid not in lost]
    back = read_back("webanno", target) if any(target.glob("*.tsv")) else []
    got = [d for d in back if isinstance(d, Document)]
    assert len(got) == len(back)
    ours = held(kept)
    theirs = held(got)
    for text, shapes in ours.items():
        if any("parent" in loss.kind for loss in report.losses):
            continue
        assert text in theirs
        assert not [s for s in shapes if s not in theirs[text]]
    if not report.losses:
        assert ours == theirs


def trimmed(document: Document, lost: set[str]) -> Document:
    """The document without the annotations that something was lost of, and what is in them."""
    kept = [a for a in document.annotations if a.id not in lost and a.fragments]
    while len(kept) > len(whole := [a for a in kept if a.parent in {None, *(k.id for k in kept)}]):
        kept = whole
    return Document(document.article, tuple(kept))


def reading(tmp_path: Path, *lines: str, losses: Losses | None = None) -> list[object]:
    (tmp_path / "x.tsv").write_text("\n".join((*lines, "")), encoding="utf-8")
    return list(formats.read(formats.get("webanno"), tmp_path / "x.tsv", None, losses))


def spans(items: list[object]) -> list[tuple[object, ...]]:
    (document,) = items
    assert isinstance(document, Document)
    text = document.article.text
    return [
        (a.layer, *((f.role, text[f.start : f.end]) for f in a.fragments), dict(a.attributes))
        for a in document.annotations
    ]


HEAD = "#FORMAT=WebAnno TSV 3.3"
ENTITY = "#T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|value"


def test_sentences_pieces_stacks_and_offsets_as_documented(tmp_path: Path) -> None:
    items = reading(
        tmp_path,
        *(HEAD, ENTITY, "", ""),
        "#Sentence.id=s1",
        "#Text=Ms. Haag plays 😊 .",
        "1-1\t0-3\tMs.\tPER[1]|PERpart[2]\t",
        "1-2\t4-8\tHaag\tPER[1]\t",
        "1-3\t9-14\tplays\t_\t",
        "1-3.1\t9-13\tplay\tO\\|x\t",
        "1-4\t15-17\t😊\t*\t",
        "1-5\t18-19\t.\t*[3]",
        "",
        "#Text=She loves",
        "#Text=him .",
        "2-1\t20-23\tShe\t*[3]\t",
        "2-2\t24-29\tloves\t_\t",
        "2-3\t30-33\thim\t_\t",
        "2-4\t34-35\t.\t_\t",
    )
    assert items[0].article.text == "Ms. Haag plays 😊 .\nShe loves\nhim ."  # type: ignore[attr-defined]
    assert spans(items) == [
        ("mark", ("span", "Ms. Haag"), {"type": "PER"}),
        ("mark", ("span", "Ms."), {"type": "PERpart"}),
        ("mark", ("span", "play"), {"type": "O|x"}),
        ("mark", ("span", "😊"), {"type": "NamedEntity"}),
        ("mark", ("span", ".\nShe"), {"type": "NamedEntity"}),
    ]


def test_slots_and_relations_of_others_tie_claims_together(tmp_path: Path) -> None:
    items = reading(
        tmp_path,
        HEAD,
        "#T_SP=webanno.custom.Claim|ROLE_webanno.custom.Claim:roles_webanno.custom.ClaimRolesLink"
        "|webanno.custom.Piece|stance",
        "#T_SP=webanno.custom.Piece|",
        "#T_SP=webanno.custom.Mention|value",
        "#T_RL=webanno.custom.Rel|kind|BT_webanno.custom.Mention",
        *("", ""),
        "#Text=Bob said so , Eve claims this .",
        "1-1\t0-3\tBob\t_\t_\t_\t*\t_\t_\t_\t",
        "1-2\t4-8\tsaid\t_\t_\t_\t*[1]\t_\t_\t_\t",
        "1-3\t9-11\tso\tsource;cue\t1-1;1-2[1]\tfavor\t*[1]\t_\t_\t_\t",
        "1-4\t12-13\t,\t_\t_\t_\t_\t_\t_\t_\t",
        "1-5\t14-17\tEve\t_\t_\t_\t_\tSource\t_\t_\t",
        "1-6\t18-24\tclaims\t_\t_\t_\t_\tCue[2]|X[3]\t*\t1-5[0_2]\t",
        "1-7\t25-29\tthis\t_\t_\t_\t_\tContent\tof\t1-6[2_0]\t",
    )
    assert spans(items) == [
        (
            "claim",
            *(("source", "Bob"), ("cue", "said so"), ("content", "so")),
            {"stance": "favor"},
        ),
        ("claim", ("source", "Eve"), ("cue", "claims"), ("content", "this"), {}),
        ("mark", ("span", "claims"), {"type": "X"}),
    ]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("1-1\t1-4\tBob\t_\t", "[1, 4) is 'ob ' in the text, not 'Bob'"),
        ("1-1\t0-3\tBob", "is no row of these columns"),
        ("nonsense", "is no row of these columns"),
        ("1-1\t0-99999999999999999999\tBob\t_\t", "is no row of these columns"),
    ],
)
def test_a_line_that_does_not_fit_gives_the_file_up(tmp_path: Path, row: str, told: str) -> None:
    good = ("1-1\t0-3\tBob\tPER\t", row, "1-2\t4-8\tsaid\tPER\t")
    (bad,) = reading(tmp_path, HEAD, ENTITY, "", "", "#Text=Bob said", *good)
    assert isinstance(bad, BadRecord)
    assert bad.where == "x.tsv:7"
    assert told in bad.message


def test_a_reference_or_span_that_cannot_be_is_counted_and_the_rest_kept(tmp_path: Path) -> None:
    losses = Losses()
    items = reading(
        tmp_path,
        *(HEAD, "#T_SP=webanno.custom.M|value", "#T_RL=webanno.custom.R|BT_webanno.custom.M"),
        *("", "", "#Text=Bob said"),
        "1-1\t0-3\tBob\tSource\t1-9\t",
        "1-1.1\t2-2\t\tempty\t_\t",
        "1-2\t4-8\tsaid\tWord\t1-1\t",
        losses=losses,
    )
    assert [type(i) for i in items] == [Document]
    assert [(x.kind, x.examples) for x in losses] == [
        ("M of no words", ["x.tsv:8"]),
        ("relation R of words without a span", ["x.tsv:7"]),
    ]


def test_chains_words_and_layers_of_analysis_are_counted(tmp_path: Path) -> None:
    dkpro = "de.tudarmstadt.ukp.dkpro.core.api."
    losses = Losses()
    items = reading(
        tmp_path,
        *(HEAD, f"#T_SP={dkpro}lexmorph.type.pos.POS|PosValue", ENTITY),
        f"#T_CH={dkpro}coref.type.CoreferenceLink|referenceType|referenceRelation",
        f"#T_RL={dkpro}syntax.type.dependency.Dependency|DependencyType"
        f"|BT_{dkpro}segmentation.type.Token",
        *("", "", "#Text=Bob said it"),
        "1-1\t0-3\tBob\tN\tPER\tnam[1]\t*->1-1\tnsubj\t1-2\t",
        "1-2\t4-8\tsaid\tV\t_\t_\t_\troot\t1-2\t",
        "1-3\t9-11\tit\tP\t_\tpro[2]|nam[1]\t*->1-2|*->1-1\tobj\t1-2\t",
        losses=losses,
    )
    assert spans(items) == [("mark", ("span", "Bob"), {"type": "PER"})]
    pos = f"{dkpro}lexmorph.type.pos.POS"
    assert {x.kind: x.count for x in losses} == {
        "element of the chain CoreferenceLink": 2,
        f"layer {pos} (-o types={pos})": 3,
        "relation nsubj of words without a span": 1,
        "relation obj of words without a span": 1,
        "relation root of words without a span": 1,
    }
    items = list(read_back("webanno", tmp_path / "x.tsv", types=pos))
    assert [s[1] for s in spans(items)] == [
        *(("span", "Bob"), ("span", "Bob"), ("span", "said"), ("span", "it")),
    ]


@pytest.mark.parametrize(
    "first", ["", "#FORMAT=WebAnno TSV 3.1", "#FORMAT=WebAnno TSV 2.0", "\x00", "{}"]
)
def test_other_versions_are_refused(tmp_path: Path, first: str) -> None:
    (bad,) = reading(tmp_path, first)
    assert isinstance(bad, BadRecord)
    assert "is not the first line of WebAnno TSV" in bad.message


def test_a_sentence_far_away_is_refused_not_filled_up(tmp_path: Path) -> None:
    row = "1-1\t999999990-999999993\tBob\t_\t"
    (bad,) = reading(tmp_path, HEAD, ENTITY, "", "", "#Text=Bob", row)
    assert isinstance(bad, BadRecord)
    assert "cannot begin at 999999990" in bad.message


def test_claims_keep_their_ids_as_relations(tmp_path: Path) -> None:
    """Our own files hold each relation twice: as features, and as INCEpTION draws it."""
    written("webanno", [sample()], tmp_path / "out")
    content = (tmp_path / "out" / "a.tsv").read_text(encoding="utf-8")
    without = re.sub(r"\t(_|source|cue(\|cue)?)\t(_|1-\S+)\t\n", "\t\n", content)
    without = without.replace("#T_RL=webanno.custom.ClaimRole|role|BT_webanno.custom.Span\n", "")
    (tmp_path / "b.tsv").write_text(without, encoding="utf-8")

    def shapes(path: Path) -> list[tuple[object, ...]]:
        (document,) = read_back("webanno", path)
        assert isinstance(document, Document)
        return [(a.fragments, dict(a.attributes), a.note) for a in document.annotations]

    def shape(a: Annotation) -> tuple[object, ...]:
        return a.fragments, dict(a.attributes), a.note

    ours = [shape(a) for a in sample().annotations]
    assert shapes(tmp_path / "out" / "a.tsv") == shapes(tmp_path / "b.tsv") == ours
