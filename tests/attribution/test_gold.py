"""Reading PolNeAR's layout, with its traps."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.attribution.evaluation.gold import read_gold
from annotator.domain.errors import InputError

TEXT = "“One,” she said.\r\n“Two\u2028three\u0085four,” he\tsaid,\r\n“five.”\r\n"


def bound(name: str, label: str, *pieces: str) -> str:
    spans = ";".join(f"{TEXT.index(p)} {TEXT.index(p) + len(p)}" for p in pieces)
    return f"{name}\t{label} {spans}\t{' '.join(pieces)}"


def write(folder: Path) -> None:
    (folder / "text").mkdir()
    (folder / "attributions").mkdir()
    (folder / "text" / "post_2020-01-01_a.txt").write_bytes(TEXT.encode())
    lines = [
        bound("T1", "Source", "she"),
        bound("T2", "Cue", "said"),
        bound("T3", "Content", "“One,”"),
        bound("T4", "Attribution", "said"),
        "E1\tAttribution:T4 Content:T3 Cue:T2 Source:T1",
        "#1\tAnnotatorNotes T3\tThis note",
        "T9 looks like a text-bound\tSource 0 3\tbut is the note's second line",
        bound("T5", "Content", "“five.”", "“Two\u2028three\u0085four,”"),
        bound("T6", "Cue", "said,"),
        bound("T7", "Source", "he"),
        "E2\tAttribution-no-source:T4 Content:T5 Cue:T6",
        "E3\tAttribution:T4 Source:T7 Cue:T6 Content:T3 Content2:T5",
        "E4\tAttribution-no-source:T4",
        "",
    ]
    (folder / "attributions" / "post_2020-01-01_a_4b22.ann").write_bytes("\n".join(lines).encode())


def test_read(tmp_path: Path) -> None:
    write(tmp_path)
    [document] = read_gold(tmp_path)
    assert document.text == TEXT
    assert document.publisher == "post"
    first, second, third = document.claims
    assert [TEXT[a:b] for a, b in first.ranges("content")] == ["“One,”"]
    assert [TEXT[a:b] for a, b in first.ranges("source")] == ["she"]
    assert [TEXT[f.start : f.end] for f in second.role("content")] == [
        "“five.”",
        "“Two\u2028three\u0085four,”",
    ]
    assert second.ranges("source") == []
    assert {f.span for f in third.role("content")} == {0, 1}


def test_publisher_from_the_table(tmp_path: Path) -> None:
    folder = tmp_path / "dev"
    folder.mkdir()
    write(folder)
    (tmp_path / "metadata.tsv").write_text(
        'compartment\tfilename\tpublisher\ttitle\ndev\tpost_2020-01-01_a\tThe "Post\tx"\n'
    )
    assert read_gold(folder)[0].publisher == 'The "Post'


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no \.ann"):
        read_gold(tmp_path)
    (tmp_path / "a.ann").write_text("")
    with pytest.raises(InputError, match="no text"):
        read_gold(tmp_path)
