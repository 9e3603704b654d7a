"""`annotator add`: what it takes, what it says, and what an interruption leaves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.project import adding
from annotator.text import readers
from annotator.text.readers import ReadOptions, ReadResult, Sources
from tests.cli.conftest import Call

BLANK = ("--pipeline", "blank:en")


def write(name: str, text: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_add_makes_the_database_and_says_so(cli: Call) -> None:
    write("one.txt", "One.\n\nShe said so.")
    added = cli("add", "one.txt", *BLANK)
    assert (added.code, added.out) == (0, "")
    assert added.err.splitlines() == [
        "made annotations.db",
        "1 added: number 1; 0 there already, 0 failed",
    ]
    article = cli("show", "one", "--json").json
    assert article["text"] == "One.\n\nShe said so."
    assert article["origin"] == "one.txt"
    assert "blank:en" in article["engine"]


def test_folders_patterns_and_stdin(cli: Call) -> None:
    write("news/a.txt", "A is here.")
    write("news/sub/b.txt", "B is here.")
    write("news/.hidden.txt", "Hidden.")
    write("news/picture.xyz", "Not news.")
    write("c1.txt", "C1.")
    write("c2.txt", "C2.")
    result = cli("add", "news", "c*.txt", "-", "--json", *BLANK, stdin=b"From stdin.")
    assert result.code == 0, result.err
    assert [a["origin"] for a in result.json["added"]] == [
        "news/a.txt", "news/sub/b.txt", "c1.txt", "c2.txt", "-",
    ]  # fmt: skip
    assert result.json["skipped"] == ["news/picture.xyz"]
    assert "picture.xyz is of no kind" in result.err
    assert [r["number"] for r in cli("list", "--json").json] == [1, 2, 3, 4, 5]


def test_tables_with_columns_of_any_name(cli: Call) -> None:
    write("t.csv", "id;Kopf;Inhalt;Tag\n7;Brücke;„Nein“, sagte sie.;2031-01-02\n")
    refused = cli("add", "t.csv", *BLANK)
    assert refused.code == 1
    assert not Path("annotations.db").exists()
    result = cli(
        "add", "t.csv", "--text-column", "Inhalt", "--title-column", "Kopf",
        "--published-column", "Tag", "--delimiter", ";", "--json", *BLANK,
    )  # fmt: skip
    assert result.code == 0, result.err
    article = cli("show", "1", "--json").json
    assert (article["title"], article["published"]) == ("Brücke", "2031-01-02")
    assert article["text"] == "„Nein“, sagte sie."


def test_a_text_that_is_there_already_is_skipped(cli: Call) -> None:
    write("a.txt", "The same.")
    write("b.txt", "The same.")
    first = cli("add", "a.txt", "b.txt", "--json", *BLANK)
    assert (first.code, len(first.json["added"]), len(first.json["duplicates"])) == (0, 1, 1)
    again = cli("add", "a.txt", *BLANK)
    assert again.code == 0
    assert "a.txt is article 1 already" in again.err


def test_the_same_article_with_other_line_ends_is_said(cli: Call) -> None:
    text = "Gate shut.\n\nThe clerk said the gate was shut. She left.\n"
    write("a.txt", text)
    Path("b.txt").write_bytes(text.replace("\n", "\r\n").encode())
    cli("add", "a.txt", *BLANK)
    result = cli("add", "b.txt", "--json", *BLANK)
    assert result.code == 0
    assert [a["reads_like"] for a in result.json["added"]] == [1]
    assert "article 2 (b.txt) reads like article 1 but for line ends" in result.err
    assert "1 article of these reads like another" in result.err
    again = cli("add", "b.txt", "--json", *BLANK)
    assert (len(again.json["added"]), len(again.json["duplicates"])) == (0, 1)


def test_a_changed_file_is_a_revision(cli: Call) -> None:
    write("a.txt", "The first text.")
    cli("add", "a.txt", *BLANK)
    write("a.txt", "The second text.")
    result = cli("add", "a.txt", "--json", *BLANK)
    first = cli("show", "1", "--json").json
    assert result.json["added"][0]["revision_of"] == first["uid"]
    assert "is a revision of" in result.err
    assert first["text"] == "The first text."


def test_a_guessed_encoding_is_said(cli: Call) -> None:
    Path("a.txt").write_bytes("Größe und Maß, sagte Müller über die Brücke.".encode("cp1252"))
    result = cli("add", "a.txt", *BLANK)
    assert result.code == 0
    assert "note: a.txt" in result.err
    assert cli("show", "1", "--json").json["text"] == "Größe und Maß, sagte Müller über die Brücke."


def test_nothing_to_add_is_a_failure(cli: Call) -> None:
    Path("empty").mkdir()
    result = cli("add", "empty")
    assert result.code == 1
    assert "0 added" in result.err
    assert not Path("annotations.db").exists()


@pytest.mark.parametrize("pipeline", ["xx_nothing", "blank:xx_nothing", "."])
def test_a_pipeline_that_is_not_there(cli: Call, pipeline: str) -> None:
    write("a.txt", "A text.")
    result = cli("add", "a.txt", "--pipeline", pipeline)
    assert result.code == 1
    assert result.err.startswith("error: ")
    assert not Path("annotations.db").exists()


def test_an_unknown_format_is_wrong_usage(cli: Call) -> None:
    assert cli("add", "a.txt", "--format", "poem").code == 2


def test_a_megabyte_is_one_article(cli: Call) -> None:
    sentence = "“Nobody wanted this,” Ana Ruiz said on Friday. "
    paragraph = sentence * 20 + "\n\n"
    text = "".join(f"{i} {paragraph}" for i in range(1_000_000 // len(paragraph.encode()) + 1))
    write("big.txt", text)
    assert Path("big.txt").stat().st_size > 1_000_000
    result = cli("add", "big.txt", "--json", *BLANK)
    assert result.code == 0, result.err
    (row,) = cli("list", "--json").json
    assert row["characters"] == len(text)


def test_an_interruption_keeps_what_was_stored_and_says_so(
    cli: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    for i in range(9):
        write(f"{i}.txt", f"Article {i}.")
    real = readers.read_sources

    def interrupted(sources: Sources, options: ReadOptions, stdin: None) -> Iterator[ReadResult]:
        for i, result in enumerate(real(sources, options, stdin)):
            if i == 7:
                raise KeyboardInterrupt
            yield result

    monkeypatch.setattr(readers, "read_sources", interrupted)
    monkeypatch.setattr(adding, "BATCH_ARTICLES", 3)
    result = cli("add", ".", *BLANK)
    assert result.code == 130
    assert "6 added: numbers 1 to 6" in result.err
    assert result.err.splitlines()[-1] == "interrupted"
    assert len(cli("list", "--json").json) == 6
    assert cli("doctor").code == 0


def test_a_full_disk_keeps_the_batches_before(cli: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("init")
    for i in range(6):
        write(f"{i}.txt", f"Article {i}. " * (2 if i < 3 else 20_000))
    monkeypatch.setattr(adding, "BATCH_ARTICLES", 1)
    from annotator.store import database

    real = database.connect

    def small(*arguments: object, **options: object) -> object:
        conn = real(*arguments, **options)  # type: ignore[arg-type]
        (pages,) = conn.execute("PRAGMA page_count").fetchone()
        conn.execute(f"PRAGMA max_page_count = {pages + 20}")
        return conn

    with monkeypatch.context() as full:
        full.setattr(database, "connect", small)
        result = cli("add", ".", *BLANK)
    assert result.code == 1
    assert "the disk is full" in result.err
    assert [r["name"] for r in cli("list", "--json").json] == ["0", "1", "2"]


def test_names_of_articles_in_json_are_data(cli: Call) -> None:
    record = {"id": "../../etc/passwd", "text": "A text.", "title": "\x1b[31mred"}
    write("a.jsonl", json.dumps(record))
    assert cli("add", "a.jsonl", *BLANK).code == 0
    assert cli("list", "--json").json[0]["name"] == "../../etc/passwd"
    assert "\x1b" not in cli("list").out


def test_a_table_of_mixed_encodings_is_read_from_stdin_too(cli: Call) -> None:
    table = b'text,title\n"The caf\xc3\xa9 is shut. \x93Come,\x94 she said.",x\n'
    added = cli("add", "-", "--format", "csv", stdin=table)
    assert added.code == 0
    assert "read as cp1252 there" in added.err
    assert "The café is shut." in cli("show", "1").out
    assert "“Come,” she said." in cli("show", "1").out
