"""What is searched for is found, whatever the index leaves out: it only says where not to look."""

from __future__ import annotations

import json
from array import array
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from annotator.cli.main import app
from annotator.domain.model import ArticleDraft, Layout, Paragraph, Sentence
from annotator.phrases.narrow import candidates
from annotator.store import Store
from annotator.store.phrases import PhraseIndex
from annotator.text.normal import literal, places
from tests.store.support import add, connection, layout_of, problems

PIECES = (
    *("the", "mayor", "May", "said", "resaid", "1,200", "1", "2.5", ".5", "U.S.", "don't", "don’t"),
    *(
        "caf\u00e9",
        "cafe\u0301",
        "o\ufb03ce",
        "office",
        "co\u00adop",
        "東京",
        "東",
        "“",
        "”",
        "-",
        "–",
    ),
    *("STRASSE", "straße", "a", "\u0301", "\u200b", "İ", "ｆｕｌｌ", "full", "_", "x_y"),
)
GLUE = (" ", " ", " ", "  ", "\n", "\n\n", ". ", ", ", "", ".")
texts = (
    st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(GLUE)), min_size=2, max_size=14)
    .map(lambda parts: "".join(p + g for p, g in parts))
    .filter(lambda text: bool(text.strip()))
)


def cut_anywhere(text: str, cuts: set[int], gaps: bool) -> Layout:
    """Sentences between the cuts, within words too; with gaps, every third one is missing."""
    ends = sorted({c for c in cuts if 0 < c < len(text)} | {len(text)})
    spans = list(zip([0, *ends], ends, strict=False))
    kept = [s for i, s in enumerate(spans) if not gaps or i % 3]
    kept = kept or spans
    return Layout(
        [Paragraph(0, len(text))],
        [Sentence(a, b, 0) for a, b in kept],
        array("I", [0]),
        array("I", [len(text)]),
        "cut 1",
    )


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_article_with_the_words_is_left_out(data: st.DataObject) -> None:
    corpus = dict.fromkeys(data.draw(st.lists(texts, min_size=1, max_size=5)))
    with Store.create(":memory:") as store:
        for text in corpus:
            if data.draw(st.booleans()):
                layout = layout_of(text)
            else:
                cuts = data.draw(st.sets(st.integers(1, 60), max_size=6))
                layout = cut_anywhere(text, cuts, data.draw(st.booleans()))
            store.add_article(ArticleDraft(text), layout)
        index = PhraseIndex(connection(store))
        for _ in range(6):
            source = data.draw(st.sampled_from(list(corpus)))
            start = data.draw(st.integers(0, len(source) - 1))
            query = source[start : start + data.draw(st.integers(1, 30))]
            query = data.draw(st.sampled_from([query, query.upper(), query.replace(" ", "\n ")]))
            holding = {
                number for _, number, _, _, text in store.texts() if places(literal(query), text)
            }
            found = candidates(index, query)
            assert found is None or holding <= found, query
        assert problems(store) == []


@pytest.fixture
def papers(tmp_path: Path) -> Store:
    """Many articles, of which few hold what is looked for."""
    store = Store.create(tmp_path / "papers.db")
    for i in range(60):
        add(store, f"Paper {i}\n\nThe council met on day {i}.\n\nNobody of ward{i} was there.")
    return store


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("met on day 7", {8, 71, 72}),  # 7, 70 and 71 begin so
        ("DAY 59. nobody", {60}),  # over the end of a sentence
        ("day 59.\n\nNobody of ward59 was", {60}),
        ("ward33", {34}),
        ("ard33 w", {34}),
        ("nowhere at all", set()),
        ("aper 12 the council met", {13}),
        ("“", None),
        (" - ", None),
    ],
)
def test_only_the_articles_that_may_hold_the_words_are_read(
    papers: Store, query: str, numbers: set[int] | None
) -> None:
    with papers:
        found = candidates(PhraseIndex(connection(papers)), query)
    assert found == (None if numbers is None else {n for n in numbers if n <= 60})


def test_the_command_reads_those_texts_alone(
    papers: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(pattern: object, text: str) -> list[tuple[int, int]]:
        read.append(text)
        return places(pattern, text)  # type: ignore[arg-type]

    monkeypatch.setattr("annotator.project.searching.places", counted)
    with papers:
        path = str(papers.path)
    done = CliRunner().invoke(app, ["--db", path, "search", "nobody of Ward4 ", "--json"])
    assert [f["number"] for f in json.loads(done.stdout)] == [5, *range(41, 51)]
    assert len(read) == 11
    done = CliRunner().invoke(app, ["--db", path, "search", "council"])
    assert done.stderr == "60 places in 60 of 60 articles\n"
    done = CliRunner().invoke(app, ["--db", path, "search", "ward7 was", "--limit", "1"])
    assert done.stderr == "1 place in 1 of 60 articles\n"


def test_an_index_of_another_version_is_not_asked(papers: Store) -> None:
    with papers:
        connection(papers).execute("UPDATE setting SET value = '0' WHERE name = 'phrase_index'")
        connection(papers).execute("DELETE FROM phrase_frequency")
        path = str(papers.path)
    done = CliRunner().invoke(app, ["--db", path, "search", "ward33"])
    assert "1 place" in done.stderr
