"""Exports are whole or not there, say what they lost, and stay where they are put."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from annotator import formats
from annotator.domain.errors import AnnotatorError, InputError, MissingExtraError
from annotator.domain.exchange import Dataset, Document
from annotator.domain.losses import Losses
from annotator.formats.support.base import Format, Option, Options
from annotator.formats.support.output import Output, safe_name
from tests.formats.support import article_of, claim, export_given, find, written

TEXT = "Ana said it is late."


def sample(number: int = 1, **meta: object) -> Document:
    article = article_of(f"{TEXT} {number}", number, meta=meta)
    spans = (find(TEXT, "Ana", "source"), find(TEXT, "it is late", "content"))
    return Document(article, (claim(article, *spans, note="hm"),))


def run(
    name: str,
    target: Path,
    found: Iterable[Document],
    *,
    strict: bool = False,
    card: bool = False,
    by_split: bool = False,
) -> formats.ExportReport:
    kept = list(found)
    return export_given(
        formats.get(name),
        target,
        documents=lambda: kept,
        dataset=Dataset(),
        strict=strict,
        card=card,
        by_split=by_split,
    )


def test_a_manifest_says_what_was_exported(tmp_path: Path) -> None:
    found = sample()
    report = run("doccano", tmp_path / "x.jsonl", [found], card=True)
    manifest = json.loads((tmp_path / "x.jsonl.manifest.json").read_text(encoding="utf-8"))
    data = (tmp_path / "x.jsonl").read_bytes()
    assert manifest["files"] == [
        *(
            {
                "name": name,
                "bytes": len((tmp_path / name).read_bytes()),
                "sha256": hashlib.sha256((tmp_path / name).read_bytes()).hexdigest(),
            }
            for name in ("x.jsonl", "x.jsonl.README.md")
        )
    ]
    assert (manifest["articles"], manifest["annotations"], manifest["spans"]) == (1, 1, 2)
    assert manifest["offset_unit"] == "codepoint"
    assert report.files[0].sha256 == hashlib.sha256(data).hexdigest()
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "x.jsonl",
        "x.jsonl.README.md",
        "x.jsonl.manifest.json",
    ]
    assert "claim annotations: 1" in (tmp_path / "x.jsonl.README.md").read_text(encoding="utf-8")


def test_strict_refuses_a_loss_and_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="note: 1"):
        run("citron", tmp_path / "out", [sample()], strict=True)
    assert list(tmp_path.iterdir()) == []
    run("doccano", tmp_path / "x.jsonl", [sample()], strict=True)


def test_an_error_on_the_way_leaves_the_earlier_export(tmp_path: Path) -> None:
    def broken() -> Iterator[Document]:
        yield sample()
        raise InputError("the disk is on fire")

    for name, target in (("jsonl", tmp_path / "x.jsonl"), ("brat", tmp_path / "b")):
        run(name, target, [sample()])
        before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
        with pytest.raises(InputError, match="on fire"):
            export_given(formats.get(name), target, documents=broken, dataset=Dataset())
        assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_a_folder_of_other_things_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious")
    with pytest.raises(InputError, match="holds other things"):
        run("brat", tmp_path / "mine", [sample()])
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "precious"
    with pytest.raises(InputError, match="is a folder"):
        run("jsonl", tmp_path / "mine", [sample()])
    # An earlier export is replaced as a whole.
    run("brat", tmp_path / "out", [sample(1), sample(2)])
    run("brat", tmp_path / "out", [sample(1)])
    assert len(list((tmp_path / "out").glob("*.ann"))) == 1


def test_a_file_for_each_split(tmp_path: Path) -> None:
    found = [sample(1, split="train"), sample(2, split="dev"), sample(3)]
    run("jsonl", tmp_path / "out", found, by_split=True)
    names = sorted(p.name for p in (tmp_path / "out").iterdir())
    assert names == ["all.jsonl", "dev.jsonl", "manifest.json", "train.jsonl"]
    run("brat", tmp_path / "brat", found, by_split=True)
    assert sorted(p.name for p in (tmp_path / "brat" / "train").iterdir()) == [
        *("a1.ann", "a1.txt", "annotation.conf")
    ]
    written("spacy", found, tmp_path / "x.spacy", config="spancat")
    kept = list(found)
    export_given(
        formats.get("spacy"),
        tmp_path / "spacy",
        {"config": "spancat"},
        documents=lambda: kept,
        dataset=Dataset(),
        by_split=True,
    )
    assert (tmp_path / "spacy" / "train.spacy.config.cfg").is_file()


def test_stdout_gets_all_or_nothing(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    found = sample()
    export_given(formats.get("doccano"), "-", documents=lambda: [found], dataset=Dataset())
    out, _ = capfdbinary.readouterr()
    assert json.loads(out)["text"] == found.article.text
    with pytest.raises(InputError, match="not stdout"):
        export_given(formats.get("brat"), "-", documents=lambda: [found], dataset=Dataset())


def test_stdin_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(b'{"text": "abc", "label": [[0, 1, "X"]]}\n')

    monkeypatch.setattr(sys, "stdin", Stdin())
    (document,) = formats.read(formats.get("doccano"), "-")
    assert isinstance(document, Document)
    assert document.article.text == "abc"


@pytest.mark.parametrize("name", ["", "/etc/x", "../x", "a/../../x", "twice"])
def test_an_output_refuses_names_that_lead_away(tmp_path: Path, name: str) -> None:
    with Output(tmp_path / "out", folder=True) as out:
        with out.open("twice") as stream:
            stream.write(b"x")
        with pytest.raises(InputError), out.open(name):
            pass


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a b", "a b"),
        ("../..", "_"),
        ("..", "uid"),
        ("a/b\\c:d", "a_b_c_d"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("x\n\x1b[0m", "x__[0m"),
        ("", "uid"),
        (" . ", "uid"),
    ],
)
def test_safe_names(name: str, safe: str) -> None:
    assert safe_name(name, "uid") == safe


def test_options_are_checked() -> None:
    declared = (Option("a", "1", ""), Option("b", "no", "", ("yes", "no")))
    options = Options(declared, {"b": "TRUE"})
    assert (options.number("a"), options.flag("b")) == (1, True)
    with pytest.raises(InputError, match="no option 'c'"):
        Options(declared, {"c": "1"})
    with pytest.raises(InputError, match="is none of"):
        Options(declared, {"b": "maybe"})
    with pytest.raises(InputError, match="is not a number"):
        Options(declared, {"a": "x"}).number("a")


def test_every_format_is_described_and_unknown_ones_are_refused() -> None:
    found = formats.every()
    assert [f.name for f in found] == formats.names()
    for form in found:
        assert form.title
        assert form.holds
        assert form.loses
        assert form.write or form.read
    with pytest.raises(InputError, match="no format 'x'"):
        formats.get("x")


def test_another_package_can_bring_a_format(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [
        EntryPoint("theirs", "tests.formats.test_run:THEIRS", formats.GROUP),
        EntryPoint("brat", "tests.formats.test_run:THEIRS", formats.GROUP),
        EntryPoint("broken", "tests.formats.no_such_module:X", formats.GROUP),
    ]
    monkeypatch.setattr(formats, "entry_points", lambda group: entries)
    assert formats.names()[-2:] == ["broken", "theirs"]
    assert formats.get("theirs") is THEIRS
    assert formats.get("brat") is not THEIRS
    with pytest.raises(InputError, match="cannot be loaded"):
        formats.get("broken")


def _write(_d: object, _p: object, out: Output, _o: Options, losses: Losses) -> None:
    with out.open() as stream:
        stream.write(b"hello")
    losses.add("everything")


THEIRS = Format("theirs", "Theirs", ".x", "nothing", "everything", "none", write=_write)


def test_one_way_formats_say_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="imported, not exported"):
        run("babe", tmp_path / "x", [])
    with pytest.raises(InputError, match="exported, not imported"):
        list(formats.read(THEIRS, tmp_path))
    with pytest.raises(InputError, match="no such file"):
        list(formats.read(formats.get("jsonl"), tmp_path / "none"))


@pytest.mark.parametrize(
    ("name", "package"), [("xlsx", "openpyxl"), ("parquet", "pyarrow"), ("uima", "cassis")]
)
def test_a_missing_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError) as caught:
        run(name, tmp_path / "x", [sample()])
    assert package in caught.value.hint
    assert isinstance(caught.value, AnnotatorError)


def test_loading_the_registry_imports_no_heavy_library() -> None:
    code = (
        "import sys; from annotator import formats; formats.every();"
        "heavy = {'spacy', 'pyarrow', 'openpyxl', 'cassis', 'numpy', 'lxml', 'sqlite3'};"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_bytes_do_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    """Sets and dictionaries of strings come out in another order with another seed."""
    code = (
        "import sys, pathlib; sys.path.insert(0, '.');"
        "from annotator import formats; from annotator.domain.exchange import Document, Dataset;"
        "from dataclasses import replace;"
        "from tests.formats.support import article_of, claim, export_given, find;"
        "text = 'Ana said it is late.';"
        "a = article_of(text, meta={'b': 1, 'a': 2});"
        "c = claim(a, find(text, 'Ana', 'source'), find(text, 'it is late', 'content'),"
        " find(text, 'said', 'cue'), find(text, 'late', 'via'), id='01ARZ3NDEKTSV4RRFFQ69G5FAV',"
        " attributes={'stance': 'favor', 'form': 'direct', 'target': 'x', 'act': 'asks'});"
        "d = [Document(a, (c, replace(c, id='01ARZ3NDEKTSV4RRFFQ69G5FAW', annotator='ben')))];"
        "out = pathlib.Path(sys.argv[1]);"
        "[print(f.name, x.sha256) for f in formats.every() if f.write for x in"
        " export_given(f, out / (f.name + f.suffix), documents=lambda: d, dataset=Dataset())"
        ".files]"
    )
    outputs = []
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / seed)],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PATH": "", "PYTHONUTF8": "1"},
        )
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1]
    assert len(outputs[0].splitlines()) > 15
