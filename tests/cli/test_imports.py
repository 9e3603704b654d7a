"""Files as other tools write them, through the program: what they say is here, or is counted."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Call

FOREIGN = Path(__file__).parents[1] / "formats" / "foreign"


def imported(cli: Call, form: str, source: Path | str, *more: str) -> dict[str, Any]:
    """The `--json` of an import that must go through."""
    result = cli("import", form, source, "--as", "zoe", "--json", *more)
    assert result.code == 0, result.err
    return dict(result.json)


def losses(report: dict[str, Any]) -> dict[str, int]:
    return {x["kind"]: x["count"] for x in report["losses"]}


def stored(cli: Call) -> list[dict[str, Any]]:
    """The articles of the database as its own export has them."""
    lines = cli("export", "jsonl", "-").out.splitlines()
    return [r for r in map(json.loads, lines) if r["record"] == "article"]


def said(article: dict[str, Any]) -> Counter[tuple[object, ...]]:
    """Annotator, layer, words by role, attributes of every annotation."""
    out: Counter[tuple[object, ...]] = Counter()
    for layer in ("claims", "marks", "sentence_tags", "article_tags"):
        for a in article[layer]:
            words = [
                (role, *(piece["text"] for piece in pieces))
                for role, pieces in a.items()
                if isinstance(pieces, list) and pieces and role != "fragments"
            ]
            labels = tuple(sorted(a["attributes"].items()))
            out[(a["annotator"], layer, *words, labels)] += 1
    return out


ORG = ("marks", ("span", "Ostrea"), (("type", "ORG"),))
PER = ("marks", ("span", "Alma Dreyo"), (("type", "PER"),))
PERSON = [
    ("zoe", "marks", ("span", words), (("type", type_),))
    for words, type_ in (
        ("February 11, 2031", "DATE"),
        ("Alma Dreyo", "PERSON"),
        ("Tomas Wehle", "PERSON"),
    )
]


@pytest.mark.parametrize(
    ("form", "name", "wanted", "counted"),
    [
        (
            "doccano",
            "doccano_relation.jsonl",
            [("zoe", *ORG), *PERSON],
            {},
        ),
        (
            "doccano",
            "doccano_cats.jsonl",
            [("zoe", *ORG), ("zoe", "article_tags", (("business", "yes"),))],
            {},
        ),
        ("label-studio", "ls_relation.json", [("1", *ORG), ("1", *PER)], {}),
        ("label-studio", "ls_data_key.json", [("1", *ORG), ("1", *PER)], {}),
        ("label-studio", "ls_hypertext.json", [("1", *ORG)], {}),
        (
            "label-studio",
            "ls_rating.json",
            [("1", *ORG), ("1", *PER), ("1", "article_tags", (("q", "4"),))],
            {},
        ),
        (
            "prodigy",
            "prodigy_relations.jsonl",
            [("zoe", *ORG), ("zoe", *PER)],
            {},
        ),
        (
            "label-studio",
            "f20_two_labels.json",
            [
                ("1", "claims", ("source", "The clerk"), ()),
                ("1", "claims", ("content", "the gate was shut"), ()),
                ("1", "marks", ("span", "the gate was shut"), (("type", "exaggeration"),)),
            ],
            {},
        ),
        (
            "prodigy",
            "prodigy_sessions.jsonl",
            [
                ("news-alice", "marks", ("span", "Ida Vos"), (("type", "PER"),)),
                ("news-bob", "marks", ("span", "Paris"), (("type", "LOC"),)),
            ],
            {},
        ),
    ],
)
def test_a_file_of_another_tool(
    cli: Call,
    form: str,
    name: str,
    wanted: list[tuple[object, ...]],
    counted: dict[str, int],
) -> None:
    report = imported(cli, form, FOREIGN / name)
    (article,) = stored(cli)
    assert said(article) == Counter(wanted)
    assert losses(report) == counted
    words = {a["id"]: a["span"][0]["text"] for a in article["marks"]}
    assert [
        (a["attributes"]["type"], words[a["head"]], words[a["tail"]])
        for a in article.get("relations", [])
    ] == RELATIONS.get(name, [])


RELATIONS = {
    "doccano_relation.jsonl": [
        ("foundedAt", "Ostrea", "February 11, 2031"),
        ("foundedBy", "Ostrea", "Alma Dreyo"),
        ("foundedBy", "Ostrea", "Tomas Wehle"),
    ],
    "ls_relation.json": [("foundedBy", "Ostrea", "Alma Dreyo")],
    "prodigy_relations.jsonl": [("foundedBy", "Ostrea", "Alma Dreyo")],
}


def test_comments_and_metadata_of_doccano_stay_with_the_article(cli: Call) -> None:
    report = imported(cli, "doccano", FOREIGN / "f31_doccano_meta.jsonl")
    (article,) = stored(cli)
    assert losses(report) == {}
    assert (article["outlet"], article["meta"]) == ("Courier", {"split": "train"})
    assert [tag["note"] for tag in article["article_tags"]] == ["why so?"]
    imported(cli, "doccano", FOREIGN / "doccano_cats.jsonl")
    assert [tag["note"] for tag in stored(cli)[1]["article_tags"]] == ["check"]


def test_labels_of_texts_in_prodigy_are_yes_or_no(cli: Call) -> None:
    report = imported(cli, "prodigy", FOREIGN / "prodigy_textcat.jsonl")
    found = {a["text"]: [t["attributes"] for t in a["article_tags"]] for a in stored(cli)}
    assert found == {
        "The docs are unclear about installing.": [{"DOCUMENTATION": "yes"}],
        "It crashes.": [{"DOCUMENTATION": "no"}],
        "Choose one.": [{"A": "yes"}],
        "With cats": [{"DOCUMENTATION": "yes"}],
    }
    assert losses(report) == {}


def test_tasks_that_were_rejected_or_ignored_in_prodigy_are_counted(cli: Call) -> None:
    span = {"start": 0, "end": 3, "label": "PER"}
    Path("x.jsonl").write_text(
        "".join(
            json.dumps({"text": f"Ana {i}", "spans": [span], "answer": answer}) + "\n"
            for i, answer in enumerate(("accept", "reject", "ignore", "ignore"))
        )
    )
    result = cli("import", "prodigy", "x.jsonl", "--as", "zoe")
    assert len(stored(cli)) == 1
    assert "not taken over from prodigy: ignored task: 2 (x.jsonl:3, x.jsonl:4)" in result.err
    assert "not taken over from prodigy: rejected task: 1 (x.jsonl:2)" in result.err


def test_a_span_is_taken_over_with_the_blanks_in_it(cli: Call) -> None:
    imported(cli, "doccano", FOREIGN / "f19_wrapped_span.jsonl")
    (article,) = stored(cli)
    (claim,) = article["claims"]
    (piece,) = claim["content"]
    source = json.loads((FOREIGN / "f19_wrapped_span.jsonl").read_text(encoding="utf-8"))
    assert (article["text"], piece["text"]) == (
        source["text"],
        "the dam  \n\n   was dry and  \n\tempty",
    )


# ---------------------------------------------------------------- whose, again, and beside what


def record(text: str, *spans: tuple[int, int, str], **more: object) -> str:
    entities = [
        {"id": i, "start_offset": start, "end_offset": end, "label": label}
        for i, (start, end, label) in enumerate(spans)
    ]
    return json.dumps({"text": text, "entities": entities, "username": "anna", **more}) + "\n"


def test_strict_refuses_what_would_lose_something(cli: Call) -> None:
    record = json.loads((FOREIGN / "doccano_relation.jsonl").read_text(encoding="utf-8"))
    record["relations"] = [r | {"to_id": 99} for r in record["relations"][1:]]
    file = Path("lost.jsonl")
    file.write_text(json.dumps(record), encoding="utf-8")
    refused = cli("import", "doccano", file, "--as", "zoe", "--strict")
    assert refused.code == 1
    assert "relation foundedBy to an entity that is not there: 2" in refused.err
    assert "not taken over from doccano: " not in refused.err
    assert not Path("annotations.db").exists() or cli("list", "--json").json == []
    assert (
        cli("import", "doccano", FOREIGN / "doccano_cats.jsonl", "--as", "z", "--strict").code == 0
    )


def test_the_second_import_of_a_file_without_ids_adds_nothing(cli: Call) -> None:
    text = "Ana said it. Ana said it."
    same = [(0, 3, "source"), (0, 3, "source"), (4, 8, "X")]
    Path("x.jsonl").write_text(record(text, *same, cats=["news"], Comments=["hm"]))
    assert imported(cli, "doccano", "x.jsonl")["annotations"] == 4
    again = imported(cli, "doccano", "x.jsonl")
    assert (again["annotations"], again["unchanged"], again["losses"]) == (0, 4, [])
    assert again["added_beside"] == {}


def test_a_newer_file_is_said_to_stand_beside_the_older(cli: Call) -> None:
    text = "Ana said it. Ana said it."
    Path("x.jsonl").write_text(record(text, (0, 3, "source"), (4, 8, "X")))
    imported(cli, "doccano", "x.jsonl")
    Path("x.jsonl").write_text(record(text, (0, 3, "source"), (4, 11, "X")))
    result = cli("import", "doccano", "x.jsonl")
    assert result.code == 0
    assert "anna: 1 annotation added beside 2 that were here on the same articles" in result.err
    assert "anna: 1 annotation here, but not in the file; kept as before" in result.err
    assert cli("undo", "--as", "import").code == 0
    apart = imported(cli, "doccano", "x.jsonl", "--apart", "2")
    assert apart["by_annotator"] == {"anna-2": 2}
    assert apart["added_beside"] == {}
    both = Counter(key[0] for key in said(stored(cli)[0]).elements())
    assert both == {"anna": 2, "anna-2": 2}
    taken = cli("import", "doccano", "x.jsonl", "--apart", "2")
    assert (taken.code, "anna-2 has annotations here already" in taken.err) == (1, True)


def test_another_version_of_somebodys_export_is_refused_or_kept_apart(cli: Call) -> None:
    Path("x.jsonl").write_text(record("Ana said it.", (0, 3, "source"), (9, 11, "content")))
    imported(cli, "doccano", "x.jsonl")
    cli("export", "jsonl", "old.jsonl")
    lines = Path("old.jsonl").read_text(encoding="utf-8").splitlines()
    article = json.loads(lines[-1])
    first, second = (c["id"] for c in article["claims"])
    article["claims"][0]["attributes"] = {"stance": "favor"}
    article["claims"][1]["parent"] = first
    Path("new.jsonl").write_text("\n".join((*lines[:-1], json.dumps(article))) + "\n")
    refused = cli("import", "jsonl", "new.jsonl")
    assert refused.code == 1
    assert "2 of anna's annotations are here with other content" in refused.err
    assert "not merged yet" in refused.err
    assert "--apart 2" in refused.err
    result = imported(cli, "jsonl", "new.jsonl", "--apart", "2")
    assert result["by_annotator"] == {"anna-2": 2}
    claims = stored(cli)[0]["claims"]
    new = [c for c in claims if c["annotator"] == "anna-2"]
    assert {c["id"] for c in claims} > {first, second}
    assert [c["attributes"] for c in new if c["source"]] == [{"stance": "favor"}]
    parents = {c["parent"] for c in new} - {None}
    assert parents == {c["id"] for c in new if c["source"]}
    assert cli("doctor").code == 0


def test_an_article_that_reads_like_another_is_said(cli: Call) -> None:
    cli("add", FOREIGN / "f27_crlf_a.txt")
    text = (FOREIGN / "f27_crlf_b.txt").read_bytes().decode()
    Path("x.jsonl").write_text(record(text, (0, 4, "X")), encoding="utf-8")
    result = cli("import", "doccano", "x.jsonl", "--json")
    assert result.json["reads_like"] == [{"article": 2, "reads_like": 1, "where": "x.jsonl:1"}]
    assert "article 2 (x.jsonl:1) reads like article 1 but for line ends" in result.err


def test_metadata_of_an_article_that_is_here_is_counted(cli: Call) -> None:
    Path("x.jsonl").write_text(record("Ana said it.", outlet="Post", meta={"split": "train"}))
    assert losses(imported(cli, "doccano", "x.jsonl")) == {}
    assert losses(imported(cli, "doccano", "x.jsonl")) == {}
    Path("x.jsonl").write_text(record("Ana said it.", outlet="Sun", meta={"split": "dev"}))
    assert losses(imported(cli, "doccano", "x.jsonl")) == {
        "outlet of an article that is here already": 1,
        "split of an article that is here already": 1,
    }


NULLS = [
    (
        "doccano",
        {
            "text": "Ida Vos left.",
            "entities": [
                {"id": 1, "label": "PER", "start_offset": 0, "end_offset": 7},
                {"id": 2, "label": None, "start_offset": 8, "end_offset": 12},
                {"id": 3, "label": "GAP", "start_offset": 8, "end_offset": 8},
            ],
            "relations": [{"from_id": 1, "to_id": 2, "type": "does"}],
            "cats": {"news": 1, "sport": 0},
            "meta": None,
        },
        {
            "span without a label": 1,
            "span GAP of no words": 1,
            "relation does to an entity that is not there": 1,
        },
    ),
    (
        "doccano",
        {"text": "Ida Vos left.", "label": [[0, 7, "PER"], [8, 12, None]], "entities": None},
        {"span without a label": 1},
    ),
    (
        "prodigy",
        {
            "text": "Ida Vos left.",
            "spans": [{"start": 0, "end": 7, "label": "PER"}],
            "relations": None,
            "accept": None,
            "cats": None,
            "answer": None,
        },
        {},
    ),
]


@pytest.mark.parametrize(("form", "record", "counted"), NULLS)
def test_null_is_nothing_and_a_span_that_says_nothing_is_counted(
    cli: Call, form: str, record: dict[str, Any], counted: dict[str, int]
) -> None:
    Path("in.jsonl").write_text(json.dumps(record))
    assert losses(imported(cli, form, "in.jsonl")) == counted
    (article,) = stored(cli)
    assert ("zoe", "marks", ("span", "Ida Vos"), (("type", "PER"),)) in said(article)
    assert {k for tag in article["article_tags"] for k in tag["attributes"]} == set(
        record.get("cats") or ()
    )


def test_numbered_options_of_prodigy_are_their_words(cli: Call) -> None:
    options = [{"id": 1, "text": "Positive"}, {"id": 2, "text": "Negative"}]
    task = {"text": "Fine.", "options": options, "accept": [2], "answer": "accept"}
    Path("x.jsonl").write_text(json.dumps(task))
    imported(cli, "prodigy", "x.jsonl")
    (article,) = stored(cli)
    assert [tag["attributes"] for tag in article["article_tags"]] == [{"Negative": "yes"}]


def test_comments_of_label_studio_are_counted_and_its_metadata_kept(cli: Call) -> None:
    entry = {"completed_by": 1, "result": [], "comments": [{"text": "there"}]}
    task = {"data": {"text": "Fine."}, "meta": {"batch": 3}, "comments": [{"text": "here"}]}
    Path("x.json").write_text(json.dumps([task | {"annotations": [entry], "predictions": None}]))
    assert losses(imported(cli, "label-studio", "x.json")) == {"comment": 2}
    (article,) = stored(cli)
    assert article["meta"] == {"batch": 3}


def test_brat_notes_without_a_tab_and_attributes_of_a_shared_trigger(cli: Call) -> None:
    Path("in").mkdir()
    Path("in/a.txt").write_text("Gunmen killed him.\n")
    Path("in/a.ann").write_text(
        "T1\tDie 7 13\tkilled\nT2\tPER 0 6\tGunmen\nE1\tDie:T1\nE2\tAttack:T1 Agent:T2\n"
        "A1\tTense T1 Past\n#1\tAnnotatorNotes E2 check this\n"
    )
    assert losses(imported(cli, "brat", "in")) == {}
    (article,) = stored(cli)
    assert [claim["attributes"]["Tense"] for claim in article["claims"]] == ["Past", "Past"]
    assert sorted(claim["note"] for claim in article["claims"]) == ["", "check this"]


def test_another_export_of_label_studio_is_named(cli: Call) -> None:
    Path("x.json").write_text('[{"text": "Fine.", "label": [{"start": 0, "end": 4}]}]')
    result = cli("import", "label-studio", "x.json", "--as", "zoe")
    assert result.code == 1
    assert "export as JSON or JSON-MIN, not as CSV" in result.err


def test_a_scheme_that_was_chosen_is_not_replaced_by_that_of_a_file(cli: Call) -> None:
    """And where a file's own takes the place of the default one, it is said."""
    Path("mine.toml").write_text('name = "mine"\n[[span]]\nname = "thing"\n', encoding="utf-8")
    Path("own.toml").write_text('name = "own"\n[[span]]\nname = "thing"\n', encoding="utf-8")
    Path("a.txt").write_text("Some words.", encoding="utf-8")
    assert cli("--db", "one.db", "init", "--scheme", "own.toml").code == 0
    assert cli("--db", "one.db", "add", "a.txt").code == 0
    assert cli("--db", "one.db", "export", "jsonl", "own.jsonl").code == 0
    assert cli("--db", "two.db", "init", "--scheme", "mine.toml").code == 0
    said = cli("--db", "two.db", "import", "jsonl", "own.jsonl", "--as", "anna")
    assert (said.code, "in force" in said.err) == (0, False)
    assert cli("--db", "two.db", "scheme", "show").out.startswith("mine ")
    assert cli("--db", "three.db", "init").code == 0
    said = cli("--db", "three.db", "import", "jsonl", "own.jsonl", "--as", "anna")
    assert ", of the file, is in force" in said.err
    assert cli("--db", "three.db", "scheme", "show").out.startswith("own ")
