"""Files in the shapes that real projects have, and that once were refused, misread or lost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.errors import InputError
from annotator.domain.model import Annotation
from annotator.formats.support.names import original
from annotator.project import Project
from annotator.project.types import Imported

TEXT = "Ida 😀 Vos was born in Rome.\n"
WHERE = {w: (TEXT.index(w), TEXT.index(w) + len(w)) for w in ("Ida", "Vos", "born", "Rome")}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "own.db", "zoe") as made:
        yield made


def imported(
    project: Project, form: str, folder: Path, files: Mapping[str, str | bytes], **how: Any
) -> Imported:
    """The files in a folder, imported with a scheme from them; twice, which adds nothing."""
    for name, content in files.items():
        path = folder / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    alone = len(files) == 1 and form != "brat"
    source = folder / "in" / next(iter(files)) if alone else folder / "in"
    given: dict[str, Any] = {"annotator": "zoe", "scheme_from_data": True} | how
    result = project.import_(form, source, **given)
    again = project.import_(form, source, **given)
    assert (again.articles, again.annotations) == (0, 0)
    assert project.outside() == []
    return result


def counted(result: Imported) -> dict[str, int]:
    return {loss.kind: loss.count for loss in result.losses}


def words(project: Project) -> Counter[tuple[str, str]]:
    """Each mark's words and label."""
    texts = {uid: project.article(uid).text for uid in project.uids()}

    def said(a: Annotation) -> tuple[str, str]:
        found = (texts[a.article][f.start : f.end] for f in a.fragments)
        return " ".join(found), a.attributes.get("type", "")

    return Counter(said(a) for a in project.annotations() if a.layer == "mark")


# --------------------------------------------------------------------------------------------- brat


def bound(number: int, label: str, word: str, shift: int = 0) -> str:
    start, end = WHERE[word]
    return f"T{number}\t{label} {start + shift} {end + shift}\t{word}\n"


@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_brat_offsets_that_do_not_count_a_byte_order_mark(
    project: Project, tmp_path: Path, mark: str
) -> None:
    files = {"a.txt": mark + TEXT, "a.ann": bound(1, "Per", "Vos") + bound(2, "Loc", "Rome")}
    imported(project, "brat", tmp_path, files)
    assert words(project) == {("Vos", "Per"): 1, ("Rome", "Loc"): 1}


def test_brat_offsets_in_utf16(project: Project, tmp_path: Path) -> None:
    """Written by programs in Java or JavaScript: a smiley is two."""
    lines = bound(1, "Per", "Ida") + bound(2, "Per", "Vos", 1) + bound(3, "Loc", "Rome", 1)
    imported(project, "brat", tmp_path, {"a.txt": TEXT, "a.ann": lines})
    assert words(project) == {("Ida", "Per"): 1, ("Vos", "Per"): 1, ("Rome", "Loc"): 1}


def test_what_brat_says_of_what_is_no_annotation_is_counted(
    project: Project, tmp_path: Path
) -> None:
    lines = (
        bound(1, "Per", "Vos") + bound(2, "Loc", "Rome") + "R1\tin Arg1:T1 Arg2:T2\n"
        "R2\tsame Arg1:T1 Arg2:T1\nA1\tSure R2 yes\nA2\tSure T1 high\nA3\tSure T1 high\n"
        "#1\tAnnotatorNotes A2\twhy?\n#2\tAnnotatorNotes R2\toh\n#3\tAnnotatorNotes R1\tgood\n"
        "N1\tReference R2 W:1\tx\n"
    )
    result = imported(project, "brat", tmp_path, {"a.txt": TEXT, "a.ann": lines})
    assert counted(result) == {
        "relation same of a span to itself": 1,
        "attribute of what is not held": 1,
        "comment of what is not held": 1,
        "normalisation of what is not held": 1,
        "comment of a label": 1,
        "second Sure of an annotation": 1,
    }
    (relation,) = (a for a in project.annotations() if a.layer == "relation")
    assert relation.note == "good"


def test_spans_of_no_words_in_brat_are_counted_with_what_is_said_of_them(
    project: Project, tmp_path: Path
) -> None:
    lines = (
        bound(1, "Per", "Vos") + "T2\tNull 4 4\t\n" + bound(3, "Born", "born") +
        "E1\tBorn:T3 Who:T1 What:T2\nR1\tsame Arg1:T1 Arg2:T2\nA1\tSure T2\n"
    )  # fmt: skip
    result = imported(project, "brat", tmp_path, {"a.txt": TEXT, "a.ann": lines})
    assert counted(result) == {
        "span Null of no words": 1,
        "argument What of no words": 1,
        "relation same": 1,
        "attribute of what is not held": 1,
    }
    (event,) = (a for a in project.annotations() if a.layer == "claim")
    assert {f.role for f in event.fragments} == {"who", "trigger"}


def test_where_nothing_can_be_read_it_is_said_why(project: Project, tmp_path: Path) -> None:
    """Not that there is no label to make a scheme of."""
    with pytest.raises(InputError, match="T1: 'Vos' does not stand at"):
        imported(project, "brat", tmp_path, {"a.txt": TEXT, "a.ann": bound(1, "Per", "Vos", 9)})


# ------------------------------------------------------------------------------------------- CoNLL


def test_the_tags_of_conllu_are_in_its_last_column(project: Project, tmp_path: Path) -> None:
    rows = (
        "# newdoc id = a\n# text = Ida Vos lives.\n"
        "1-2\tIdaVos\t_\t_\t_\t_\t_\t_\t_\t_\n"
        "1\tIda\tIda\tPROPN\t_\t_\t3\tnsubj\t_\tname=B-PER\n"
        "2\tVos\tVos\tPROPN\t_\t_\t1\tflat\t_\tSpaceAfter=No|name=I-PER\n"
        "3\tlives\tlive\tVERB\t_\t_\t0\troot\t_\t_\n\n"
        "# newdoc id = b\n1\tRome\tRome\tPROPN\t_\t_\t0\troot\t_\tname=B-LOC\n"
    )
    result = imported(project, "conll", tmp_path, {"a.conllu": rows})
    assert (result.articles, result.bad_count) == (2, 0)
    assert words(project) == {("Ida Vos", "PER"): 1, ("Rome", "LOC"): 1}


def test_words_with_blanks_stay_whole_between_tabs(project: Project, tmp_path: Path) -> None:
    imported(project, "conll", tmp_path, {"a.conll": "New York\tB-LOC\n10 000\tO\n"})
    assert words(project) == {("New York", "LOC"): 1}
    assert project.article(project.uids()[0]).text == "New York 10 000"


@pytest.mark.parametrize("ending", [".conll", ".txt", ".conllu"])
def test_the_parts_of_a_corpus_are_files_of_a_folder(
    project: Project, tmp_path: Path, ending: str
) -> None:
    files = {f"train{ending}": "Ida B-PER\nran O\n", f"test{ending}": "Rome B-LOC\n"}
    assert imported(project, "conll", tmp_path, files).articles == 2
    assert words(project) == {("Ida", "PER"): 1, ("Rome", "LOC"): 1}


# ----------------------------------------------------------------------------------------- doccano


def line(**fields: object) -> str:
    return json.dumps({"text": TEXT} | fields) + "\n"


PER = [*WHERE["Vos"], "PER"]


@pytest.mark.parametrize(
    ("content", "labels"),
    [
        (line(entities=[PER], cats=["a b", "x:y"]), {"a_x20_b": "yes", "x": "y"}),
        (json.dumps([{"id": 1, "text": TEXT, "label": [PER]}], indent=1), {}),
        (line(annotations=[{"label": "PER", "start_offset": PER[0], "end_offset": PER[1]},
                           {"label": 7, "user": 1}], annotation_approver=None), {"7": "yes"}),
    ],
)  # fmt: skip
def test_doccano_in_other_dialects(
    project: Project, tmp_path: Path, content: str, labels: dict[str, str]
) -> None:
    result = imported(project, "doccano", tmp_path, {"a.jsonl": content})
    assert counted(result) == {}
    assert words(project) == {("Vos", "PER"): 1}
    tags = [a.attributes for a in project.annotations() if a.layer == "article"]
    assert {original(k): v for t in tags for k, v in t.items()} == {
        original(k): v for k, v in labels.items()
    }


def test_labels_of_texts_in_doccano_come_back(project: Project, tmp_path: Path) -> None:
    content = line(label=["good news", "Ü"], Comments=["one", "two"]) + line(text="b", label=[])
    imported(project, "doccano", tmp_path, {"a.jsonl": content})
    report = project.export("doccano", tmp_path / "out.jsonl")
    assert report.losses == ()
    first = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert (first["cats"], first["Comments"]) == (["good news", "Ü"], ["one", "two"])
    back = project.import_("doccano", tmp_path / "out.jsonl", annotator="zoe")
    assert (back.articles, back.annotations) == (0, 0)


def test_each_file_of_a_doccano_project_is_somebodys(project: Project, tmp_path: Path) -> None:
    files = {"anna.jsonl": line(label=[PER]), "bert.jsonl": line(label=[[*WHERE["Rome"], "LOC"]])}
    files["unknown.jsonl"] = line(label=[], text="Nobody's.")
    result = imported(project, "doccano", tmp_path, files)
    assert result.by_annotator == {"anna": 1, "bert": 1}


# ------------------------------------------------------------------------------------ Label Studio


def task(data: dict[str, str], *results: dict[str, Any]) -> dict[str, Any]:
    return {"data": data, "annotations": [{"completed_by": 1, "result": list(results)}]}


def region(start: float, end: float, label: str, **value: str) -> dict[str, Any]:
    said = {"start": start, "end": end, "labels": [label], **value}
    return {"from_name": "l", "to_name": "text", "type": "labels", "value": said}


def test_tasks_about_pictures_and_sounds_are_counted(project: Project, tmp_path: Path) -> None:
    box = {"from_name": "b", "to_name": "i", "type": "rectanglelabels",
           "value": {"x": 1, "y": 2, "rectanglelabels": ["Car"]}}  # fmt: skip
    tasks = [
        task({"text": TEXT}, region(*WHERE["Vos"], "PER")),
        task({"image": "/data/upload/1/a b.jpg".replace(" ", "_")}, box),
        task({"audio": "https://x.org/a.wav?sig=1"}, region(0.1, 1.5, "Speech")),
    ]
    result = imported(project, "label-studio", tmp_path, {"a.json": json.dumps(tasks)})
    assert result.articles == 1
    assert counted(result) == {
        "result of type labels": 1,
        "result of type rectanglelabels": 1,
        "task about a picture, sound or film": 2,
    }


def test_regions_counted_in_utf16_are_known_by_their_words(
    project: Project, tmp_path: Path
) -> None:
    start, end = (at + 1 for at in WHERE["Rome"])
    given = task({"text": TEXT}, region(start, end, "LOC", text="Rome"))
    imported(project, "label-studio", tmp_path, {"a.json": json.dumps([given])})
    assert words(project) == {("Rome", "LOC"): 1}


# ---------------------------------------------------------------------- Prodigy, INCEpTION's files


def test_an_end_of_a_relation_in_prodigy_keeps_its_label(project: Project, tmp_path: Path) -> None:
    """Also where the spans are not listed."""
    ends = [dict(zip(("start", "end", "label"), (*WHERE[w], w[0]), strict=True)) for w in WHERE]
    relations = [{"head_span": ends[1], "child_span": ends[3], "label": "in"}]
    imported(project, "prodigy", tmp_path, {"a.jsonl": line(spans=[], relations=relations)})
    assert words(project) == {("Vos", "V"): 1, ("Rome", "R"): 1}


TSV = (
    "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Q|v\n"
    "#T_RL=webanno.custom.R|k|BT_webanno.custom.Q\n\n\n#Text=A b\n"
    "1-1\t0-1\tA\t{a}\t_\t_\t\n1-2\t2-3\tb\ty\t{k}\t{end}\t\n"
)


def test_a_relation_of_a_span_to_itself_is_counted(project: Project, tmp_path: Path) -> None:
    files = {"a.tsv": TSV.format(a="x", k="loop", end="1-2")}
    assert counted(imported(project, "webanno", tmp_path, files)) == {
        "relation R of an annotation to itself": 1
    }
    assert sum(words(project).values()) == 2


def test_what_is_curated_comes_back_as_curated(project: Project, tmp_path: Path) -> None:
    files = {
        f"{place}.tsv": TSV.format(a=a, k="rel", end="1-1")
        for place, a in (("annotation/d.txt/anna", "x"), ("annotation/d.txt/bert", "z"),
                         ("curation/d.txt/CURATION_USER", "x"))
    }  # fmt: skip
    imported(project, "webanno", tmp_path, files)
    project.export("webanno", tmp_path / "out")
    assert (tmp_path / "out" / "curation").is_dir()
    back = project.import_("webanno", tmp_path / "out", annotator="zoe")
    assert (back.articles, back.annotations) == (0, 0)


# --------------------------------------------------------------------------------- whatever it says


def test_a_text_that_stands_twice_in_a_file_is_known_the_second_time(
    project: Project, tmp_path: Path
) -> None:
    """With its relations: `imported` imports it twice."""
    ends = [
        {"id": i, "label": w[0], "start_offset": WHERE[w][0], "end_offset": WHERE[w][1]}
        for i, w in enumerate(("Vos", "Rome"))
    ]
    relations = [{"id": 0, "from_id": 0, "to_id": 1, "type": "in"}]
    content = 2 * line(entities=ends, relations=relations)
    result = imported(project, "doccano", tmp_path, {"a.jsonl": content})
    assert (result.articles, result.annotations) == (1, 6)
    project.export("doccano", tmp_path / "out.jsonl")
    (record,) = map(json.loads, (tmp_path / "out.jsonl").read_text("utf-8").splitlines())
    pairs = {(r["from_id"], r["to_id"]) for r in record["relations"]}
    assert (len(record["entities"]), len(pairs)) == (4, 2)
    back = project.import_("doccano", tmp_path / "out.jsonl", annotator="zoe")
    assert (back.articles, back.annotations) == (0, 0)


@pytest.mark.parametrize("form", ["label-studio", "spacy"])
def test_odd_names_of_one_tool_come_back_from_another(
    project: Project, tmp_path: Path, form: str
) -> None:
    content = line(label=[[*WHERE["Vos"], "Per son"]], cats=["good news", "a:b"])
    imported(project, "doccano", tmp_path, {"a.jsonl": content})
    project.export(form, tmp_path / "out")
    with Project.create(tmp_path / "other.db", "zoe") as other:
        other.import_(form, tmp_path / "out", annotator="zoe", scheme_from_data=True)
        told = [a.attributes for a in other.annotations() if a.layer == "article"]
        assert told == [{"good_x20_news": "yes", "a": "b"}]
        assert words(other) == words(project)
