"""Damaged files: each reader yields records, names bad ones or refuses; nothing else comes out."""

from __future__ import annotations

import contextlib
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator import formats
from annotator.domain.errors import AnnotatorError
from annotator.domain.exchange import Document
from annotator.store import Store
from annotator.store.transfer import import_items
from tests.formats.support import article_of, claim, find, lay_out, written

TEXT = "“It’s late,” Ana said 😀.\r\n“Go\u00a0home.”"
READERS = [n for n in formats.names() if formats.get(n).read is not None]
SAMPLES = {
    "gendergaptracker": ("x.json", '{"body":"Ana said","quotes":[{"speaker_index":"(0,3)"}]}'),
    "babe": ("x.csv", "text;label_bias;biased_words\nThey slammed it;Biased;['slammed']\n"),
    "basil": (
        "x.json",
        '{"body-paragraphs":[["A b."]],"phrase-level-annotations":'
        '[{"id":"p0","start":0,"end":1,"txt":"A","bias":"lex"}]}',
    ),
}


def sample() -> Document:
    article = article_of(TEXT, name="a1")
    spans = (find(TEXT, "“It’s late,”", "content"), find(TEXT, "said", "cue"))
    mark = claim(
        article, find(TEXT, "home", "span"), layer="mark", attributes={"technique": "doubt"}
    )
    return Document(article, (claim(article, *spans, attributes={"stance": "favor"}), mark))


def whole(name: str, folder: Path) -> Path:
    """A good file or folder of a format."""
    if name in SAMPLES:
        file, content = SAMPLES[name]
        (folder / file).write_text(content, encoding="utf-8")
        return folder / file
    target = folder / f"good{formats.get(name).suffix}"
    written(name, [sample()], target)
    return target


def damaged(data: bytes, rng: random.Random) -> bytes:
    """Bytes cut off, flipped, doubled, replaced by what parsers dislike."""
    at = rng.randrange(len(data) + 1)
    end = min(len(data), at + rng.randrange(1, 40))
    odd = (
        b"\0",
        b"\xff\xfe",
        b'"',
        b"\n\n",
        b"99999999999999999999",
        b"null",
        b"[[[",
        b"-1",
        b"\t",
    )
    match rng.randrange(6):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + bytes(rng.randrange(256) for _ in range(end - at)) + data[end:]
        case 2:
            return data[:at] + data[end:]
        case 3:
            return data[:at] + data[at:end] * 3 + data[end:]
        case 4:
            return data[:at] + rng.choice(odd) + data[at:]
        case _:
            return data.replace(rng.choice((b"0", b'"', b",", b":", b"\t", b"T")), rng.choice(odd))


def files(path: Path) -> Iterator[Path]:
    yield from sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


@pytest.mark.parametrize("name", READERS)
def test_damage_is_told_and_never_a_traceback(tmp_path: Path, name: str) -> None:
    rng = random.Random(f"{name} 1")
    good = whole(name, tmp_path)
    refused = 0
    with Store.create(":memory:") as store:
        for i in range(15):
            target = tmp_path / f"bad{i}" / good.name
            target.parent.mkdir()
            if good.is_dir():
                shutil.copytree(good, target)
            else:
                shutil.copy(good, target)
            victim = rng.choice(list(files(target)))
            victim.write_bytes(damaged(victim.read_bytes(), rng))
            before = (store.uids(), len(store.annotations()))
            try:
                items = formats.read(formats.get(name), target)
                import_items(store, items, actor="zoe", layout=lay_out, new_ids=True)
            except AnnotatorError:
                refused += 1
                assert (store.uids(), len(store.annotations())) == before
        assert [f for f in store.findings() if f.problems] == []
    assert refused > 0


@pytest.mark.parametrize("name", READERS)
def test_a_good_sample_is_imported(tmp_path: Path, name: str) -> None:
    good = whole(name, tmp_path)
    with Store.create(":memory:") as store:
        items = formats.read(formats.get(name), good)
        result = import_items(store, items, actor="zoe", layout=lay_out)
        assert result.articles == 1
        assert result.annotations >= 1
        assert [f for f in store.findings() if f.problems] == []


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("content", [b"", b"\0" * 100, b"\x1b]0;x\x07", b"{}", b"[]", b"null"])
def test_odd_files_are_refused_or_empty(tmp_path: Path, name: str, content: bytes) -> None:
    suffix = formats.get(name).suffix or ".json"
    path = tmp_path / f"x{suffix}"
    path.write_bytes(content)
    with contextlib.suppress(AnnotatorError):
        for item in formats.read(formats.get(name), path):
            assert item is not None


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("value", [b"9" * 5000, b"null", b"-1", b"1e999", b"[]"])
def test_no_number_of_a_file_is_a_traceback(tmp_path: Path, name: str, value: bytes) -> None:
    """Each number of a file in its turn; names and labels too, where they end in a digit."""
    good = whole(name, tmp_path)
    for victim in list(files(good)):
        data = victim.read_bytes()
        if b"\0" in data:
            continue  # packed
        for place in list(re.finditer(rb"\b[0-9]+\b", data))[:25]:
            victim.write_bytes(data[: place.start()] + value + data[place.end() :])
            with contextlib.suppress(AnnotatorError):
                for item in formats.read(formats.get(name), good):
                    assert item is not None
        victim.write_bytes(data)


@pytest.mark.parametrize("name", ["label-studio", "doccano", "prodigy"])
@pytest.mark.parametrize("instead", [b"null", b'""'])
def test_a_piece_of_no_claim_stands_for_itself(tmp_path: Path, name: str, instead: bytes) -> None:
    """What a hand put in place of a claim's id: the file's relations join the pieces then."""
    good = whole(name, tmp_path)
    data = good.read_bytes()
    assert data.count(b'"claim":"') == 3
    good.write_bytes(re.sub(rb'"claim":"[^"]*"', b'"claim":' + instead, data))
    with Store.create(":memory:") as store:
        items = formats.read(formats.get(name), good)
        result = import_items(store, items, actor="zoe", layout=lay_out)
        assert (result.annotations, result.spans) == (2, 3)
        assert [f for f in store.findings() if f.problems] == []
