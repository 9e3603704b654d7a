"""Projects with labels of their own through a database: in, and out again as they were."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.model import Annotation, Fragment
from annotator.project import Project
from annotator.project.types import Imported
from annotator.session.actions import reserved_keys
from tests.formats.support import generated
from tests.formats.test_brat_projects import files_of, meaning

PROJECTS = Path(__file__).parent / "projects"


def imported(project: Project, form: str, path: Path, **how: Any) -> Imported:
    return project.import_(form, path, annotator="zoe", scheme_from_data=True, **how)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "own.db", "zoe") as made:
        yield made


def sound(project: Project) -> None:
    """Nothing is outside the scheme, and its keys are free ones."""
    assert project.outside() == []
    scheme = project.scheme()
    keys = [*scheme.role_keys(), *scheme.label_keys(), *scheme.relation_keys()]
    assert set(keys).isdisjoint(reserved_keys())
    assert len(keys) == len(set(keys))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# -------------------------------------------------------------------------------------------- CoNLL


def tagged(path: Path) -> list[list[tuple[str, str]]]:
    """Words with their tags, sentence by sentence; -DOCSTART- is one."""
    blocks = path.read_text(encoding="utf-8").strip("\n").split("\n\n")
    return [[(r.split()[0], r.split()[-1]) for r in block.split("\n")] for block in blocks]


@pytest.mark.parametrize(
    ("name", "tags", "began"), [("conll2003_iob1", "iob1", True), ("wnut_bioes", "bioes", False)]
)
def test_words_and_tags_of_a_conll_file_come_back(
    project: Project, tmp_path: Path, name: str, tags: str, began: bool
) -> None:
    path = PROJECTS / f"{name}.conll"
    result = imported(project, "conll", path)
    sound(project)
    report = project.export("conll", tmp_path / "out", {"scheme": tags})
    assert [f.name for f in report.files] == ["entity.conll"]
    assert report.losses == ()
    back = tagged(tmp_path / "out" / "entity.conll")
    assert (back if began else back[1:]) == tagged(path)
    assert imported(project, "conll", path).annotations == 0
    assert project.import_("conll", path, annotator="zoe").annotations == 0
    label = project.scheme().label_attribute("entity")
    assert label is not None
    if name == "wnut_bioes":
        assert {v.name for v in label.values} == {"location", "person", "group"}
        assert list(result.losses) == []
    else:
        # The most frequent first; `source` is a label like any other here, and no role.
        assert [v.name for v in label.values] == ["PER", "ORG", "LOC", "MISC", "source"]
        told = {x.kind: x.count for x in result.losses}
        assert told == {"word's value in column 1": 21, "label of column 2 (-o column=2)": 11}


def test_several_columns_are_several_layers(project: Project, tmp_path: Path) -> None:
    path = PROJECTS / "conll2003_iob1.conll"
    imported(project, "conll", path, options={"column": "2,3"})
    sound(project)
    assert {s.name for s in project.scheme().span_layers} == {"entity", "column_2"}
    project.export("conll", tmp_path / "out", {"scheme": "iob1"})
    assert tagged(tmp_path / "out" / "entity.conll") == tagged(path)
    with Project.create(tmp_path / "again.db", "zoe") as again:
        imported(again, "conll", tmp_path / "out")
        assert {s.name for s in again.scheme().span_layers} == {"entity", "column_2"}


TAGS = st.sampled_from(("PER", "content", "x-y", "é"))
WORDS = st.sampled_from(
    ("a", "U.N.-led", "don't", "…", "e\u0301", "👍🏽", "=1", "B-X", "O", "1", "§")
)


@st.composite
def conll_files(draw: st.DrawFn) -> str:
    """Sentences of odd words, spans of any length, also touching ones."""
    out = ["-DOCSTART- -X- O O", "", "so X _ B-PER"]
    for _ in range(draw(st.integers(1, 3))):
        for _ in range(draw(st.integers(1, 4))):
            label = draw(st.one_of(st.none(), TAGS))
            size = draw(st.integers(1, 3))
            for i in range(size):
                tag = "O" if label is None else f"{'I' if i else 'B'}-{label}"
                out.append(f"{draw(WORDS)} X _ {tag}")
        out.append("")
    return "\n".join(out) + "\n"


@generated(25)
@given(content=conll_files())
def test_any_conll_file_comes_back(content: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.conll"
        path.write_text(content, encoding="utf-8")
        with Project.create(Path(folder) / "own.db", "zoe") as made:
            imported(made, "conll", path)
            sound(made)
            again = imported(made, "conll", path)
            report = made.export("conll", Path(folder) / "out")
        assert (again.annotations, report.losses) == (0, ())
        assert tagged(Path(folder) / "out" / "entity.conll") == tagged(path)


# ------------------------------------------------------------------------------ doccano and Prodigy


def said_in_doccano(records: list[dict[str, Any]]) -> list[Counter[object]]:
    """Spans and relations of each record, whatever their ids are."""
    out = []
    for record in records:
        spans = {
            e["id"]: (e["start_offset"], e["end_offset"], e["label"]) for e in record["entities"]
        }
        found: Counter[object] = Counter(spans.values())
        found.update(
            (spans[r["from_id"]], spans[r["to_id"]], r["type"]) for r in record["relations"]
        )
        found[record["text"]] += 1
        out.append(found)
    return out


def test_relations_of_words_that_are_no_spans_come_back(project: Project, tmp_path: Path) -> None:
    """`rel.manual` relates any words, as dependencies are; these have no label."""
    words = [{"start": 0, "end": 3}, {"start": 8, "end": 12}, {"start": 24, "end": 30}]
    tokens = [
        {"text": TEXT[w["start"] : w["end"]], "id": i, "ws": True} | w for i, w in enumerate(words)
    ]
    ends: list[dict[str, int | None]] = [
        {**w, "token_start": i, "token_end": i, "label": None} for i, w in enumerate(words)
    ]
    person = {"start": 0, "end": 7, "token_start": 0, "token_end": 0, "label": "Person"}
    relations = [
        {"head": 1, "child": 0, "head_span": ends[1], "child_span": person, "label": "nsubj"},
        {"head": 1, "child": 2, "head_span": ends[1], "child_span": ends[2], "label": "dobj"},
    ]
    task = {"text": TEXT, "tokens": tokens, "spans": [person], "relations": relations}
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps(task | {"answer": "accept"}), encoding="utf-8")
    result = imported(project, "prodigy", path)
    assert list(result.losses) == []
    sound(project)
    report = project.export("prodigy", tmp_path / "out.jsonl")
    assert report.losses == ()
    assert said_in_prodigy(lines(tmp_path / "out.jsonl")) == said_in_prodigy([task])
    assert imported(project, "prodigy", tmp_path / "out.jsonl").annotations == 0


def said_in_prodigy(records: list[dict[str, Any]]) -> list[Counter[object]]:
    keys = ("start", "end", "label")
    out = []
    for record in records:
        found: Counter[object] = Counter(tuple(s[k] for k in keys) for s in record["spans"])
        found.update(
            (*(tuple(r[f"{end}_span"][k] for k in keys) for end in ("head", "child")), r["label"])
            for r in record["relations"]
        )
        found[record["text"]] += 1
        out.append(found)
    return out


@pytest.mark.parametrize(
    ("form", "said"), [("doccano", said_in_doccano), ("prodigy", said_in_prodigy)]
)
def test_spans_and_relations_come_back(
    project: Project,
    tmp_path: Path,
    form: str,
    said: Callable[[list[dict[str, Any]]], list[Counter[object]]],
) -> None:
    path = PROJECTS / f"{form}_relations.jsonl"
    result = imported(project, form, path)
    assert list(result.losses) == []
    sound(project)
    assert project.scheme().roles == ()  # also for labels that are names of roles elsewhere
    report = project.export(form, tmp_path / "out.jsonl")
    assert report.losses == ()
    back = lines(tmp_path / "out.jsonl")
    assert said(back) == said(lines(path))
    # What the program itself knows says all: there is nothing of ours beside it.
    listed = "entities" if form == "doccano" else "spans"
    assert {k for record in back for span in record[listed] for k in span} <= {
        *("id", "start_offset", "end_offset", "label", "start", "end", "token_start", "token_end")
    }
    assert imported(project, form, path).annotations == 0
    assert imported(project, form, tmp_path / "out.jsonl").annotations == 0
    assert project.import_(form, path, annotator="zoe").annotations == 0
    assert project.undo() is not None
    assert project.scheme().name == "news"


def test_columns_of_doccano_are_written_again(project: Project, tmp_path: Path) -> None:
    imported(project, "doccano", PROJECTS / "doccano_relations.jsonl")
    project.export("doccano", tmp_path / "out.jsonl")
    first = lines(tmp_path / "out.jsonl")[0]
    assert (first["source_file"], first["page"]) == ("a.txt", 3)


def test_labels_of_whole_texts_are_in_the_scheme(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(
        json.dumps({"text": TEXT, "label": [[0, 3, "PER"]], "cats": ["good news", "id"]})
    )
    result = imported(project, "doccano", path)
    assert list(result.losses) == []
    sound(project)
    found = {a.title: a.kind for a in project.scheme().of_layer("article")}
    assert found == {"good news": "yes_no", "id": "yes_no"}
    report = project.export("doccano", tmp_path / "out.jsonl")
    assert report.losses == ()
    assert lines(tmp_path / "out.jsonl")[0]["cats"] == ["good news", "id"]


def test_the_scheme_of_relations_between_spans(project: Project) -> None:
    imported(project, "doccano", PROJECTS / "doccano_relations.jsonl")
    scheme = project.scheme()
    assert {r.name: (r.heads, r.tails) for r in scheme.relations} == {
        "founded by": (("entity.Organisation (public)",), ("entity.Person",)),
        "founded in": (("entity.Organisation (public)",), ("entity.DATE",)),
        "sibling": (("entity.Person",), ("entity.Person",)),
        "same": (("entity.content",), ("entity.source",)),
        "source": (("entity.quote/direct",), ("entity.Organisation (public)",)),
    }
    label = scheme.label_attribute("entity")
    assert label is not None
    keys = {v.name: v.key for v in label.values}
    assert keys["Person"] == "p"  # a free letter of its own name


def test_what_was_made_here_has_its_fields(project: Project, tmp_path: Path) -> None:
    """A relation with a note, a span in pieces: what doccano has no field for comes back too."""
    imported(project, "doccano", PROJECTS / "doccano_relations.jsonl")
    found = [a for a in project.annotations(1) if a.layer == "mark"]
    one, other = [a for a in found if a.attributes["type"] == "Person"][:2]
    made = [
        Annotation("m", "mark", "1", "", (Fragment("entity", 0, 3), Fragment("entity", 8, 14)),
                   {"type": "Person"}, note="twice"),
        Annotation("r", "relation", "1", "", (), {"type": "sibling"}, head=one.id, tail=other.id,
                   note="sure"),
    ]  # fmt: skip
    project.annotate(made, "zoe")
    project.export("doccano", tmp_path / "out.jsonl")
    with Project.create(tmp_path / "again.db", "zoe") as again:
        imported(again, "doccano", tmp_path / "out.jsonl")
        sound(again)
        assert shapes(again) == shapes(project)


def shapes(project: Project) -> Counter[object]:
    """All annotations, relations by what they relate."""
    found = {a.id: a for a in project.annotations()}

    def shape(a: Annotation) -> object:
        ends = (a.head, a.tail) if a.layer == "relation" else ()
        labels = tuple(sorted(a.attributes.items()))
        return a.layer_name, a.fragments, labels, a.note, *(shape(found[e]) for e in ends if e)

    return Counter(map(shape, found.values()))


LABELS = st.sampled_from(("Person", "content", "source", "mark", "x y", "é/1", "entity", "type"))
KINDS = st.sampled_from(("same", "source", "works for", "is-a", "content"))
TEXT = "Ida Vos gave the school a bike."
WORD_PLACES = [(0, 3), (4, 7), (8, 12), (13, 16), (17, 23), (24, 25), (26, 30)]


@st.composite
def span_records(draw: st.DrawFn) -> tuple[list[tuple[int, int, str]], list[tuple[int, int, str]]]:
    """Spans over words, also twice at one place with other labels; relations between them."""
    spans: list[tuple[int, int, str]] = []
    for _ in range(draw(st.integers(1, 5))):
        first = draw(st.integers(0, len(WORD_PLACES) - 1))
        last = draw(st.integers(first, len(WORD_PLACES) - 1))
        spans.append((WORD_PLACES[first][0], WORD_PLACES[last][1], draw(LABELS)))
    spans = list(dict.fromkeys(spans))
    ends = st.integers(0, len(spans) - 1)
    pairs = draw(st.lists(st.tuples(ends, ends, KINDS), max_size=4)) if len(spans) > 1 else []
    return spans, [p for p in pairs if p[0] != p[1]]


@generated(25)
@given(found=span_records())
@pytest.mark.parametrize("form", ["doccano", "prodigy"])
def test_any_spans_and_relations_come_back(
    form: str, found: tuple[list[tuple[int, int, str]], list[tuple[int, int, str]]]
) -> None:
    spans, relations = found
    if form == "doccano":
        entities = [
            {"id": 50 + i, "start_offset": s, "end_offset": e, "label": label}
            for i, (s, e, label) in enumerate(spans)
        ]
        links = [
            {"id": i, "from_id": 50 + a, "to_id": 50 + b, "type": kind}
            for i, (a, b, kind) in enumerate(relations)
        ]
        record: dict[str, Any] = {"text": TEXT, "entities": entities, "relations": links}
        said = said_in_doccano
    else:
        keys = ("start", "end", "label")
        objects = [dict(zip(keys, span, strict=True)) for span in spans]
        record = {
            "text": TEXT,
            "spans": objects,
            "relations": [
                {"head_span": objects[a], "child_span": objects[b], "label": kind}
                for a, b, kind in relations
            ],
            "answer": "accept",
        }
        said = said_in_prodigy
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "x.jsonl", Path(folder) / "out.jsonl"
        path.write_text(json.dumps(record), encoding="utf-8")
        with Project.create(Path(folder) / "own.db", "zoe") as made:
            result = imported(made, form, path)
            assert list(result.losses) == []
            sound(made)
            assert imported(made, form, path).annotations == 0
            report = made.export(form, out)
        assert report.losses == ()
        assert said(lines(out)) == said([record])


# ----------------------------------------------------------------------------------------- brat


@pytest.mark.parametrize("name", ["brat_events", "bionlp", "brat_relations"])
def test_a_brat_project_comes_back_through_the_database(
    project: Project, tmp_path: Path, name: str
) -> None:
    result = imported(project, "brat", PROJECTS / name)
    assert list(result.losses) == []
    sound(project)
    report = project.export("brat", tmp_path / "out")
    assert report.losses == ()
    back = {text: meaning(content) for text, content in files_of(tmp_path / "out")}
    assert back == {text: meaning(content) for text, content in files_of(PROJECTS / name)}
    for source in (PROJECTS / name, tmp_path / "out"):
        assert imported(project, "brat", source).annotations == 0
        assert project.import_("brat", source, annotator="zoe").annotations == 0
    undone = project.undo()
    assert undone is not None
    assert project.annotations() == []
    assert project.scheme().name == "news"
