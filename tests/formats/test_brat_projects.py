"""brat projects with types of their own: in layers, and out again as they were."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator import formats
from annotator.domain.exchange import BadRecord, Dataset, Document, Item, SchemeRecord
from annotator.domain.losses import Losses
from annotator.domain.scheme import Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.formats.brat_conf import vocabulary
from annotator.formats.brat_layers import attribute_name, label_of, told, type_of
from annotator.project.scheme_from_data import LabelsSeen, scheme_from
from annotator.session.actions import reserved_keys
from tests.formats.support import article_of, export_given

PROJECTS = Path(__file__).parent / "projects"
BRAT = formats.get("brat")
LAYERS = {"spans": "layers"}


def meaning(content: str) -> Counter[object]:
    """What the lines of a file say, with ids replaced by what stands there.

    `M` is an old `A`; of equals it is said which are equal. Two text-bound annotations of one type
    at one place are told apart by nothing but their ids, so they stand for each other.
    """
    rows = [line.split("\t") for line in content.splitlines() if line]
    named = {r[0]: r for r in rows}

    def flat(id_: str, depth: int = 4) -> object:
        if id_[0] == "T":
            return tuple(named[id_][1:])
        if id_[0] == "R":
            return line_of(named[id_], depth)
        words = (a.rpartition(":") for a in named[id_][1].split())
        return tuple((name, flat(to, depth - 1)) for name, _, to in words) if depth else "..."

    def line_of(row: list[str], depth: int = 4) -> object:
        kind, *words = row[1].split(" ")
        match row[0][0]:
            case "T" | "E":
                return flat(row[0])
            case "R":
                ends = (w.partition(":") for w in words)
                return "R", kind, *((name, flat(to, depth)) for name, _, to in ends)
            case "*":
                return "*", kind, frozenset(Counter(map(flat, words)).items())
            case "A" | "M":
                return "A", kind, flat(words[0]), " ".join(words[1:])
            case other:
                return other, kind, flat(words[0]), " ".join(words[1:]), *row[2:]

    return Counter(map(line_of, rows))


def files_of(folder: Path) -> Iterator[tuple[str, str]]:
    """The texts of a folder, each with the lines of its files."""
    for text in sorted(folder.glob("*.txt")):
        parts = (text.with_suffix(end) for end in (".ann", ".a1", ".a2"))
        lines = "".join(p.read_text(encoding="utf-8") for p in parts if p.is_file())
        yield text.read_text(encoding="utf-8"), lines


def scheme_of(items: Iterable[Item]) -> Scheme:
    """The scheme that is made of what was read; it must know all of it."""
    seen = LabelsSeen()
    items = list(items)
    for item in items:
        seen.add(item)
    losses = Losses()
    toml = scheme_from(seen, name="own", reserved=reserved_keys(), losses=losses)
    assert losses.total == 0
    scheme = parse_scheme(toml, reserved_keys())
    for item in items:
        for annotation in item.annotations if isinstance(item, Document) else ():
            assert scheme.faults(annotation) == ()
    return scheme


def there_and_back(source: Path, target: Path) -> tuple[Scheme, formats.ExportReport, Losses]:
    """Read a folder in layers, make its scheme, and write it again."""
    losses = Losses()
    items = list(formats.read(BRAT, source, LAYERS, losses))
    assert not [i for i in items if isinstance(i, BadRecord)]
    scheme = scheme_of(items)
    found = [
        Document(article_of(i.article.text, n, name=i.article.name), i.annotations)
        for n, i in enumerate((i for i in items if isinstance(i, Document)), start=1)
    ]
    record = SchemeRecord(scheme.version, scheme.name, scheme.toml, "", in_force=True)
    report = export_given(
        BRAT, target, documents=lambda: found, dataset=Dataset((record,)), force=True
    )
    return scheme, report, losses


@pytest.mark.parametrize("name", ["brat_events", "bionlp", "brat_relations"])
def test_a_project_comes_back_line_by_line(tmp_path: Path, name: str) -> None:
    _, report, losses = there_and_back(PROJECTS / name, tmp_path / "out")
    assert (losses.total, report.losses) == (0, ())
    given = {text: meaning(lines) for text, lines in files_of(PROJECTS / name)}
    back = {text: meaning(lines) for text, lines in files_of(tmp_path / "out")}
    assert back == given


def test_what_was_written_again_is_written_alike(tmp_path: Path) -> None:
    for name in ("brat_events", "bionlp", "brat_relations"):
        there_and_back(PROJECTS / name, tmp_path / name)
        there_and_back(tmp_path / name, tmp_path / f"{name}2")
        for file in (tmp_path / name).iterdir():
            if file.name != "manifest.json":
                assert (tmp_path / f"{name}2" / file.name).read_bytes() == file.read_bytes()


def test_the_scheme_of_events(tmp_path: Path) -> None:
    scheme, _, _ = there_and_back(PROJECTS / "brat_events", tmp_path / "out")
    assert [s.name for s in scheme.span_layers] == ["entity"]
    assert [r.name for r in scheme.roles] == ["trigger", "theme", "cause", "site", "atloc"]
    label = scheme.label_attribute("entity")
    assert label is not None
    # In the order of how often they were seen, then what is only declared.
    assert [v.name for v in label.values] == ["Protein", "Entity", "DNA"]
    event = scheme.label_attribute("claim")
    assert event is not None
    assert "Localization" in {v.name for v in event.values}
    assert {a.name: a.kind for a in scheme.of_layer("claim")} == {
        "event": "one", "brat": "text", "Confidence": "one", "Negation": "yes_no",
        "Speculation": "yes_no",
    }  # fmt: skip
    confidence = scheme.attribute("claim", "Confidence")
    assert confidence is not None
    assert [v.name for v in confidence.values] == ["low", "medium", "high"]
    equiv = scheme.relation("Equiv")
    assert equiv is not None
    assert (equiv.heads, equiv.tails) == (("entity.Protein",), ("entity.Protein",))
    assert equiv.symmetric
    keys = {*scheme.role_keys(), *scheme.label_keys(), *scheme.relation_keys()}
    assert {v.key for v in label.values[:1]} <= keys
    assert keys.isdisjoint(reserved_keys())


def test_the_scheme_of_relations(tmp_path: Path) -> None:
    scheme, _, _ = there_and_back(PROJECTS / "brat_relations", tmp_path / "out")
    assert scheme.roles == ()
    assert {r.name: (r.heads, r.tails) for r in scheme.relations} == {
        "Coreference": (("entity.Person",), ("entity.Person",)),
        "Employed-by": (("entity.Person",), ("entity.Org-Company",)),
        "Equiv": (("entity.Person", "entity.Source"), ("entity.Person", "entity.Source")),
        "Located_in": (("entity.Org-Company",), ("entity.GPE",)),
        "Parent": (("entity.Person",), ("entity.Person",)),
        "Same-place": (("entity.GPE",), ("entity.GPE",)),
    }
    assert {r.name for r in scheme.relations if r.symmetric} == {"Equiv", "Same-place"}
    assert {a.title: a.kind for a in scheme.of_layer("entity") if a.name[0] != "_"} == {
        "type": "one", "Mention": "one", "Confirmed": "one", "Negated": "yes_no",
        "Gen-der": "one", "note": "one", "type_": "one",
    }  # fmt: skip


def test_the_configuration_that_is_written_declares_what_stands_there(tmp_path: Path) -> None:
    for name in ("brat_events", "bionlp", "brat_relations"):
        there_and_back(PROJECTS / name, tmp_path / name)
        said = vocabulary((tmp_path / name / "annotation.conf").read_text(encoding="utf-8"))
        types = {
            v for label in said.labels for v in label.values if label.name in ("type", "event")
        }
        lines = [row for _, content in files_of(tmp_path / name) for row in content.splitlines()]
        rows = [line.split("\t")[:2] for line in lines]
        used = {rest.split()[0].partition(":")[0] for id_, rest in rows if id_[0] in "TE"}
        assert used <= types
        assert {rest.split()[0] for id_, rest in rows if id_[0] in "R*"} <= {
            r.name for r in said.relations
        }
        attributes = {attribute_name(r.split()[0]) for id_, r in rows if id_[0] == "A"}
        assert attributes <= {label.name for label in said.labels} | {"type_"}


NAMES = st.text(st.sampled_from("aN_Cx0f5-.é2 "), min_size=1, max_size=8)


@given(NAMES)
def test_names_are_told_back(name: str) -> None:
    assert told(attribute_name(name)) == ("", name)
    assert label_of(type_of(name)) == name


WORDS = [(0, 2), (3, 7), (8, 10), (11, 16)]
TEXT = "he said it today"
LABELS = st.sampled_from(("Protein", "Source", "Mark", "Discuss", "Org-Company", "Content", "Über"))
RELATIONS = st.sampled_from(("Parent", "Equiv", "works-for", "Equal"))
ENDS = st.sampled_from(("Arg1 Arg2", "Anaphora Antecedent", "Arg2 Arg1"))
ATTRIBUTES = st.sampled_from(("Negation", "Gen-der", "type", "event", "brat", "note", "id", "_N_a"))
VALUES = st.sampled_from(("", " yes", " no", " high", " very much", " 3"))


@st.composite
def project_files(draw: st.DrawFn) -> str:
    """Spans (also in pieces, or twice), events, relations, equals, and what is said of them."""
    lines: list[str] = []
    spans = draw(st.integers(1, 6))
    for i in range(1, spans + 1):
        places = sorted(draw(st.sets(st.sampled_from(WORDS), min_size=1, max_size=3)))
        words = " ".join(TEXT[s:e] for s, e in places)
        at = ";".join(f"{s} {e}" for s, e in places)
        lines.append(f"T{i}\t{draw(LABELS)} {at}\t{words}")
    kinds = [line.split("\t")[1].split()[0] for line in lines]
    bounds = [f"T{i}" for i in range(1, spans + 1)]
    events = [f"E{i}" for i in range(1, draw(st.integers(0, 3)) + 1)]
    for id_ in events:
        trigger = draw(st.integers(0, spans - 1))
        arguments = [f"{kinds[trigger]}:T{trigger + 1}"]
        names = st.sampled_from(("Theme", "Source", "Content", "Cause", "Content2"))
        for name in draw(st.lists(names, max_size=3)):
            arguments.append(f"{name}:{draw(st.sampled_from([*bounds, *events]))}")
        lines.append(f"{id_}\t{' '.join(arguments)}")
    targets = [*bounds, *events]
    relations: list[str] = []
    if len(targets) > 1:
        for i in range(draw(st.integers(0, 3))):
            head, tail = draw(
                st.lists(st.sampled_from(targets), min_size=2, max_size=2, unique=True)
            )
            kind, said = draw(RELATIONS), draw(ENDS).split()
            if kind == "Equiv" or (kind == "Parent" and head[0] == tail[0] == "E"):
                continue  # a line of equals; our own way to say which claim lies in which
            relations.append(f"R{i + 1}")
            lines.append(f"R{i + 1}\t{kind} {said[0]}:{head} {said[1]}:{tail}")
    free = list(draw(st.permutations(targets)))
    while len(free) > 1 and draw(st.booleans()):
        size = draw(st.integers(2, len(free)))
        lines.append(f"*\t{draw(RELATIONS)} {' '.join(free[:size])}")
        free = free[size:]
    number = 0
    kinds_of: dict[str, str] = {}
    for target in [*targets, *relations]:
        for name in draw(st.sets(ATTRIBUTES, max_size=2)):
            number += 1
            layer = target[0]
            # brat itself knows an attribute with values or one without, not both.
            value = draw(VALUES)
            if kinds_of.setdefault(layer + name, "bare" if not value else "valued") == "bare":
                value = ""
            elif not value:
                value = " yes"
            lines.append(f"A{number}\t{name} {target}{value}")
        for kind in draw(st.lists(st.sampled_from(("Reference", "Ref-2")), max_size=2)):
            number += 1
            text = draw(st.sampled_from(("", "\tThe Thing", "\tx  y")))
            lines.append(f"N{number}\t{kind} {target} Wiki:Q{number}{text}")
        for kind in draw(st.lists(st.sampled_from(("Certainty", "Why-so")), max_size=2)):
            number += 1
            lines.append(f"#{number}\t{kind} {target}\tsome words {number}")
        if draw(st.booleans()):
            number += 1
            lines.append(f"#{number}\tAnnotatorNotes {target}\tlook {number}")
    return "".join(f"{line}\n" for line in lines)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=project_files())
def test_any_project_comes_back_line_by_line(content: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in"
        source.mkdir()
        (source / "a.txt").write_text(TEXT, encoding="utf-8")
        (source / "a.ann").write_text(content, encoding="utf-8")
        _, report, losses = there_and_back(source, Path(folder) / "out")
        assert (losses.total, report.losses) == (0, ())
        ((_, back),) = files_of(Path(folder) / "out")
    assert meaning(back) == meaning(content)
