"""Each command: what it says, its JSON, and what it leaves alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.domain.ids import new_id
from annotator.domain.model import Annotation, Fragment
from annotator.domain.scheme import DEFAULT_SCHEME
from annotator.session.actions import ACTIONS
from annotator.store import Store
from tests.cli.conftest import Call
from tests.store.support import TEXT, add, batch, claim, connection, dump, place, problems

F21 = Path(__file__).parent.parent / "phrases" / "f21_search.txt"
SOURCE = DEFAULT_SCHEME.read_text(encoding="utf-8")


# ----------------------------------------------------------------------------------------- init
def test_init_makes_a_database_once(cli: Call) -> None:
    made = cli("init")
    assert made.code == 0
    assert made.out == ""
    assert "made annotations.db" in made.err
    before = Path("annotations.db").read_bytes()
    again = cli("init")
    assert again.code == 1
    assert "already exists" in again.err
    assert Path("annotations.db").read_bytes() == before


def test_init_takes_a_scheme(cli: Call) -> None:
    Path("own.toml").write_text(SOURCE.replace('name = "news"', 'name = "own"'), encoding="utf-8")
    assert cli("init", "--scheme", "own.toml").code == 0
    assert cli("scheme", "show", "--json").json["name"] == "own"


@pytest.mark.parametrize("content", ["name = ", 'name = "x"', "\ufeff\x00"])
def test_init_with_a_faulty_scheme_makes_nothing(cli: Call, content: str) -> None:
    Path("own.toml").write_text(content, encoding="utf-8")
    assert cli("init", "--scheme", "own.toml").code == 1
    assert not Path("annotations.db").exists()


def test_init_makes_the_folders_above(cli: Call) -> None:
    assert cli("init", "--db", "deep/er/a.db").code == 0
    assert Path("deep/er/a.db").is_file()


# ----------------------------------------------------------------------------------------- list
def test_list_shows_progress_of_one_annotator(cli: Call, project: Path) -> None:
    rows = cli("list", "--json", "--as", "anna").json
    assert [(r["number"], r["name"], r["done"], r["sentences"], r["claims"]) for r in rows] == [
        (1, "bridge", 1, 3, 2),
        (2, "second", 0, 3, 0),
    ]
    assert [r["claims"] for r in cli("list", "--json", "--as", "ben").json] == [1, 0]
    assert [r["claims"] for r in cli("list", "--json").json] == [0, 0]
    shown = cli("list", "--as", "anna")
    assert "Bridge stays shut" in shown.out
    assert shown.err == ""


def test_work_of_others_is_named_where_there_is_none_of_ones_own(cli: Call, project: Path) -> None:
    with Store.open(project) as store:
        names = {a.annotator for a in store.annotations()}
    (first, *_) = sorted(names)
    told = cli("list", "--as", "nobody-yet").err
    assert f"nothing of nobody-yet yet; annotated by {first}" in told
    assert "annotated by" not in cli("list", "--as", first).err
    told = cli("show", "1", "--as", "nobody-yet").err
    assert "nothing of nobody-yet here; annotated by" in told
    assert "--all shows it" in told
    assert "annotated by" not in cli("show", "1", "--as", "nobody-yet", "--all").err


def test_an_empty_list_says_what_to_do(cli: Call) -> None:
    cli("init")
    shown = cli("list")
    assert (shown.code, shown.out) == (0, "")
    assert "annotator add" in shown.err
    assert cli("list", "--json").json == []


# ----------------------------------------------------------------------------------------- show
def test_show_json_holds_everything_with_offsets_that_give_the_words(
    cli: Call, project: Path
) -> None:
    article = cli("show", "bridge", "--json").json
    text = article["text"]
    assert text == TEXT
    assert (article["title"], article["outlet"]) == ("Bridge stays shut", "The Ledger")
    assert [text[p["start"] : p["end"]] for p in article["paragraphs"]] == [
        line for line in TEXT.split("\n") if line
    ]
    for sentence in article["sentences"]:
        assert text[sentence["start"] : sentence["end"]] == sentence["text"]
        assert sentence["kind"] == "body"
    assert article["tokens"] == len(TEXT.split())
    assert [c["annotator"] for c in article["claims"]] == ["anna", "anna", "ben"]
    for found in article["claims"]:
        for role in ("content", "cue", "source", "addressee", "via"):
            for piece in found[role]:
                assert text[piece["start"] : piece["end"]] == piece["text"]
    said = next(c for c in article["claims"] if c["cue"])
    assert set(said) == {
        "id", "annotator", "content", "source", "cue", "addressee", "via", "attributes", "parent",
        "provenance", "scheme", "flagged", "note", "created_at", "updated_at",
    }  # fmt: skip
    assert [p["text"] for p in said["content"]] == ["“Nobody wanted this,”"]
    assert [p["text"] for p in said["source"]] == ["Ana Ruiz"]
    assert said["attributes"] == {"stance": "against"}
    assert said["addressee"] == []
    assert article["marks"] == article["sentence_tags"] == article["article_tags"] == []


def test_show_is_blind_to_others_once_it_knows_who_asks(cli: Call, project: Path) -> None:
    def annotators(*more: str) -> set[str]:
        return {c["annotator"] for c in cli("show", "1", "--json", *more).json["claims"]}

    assert annotators("--as", "anna") == {"anna"}
    assert annotators("--as", "ben") == {"ben"}
    assert annotators("--as", "zoe") == set()
    assert annotators("--as", "anna", "--all") == {"anna", "ben"}
    assert annotators() == {"anna", "ben"}


def test_show_for_people(cli: Call, project: Path) -> None:
    shown = cli("show", "1", "--as", "anna").out
    assert "title: Bridge stays shut" in shown
    assert "content: The harbour … shut until May" in shown
    assert "source: Ana Ruiz" in shown
    assert "stance=against" in shown
    assert "ben" not in shown


def test_show_finds_an_article_by_number_name_and_uid(cli: Call, project: Path) -> None:
    uid = cli("show", "1", "--json").json["uid"]
    for name in ("bridge", uid, uid[:6]):
        assert cli("show", name, "--json").json["uid"] == uid
    missing = cli("show", "nothing")
    assert missing.code == 1
    assert "no article 'nothing'" in missing.err


def test_text_from_outside_cannot_act_on_the_terminal(cli: Call, project: Path) -> None:
    evil = "Red \x1b[31malert\x1b[0m \x9b31m \u202etxt.exe\u202c bell\x07 \x00-less".replace(
        "\x00", ""
    )
    with Store.open(project) as store:
        add(store, evil, name="\x1b]0;owned\x07", title="a\x1b[2Jb\nc")
    for command in (["list"], ["show", "3"], ["search", "alert"], ["search", "alert", "--json"],
                    ["show", "3", "--json"], ["list", "--json"]):  # fmt: skip
        result = cli(*command)
        assert result.code == 0
        for said in (result.out, result.err):
            assert not set(said) & set("\x1b\x07\x9b\u202e\u202c")
    assert cli("show", "3", "--json").json["text"] == evil
    assert "␛[31malert" in cli("show", "3").out


# ----------------------------------------------------------------------------------------- search
def test_search_is_a_concordance(cli: Call, project: Path) -> None:
    found = cli("search", "NOBODY wanted", "--json").json
    assert [(f["number"], f["text"]) for f in found] == [(1, "Nobody wanted"), (2, "Nobody wanted")]
    for f in found:
        text = cli("show", str(f["number"]), "--json").json["text"]
        assert text[f["start"] : f["end"]] == f["text"]
        assert text[: f["start"]].endswith(f["before"])
        assert text[f["end"] :].startswith(f["after"])
    shown = cli("search", "nobody wanted")
    assert "Nobody wanted" in shown.out
    assert "2 places in 2 of 2 articles" in shown.err


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ('"nobody wanted this,"', "“Nobody wanted this,”"),
        ("club  called", "club called"),
        ("shut the harbour", "shut\n\nThe harbour"),
        ("(", None),
        ("a.s", None),
        ("🏴‍☠️", "🏴‍☠️"),
    ],
)
def test_search_takes_words_as_typed(
    cli: Call, project: Path, query: str, text: str | None
) -> None:
    found = cli("search", query, "--json").json
    assert {f["text"] for f in found} == ({text} if text else set())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("first of five", "\ufb01rst of \ufb01ve"),
        ("caf\u00e9 owner", "cafe\u0301 owner"),
        ("cafe\u0301 OWNER", "cafe\u0301 owner"),
        ("waffled\u00ad about", "wa\ufb04ed about"),
    ],
)
def test_search_folds_what_readers_do_not_see(cli: Call, query: str, found: str) -> None:
    text = F21.read_text(encoding="utf-8")
    assert cli("add", F21).code == 0
    (place,) = cli("search", query, "--json").json
    assert place["text"] == text[place["start"] : place["end"]] == found
    (phrase,) = cli("phrases", "find", query, "--contained", "--json").json
    assert (phrase["start"], phrase["end"]) == (place["start"], place["end"])


def test_search_for_what_cannot_be_seen_is_refused(cli: Call, project: Path) -> None:
    assert cli("search", "\u200b").code == 2


def test_search_shows_whole_graphemes_and_as_much_as_asked(cli: Call, project: Path) -> None:
    flag = TEXT.index("🏴")
    for size in range(12):
        found = cli("search", "club", "--context", str(size), "--json").json[0]
        start = found["start"] - len(found["before"])
        assert not flag < start < flag + len("🏴‍☠️")
        assert len(found["before"]) <= size
    assert len(cli("search", "the", "--limit", "3", "--json").json) == 3
    assert cli("search", "the", "--context", "0", "--json").json[0]["before"] == ""


def test_search_by_regular_expression(cli: Call, project: Path) -> None:
    found = cli("search", r"\bs\w+d\b", "--regex", "--json").json
    assert {f["text"] for f in found} == {"said", "Second"}
    assert cli("search", "x*", "--regex", "--json").json == []
    bad = cli("search", "(", "--regex")
    assert bad.code == 1
    assert "not a regular expression" in bad.err
    assert cli("search", "a" * 2000, "--regex").code == 1


def test_a_pattern_without_end_is_stopped(
    cli: Call, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from annotator.project import searching

    monkeypatch.setattr(searching, "SECONDS", 0.2)
    with Store.open(project) as store:
        add(store, "a" * 60 + "b")
    stopped = cli("search", "(a+)+$", "--regex")
    assert stopped.code == 1
    assert "takes longer than" in stopped.err


# ----------------------------------------------------------------------------------------- stats
def test_stats(cli: Call, project: Path) -> None:
    stats = cli("stats", "--json").json
    assert (stats["articles"], stats["sentences"]) == (2, 6)
    people = {p["annotator"]: p for p in stats["annotators"]}
    assert (people["anna"]["claims"], people["anna"]["actions"]) == (2, 3)
    assert people["ben"]["articles"] == 1
    assert stats["labels"] == [
        {"annotator": "anna", "layer": "claim", "name": "stance", "value": "against", "n": 1}
    ]
    shown = cli("stats").out
    assert "2 articles" in shown
    assert "against" in shown


# --------------------------------------------------------------------------- log, undo, redo
def test_log_shows_the_journal(cli: Call, project: Path) -> None:
    rows = cli("log", "--json").json
    assert [(r["annotator"], r["label"]) for r in rows] == [
        ("ben", "content"),
        ("anna", "content"),
        ("anna", "stance: against"),
        ("anna", "content"),
    ]
    assert len(cli("log", "--json", "--as", "anna").json) == 3
    assert len(cli("log", "--json", "--as", "anna", "--all").json) == 4
    assert len(cli("log", "--json", "--limit", "2").json) == 2
    assert cli("log", "--json", "--article", "second").json == []
    assert "stance: against" in cli("log").out


def test_log_shows_people_the_newest_twenty(cli: Call, project: Path) -> None:
    with Store.open(project) as store:
        for _ in range(30):
            store.undo("anna")
            store.redo("anna")
    assert len(cli("log").out.splitlines()) == 1 + 20
    assert len(cli("log", "--limit", "0").out.splitlines()) == 1 + 64
    assert len(cli("log", "--json").json) == 64


def test_undo_and_redo(cli: Call, project: Path) -> None:
    assert cli("undo", "--as", "anna").out == "undone: content (1 change, article 1)\n"
    second = cli("undo", "--as", "anna", "--json").json
    assert (second["undone"], second["annotator"], second["changes"]) == (
        "stance: against",
        "anna",
        1,
    )
    assert cli("redo", "--as", "anna").out == "redone: stance: against (1 change, article 1)\n"
    assert cli("redo", "--as", "anna").code == 0
    nothing = cli("redo", "--as", "anna")
    assert nothing.code == 1
    assert "nothing to redo" in nothing.err
    with Store.open(project) as store:
        assert len(store.annotations(annotator="anna")) == 2
        assert problems(store) == []


# ----------------------------------------------------------------------------------------- replay
def test_replay(cli: Call, project: Path) -> None:
    result = cli("replay", "copy.db")
    assert (result.code, result.out) == (0, "copy.db: the same 3 annotations\n")
    assert cli("stats", "--db", "copy.db", "--json").json == cli("stats", "--json").json
    assert cli("replay", "copy.db").code == 1
    assert cli("replay", "other.db", "--json").json == {
        "out": "other.db",
        "annotations": 3,
        "different": [],
    }


def test_replay_fails_when_the_state_was_tampered_with(cli: Call, project: Path) -> None:
    with Store.open(project) as store:
        connection(store).execute("UPDATE annotation SET note = 'x' WHERE annotator = 'ben'")
    result = cli("replay", "copy.db")
    assert result.code == 1
    assert "1 annotation of another state" in result.err


def test_stats_count_labels_and_no_decisions_about_suggestions(cli: Call, project: Path) -> None:
    with Store.open(project) as store:
        verdict = Annotation(
            new_id(), "verdict", store.resolve("1"), "anna", (Fragment("content", 0, 5),),
            {"verdict": "rejected", "suggestion": "0cab81", "confidence": "0.837"},
        )  # fmt: skip
        store.apply(batch((None, verdict)))
    assert "verdict" not in cli("stats").out
    assert "verdict" not in cli("stats", "--json").out


# ----------------------------------------------------------------------------------------- doctor
def test_what_the_scheme_does_not_have_is_counted(cli: Call, project: Path) -> None:
    assert cli("doctor", "--json").json["outside_scheme"] == []
    Path("other.toml").write_text('name = "other"\n[[role]]\nname = "content"\n')
    said = cli("scheme", "set", "other.toml", "--as", "anna").err
    assert "outside the scheme, kept as it is: claim: role 'source': 1 (first in article 1)" in said
    assert "claim: attribute 'stance': 1" in said
    report = cli("doctor")
    assert report.code == 0
    assert "claim: role 'source': 1 (first in article 1)" in report.err
    assert "not all in the scheme in force" in report.err
    named = {o["what"]: o["annotations"] for o in cli("doctor", "--json").json["outside_scheme"]}
    assert named["claim: role 'source'"] == 1


def test_doctor_is_clean_on_a_sound_project(cli: Call, project: Path) -> None:
    report = cli("doctor", "--json")
    assert report.code == 0, report.err
    assert report.json["ok"]
    assert report.json["problems"] == []
    checks = {c["check"] for c in report.json["checks"]}
    assert {"integrity", "offsets", "journal equals state"} <= checks
    assert report.json["database"]["journal_mode"] == "wal"
    assert report.json["pipeline"]["engines"] == {"lines 1": 2}
    assert report.json["versions"]["sqlite"]
    shown = cli("doctor")
    assert "everything is sound" in shown.err
    assert "journal equals state (3)" in shown.out


def test_doctor_names_what_is_wrong(cli: Call, project: Path, tmp_path: Path) -> None:
    with Store.open(project) as store:
        connection(store).execute("UPDATE fragment SET end = 100000 WHERE ord = 0")
    report = cli("doctor", "--json")
    assert report.code == 1
    assert not report.json["ok"]
    assert any(p.startswith("offsets: ") for p in report.json["problems"])
    assert "error: offsets" in cli("doctor").err


def test_doctor_reports_what_it_cannot_open(cli: Call) -> None:
    Path("annotations.db").write_bytes(b"no database at all, but long enough to look like one" * 99)
    report = cli("doctor", "--json")
    assert report.code == 1
    assert any("not a database" in p for p in report.json["problems"])
    assert cli("doctor", "--db", "nowhere.db", "--json").json["problems"] == [
        "nowhere.db: no such file"
    ]


def test_doctor_reports_a_broken_configuration(
    cli: Call, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("config.toml").write_text("colour = 1", encoding="utf-8")
    monkeypatch.setenv("ANNOTATOR_CONFIG", "config.toml")
    report = cli("doctor", "--json")
    assert report.code == 1
    assert any("unknown entry 'colour'" in p for p in report.json["problems"])
    Path("config.toml").write_text("pipeline = 'xx_nothing'", encoding="utf-8")
    report = cli("doctor", "--json")
    assert any("xx_nothing is not installed" in p for p in report.json["problems"])
    Path("config.toml").write_text("pipeline = 'blank:de'", encoding="utf-8")
    assert cli("doctor").code == 0


# ----------------------------------------------------------------------------------------- keys
def test_keys_lists_every_action_and_label(cli: Call) -> None:
    lines = cli("keys", "--json").json
    ids = {line["id"] for line in lines}
    assert {a.id for a in ACTIONS} <= ids
    assert {"role.content", "source_type.media", "stance.favor"} <= ids
    shown = cli("keys").out
    for line in lines:
        assert line["does"] in shown


def test_keys_follow_the_users_map_and_the_projects_scheme(
    cli: Call, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("config.toml").write_text("[keys]\n'claim.undo' = 'backspace'", encoding="utf-8")
    monkeypatch.setenv("ANNOTATOR_CONFIG", "config.toml")
    Path("own.toml").write_text('name = "own"\n[[role]]\nname = "content"\nkey = "e"\n')
    assert cli("scheme", "set", "own.toml", "--as", "anna").code == 0
    lines = {line["id"]: line["keys"] for line in cli("keys", "--json").json}
    assert lines["claim.undo"] == "BACKSPACE"
    assert lines["role.content"] == "e E"
    assert "source_type.media" not in lines


# ----------------------------------------------------------------------------------------- scheme
def test_scheme_show_is_the_source_or_a_description(cli: Call, project: Path) -> None:
    assert cli("scheme", "show", "--toml").out == SOURCE
    shown = cli("scheme", "show").out
    assert "named_person" in shown
    record = cli("scheme", "show", "--json").json
    assert record["roles"][0]["name"] == "content"
    assert cli("scheme", "show", "--default", "--db", "nowhere.db").code == 0


def test_scheme_check_names_clashes(cli: Call) -> None:
    Path("own.toml").write_text(SOURCE, encoding="utf-8")
    sound = cli("scheme", "check", "own.toml")
    assert sound.code == 0
    assert "is sound" in sound.out
    Path("own.toml").write_text(SOURCE.replace('key = "q"', 'key = "j"'), encoding="utf-8")
    clash = cli("scheme", "check", "own.toml")
    assert clash.code == 1
    assert "nav.next" in clash.err
    assert cli("scheme", "check", "nowhere.toml").code == 1


def test_scheme_check_knows_the_users_own_keys(cli: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("config.toml").write_text("[keys]\n'nav.search' = '1'", encoding="utf-8")
    monkeypatch.setenv("ANNOTATOR_CONFIG", "config.toml")
    Path("own.toml").write_text(SOURCE, encoding="utf-8")
    clash = cli("scheme", "check", "own.toml")
    assert clash.code == 1
    assert "nav.search" in clash.err


def test_scheme_set_keeps_what_was_made_under_the_old_one(cli: Call, project: Path) -> None:
    Path("own.toml").write_text('name = "own"\n[[role]]\nname = "content"\n', encoding="utf-8")
    said = cli("scheme", "set", "own.toml", "--as", "anna")
    assert said.code == 0
    assert "news" in said.err
    assert "claim: attribute 'stance': 1 (first in article 1)" in said.err
    claims = cli("show", "1", "--json").json["claims"]
    assert {"stance": "against"} in [c["attributes"] for c in claims]
    before = dump(project)
    Path("own.toml").write_text("name = 3", encoding="utf-8")
    assert cli("scheme", "set", "own.toml", "--as", "anna").code == 1
    assert dump(project) == before
    with Store.open(project) as store:
        assert problems(store) == []


# ------------------------------------------------------------------------ export, import, formats
def test_formats_lists_what_can_be_exported(cli: Call) -> None:
    rows = {f["name"]: f for f in cli("formats", "--json").json}
    assert rows["jsonl"]["export"]
    assert rows["jsonl"]["import"]
    assert "jsonl" in cli("formats").out


def test_what_is_exported_comes_back(cli: Call, project: Path) -> None:
    out = cli("export", "jsonl", "out.jsonl")
    assert out.code == 0
    assert "2 articles, 3 annotations" in out.err
    assert Path("out.jsonl.manifest.json").exists()
    back = cli("import", "jsonl", "out.jsonl", "--db", "back.db", "--as", "zoe")
    assert back.code == 0, back.err
    assert "made back.db" in back.err
    for number in ("1", "2"):
        here = cli("show", number, "--json").json
        there = cli("show", number, "--json", "--db", "back.db").json
        assert there["claims"] == here["claims"]
        assert there["text"] == here["text"]
    assert cli("doctor", "--db", "back.db").code == 0
    again = cli("import", "jsonl", "out.jsonl", "--db", "back.db", "--as", "zoe", "--json")
    assert (again.json["annotations"], again.json["unchanged"]) == (0, 3)
    undone = cli("undo", "--db", "back.db", "--as", "zoe")
    assert undone.out == "undone: import jsonl out.jsonl (3 changes, article 1)\n"
    assert cli("show", "1", "--json", "--db", "back.db").json["claims"] == []


def test_export_to_stdout_is_data_only(cli: Call, project: Path) -> None:
    result = cli("export", "jsonl", "-")
    lines = [json.loads(line) for line in result.out.splitlines()]
    assert lines[0]["record"] == "header"
    assert "2 articles" in result.err


@pytest.mark.parametrize(
    ("more", "claims"),
    [
        ([], 3),
        (["--by", "ben"], 1),
        (["--label", "stance=against"], 1),
        (["--label", "stance=favor"], 0),
        (["--article", "second"], 0),
        (["--layer", "mark"], 0),
        (["--provenance", "imported"], 0),
        (["--by", "anna", "--by", "ben"], 3),
    ],
)
def test_an_export_selects(cli: Call, project: Path, more: list[str], claims: int) -> None:
    lines = [json.loads(x) for x in cli("export", "jsonl", "-", *more).out.splitlines()]
    assert sum(len(x["claims"]) for x in lines if x["record"] == "article") == claims


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["export", "poem", "out"], 1),
        (["export", "jsonl", "out.jsonl", "--by", "zoe"], 1),
        (["export", "jsonl", "out.jsonl", "--article", "nothing"], 1),
        (["export", "jsonl", "out.jsonl", "--layer", "poem"], 2),
        (["export", "jsonl", "out.jsonl", "--label", "stance"], 2),
        (["export", "jsonl", "out.jsonl", "-o", "x"], 2),
        (["export", "jsonl", "out.jsonl", "-o", "x=y"], 1),
        (["export", "jsonl", "."], 1),
        (["import", "jsonl", "nowhere.jsonl", "--as", "anna"], 1),
        (["import", "jsonl", "nowhere.jsonl"], 1),
    ],
)
def test_a_wrong_export_or_import_writes_nothing(
    cli: Call, project: Path, arguments: list[str], code: int
) -> None:
    before = dump(project)
    result = cli(*arguments)
    assert result.code == code
    assert result.err.startswith("error: ")
    assert sorted(p.name for p in Path().iterdir()) == ["annotations.db"]
    assert dump(project) == before


def test_an_import_that_fails_leaves_no_new_database(cli: Call) -> None:
    Path("bad.jsonl").write_text("{broken\n", encoding="utf-8")
    assert cli("import", "jsonl", "bad.jsonl", "--as", "anna").code == 1
    assert [p.name for p in Path().iterdir()] == ["bad.jsonl"]


def test_claims_of_the_store_are_those_that_were_made(cli: Call, project: Path) -> None:
    # The fixture itself: what the tests above count.
    with Store.open(project) as store:
        uid = store.uids()[0]
        pieces = {f for a in store.annotations() for f in a.fragments}
        assert claim(uid).fragments[0] in pieces
        assert place(TEXT, "“a scandal”") in pieces


def test_an_empty_journal_is_said_not_drawn(cli: Call, project: Path) -> None:
    assert cli("--db", "new.db", "init").code == 0
    result = cli("--db", "new.db", "log")
    assert result.out == ""
    assert "nothing was done yet" in result.err
