"""What every text format writes, reads back and complains about, word for word.

The stored texts are what was looked at and found right; `--snapshot-update` renews them, and the
difference is to be read like code. Files are spoilt one value or one line at a time: what is said
of each is part of what users see.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from syrupy.assertion import SnapshotAssertion

from annotator import formats
from annotator.domain.errors import AnnotatorError
from annotator.domain.exchange import BadRecord, Dataset, Document, SchemeRecord
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, ArticleDraft, Fragment
from annotator.domain.records import annotation_record
from annotator.domain.scheme import DEFAULT_SCHEME
from tests.formats.support import article_of, export_given

FOREIGN: Final = Path(__file__).parent / "foreign"
JSON: Final = ("jsonl", "prodigy", "doccano", "label-studio", "gate", "w3c", "citron")
LINES: Final = ("brat", "conll", "webanno", "csv", "tsv", "semeval")
TEXT: Final = "Farmers cheered, Ana Ruiz said.\n“No,” he said. 😀 They left."


def piece(words: str, role: str, span: int = 0) -> Fragment:
    start = TEXT.index(words)
    return Fragment(role, start, start + len(words), span)


def sample() -> list[Document]:
    """One article with every layer, labels, pieces, nesting, notes and flags; and an empty one."""
    article = article_of(
        TEXT, 1, name="first", title="A title", outlet="The Post", url="http://example.org/1",
        published="2026-01-02", byline="By Bo", meta={"section": "news"},
    )  # fmt: skip

    def made(number: int, layer: str, *fragments: Fragment, **more: Any) -> Annotation:
        return Annotation(
            f"01ARZ3NDEKTSV4RRFFQ69G5F{number:02}", layer, article.uid,  # type: ignore[arg-type]
            more.pop("annotator", "anna"), fragments, more.pop("labels", {}), scheme="v",
            created_at="2026-01-02T03:04:05.678Z", updated_at="2026-01-02T03:04:06.000Z", **more,
        )  # fmt: skip

    outer = made(
        1, "claim", piece("Farmers cheered", "content"), piece("Ana Ruiz", "source"),
        piece("said", "cue"), labels={"stance": "favor", "source_type": "named_person"},
    )  # fmt: skip
    inner = made(
        2, "claim", piece("“No,”", "content"), piece("They left", "content"), piece("he", "source"),
        piece("Ana", "source", 1), parent=outer.id, note="look\nagain", flagged=True,
        labels={"form": "direct", "own": "a b"},
    )  # fmt: skip
    mark = made(3, "mark", piece("cheered", "span"), labels={"type": "lexical"}, annotator="ben")
    twice = made(4, "mark", piece("No", "span"), piece("left", "span"), annotator="ben",
                 labels={"type": "loaded_language", "polarity": "bad"})  # fmt: skip
    sentence = made(5, "sentence", Fragment("span", 0, 31), reviewed=True, labels={"biased": "yes"})
    whole = made(6, "article", labels={"slant": "left"}, note="short")
    empty = article_of("Nothing here.", 2, name="second")
    return [Document(article, (outer, inner, mark, twice, sentence, whole)), Document(empty)]


def export(name: str, target: Path) -> formats.ExportReport:
    scheme = SchemeRecord("v", "news", DEFAULT_SCHEME.read_text(encoding="utf-8"), "", True)
    form = formats.get(name)
    return export_given(
        form, target, {}, documents=sample, dataset=Dataset((scheme,)), force=True, manifest=False
    )


def contents(target: Path) -> dict[str, list[str]]:
    """Every file below a path, by lines."""
    files = [target] if target.is_file() else sorted(p for p in target.rglob("*") if p.is_file())
    return {
        "" if p == target else p.relative_to(target).as_posix(): p.read_text("utf-8").split("\n")
        for p in files
        if p.suffix not in (".txt", ".toml") and p.name != "manifest.json"
    }


def said(losses: Losses) -> list[str]:
    return [f"{x.kind}: {x.count} ({', '.join(x.examples)})" for x in losses]


def outcome(name: str, source: Path) -> list[str]:
    """What comes of reading a file: documents, bad records, losses, or the error."""
    losses = Losses()
    out: list[str] = []
    numbers: dict[str | None, str] = {None: "-"}
    try:
        for item in formats.read(formats.get(name), source, {}, losses):
            if isinstance(item, BadRecord):
                out.append(f"bad {item.where}: {item.message}")
            elif isinstance(item, Document):
                draft = item.article
                known = {k: getattr(draft, k) for k in ("name", "title", "outlet", "published")}
                fields = {k: v for k, v in known.items() if v} | dict(draft.meta)
                kind = "draft" if isinstance(draft, ArticleDraft) else "article"
                out.append(f"{item.where} {kind} {fields} {draft.text[:9]!r} {len(draft.text)}")
                for a in item.annotations:
                    numbers.setdefault(a.id, f"#{len(numbers)}")
                for a in item.annotations:
                    named = replace(a, id=numbers[a.id], parent=numbers.get(a.parent, "?"))
                    record = {k: v for k, v in annotation_record(named).items() if v}
                    out.append("  " + json.dumps(record, ensure_ascii=False))
            else:
                out.append(f"{type(item).__name__} {str(item)[:60]}")
    except AnnotatorError as error:
        out.append(f"error: {error.message} / {error.hint}")
    return [line.replace(str(source), "SOURCE") for line in (*out, *said(losses))]


@pytest.mark.parametrize("name", [*JSON, *LINES, "uima", "german-quotations"])
def test_what_is_written_and_read_back(
    tmp_path: Path, snapshot: SnapshotAssertion, name: str
) -> None:
    target = tmp_path / f"out{formats.get(name).suffix}"
    report = export(name, target)
    told = [f"{x.kind}: {x.count} ({', '.join(x.examples)})" for x in report.losses]
    written = {} if name == "uima" else contents(target)
    assert (written, told, outcome(name, target)) == snapshot


@pytest.mark.parametrize("name", ["brat", "parquet"])
def test_the_card_and_the_manifest(tmp_path: Path, snapshot: SnapshotAssertion, name: str) -> None:
    scheme = SchemeRecord("v", "news", "name = 'news'", "", True)
    export_given(
        formats.get(name), tmp_path / "out", {}, documents=sample, dataset=Dataset((scheme,)),
        force=True, manifest=True, card=True, command="annotator export",
    )  # fmt: skip
    card, manifest = (
        next((tmp_path).rglob(found)).read_text(encoding="utf-8")
        for found in ("README.md", "*manifest*.json")
    )
    said = json.loads(manifest)
    kept = {k: said[k] for k in sorted(said) if k not in ("program_version", "files")}
    assert (card.split("\n"), sorted(said), kept) == snapshot


@pytest.mark.parametrize("path", sorted(FOREIGN.iterdir()), ids=lambda p: str(p.name))
def test_how_foreign_files_are_read(snapshot: SnapshotAssertion, path: Path) -> None:
    prefixes = {"brat": "brat", "conll": "conll", "doccano": "doccano", "ls": "label-studio",
                "prodigy": "prodigy", "recogito": "w3c"}  # fmt: skip
    name = prefixes.get(path.name.partition("_")[0])
    for each in [name] if name else ["doccano", "prodigy", "label-studio", "w3c"]:
        assert outcome(each, path) == snapshot(name=f"{path.name} {each}")


def spoilt(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The value with one thing in it wrong: gone, null, a number or a word in its place."""
    if path:
        for wrong in (None, 7, "wrong", -1):
            if wrong != value:
                yield f"{path}={json.dumps(wrong)}", wrong
    if isinstance(value, dict):
        for key in value:
            yield f"{path}.{key} gone", {k: v for k, v in value.items() if k != key}
            for said_, changed in spoilt(value[key], f"{path}.{key}"):
                yield said_, value | {key: changed}
    elif isinstance(value, list):
        for i in range(min(len(value), 2)):
            for said_, changed in spoilt(value[i], f"{path}[{i}]"):
                yield said_, [*value[:i], changed, *value[i + 1 :]]


def spoilt_line(line: str) -> Iterator[tuple[str, str]]:
    """The line with one thing in it wrong."""
    cut = line.rfind("\t")
    yield "gone", ""
    yield "twice", f"{line}\n{line}"
    if cut > 0:
        yield "last cell gone", line[:cut]
    words = line.replace("\t", " ").replace(",", " ").split(" ")
    for word in list(dict.fromkeys(words))[:6]:
        if word:
            yield f"{word} -> x", line.replace(word, "x", 1)
            if word.isdigit():
                yield f"{word} -> 99", line.replace(word, "99", 1)


def by_outcome(found: list[tuple[str, list[str]]], whole: list[str]) -> list[str]:
    """What was new about each, with the changes that led to it.

    Complaints stand as they are, annotations and articles as a check sum: there are too many.
    """
    grouped: dict[str, list[str]] = {}
    for change, lines in found:
        new = [line for line in lines if line not in whole]
        gone = sum(line not in lines for line in whole)
        short = [
            f"{zlib.crc32(x.encode()):08x}" if x.startswith("  ") or " article {" in x else x
            for x in new
        ]
        grouped.setdefault(f"-{gone} {' | '.join(short)}", []).append(change)
    return [f"{key} <- {len(all_)}: {'; '.join(all_[:3])}" for key, all_ in grouped.items()]


@pytest.mark.parametrize("name", JSON)
def test_what_is_said_of_a_spoilt_value(
    tmp_path: Path, snapshot: SnapshotAssertion, name: str
) -> None:
    target = tmp_path / f"out{formats.get(name).suffix}"
    export(name, target)
    file = target if target.is_file() else sorted(target.rglob("*.*js*"))[0]
    whole, content = outcome(name, target), file.read_text(encoding="utf-8")
    lined = file.suffix == ".jsonl"
    records = [json.loads(x) for x in content.splitlines()] if lined else [json.loads(content)]
    found = []
    for change, records_ in spoilt(records):
        text = "\n".join(json.dumps(r, ensure_ascii=False) for r in records_)
        file.write_text(text + "\n", encoding="utf-8")
        found.append((change, outcome(name, target)))
    assert by_outcome(found, whole) == snapshot


@pytest.mark.parametrize("name", LINES)
def test_what_is_said_of_a_spoilt_line(
    tmp_path: Path, snapshot: SnapshotAssertion, name: str
) -> None:
    target = tmp_path / f"out{formats.get(name).suffix}"
    export(name, target)
    file = target
    if target.is_dir():
        files = sorted(p for p in target.rglob("*") if p.is_file() and p.suffix != ".txt")
        file = max(files, key=lambda p: p.stat().st_size)
    whole = outcome(name, target)
    lines = file.read_text(encoding="utf-8").split("\n")
    found = []
    for i, line in enumerate(lines):
        for change, changed in spoilt_line(line) if line else ():
            file.write_text("\n".join([*lines[:i], changed, *lines[i + 1 :]]), encoding="utf-8")
            found.append((f"{i + 1}: {change}", outcome(name, target)))
    assert by_outcome(found, whole) == snapshot
