"""Projects of Label Studio, INCEpTION and spaCy with their own labels: in, and out as they were."""

from __future__ import annotations

import contextlib
import json
import shutil
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cassis import Cas, TypeSystem, load_cas_from_json, load_cas_from_xmi, load_typesystem
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from annotator import formats
from annotator.domain.errors import InputError
from annotator.domain.exchange import Document, Item
from annotator.domain.ids import new_id
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, Fragment
from annotator.domain.vocabulary import DeclaredLabel, Vocabulary
from tests.formats.layered import (
    items_of,
    meaning,
    scheme_of,
    stored,
    there_and_back,
    written,
)
from tests.formats.support import article_of, spans_of, texts

PROJECTS = Path(__file__).parent / "projects"
CONFIG = str(PROJECTS / "label_studio_config.xml")
POS = "de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS"
INCEPTION = {f"type {POS} (-o types={POS})": 1}
MIN = {
    "certainty of a region that JSON-MIN does not name": 2,
    "why of a region that JSON-MIN does not name": 1,
}


@pytest.mark.parametrize(
    ("name", "source", "out", "options", "lost"),
    [
        ("label-studio", "label_studio.json", "label-studio", {}, {"score": 2}),
        ("label-studio", "label_studio.json", "label-studio", {"config": CONFIG}, {"score": 2}),
        ("label-studio", "label_studio_min.json", "label-studio", {"config": CONFIG}, MIN),
        ("uima", "inception_xmi", "uima", {}, INCEPTION),
        ("uima", "inception.json", "uima", {}, INCEPTION),
        ("uima", "inception_xmi", "webanno", {}, INCEPTION),
        ("webanno", "inception_tsv", "webanno", {}, {f"layer {POS} (-o types={POS})": 1}),
        ("webanno", "inception_tsv", "uima", {}, {f"layer {POS} (-o types={POS})": 1}),
        ("spacy", "layers.spacy", "spacy", {}, {}),
    ],
)
def test_a_project_comes_back(
    tmp_path: Path, name: str, source: str, out: str, options: dict[str, str], lost: dict[str, int]
) -> None:
    target = tmp_path / f"out{formats.get(out).suffix}"
    before, after, report, losses = there_and_back(name, PROJECTS / source, target, out, **options)
    assert {x.kind: x.count for x in losses} == lost
    assert report.losses == ()
    assert meaning(after) == meaning(before)
    assert sum(len(d.annotations) for d in before) > 10


# ------------------------------------------------------------------------ the files, by themselves


def results(path: Path) -> list[Counter[str]]:
    """What the tasks of a file of Label Studio say, with regions by what they are."""
    out = []
    for task in json.loads(path.read_text(encoding="utf-8")):
        said: Counter[str] = Counter()
        for kind in ("annotations", "predictions"):
            for entry in task[kind]:
                by = entry.get("completed_by", entry.get("annotator", entry.get("model_version")))
                who = by["email"] if isinstance(by, dict) else by
                regions = {
                    r["id"]: r["value"] for r in entry["result"] if "labels" in r.get("value", {})
                }
                for r in entry["result"]:
                    if r["type"] != "relation":
                        shape = (kind, who, r["from_name"], r["to_name"], r["type"], r["value"])
                        said[repr(shape)] += 1
                    for label in r["labels"] or [""] if r["type"] == "relation" else ():
                        ends = regions[r["from_id"]], regions[r["to_id"]]
                        said[repr((kind, who, label, r["direction"], ends))] += 1
        said[repr(task["data"])] += 1
        out.append(said)
    return out


def test_label_studio_gets_the_results_that_it_gave(tmp_path: Path) -> None:
    """Normalised: ids, times, who it was by its name; a relation with two labels is two."""
    there_and_back("label-studio", PROJECTS / "label_studio.json", tmp_path / "out.json")
    assert results(tmp_path / "out.json") == results(PROJECTS / "label_studio.json")


def test_the_labelling_configuration_has_what_the_project_had_used_or_not(tmp_path: Path) -> None:
    source = PROJECTS / "label_studio.json"
    there_and_back("label-studio", source, tmp_path / "out.json", config=CONFIG)

    def declared(config: str) -> tuple[object, ...]:
        (found,) = [
            i
            for i in items_of("label-studio", source, Losses(), config=config)
            if isinstance(i, Vocabulary)
        ]
        labels = {(d.layer, d.name, d.kind, frozenset(d.values)) for d in found.labels}
        return frozenset(found.span_layers), labels, {r.name for r in found.relations}

    layers, labels, relations = declared(CONFIG)
    again = declared(str(tmp_path / "out.json.config.xml"))
    assert (layers, labels) == again[:2]
    # Those that are used without being declared are declared now.
    assert {"buys", "works for", "owns"} <= relations <= again[2]  # type: ignore[operator]
    scheme = scheme_of(items_of("label-studio", source, Losses(), config=CONFIG))
    kinds = scheme.attribute("ner_x2d_tags", "type")
    assert kinds is not None
    assert kinds.kind == "several"
    assert "EVENT" in {v.name for v in kinds.values}


def test_the_text_is_the_field_that_the_regions_fit() -> None:
    found = [
        i.article.text[:9]
        for i in items_of("label-studio", PROJECTS / "label_studio.json", Losses())
        if isinstance(i, Document)
    ]
    assert found == ["Acme Corp", "The mayor"]


def features(cas: Cas) -> Counter[str]:
    """What a CAS says, with spans by what they are; without what says where words are."""

    def plain(fs: Any, depth: int = 0) -> object:
        if fs is None or isinstance(fs, (str, int, float)):
            return fs
        if elements := getattr(fs, "elements", None):
            return sorted(repr(plain(e, depth + 1)) for e in elements)
        said = {}
        for f in fs.type.all_features:
            value = getattr(fs, f.name)
            if f.name != "sofa" and value not in (None, []) and depth < 3:
                said[f.name] = plain(value, depth + 1)
        # Slots without a link are written as no list.
        return fs.type.name, sorted((k, repr(v)) for k, v in said.items() if v is not None)

    layout = ("MetaData", "Sentence", "Token", "DocumentAnnotation", "POS", "custom.Article")
    found = (fs for fs in cas.select_all_fs() if not fs.type.name.endswith(layout))
    return Counter(repr(plain(fs)) for fs in found)


def types_in(folder: Path) -> TypeSystem:
    """The type system of a folder."""
    with (folder / "TypeSystem.xml").open("rb") as stream:
        return load_typesystem(stream)


def cas_in(file: Path, types: TypeSystem) -> Cas:
    """The CAS of a file."""
    with file.open("rb") as stream:
        return load_cas_from_xmi(stream, typesystem=types)


@pytest.mark.parametrize("encoding", ["xmi", "json"])
def test_cassis_finds_in_the_export_what_was_in_the_project(tmp_path: Path, encoding: str) -> None:
    source = PROJECTS / "inception_xmi"
    items = items_of("uima", source, Losses())
    written("uima", stored(items), scheme_of(items), tmp_path / "out", encoding=encoding)
    warnings.filterwarnings("ignore", "Trying to add feature")
    for who in ("anna", "bo"):
        given = source / "annotation" / "flood.txt"
        types = types_in(given)
        before = cas_in(given / f"{who}.xmi", types)
        made = tmp_path / "out" / "annotation" / "flood.txt" / f"{who}.{encoding}"
        if encoding == "json":
            with made.open("rb") as stream:
                after = load_cas_from_json(stream)
        else:
            ours = types_in(tmp_path / "out")
            after = cas_in(made, ours)
            for kind in ("Event", "Actor", "Unused", "Causes", "EventArgumentsLink"):
                one = types.get_type(f"webanno.custom.{kind}")
                other = ours.get_type(f"webanno.custom.{kind}")
                assert one.supertype.name == other.supertype.name
                assert {(f.name, f.rangeType.name) for f in one.all_features} == {
                    (f.name, f.rangeType.name) for f in other.all_features
                }
        assert features(after) == features(before)


def test_the_rows_of_a_tsv_are_those_that_came(tmp_path: Path) -> None:
    """Normalised: the numbers in brackets, and how words are cut."""
    there_and_back("webanno", PROJECTS / "inception_tsv", tmp_path / "out")
    given = (PROJECTS / "inception_tsv" / "flood.tsv").read_text(encoding="utf-8")
    made = (tmp_path / "out" / "flood.tsv").read_text(encoding="utf-8")
    assert [x for x in made.split("\n") if x.startswith("#T_")] == [
        x for x in given.split("\n") if x.startswith("#T_") and "POS" not in x
    ]


def docs(path: Path) -> list[object]:
    """What a DocBin says."""
    found: Iterable[Doc] = DocBin().from_disk(path).get_docs(Vocab())

    def spans(some: Iterable[Any]) -> list[tuple[object, ...]]:
        return sorted((s.start_char, s.end_char, s.label_, s.kb_id_, s.id_) for s in some)

    return [
        (
            *(d.text, d.cats, sorted(d.user_data.items(), key=repr), spans(d.ents)),
            {key: spans(group) for key, group in d.spans.items() if len(group)},
        )
        for d in found
    ]


def test_spacy_gets_the_docs_that_it_gave(tmp_path: Path) -> None:
    """Normalised: groups without a span are not there."""
    there_and_back("spacy", PROJECTS / "layers.spacy", tmp_path / "out.spacy")
    assert docs(tmp_path / "out.spacy") == docs(PROJECTS / "layers.spacy")


# -------------------------------------------------------------------------------- made-up projects

LAYERS = ("entity", "ner_x2d_tags", "NamedEntity", "CoreferenceLink", "note_", "Span", "ents")
LABELS = ("PER", "a b", "x|y", "été", "😀", "_", "*", "->", "a;b", "[1]", "yes", "1", "\\")
ASKED = {
    "type": LABELS,
    "sure": ("yes", "no"),
    "grade": ("1", "-0.5", "3"),
    "why": ("said\nso", "<b>&", "a|b", "it is"),
    "tags": ("a|b", "b", "a|c|b"),
}
KINDS: dict[str, Any] = {"sure": "yes_no", "grade": "number", "why": "text", "tags": "several"}
TYPES = ("works_for", "supports", "a b", "type", "note")


@st.composite
def projects(draw: st.DrawFn) -> list[Item]:
    """Articles with spans of layers and relations of two people, and what they declare."""
    out: list[Item] = []
    for i, text in enumerate(draw(st.lists(texts, min_size=1, max_size=2, unique=True)), start=1):
        if not any(c.isalnum() for c in text):
            continue
        article = article_of(text, i)
        made: list[Annotation] = []
        for _ in range(draw(st.integers(0, 5))):
            start, end = draw(spans_of(text))
            layer = draw(st.sampled_from(LAYERS))
            names = draw(st.sets(st.sampled_from(sorted(ASKED)), max_size=3))
            said = {name: draw(st.sampled_from(ASKED[name])) for name in sorted(names)}
            who = draw(st.sampled_from(("anna", "bo@x.org")))
            places = (Fragment(layer, start, end),)
            made.append(
                Annotation(new_id(), "mark", article.uid, who, places, said, provenance="imported")
            )
        for _ in range(draw(st.integers(0, 3)) if made else 0):
            head = draw(st.sampled_from([a for a in made if a.layer == "mark"]))
            mine = [a for a in made if a.annotator == head.annotator and a.layer == "mark"]
            tail = draw(st.sampled_from(mine))
            if head is not tail:
                kind = {"type": draw(st.sampled_from(TYPES))}
                relation = Annotation(new_id(), "relation", article.uid, head.annotator)
                relation = replace(relation, attributes=kind, provenance="imported")
                made.append(replace(relation, head=head.id, tail=tail.id))
        spans = [a for a in made if a.layer == "mark"]
        out.append(Document(article, (*spans, *(a for a in made if a.layer == "relation"))))
    labels = tuple(
        DeclaredLabel(layer, name, kind, ("a", "b", "c") if kind == "several" else ())
        for layer in LAYERS
        for name, kind in KINDS.items()
    )
    return [*out, Vocabulary(span_layers=tuple((n, n) for n in LAYERS), labels=labels)]


@pytest.mark.parametrize("name", ["label-studio", "webanno", "uima", "spacy"])
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(found=projects())
def test_what_went_in_came_out_or_was_counted(
    tmp_path_factory: pytest.TempPathFactory, name: str, found: list[Item]
) -> None:
    given = [i for i in found if isinstance(i, Document)]
    target = tmp_path_factory.mktemp(name) / f"out{formats.get(name).suffix}"
    report = written(name, given, scheme_of(found), target)
    losses = Losses()
    try:
        back = stored(items_of(name, target, losses))
    except Exception:
        if given and any(d.annotations for d in given):
            raise
        return
    before, after = meaning(given), meaning(back)
    people = len({a.annotator for d in given for a in d.annotations}) > 1
    if name == "spacy" or not people:
        before, after = (without_people(side) for side in (before, after))
    told = sum(x.count for x in report.losses) + losses.total
    other_text = ("control character", "text before the first word")
    if any(x.kind.startswith(other_text) for x in report.losses):
        return
    for text, values in before.items():
        gone = values - after.get(text, Counter())
        # A relation whose end was trimmed is there, and ends at another span.
        spans = [v for v in gone if "relation" not in str(v)[:12]]
        assert len(spans) <= told, (spans, after.get(text), [x.kind for x in report.losses])
        assert values.total() - after.get(text, Counter()).total() <= told
    if not told:
        assert {t: c for t, c in after.items() if c} == {t: c for t, c in before.items() if c}


def without_people(found: dict[str, Counter[object]]) -> dict[str, Counter[object]]:
    """The same, whoever it was."""
    out: dict[str, Counter[object]] = {}
    for text, values in found.items():
        counted: Counter[object] = Counter()
        for value, n in values.items():
            counted[repr(value).replace("bo@x.org", "anna").replace("'me'", "'anna'")] += n
        out[text] = counted
    return out


@pytest.mark.parametrize("packed", ["folder", "archives", "archive"])
def test_an_exported_project_of_inception_is_read_as_it_comes(tmp_path: Path, packed: str) -> None:
    folder = tmp_path / "project"
    shutil.copytree(PROJECTS / "inception_xmi", folder)
    (folder / "exportedproject.json").write_text("{}", encoding="utf-8")
    (folder / "source").mkdir()
    (folder / "source" / "flood.json").write_text("[]", encoding="utf-8")
    place = folder / "annotation" / "flood.txt"
    shutil.copy(place / "bo.xmi", place / "INITIAL_CAS.xmi")
    if packed != "folder":
        for file in sorted(place.glob("*.xmi")):
            with zipfile.ZipFile(file.with_suffix(".zip"), "w") as archive:
                archive.write(file, file.name)
                archive.write(place / "TypeSystem.xml", "TypeSystem.xml")
            file.unlink()
        (place / "TypeSystem.xml").unlink()
    source = folder
    if packed == "archive":
        source = Path(shutil.make_archive(str(tmp_path / "p"), "zip", folder))
    losses = Losses()
    found = stored(items_of("uima", source, losses))
    assert meaning(found) == meaning(stored(items_of("uima", PROJECTS / "inception_xmi", Losses())))
    told = {x.kind: x.count for x in losses}
    assert told == INCEPTION | {"document before anybody annotated it (INITIAL_CAS)": 1}


# ------------------------------------------------------------------------------------ spoilt files


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value within a JSON value."""
    if path:
        yield path
    pairs = value.items() if isinstance(value, dict) else ()
    for key, inner in enumerate(value) if isinstance(value, list) else pairs:
        yield from places(inner, (*path, key))


@pytest.mark.parametrize("source", ["label_studio.json", "label_studio_min.json"])
@pytest.mark.parametrize("new", [None, 7, "wrong", ["x", 3], {"a": 1}])
def test_a_spoilt_value_is_a_bad_record_or_counted(
    tmp_path: Path, source: str, new: object
) -> None:
    whole = (PROJECTS / source).read_text(encoding="utf-8")
    for path in places(json.loads(whole)):
        spoilt = inner = json.loads(whole)
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = new
        (tmp_path / "x.json").write_text(json.dumps(spoilt), encoding="utf-8")
        with contextlib.suppress(InputError):
            options = {"spans": "layers", "config": CONFIG}
            list(formats.read(formats.get("label-studio"), tmp_path / "x.json", options))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.integers(0, 40),
    st.integers(0, 20),
    st.sampled_from(
        ("", "_", "*", "x[3]", "->", "*->1-1", "9-9[0_7]", "a|b|c", "a;b", "1-1[", "|")
    ),
)
def test_a_spoilt_cell_is_a_bad_record_or_counted(
    tmp_path_factory: pytest.TempPathFactory, line: int, column: int, new: str
) -> None:
    lines = (PROJECTS / "inception_tsv" / "flood.tsv").read_text(encoding="utf-8").split("\n")
    cells = lines[line % len(lines)].split("\t")
    cells[column % len(cells)] = new
    lines[line % len(lines)] = "\t".join(cells)
    file = tmp_path_factory.mktemp("spoilt") / "x.tsv"
    file.write_text("\n".join(lines), encoding="utf-8")
    for item in formats.read(formats.get("webanno"), file, {"spans": "layers"}):
        if isinstance(item, Document):
            size = len(item.article.text)
            assert all(0 <= f.start < f.end <= size for a in item.annotations for f in a.fragments)
