"""For every importer: labels in the file = labels taken over + labels counted, generated files.

Each label of a generated file is a word that stands nowhere else. After reading it is in a
document, or something was counted (or named as a bad record) in its place: exactly as many as are
missing.
"""

from __future__ import annotations

import csv
import json
import zipfile
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator import formats
from annotator.domain.exchange import BadRecord, Document
from annotator.domain.losses import Losses
from tests.formats.support import generated, stored_documents, written

WORDS = ["Ida", "Vos", "gave", "the", "school", "a", "bike"]
TEXT = " ".join(WORDS)
ROLES = ("content", "source", "cue")


class File:
    """A file under way: its folder, its labels, and choices."""

    def __init__(self, folder: Path, data: st.DataObject) -> None:
        self.folder, self._data = folder, data
        self.labels: list[str] = []
        self.roles: Counter[str] = Counter()
        """Spans that are labelled as roles of claims."""
        self._count = count()
        self.options: dict[str, str] = {}

    def label(self) -> str:
        """A label that stands nowhere else."""
        self.labels.append(f"Label{next(self._count)}x")
        return self.labels[-1]

    def some(self, most: int = 3) -> range:
        return range(self._data.draw(st.integers(0, most)))

    def one(self, *values: Any) -> Any:
        return self._data.draw(st.sampled_from(values))

    def span(self) -> tuple[int, int]:
        """Characters of one to all words."""
        first = self._data.draw(st.integers(0, len(WORDS) - 1))
        last = self._data.draw(st.integers(first, len(WORDS) - 1))
        start = len(" ".join(WORDS[:first])) + (1 if first else 0)
        return start, len(" ".join(WORDS[: last + 1]))

    def mark_or_role(self) -> str:
        role: str = self.one("", "", *ROLES)
        self.roles[role] += 1
        return role or self.label()

    def save(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path


def lines(values: list[Any]) -> str:
    return "".join(json.dumps(v) + "\n" for v in values)


def doccano(file: File) -> Path:
    record: dict[str, Any] = {"text": TEXT, "entities": [], "relations": []}
    for i in file.some():
        start, end = file.span()
        entity = {"id": i, "start_offset": start, "end_offset": end, "label": file.mark_or_role()}
        if file.one(False, True):
            entity["comment"] = file.label()
        record["entities"].append(entity)
    for _ in file.some() if record["entities"] else ():
        ends = [file.one(0, len(record["entities"]) - 1, 77) for _ in range(2)]
        record["relations"].append({"from_id": ends[0], "to_id": ends[1], "type": file.label()})
    record["cats"] = [file.label() for _ in file.some()]
    record["Comments"] = [file.one(file.label(), {"text": file.label()}) for _ in file.some()]
    # (Only one of two drawn labels is used.)
    file.labels = [x for x in file.labels if x in json.dumps(record)]
    record["meta"] = {file.label(): file.label()} if file.one(True, False) else {}
    record["further"] = file.label()
    record["label"] = [[*file.span(), file.label()] for _ in file.some()]
    return file.save("x.jsonl", lines([record]))


def prodigy(file: File) -> Path:
    tasks: list[dict[str, Any]] = []
    tokens = [
        {"id": i, "text": w, "start": TEXT.index(w), "end": TEXT.index(w) + len(w)}
        for i, w in enumerate(WORDS[:3])
    ]
    for _ in file.some():
        task: dict[str, Any] = {"text": TEXT, "tokens": tokens, "spans": [], "relations": []}
        for _ in file.some():
            start, end = file.span()
            task["spans"].append({"start": start, "end": end, "label": file.mark_or_role()})
        for _ in file.some():
            ends = [file.one(0, 2, 5) for _ in range(2)]
            relation: dict[str, Any] = {"label": file.label(), "head": ends[0], "child": ends[1]}
            if file.one(True, False) and task["spans"]:
                relation["head_span"] = task["spans"][0]
                relation["child_span"] = task["spans"][-1]
            task["relations"].append(relation)
        task["cats"] = {file.label(): file.one(1.0, 0.0, 0.25) for _ in file.some()}
        task["accept"] = [file.label() for _ in file.some()]
        task[file.one("meta", "x")] = {"a": file.label()}
        tasks.append(task | {"answer": "accept"})
    for _ in file.some():
        span = {"start": 0, "end": 3, "label": file.label()}
        tasks.append({"text": TEXT, "spans": [span], "answer": file.one("reject", "ignore", "?")})
    for _ in file.some():
        tasks.append({"text": TEXT, "label": file.label(), "answer": file.one("accept", "reject")})
    return file.save("x.jsonl", lines(tasks))


def label_studio(file: File) -> Path:
    annotations: list[dict[str, Any]] = []
    for _ in file.some():
        result: list[dict[str, Any]] = []
        regions = file.some()
        for i in regions:
            start, end = file.span()
            if file.one(False, False, True):
                end = start
            value: dict[str, Any] = {"start": start, "end": end, "labels": [file.mark_or_role()]}
            value["labels"] += [file.label() for _ in file.some(2)]
            if end == start:  # a role is not a label of its own
                file.roles.subtract(x for x in value["labels"] if x in ROLES)
                value["labels"] = [x for x in value["labels"] if x not in ROLES] or [file.label()]
            result.append({"id": f"r{i}", "from_name": "l", "type": "labels", "value": value})
        for kind in file.some():
            target = file.one("r0", "r7", "q")
            value = {"choices": [file.label(), file.label()]} if kind else {"rating": file.label()}
            if kind:  # two choices are one answer
                file.labels.pop()
                value = {"choices": [f"{file.labels[-1]}", "and so on"]}
            name = {"from_name": f"q{kind}", "type": "choices" if kind else "rating"}
            result.append({"id": target, "value": value} | name)
            if target == "r7":
                result[-1]["value"]["start"] = 0
        for _ in file.some():
            ends = [file.one("r0", "r1", "gone") for _ in range(2)]
            relation = {"type": "relation", "from_id": ends[0], "to_id": ends[1]}
            result.append(relation | {"labels": [file.label()]})
        for _ in file.some(1):
            result.append({"type": "brushlabels", "value": {"brushlabels": [file.label()]}})
        annotations.append({"completed_by": 1, "result": result})
    for _ in file.some(1):
        value = {"start": 0, "end": 3, "labels": [file.label()]}
        region = {"id": "z", "type": "labels", "value": value}
        annotations.append({"was_cancelled": True, "result": [region]})
    data = {file.one("text", "content"): TEXT, "more": {"x": file.label()}}
    return file.save("x.json", json.dumps([{"data": data, "annotations": annotations}]))


def gate(file: File) -> Path:
    sets: dict[str, Any] = {}
    for name in ("", "kim"):
        found = []
        for i in file.some():
            start, end = file.span()
            features: dict[str, Any] = {}
            kind = file.label()
            if file.one(True, False):
                end = start
            else:
                features = {file.label(): file.one(1, "x"), "type": file.label()}
                if file.one(True, False):
                    features["list"] = [file.label()]
            annotation = {"type": kind, "start": start, "end": end, "id": i, "features": features}
            found.append(annotation)
        sets[name] = {"annotations": found}
    record = {"text": TEXT, "annotation_sets": sets, "features": {file.label(): file.label()}}
    return file.save("x.bdocjs", json.dumps(record))


def w3c(file: File) -> Path:
    notes: list[dict[str, Any]] = []
    for i in file.some():
        start, end = file.span()
        bodies = [
            {"value": file.label(), "purpose": file.one("tagging", "commenting", "x")}
            for _ in file.some()
        ]
        bodies += [{"value": file.label(), "purpose": "tagging"}]
        selector: Any = {"type": "TextPositionSelector", "start": start, "end": end}
        notes.append({"id": f"#{i}", "body": bodies, "target": {"selector": selector}})
    for _ in file.some():
        kind = file.one("XPathSelector", "SvgSelector")
        note = {"id": "#s", "body": [{"value": file.label(), "purpose": "tagging"}]}
        notes.append(note | {"target": {"source": "u", "selector": {"type": kind}}})
    for _ in file.some() if notes else ():
        body = {"value": file.label(), "purpose": "tagging"}
        notes.append({"id": "#r", "body": body, "target": [{"id": notes[0]["id"]}]})
    file.options["text"] = str(file.save("text.txt", TEXT))
    return file.save("x.json", json.dumps(notes))


def conll(file: File) -> Path:
    out = ["# text = O"]
    for _ in file.some():
        odd = file.one(True, False, False)
        for word in WORDS:
            tags = [f"B-{file.label()}" if file.one(False, True) and not odd else "O" for _ in "ab"]
            out.append(f"{word} {tags[0]} {tags[1]}")
        if odd:
            out.append(f"{file.label()} O")
            out[-1] += " odd"
        out += ["", "# more"]
    return file.save("x.conll", "\n".join(out) + "\n")


def brat(file: File) -> Path:
    out: list[str] = []
    for i in file.some():
        start, end = file.span()
        out.append(f"T{i}\t{file.label()} {start} {end}\t{TEXT[start:end]}")
    bounds = len(out)
    for i in file.some(2) if bounds else ():
        names = [f"{file.label()}:T{file.one(*range(bounds))}" for _ in file.some(2)]
        names += [f"{file.label()}:E{file.one(0, i)}" for _ in file.some(1)]
        out.append(f"E{i}\t{' '.join([f'{file.label()}:T0', *names])}")
    for i in file.some(2) if bounds else ():
        out.append(f"A{i}\t{file.label()} T0 {file.label()}")
    for i in file.some(2):
        out.append(f"R{i}\t{file.label()} Arg1:T0 Arg2:T1")
        out.append(f"N{i}\t{file.label()} T0 Wiki:Q1\tx")
        out.append(f"*\t{file.label()} T0 T1")
    file.save("x.txt", TEXT)
    return file.save("x.ann", "".join(f"{line}\n" for line in out))


def webanno(file: File) -> Path:
    layers = ("webanno.custom.M", "de.x.Pos")
    head = ["#FORMAT=WebAnno TSV 3.3", *(f"#T_SP={x}|value" for x in layers)]
    head.append("#T_CH=de.x.Link|a|b")
    head.append("#T_RL=de.x.Dep|kind|BT_de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token")
    head.append("#T_RL=de.x.Rel|kind|BT_webanno.custom.M")
    rows: list[str] = []
    for i, word in enumerate(WORDS, start=1):
        start = len(" ".join(WORDS[: i - 1])) + (1 if i > 1 else 0)
        marked = file.one(True, False)
        cells = [file.label() if marked else "_", file.label() if file.one(True, False) else "_"]
        cells += [file.label(), f"*->1-{i}"] if file.one(True, False) else ["_", "_"]
        cells += [file.label(), "1-1"] if file.one(True, False) else ["_", "_"]
        cells += [file.label(), f"1-{i}"] if marked and file.one(True, False) else ["_", "_"]
        rows.append("\t".join([f"1-{i}", f"{start}-{start + len(word)}", word, *cells, ""]))
        if file.one(True, False, False):
            empty = [file.label(), *["_"] * 7]
            rows.append("\t".join([f"1-{i}.1", f"{start}-{start}", "", *empty, ""]))
    return file.save("x.tsv", "\n".join([*head, "", "", f"#Text={TEXT}", *rows, ""]))


def uima(file: File) -> Path:
    from cassis import Cas, TypeSystem

    types = TypeSystem()
    made = {}
    for name in ("webanno.custom.M", "org.example.T", "webanno.custom.R"):
        made[name] = types.create_type(name)
        types.create_feature(made[name], "value", "uima.cas.String")
    for side in ("Governor", "Dependent"):
        types.create_feature(made["webanno.custom.R"], side, "uima.tcas.Annotation")
    types.create_feature(made["webanno.custom.M"], "more", "uima.cas.StringArray")
    types.create_feature(made["webanno.custom.M"], "extent", "uima.cas.Integer")
    cas = Cas(types)
    cas.sofa_string = TEXT
    spans = []
    for _ in file.some():
        start, end = file.span()
        if file.one(True, False, False):
            end = start
        spans.append(made["webanno.custom.M"](begin=start, end=end, value=file.label(), extent=3))
        cas.add(spans[-1])
    for _ in file.some():
        cas.add(made["org.example.T"](begin=0, end=3, value=file.label()))
    for _ in file.some() if spans else ():
        ends = {"Governor": spans[0], "Dependent": spans[-1], "value": file.label()}
        cas.add(made["webanno.custom.R"](begin=0, end=3, **ends))
    view = cas.create_view("other")
    view.sofa_string = "Another."
    for _ in file.some():
        view.add(made["webanno.custom.M"](begin=0, end=3, value=file.label()))
    types.to_xml(file.folder / "TypeSystem.xml")
    cas.to_xmi(file.folder / "x.xmi")
    return file.folder / "x.xmi"


def spacy(file: File) -> Path:
    from spacy.tokens import Doc, DocBin, Span
    from spacy.vocab import Vocab

    doc = Doc(Vocab(), words=WORDS)
    spans = [Span(doc, i, i + 1, label=file.mark_or_role()) for i in file.some()]
    doc.spans["sc"] = spans
    doc.spans["other"] = [Span(doc, 0, 2, label=file.label()) for _ in file.some()]
    doc.set_ents([Span(doc, 3, 4, label=file.label()) for _ in file.some(1)])
    for _ in file.some():
        doc.cats[file.label()] = file.one(1.0, 0.0, 0.7)
        doc.cats[f"slant:{file.label()}"] = file.one(1.0, 0.7)
    for _ in file.some(1):
        doc.user_data["more"] = file.label()
    for _ in file.some(1):
        doc[0].tag_ = file.label()
    path = file.folder / "x.spacy"
    DocBin(
        attrs=["ORTH", "SPACY", "ENT_IOB", "ENT_TYPE", "TAG"], docs=[doc], store_user_data=True
    ).to_disk(path)
    return path


def citron(file: File) -> Path:
    quotes = []
    for _ in file.some():
        span = {"start": 0, "end": 3, "text": "Ida"}
        quote: dict[str, Any] = {"cue": span, "confidence": file.label()}
        quote["coreferences"] = [{**span, "x": file.label()} for _ in file.some()]
        if file.one(True, False):
            quote["further"] = file.label()
        quotes.append(quote)
    groups = [[{"start": 0, "end": 3, "x": file.label()}] for _ in file.some()]
    record = {"text": TEXT, "quotes": quotes, "coreference_groups": groups, "topic": file.label()}
    return file.save("x.json", json.dumps(record))


def german(file: File) -> Path:
    found = []
    for i in file.some():
        item: dict[str, Any] = {"id": i, "type": file.label(), "medium": file.label()}
        item["quote"] = {"spans": [{"charBegin": 0, "charEnd": 3}]}
        if file.one(True, False):
            item["quote"]["coreference"] = file.label()
        if file.one(True, False):
            item["gender"] = file.label()
        found.append(item)
    record = {"originalText": TEXT, "annotations": found, "genre": file.label()}
    return file.save("x.json", json.dumps(record))


def gendergap(file: File) -> Path:
    quotes = []
    for _ in file.some():
        index = {"quote_index": file.one("(0,3)", "(4, 7)"), "quote": "x"}
        index |= {"verb": file.label()} if file.one(True, False) else {}
        index |= {"named_entities": [file.label()]} if file.one(True, False) else {}
        quotes.append(index | {"quote_type": file.label()})
    return file.save("x.json", json.dumps({"body": TEXT, "quotes": quotes, "x": file.label()}))


def semeval(file: File) -> Path:
    file.save("article1.txt", TEXT)
    rows = [
        f"1\t{file.label().lower()}\t0\t{file.one('3', '7', '99', '9' * 5000)}" for _ in file.some()
    ]
    file.labels = [x.lower() for x in file.labels]
    file.save("article1.labels", "\n".join(rows))
    return file.folder


def babe(file: File) -> Path:
    who = file.one("annotator_id", "survey_record_id", "Rater", "whoever")
    named = who != "whoever" or file.one(True, False)
    if who == "whoever" and named:
        file.options["annotator-column"] = who
    path = file.folder / "x.csv"
    rows = []
    for i in range(3):
        row = {"text": TEXT, who: file.label(), "topic": "t", "opinion": "1.0"}
        row |= {"Label bias": "Biased", "words": "", "age": ""}
        if named or i == 0:
            row |= {"Label bias": file.one("Biased", "non-biased", file.label())}
            row |= {"age": file.label(), "words": file.one("['Vos']", file.label())}
        rows.append(row)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    file.labels = [x for x in file.labels if x in path.read_text(encoding="utf-8")]
    return path


def basil(file: File) -> Path:
    found = []
    for _ in file.some():
        place = {"id": file.one("p0", "title"), "start": 0, "end": 3, "txt": "Ida"}
        said = {"bias": file.one("lex", file.label()), "aim": file.one("ind_pro", file.label())}
        said |= {
            "speaker": file.label(),
            "notes": file.label(),
            "indirect-target-name": file.label(),
        }
        said |= {"further": file.label()} if file.one(True, False) else {}
        found.append(place | said)
    file.labels = [x for x in file.labels if x in json.dumps(found)]
    record: dict[str, Any] = {
        "title": "Ida",
        "body-paragraphs": [[TEXT]],
        "phrase-level-annotations": found,
    }
    record["article-level-annotations"] = {"stance": {"x": file.label()}, "all": [file.label()]}
    record["keywords"] = [file.label()]
    return file.save("x.json", json.dumps(record))


def qdpx(file: File) -> Path:
    codes, passages, whole = [], [], []
    for i in range(1 + len(file.some())):
        codes.append(f'<Code guid="c{i}" name="{file.label()}" isCodable="true"/>')
        start, end = file.span()
        note = f"<Description>{file.label()}</Description>" if file.one(True, False) else ""
        passages.append(
            f'<PlainTextSelection guid="s{i}" startPosition="{start}" endPosition="{end}">{note}'
            f'<Coding guid="k{i}"><CodeRef targetGUID="c{i}"/></Coding></PlainTextSelection>'
        )
        if file.one(True, False):
            whole.append(f'<Coding guid="w{i}"><CodeRef targetGUID="c{i}"/></Coding>')
    notes = [
        f'<Note guid="n{i}" name="{file.label()}"><PlainTextContent>x</PlainTextContent></Note>'
        for i in file.some()
    ]
    sets = [f'<Set guid="t{i}" name="{file.label()}"/>' for i in file.some()]
    links = [
        f'<Link guid="l{i}" name="{file.label()}" direction="OneWay" originGUID="s0"'
        f' targetGUID="{file.one("s1" if len(passages) > 1 else "gone", "c0", "gone")}"/>'
        for i in file.some()
    ]
    media = [f'<AudioSource guid="a{i}" name="{file.label()}"/>' for i in file.some()]

    def group(name: str, lines: list[str]) -> str:
        return f"<{name}>{''.join(lines)}</{name}>" if lines else ""

    body = "".join(
        [
            f'<Project xmlns="urn:QDA-XML:project:1.0" name="x"><CodeBook>{group("Codes", codes)}'
            '</CodeBook><Sources><TextSource guid="t" name="one" plainTextPath="internal://t.txt">',
            *(*passages, *whole, "</TextSource>", *media, "</Sources>", group("Notes", notes)),
            *(group("Links", links), group("Sets", sets), "</Project>"),
        ]
    )
    path = file.folder / "x.qdpx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", body)
        archive.writestr("Sources/t.txt", TEXT)
    return path


MAKERS: dict[str, Callable[[File], Path]] = {
    "qdpx": qdpx,
    "doccano": doccano,
    "prodigy": prodigy,
    "label-studio": label_studio,
    "gate": gate,
    "w3c": w3c,
    "conll": conll,
    "brat": brat,
    "webanno": webanno,
    "uima": uima,
    "spacy": spacy,
    "citron": citron,
    "german-quotations": german,
    "gendergaptracker": gendergap,
    "semeval": semeval,
    "babe": babe,
    "basil": basil,
}
OURS = ("jsonl", "parquet", "csv", "tsv", "xlsx")
"""Formats that nobody else writes: what they hold beside our own columns is refused, or counted."""


def test_every_importer_is_tried() -> None:
    readers = {n for n in formats.names() if formats.get(n).read is not None}
    assert readers == {*MAKERS, *OURS}


@pytest.mark.parametrize("name", sorted(MAKERS))
@generated(60)
@given(data=st.data())
def test_labels_in_the_file_are_taken_over_or_counted(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    file = File(tmp_path_factory.mktemp(name), data)
    path = MAKERS[name](file)
    losses = Losses()
    items = list(formats.read(formats.get(name), path, file.options, losses))
    taken = repr([i for i in items if isinstance(i, Document)])
    bad = [i for i in items if isinstance(i, BadRecord)]
    missing = [label for label in file.labels if f"{label}" not in taken]
    told = {x.kind: x.count for x in losses}
    assert len(missing) == losses.total + len(bad), (missing, told, bad)
    # Counted is not enough: the user looks for the place.
    assert [x.kind for x in losses if not x.examples] == []
    assert all(b.where for b in bad)
    found = [a for i in items if isinstance(i, Document) for a in i.annotations]
    roles = Counter(f.role for a in found if a.layer == "claim" for f in a.fragments)
    for role in ROLES:  # a source of two contents stands in both claims
        assert roles[role] >= file.roles[role]


@pytest.mark.parametrize("name", [n for n in formats.names() if formats.get(n).read is not None])
@generated(15)
@given(found=stored_documents())
def test_our_own_files_lose_nothing_at_import(
    tmp_path_factory: pytest.TempPathFactory, name: str, found: list[Document]
) -> None:
    """What a format cannot hold was counted at the export; reading counts nothing twice."""
    form = formats.get(name)
    if form.write is None:
        pytest.skip("read only")
    target = tmp_path_factory.mktemp("own") / f"x{form.suffix}"
    written(name, found, target)
    if name == "webanno" and not any(target.glob("*.tsv")):
        return  # no article has a word
    losses = Losses()
    items = list(formats.read(form, target, None, losses))
    assert not [i for i in items if isinstance(i, BadRecord)]
    assert {x.kind: x.count for x in losses} == {}
