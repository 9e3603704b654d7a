"""A worksheet by hand: what can be written, what is refused and how, and the command."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import annotator
from annotator import Annotation, ArticleDraft, Fragment, Project
from annotator.cli.main import run
from annotator.domain.errors import AnnotatorError, InputError
from annotator.domain.ids import new_id
from annotator.domain.model import Batch, Change
from annotator.worksheet.lines import Fault, WorksheetError

TEXT = (
    "“No lorry will cross,” an engineer said, “before the autumn.”\n\n"
    "The report, he said, the report says “never again”. The end."
)
SCHEME = """
name = "own"
[[role]]
name = "content"
key = "e"
[[role]]
name = "s3"
[[role]]
name = "worth"
[[attribute]]
name = "worth"
text = true
[[attribute]]
name = "label"
values = ["up", "down"]
[[attribute]]
name = "mood"
layer = "sentence"
values = ["good", "bad"]
"""
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def project() -> Project:
    made = annotator.create(":memory:", "anna")
    made.add(ArticleDraft(TEXT, name="bridge"))
    return made


def words(project: Project, claim: Annotation, role: str) -> list[tuple[str, int]]:
    text = project.text_of(claim.article)
    return [(text[f.start : f.end], f.span) for f in claim.role(role)]


def with_lines(project: Project, sentence: int, *lines: str) -> str:
    """The worksheet with lines below a sentence."""
    sheet = project.worksheet(1).split("\n")
    at = next(i for i, line in enumerate(sheet) if line.startswith(f"s{sentence}"))
    return "\n".join([*sheet[: at + 1], *lines, *sheet[at + 1 :]])


def faults(project: Project, sheet: str) -> list[Fault]:
    before = project.annotations()
    with pytest.raises(WorksheetError) as caught:
        project.apply_worksheet(sheet)
    assert project.annotations() == before
    assert not list(project.log())
    return list(caught.value.faults)


def test_pieces_spans_and_nesting(project: Project) -> None:
    sheet = with_lines(
        project, 1, "reviewed: yes", "biased: no", "claim 7",
        'content: s1 "“No lorry will cross,”"',
        'content: s1 "“before the autumn.”"', 'source: s1 "an engineer"', 'source: s2 "he"',
        'source 2: s2 "The report"', 'Stance: against', "flagged: yes", "note: a", "note: b",
        "", "claim new", "parent: Claim 7", "content: s2 to s3", "cue: at 48 to 52",
        'via: s2 "report" 2 of 2', 'addressee: s2 "REPORT" 1', "mark new", 'span: s2 "never again"',
        "type: lexical",
    )  # fmt: skip
    sheet = sheet.replace("reviewed: no", "", 1)
    applied = project.apply_worksheet(sheet)
    assert applied.told == (
        "s1: biased: none -> no; reviewed: yes",
        "claim 7: new ““No lorry will cross,” … “before the autumn.””",
        "claim new: new “The report, he said, the report says “never again”. The e…”",
        "mark new: new “never again”",
    )
    outer, inner = sorted(project.claims(), key=lambda c: c.start)
    assert words(project, outer, "content") == [
        ("“No lorry will cross,”", 0), ("“before the autumn.”", 0)
    ]  # fmt: skip
    assert words(project, outer, "source") == [("an engineer", 0), ("he", 1), ("The report", 1)]
    assert (outer.attributes, outer.flagged, outer.note) == ({"stance": "against"}, True, "a\nb")
    assert inner.parent == outer.id
    assert words(project, inner, "content")[0][0] == TEXT[TEXT.index("The report") :]
    assert inner.role("via")[0].start == TEXT.index("the report") + 4
    assert inner.role("addressee")[0].start == TEXT.index("The report") + 4
    assert {a.provenance for a in project.annotations()} == {"human"}
    (tag,) = [a for a in project.annotations() if a.layer == "sentence"]
    assert (tag.reviewed, tag.attributes) == (True, {"biased": "no"})
    assert len(list(project.log())) == 1
    assert project.undo() is not None
    assert project.annotations() == []


def test_all_faults_are_told_at_once_each_with_its_line(project: Project) -> None:
    lines = {
        "claim new": "",
        'content: s1 "no tram"': 'content: "no tram" does not stand in s1',
        'cue: s2 "said" 3': 'cue: "said" stands once in s2: there is no number 3',
        'cue: s2 "said" 1 of 2': 'cue: "said" stands once in s2, not 2',
        'source: s2 "report"': 'source: "report" stands 2 times in s2',
        "source: s1 'he'": ("source: the words do not stand between two straight quotation marks"),
        'source: s1 ""': 'source: "" does not stand in s1',
        "source: s9": "source: there is no sentence s9",
        "source: s3 to s1": "source: s1 stands before s3",
        "source: at 5 to 900": "source: the place [5, 900) does not fit a text of 123 characters",
        'source: at 0 to 3 "Yes"': "source: other words stand at 0 to 3",
        "source 0: s1": "source 0: spans are counted from 1",
        "source 999999999: s1": "source 999999999: spans are counted from 1 to 10,000",
        "via: here": "via: 'here' names no place of the text",
        "stance: purple": "the scheme has no stance 'purple'",
        "colour: red": "the scheme has no attribute 'colour'",
        'sorce: s1 "said"': "the scheme has no role 'sorce'",
        "flagged: perhaps": "flagged: 'perhaps' is neither yes nor no",
        "reviewed: yes": "a claim is not reviewed, a sentence is",
        'note: "broken': "the note is no string of JSON",
        "parent: claim 12": "there is no 'claim 12' in the worksheet",
        "stance: favor": "stance stands twice",
        "flagged: yes": "flagged stands twice",
        "stance 2: favor": "stance 2 is no place of words",
        "at: 4 2: x": "the scheme has no attribute 'at'",
        "mark new": "mark new has no words",
        "type: lexical": "",
        "nonsense": "'nonsense' is no fact",
        "article": "article stands in line 64 already",
        "source: s1": "source belongs to a claim or mark, and stands below article",
    }
    sheet = with_lines(project, 1, *lines).replace("s3: The end.", "s3: An end.")
    at = sheet.split("\n").index("claim new") + 1
    found = faults(project, sheet)
    told = {f.line - at: f.message for f in found}
    assert {i: told.get(i, "") for i in range(len(lines))} == dict(enumerate(lines.values()))
    (last,) = [f for f in found if f.line - at >= len(lines)]
    assert last.message == "the text of s3 was changed, which a worksheet cannot do"
    assert last.hint == "put it back: s3: The end."


def test_a_claim_left_alone_stays_and_a_changed_one_is_a_persons(project: Project) -> None:
    at = TEXT.index("an engineer")
    given = Annotation(
        "", "claim", "1", "", (Fragment("source", at, at + 11),), {"stance": "favor"}
    )
    first, second = project.annotate([given, given])
    imported = [replace(a, provenance="imported", updated_at="2020") for a in (first, second)]
    project.apply(
        Batch(new_id(), "anna", "2026", "import", "x",
              tuple(Change(a, b) for a, b in zip((first, second), imported, strict=True)))
    )  # fmt: skip
    sheet = project.worksheet(1).replace("stance: favor", "stance: against", 1)
    dry = project.apply_worksheet(sheet, dry_run=True)
    assert (dry.told, dry.stored) == (("claim 1: stance: favor -> against",), False)
    assert project.claims() == imported
    assert project.apply_worksheet(sheet).stored
    changed, kept = project.claims()
    assert kept == imported[1]
    assert (changed.id, changed.provenance) == (first.id, "human")
    assert changed.created_at == first.created_at
    assert changed.updated_at > first.updated_at
    with pytest.raises(InputError, match="was given back already"):
        project.apply_worksheet(sheet)
    project.undo()
    assert project.claims() == imported
    assert project.apply_worksheet(sheet).stored


def test_what_is_nested_in_a_removed_claim_is_named_or_moves_up(project: Project) -> None:
    inner = Annotation("b", "claim", "1", "", (Fragment("content", 0, 3),), parent="a")
    outer = Annotation("a", "claim", "1", "", (Fragment("content", 0, 20),))
    made = project.annotate([outer])[0]
    before = project.worksheet(1)
    without = before.replace(
        'claim 1\ncontent: s1 "“No lorry will cross"\nsource_type:\nstance:\n', ""
    )
    assert without != before
    (late,) = project.annotate([replace(inner, parent=made.id)])
    assert project.apply_worksheet(without).told == (
        "claim 1: removed ““No lorry will cross”",
        "a claim nested in a removed one moves up: ““No”",
    )
    assert [(c.id, c.parent) for c in project.claims()] == [(late.id, None)]
    project.undo()
    lines = project.worksheet(1).split("\n")
    at = next(i for i, x in enumerate(lines) if x.startswith("content") and "cross" in x)
    gone = "\n".join([*lines[: at - 1], *lines[at + 3 :]])
    with pytest.raises(WorksheetError, match="claim 2 is not in the worksheet any more"):
        project.apply_worksheet(gone)


def test_a_claim_is_not_nested_in_itself(project: Project) -> None:
    sheet = with_lines(
        project, 1, "claim 5", "content: s1", "parent: claim 6", "claim 6", "content: s2",
        "parent: claim 5", "claim 8", "content: s3", "parent: claim 8",
    )  # fmt: skip
    found = faults(project, sheet)
    assert [f.message for f in found] == ["it is nested in itself, over other claims"] * 3


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("The end.", "The End.", "the text of s3 was changed, which a worksheet cannot do"),
        ("s3: The end.\n", "", "the line of s3 is missing"),
        ("s3: The end.", "s4: The end.", "there is no sentence s4"),
        ("s3: The end.", "s3: The end.\ns3: The end.", "already"),
        ("end of the worksheet", "", "is missing"),
        ("\nannotator anna", "\nannotator ben", "are not as they were written"),
        ("\ncheck ", "\ncheck 0", "are not as they were written"),
    ],
)
def test_the_text_and_the_end_stay_as_they_are(
    project: Project, old: str, new: str, what: str
) -> None:
    sheet = project.worksheet(1)
    assert old in sheet
    found = faults(project, sheet.replace(old, new))
    assert any(what in f.message for f in found)


def test_a_scheme_whose_names_mean_other_things_too(project: Project) -> None:
    project.set_scheme(SCHEME)
    given = Annotation(
        "", "claim", "1", "",
        (Fragment("s3", 0, 3), Fragment("worth", 4, 9), Fragment("content", 0, 9, 2)),
        {"worth": 's1 "No"', "label": "up"},
    )  # fmt: skip
    (made,) = project.annotate([given])
    sheet = project.worksheet(1)
    for line in ('role s3: s1 "“No"', 'role worth: s1 "lorry"', 'content 3: s1 "“No lorry"',
                 'label worth: s1 "No"', "label: up"):  # fmt: skip
        assert f"\n{line}\n" in sheet, line
    with annotator.create(":memory:", "anna") as other:
        other.add(ArticleDraft(TEXT, name="bridge"))
        with pytest.raises(WorksheetError, match="the scheme has no role 's3'"):
            other.apply_worksheet(sheet)
        other.set_scheme(SCHEME)
        other.apply_worksheet(sheet)
        (copy,) = other.claims()
    assert (copy.id, copy.fragments, copy.attributes) == (made.id, made.fragments, made.attributes)


def test_whose_and_of_which_article_it_is(project: Project) -> None:
    project.add(ArticleDraft("Another text.", name="other"))
    sheet = project.worksheet(1)
    with pytest.raises(InputError, match="the worksheet of anna, and ben"):
        project.apply_worksheet(sheet, "ben")
    with pytest.raises(InputError, match="about article 1, not about 2"):
        project.apply_worksheet(sheet, article=2)
    with annotator.create(":memory:", "anna") as empty, pytest.raises(InputError, match="not in"):
        empty.apply_worksheet(sheet)


def test_a_sentence_that_was_labelled_elsewhere_since(project: Project) -> None:
    sheet = project.worksheet(1).replace("reviewed: no", "reviewed: yes")
    end = TEXT.index("\n")
    tag = Annotation("", "sentence", "1", "", (Fragment("span", 0, end),), reviewed=True)
    project.annotate([tag])
    applied = project.apply_worksheet(sheet)
    assert (len(applied.changes), applied.kept) == (2, 0)
    tags = [a for a in project.annotations() if a.layer == "sentence"]
    assert [t.reviewed for t in tags] == [True] * 3


def test_nothing_is_drawn_and_one_fact_is_on_a_line(project: Project) -> None:
    sheet = project.worksheet(1)
    assert not any("\u2500" <= ch <= "\u259f" or ch in "\t|" for ch in sheet)
    assert not any("  " in line.lstrip("# ") for line in sheet.split("\n"))


# ------------------------------------------------------------------------------ the command


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "a.db"
    with annotator.create(path, "anna") as made:
        made.add(ArticleDraft(TEXT, name="bridge"))
    monkeypatch.setenv("ANNOTATOR_DB", str(path))
    monkeypatch.setenv("ANNOTATOR_NAME", "anna")
    monkeypatch.chdir(tmp_path)
    return path


def test_the_way_out_and_back(db: Path, capsys: Capture) -> None:
    assert run(["worksheet", "bridge", "b.txt"]) == 0
    assert "b.txt: written" in capsys.readouterr().err
    sheet = Path("b.txt").read_text(encoding="utf-8")
    assert run(["worksheet", "1"]) == 0
    assert capsys.readouterr().out == sheet
    Path("b.txt").write_text(
        "\ufeff" + sheet.replace("reviewed: no", "reviewed: yes", 1), encoding="utf-16"
    )
    assert run(["worksheet", "--apply", "b.txt", "--dry-run"]) == 0
    shown = capsys.readouterr()
    assert shown.out == "s1: reviewed: yes\n"
    assert "1 change to be made; nothing is stored" in shown.err
    assert run(["worksheet", "--apply", "b.txt", "--renew"]) == 0
    assert "1 change stored; `annotator undo` takes all of it back" in capsys.readouterr().err
    assert "reviewed: yes" in Path("b.txt").read_text(encoding="utf-8")
    assert run(["worksheet", "--apply", "b.txt", "--json"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["changes"] == []
    assert "nothing was changed" in shown.err


@pytest.mark.parametrize("name", ["a\x1b[31m", "x" * 101, " "])
def test_no_worksheet_is_written_for_who_could_not_give_it_back(
    project: Project, name: str
) -> None:
    with pytest.raises(AnnotatorError, match="cannot be the name of an annotator"):
        project.worksheet(1, name)


def test_what_a_hint_puts_back_is_the_line_as_it_was() -> None:
    project = annotator.create(":memory:", "anna")
    project.add(ArticleDraft("Mayor denies cuts\n\nThe mayor said no."))
    sheet = project.worksheet(1)
    (line,) = [x for x in sheet.split("\n") if x.startswith("s1 heading:")]
    for other in ("", "s1 heading: Mayor denies"):
        (fault,) = faults(project, sheet.replace(line, other))
        assert fault.hint == f"put it back: {line}"
        assert project.apply_worksheet(sheet).changes == ()


@pytest.mark.parametrize("blanks", [" ", "\t", " \t ", "\u00a0", "\u3000 "])
def test_blanks_at_the_ends_of_lines_mean_nothing(project: Project, blanks: str) -> None:
    given = with_lines(project, 1, "reviewed: yes", "claim new", 'content: s1 "an engineer"')
    applied = project.apply_worksheet(given.replace("\n", f"{blanks}\n{blanks}"))
    assert len(applied.told) == 2


def test_half_a_character_is_refused_by_its_line(project: Project) -> None:
    said = '"\\ud800"'
    sheet = with_lines(
        project, 1, "claim new", 'content: s1 "an engineer"', f"note: {said}", f"target: {said}"
    )
    assert [f.message for f in faults(project, sheet)] == [
        "the note is no string of JSON",
        f"target: {said} is no string of JSON",
    ]


def test_what_is_stored_is_told_though_the_file_cannot_be_renewed(
    db: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise InputError("b.txt: cannot be written")

    assert run(["worksheet", "1", "b.txt"]) == 0
    sheet = Path("b.txt").read_text(encoding="utf-8")
    Path("b.txt").write_text(sheet.replace("reviewed: no", "reviewed: yes", 1), encoding="utf-8")
    monkeypatch.setattr("annotator.cli.commands.worksheet._write", refused)
    capsys.readouterr()
    assert run(["worksheet", "--apply", "b.txt", "--renew"]) == 1
    shown = capsys.readouterr()
    assert shown.out == "s1: reviewed: yes\n"
    assert "1 change stored" in shown.err.split("error: ")[0]


def test_what_the_command_refuses(db: Path, capsys: Capture) -> None:
    assert run(["worksheet", "1", "b.txt"]) == 0
    Path("b.txt").write_bytes(Path("b.txt").read_bytes().replace(b"The end", b"The \xff"))
    edited = Path("b.txt").read_bytes()
    capsys.readouterr()
    assert run(["worksheet", "--apply", "b.txt"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("error: b.txt: a line cannot be used, so nothing was stored\n")
    assert "these bytes are no UTF-8 (save the file as UTF-8 in your editor)" in told
    assert run(["worksheet", "1", "b.txt"]) == 1
    assert "may hold changes that are not stored" in capsys.readouterr().err
    assert Path("b.txt").read_bytes() == edited
    assert run(["worksheet", "1", str(db), "--force"]) == 1
    assert "is a database" in capsys.readouterr().err
    assert run(["worksheet", "1", "b.txt", "--force"]) == 0
    assert run(["worksheet", "--apply", "none.txt"]) == 1
    for wrong in (
        [], ["1", "--dry-run"], ["--apply", "-", "--renew"], ["1", "x", "--apply", "b.txt"],
    ):  # fmt: skip
        assert run(["worksheet", *wrong]) == 2, wrong


def test_marks_of_span_layers_are_added_and_changed_by_the_names_of_the_scheme(
    project: Project,
) -> None:
    project.set_scheme(
        'name = "own"\n[[span]]\nname = "entity"\n[[span]]\nname = "event"\n'
        '[[attribute]]\nname = "type"\nlayer = "entity"\nvalues = ["PER", "ORG"]\n'
        '[[attribute]]\nname = "kind"\nlayer = "event"\nvalues = ["jam"]'
    )
    first = TEXT.split()[1]
    facts = (f'entity: s1 "{first}"', "type: PER", "", "mark new", f'event: s1 "{first}"')
    project.apply_worksheet(with_lines(project, 1, "mark new", *facts, "kind: jam"))
    marks = [a for a in project.annotations() if a.layer == "mark"]
    found = {a.layer_name: dict(a.attributes) for a in marks}
    assert found == {"entity": {"type": "PER"}, "event": {"kind": "jam"}}
    sheet = project.worksheet(1)
    project.apply_worksheet(sheet.replace("\ntype: PER\n", "\ntype: ORG\n"))
    assert {a.attributes.get("type") for a in project.annotations()} >= {"ORG"}
    for old, new, why in (
        ("type: ORG", "type: GPE", "the scheme has no type 'GPE'"),
        ("kind: jam", "type: ORG", "the scheme has no attribute 'type'"),
        ("kind: jam", f'entity: s1 "{first}"', "a mark is one of"),
    ):
        with pytest.raises(WorksheetError, match=why):
            project.apply_worksheet(project.worksheet(1).replace(f"\n{old}\n", f"\n{new}\n"))


def test_every_kind_of_label_is_explained_and_checked(project: Project) -> None:
    project.set_scheme(
        'name = "own"\n[[span]]\nname = "entity"\n'
        '[[attribute]]\nname = "type"\nlayer = "entity"\nvalues = ["PER", "ORG"]\n'
        '[[attribute]]\nname = "topics"\nlayer = "entity"\nkind = "several"\n'
        'values = ["war", "sport"]\n'
        '[[attribute]]\nname = "age"\nlayer = "entity"\nkind = "number"\n'
        'only_if = { type = "PER" }\n'
        '[[attribute]]\nname = "born"\nlayer = "entity"\nkind = "date"\n'
        'required_unless = { type = "ORG" }\n'
    )
    sheet = project.worksheet(1)
    for line in (
        "# topics: war, sport; several with | between them",
        "# age: a number; asked only where type is PER",
        "# born, required unless type is ORG: a date such as 2026-11-29",
    ):
        assert line in sheet.splitlines()
    first = TEXT.split()[1]
    made = ("mark new", f'entity: s1 "{first}"', "topics: sport|war|sport")
    project.apply_worksheet(with_lines(project, 1, *made, "age: 4"))
    (mark,) = (a for a in project.annotations() if a.layer == "mark")
    assert mark.attributes == {"topics": "war|sport", "age": "4"}
    with pytest.raises(WorksheetError) as refused:
        project.apply_worksheet(project.worksheet(1).replace("\nage: 4\n", "\nage: four\n"))
    assert "age 'four' is no number" in str(refused.value)
    assert "the scheme has no age" not in str(refused.value)
