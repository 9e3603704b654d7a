"""Tables: every claim, mark, piece and label is in them once, with its own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from annotator.domain.errors import InputError, MissingExtraError
from annotator.domain.model import Annotation, ArticleDraft, Fragment
from annotator.project import Project
from annotator.project.adding import add_drafts
from annotator.project.frames import TABLES, columns_of
from annotator.project.layouts import Layouts
from annotator.project.samples import add_samples


@pytest.fixture(scope="module")
def project() -> Iterator[Project]:
    """The samples with the readings of three annotators."""
    with Project.create(":memory:") as made:
        add_samples(made, "blank:en", readings=True)
        yield made


def rows_of(project: Project, table: Any, **named: Any) -> list[dict[str, Any]]:
    columns = columns_of(project, table, **named)
    assert len({len(c) for c in columns.values()}) == 1
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def test_articles(project: Project) -> None:
    rows = rows_of(project, "articles")
    assert [(r["article"], r["uid"], r["text"]) for r in rows] == [
        (a.number, a.uid, a.text) for a in project.articles()
    ]


@pytest.mark.parametrize("annotator", [None, "b"])
@pytest.mark.parametrize("layer", ["claim", "mark"])
def test_each_annotation_is_a_row(project: Project, layer: str, annotator: str | None) -> None:
    wanted = {a.id: a for a in project.annotations(annotator=annotator) if a.layer == layer}
    rows = rows_of(project, f"{layer}s", annotator=annotator)
    assert len(rows) == len(wanted) > 0
    for row in rows:
        a = wanted.pop(row["id"])
        text = project.text_of(a.article)
        for role in {f.role for f in a.fragments}:
            words = "text" if role == "span" else role
            assert row[words] == " … ".join(text[f.start : f.end] for f in a.role(role))
        for name, value in a.attributes.items():
            assert row[name] == value
        assert (row["article"], row["annotator"]) == (project.number_of(a.article), a.annotator)
    assert not wanted


def test_each_piece_and_each_label_is_a_row(project: Project) -> None:
    everything = project.annotations()
    spans = rows_of(project, "spans")
    assert Counter((r["id"], r["role"], r["start"], r["end"]) for r in spans) == Counter(
        (a.id, f.role, f.start, f.end) for a in everything for f in a.fragments
    )
    assert all(r["text"] == project.text_of(r["uid"])[r["start"] : r["end"]] for r in spans)
    labels = rows_of(project, "labels")
    assert Counter((r["id"], r["attribute"], r["value"]) for r in labels) == Counter(
        (a.id, n, v) for a in everything for n, v in a.attributes.items()
    )


def test_names_that_are_taken_are_told_apart() -> None:
    with Project.create(":memory:", "anna") as project:
        project.set_scheme(
            'name = "odd"\n[[role]]\nname = "content"\n[[role]]\nname = "uid"\n'
            '[[attribute]]\nlayer = "claim"\nname = "content_start"\ntext = true\n'
            '[[attribute]]\nlayer = "claim"\nname = "uid"\ntext = true\n'
        )
        project.add(ArticleDraft("One two three."), pipeline="blank:en")
        pieces = (Fragment("content", 0, 3), Fragment("uid", 4, 7))
        labels = {"content_start": "x", "uid": "y"}
        project.annotate([Annotation("", "claim", "1", "", pieces, labels)])
        (row,) = rows_of(project, "claims")
        assert row["uid"] == project.resolve(1)
    assert (row["content"], row["content_start"], row["label_content_start"]) == ("One", 0, "x")
    assert (row["role_uid"], row["role_uid_end"], row["label_uid"]) == ("two", 7, "y")


@pytest.mark.parametrize("table", TABLES)
def test_arrow_holds_the_same(project: Project, table: Any) -> None:
    pytest.importorskip("pyarrow", reason="the extra frames: pyarrow")
    found = project.to_arrow(table)
    assert found.to_pydict() == columns_of(project, table)
    with Project.create(":memory:") as empty:
        nothing = empty.to_arrow(table)
        assert nothing.num_rows == 0
        shared = [n for n in nothing.column_names if found[n].null_count < found.num_rows]
        assert [nothing.field(n).type for n in shared] == [found.field(n).type for n in shared]


@pytest.mark.parametrize("table", TABLES)
def test_pandas_holds_the_same(project: Project, table: Any) -> None:
    pytest.importorskip("pandas", reason="the extra frames: pandas")
    found = project.to_pandas(table)
    columns = columns_of(project, table)
    assert list(found.columns) == list(columns)
    assert found["uid"].tolist() == columns["uid"]


def test_without_the_packages_the_extra_is_named(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(MissingExtraError, match="pandas"):
        project.to_pandas()
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match="pyarrow"):
        project.to_arrow()


def test_another_table_is_refused(project: Project) -> None:
    with pytest.raises(InputError, match="no table 'sentences'"):
        project.to_arrow("sentences")  # type: ignore[arg-type]


def test_marks_of_every_span_layer_have_their_words_in_one_column() -> None:
    scheme = '[[span]]\nname = "entity"\n[[attribute]]\nname = "type"\nlayer = "entity"\n'
    scheme += 'values = ["PER"]'
    with Project.create(":memory:") as made:
        made.set_scheme(f'name = "own"\n{scheme}')
        made.add_annotator("anna")
        add_drafts(made, [ArticleDraft("Ida Vos spoke.", name="a")], Layouts("blank:en"))
        (uid,) = made.uids()
        pieces = (Fragment("entity", 0, 3), Fragment("entity", 8, 13))
        made.annotator = "anna"
        made.annotate([Annotation("", "mark", uid, "", pieces, {"type": "PER"})])
        (row,) = rows_of(made, "marks")
        assert (row["layer"], row["text"], row["start"], row["end"]) == (
            "entity",
            "Ida … spoke",
            0,
            13,
        )
        assert row["type"] == "PER"
        assert "entity" not in row
        assert {r["layer"] for r in rows_of(made, "spans")} == {"entity"}
        assert {r["layer"] for r in rows_of(made, "labels")} == {"entity"}
