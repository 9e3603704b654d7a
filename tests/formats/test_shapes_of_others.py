"""Files in the shapes that real projects have, and that once were refused, misread or lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.errors import InputError
from annotator.domain.model import Annotation
from annotator.project import Project
from annotator.project.types import Imported

TEXT = "Ida 😀 Vos was born in Rome.\n"
WHERE = {w: (TEXT.index(w), TEXT.index(w) + len(w)) for w in ("Ida", "Vos", "born", "Rome")}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "own.db", "zoe") as made:
        yield made


def imported(
    project: Project, form: str, folder: Path, files: Mapping[str, str | bytes], **how: Any
) -> Imported:
    """The files in a folder, imported with a scheme from them; twice, which adds nothing."""
    for name, content in files.items():
        path = folder / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    alone = len(files) == 1 and form != "brat"
    source = folder / "in" / next(iter(files)) if alone else folder / "in"
    given: dict[str, Any] = {"annotator": "zoe", "scheme_from_data": True} | how
    result = project.import_(form, source, **given)
    again = project.import_(form, source, **given)
    assert (again.articles, again.annotations) == (0, 0)
    assert project.outside() == []
    return result


def counted(result: Imported) -> dict[str, int]:
    return {loss.kind: loss.count for loss in result.losses}


def words(project: Project) -> Counter[tuple[str, str]]:
    """Each mark's words and label."""
    texts = {uid: project.article(uid).text for uid in project.uids()}

    def said(a: Annotation) -> tuple[str, str]:
        found = (texts[a.article][f.start : f.end] for f in a.fragments)
        return " ".join(found), a.attributes.get("type", "")

    return Counter(said(a) for a in project.annotations() if a.layer == "mark")


# --------------------------------------------------------------------------------------------- brat


def bound(number: int, label: str, word: str, shift: int = 0) -> str:
    start, end = WHERE[word]
    return f"T{number}\t{label} {start + shift} {end + shift}\t{word}\n"


@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_brat_offsets_that_do_not_count_a_byte_order_mark(
    project: Project, tmp_path: Path, mark: str
) -> None:
    files = {"a.txt": mark + TEXT, "a.ann": bound(1, "Per", "Vos") + bound(2, "Loc", "Rome")}
    imported(project, "brat", tmp_path, files)
    assert words(project) == {("Vos", "Per"): 1, ("Rome", "Loc"): 1}


def test_brat_offsets_in_utf16(project: Project, tmp_path: Path) -> None:
    """Written by programs in Java or JavaScript: a smiley is two."""
    lines = bound(1, "Per", "Ida") + bound(2, "Per", "Vos", 1) + bound(3, "Loc", "Rome", 1)
    imported(project, "brat", tmp_path, {"a.txt": TEXT, "a.ann": lines})
    assert words(project) == {("Ida", "Per"): 1, ("Vos", "Per"): 1, ("Rome", "Loc"): 1}


def test_what_brat_says_of_what_is_no_annotation_is_counted(
    project: Project, tmp_path: Path
) -> None:
    lines = (
        bound(1, "Per", "Vos") + bound(2, "Loc", "Rome") + "R1\tin Arg1:T1 Arg2:T2\n"
        "R2\tsame Arg1:T1 Arg2:T1\nA1\tSure R2 yes\nA2\tSure T1 high\nA3\tSure T1 high\n"
        "#1\tAnnotatorNotes A2\twhy?\n#2\tAnnotatorNotes R2\toh\n#3\tAnnotatorNotes R1\tgood\n"
        "N1\tReference R2 W:1\tx\n"
    )
    result = imported(project, "brat", tmp_path, {"a.txt": TEXT, "a.ann": lines})
    assert counted(result) == {
        "relation same of a span to itself": 1,
        "attribute of a relation that is not here": 1,
        "comment of a relation that is not here": 1,
        "normalisation of a relation that is not here": 1,
        "comment of a label": 1,
        "second Sure of an annotation": 1,
    }
    (relation,) = (a for a in project.annotations() if a.layer == "relation")
    assert relation.note == "good"


def test_where_nothing_can_be_read_it_is_said_why(project: Project, tmp_path: Path) -> None:
    """Not that there is no label to make a scheme of."""
    with pytest.raises(InputError, match="T1: 'Vos' does not stand at"):
        imported(project, "brat", tmp_path, {"a.txt": TEXT, "a.ann": bound(1, "Per", "Vos", 9)})
