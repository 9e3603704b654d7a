"""Cue first: what is read from a sentence's words, corrected, and saved only when it is taken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.model import Annotation, Fragment
from annotator.domain.spans import check_span
from annotator.domain.suggestion import StoredSuggestion
from annotator.session import Session
from annotator.session.cue_first import cues_of, read_cue
from annotator.session.proposing import drop, leave_out, move_end, place, propose, take, walk
from annotator.session.quoted_text import QuotedText
from annotator.session.shown import OffScreenError
from annotator.session.text_index import TextIndex
from tests.session.build import SCHEME, TEXT, Bench, article, quotations
from tests.session.test_gestures import OWN, claim, piece, select, under


def proposed(s: Session) -> dict[str, list[str]]:
    """Role -> the words proposed for it."""
    assert s.proposal is not None
    text = s.article.text
    out: dict[str, list[str]] = {}
    for f in s.proposal.claim.fragments:
        out.setdefault(f.role, []).append(text[f.start : f.end])
    return out


@pytest.mark.parametrize(
    ("text", "cue", "expected"),
    [
        (
            "“We never wrote that,” a spokesperson said. Nobody came.", "said",
            "said | a spokesperson | | “We never wrote that,”",
        ),
        (
            "Ana Ruiz, the mayor, told reporters: “It is late.”", "told",
            "told | Ana Ruiz, the mayor, | reporters | “It is late.”",
        ),
        (
            "Ana Ruiz, the mayor, told reporters that it is late.", "told",
            "told | Ana Ruiz, the mayor, | reporters | that it is late",
        ),
        (
            "“We left,” said Ana Ruiz, the mayor of Rome. “It was late.”", "said",
            "said | Ana Ruiz, the mayor of Rome | | “We left,” … “It was late.”",
        ),
        (
            "“We left,” said Ana Ruiz, 43, on Monday.", "said",
            "said | Ana Ruiz, 43, | | “We left,”",
        ),
        ("The plan is dead, said Ruiz.", "said", "said | Ruiz | | The plan is dead"),
        (
            "On Monday, the finance minister said the plan would cut emissions.", "said",
            "said | the finance minister | | the plan would cut emissions",
        ),
        (
            "According to a transcript, the plan is dead.", "According",
            "According to | a transcript | | the plan is dead",
        ),
        (
            "The plan is dead, according to two people.", "to",
            "according to | two people | | The plan is dead",
        ),
        (
            "The trade was warfare, according to an October 13, 2014, report.", "acc",
            "according to | an October 13, 2014, report | | The trade was warfare",
        ),
        (
            "Those networks, he said, were growing.", "said",
            "said | he | | Those networks … were growing",
        ),
        (
            "Berg has not publicly said that the plan is dead.", "said",
            "has not publicly said | Berg | | that the plan is dead",
        ),
        ("Ruiz, who said he would go, left.", "said", "said | who | | he would go, left"),
        (
            "But the mayor denied the “so-called” plan.", "denied",
            "denied | the mayor | | the “so-called” plan",
        ),
        (
            "Commissioner Troy Miller said in an interview in May that drugs came.", "said",
            "said | Commissioner Troy Miller | | that drugs came",
        ),
        (
            "The mayor, however, said that it is late.", "said",
            "said | The mayor | | that it is late",
        ),
        (
            "Ana Ruiz told the Courier in 2012 that it is late.", "told",
            "told | Ana Ruiz | the Courier | that it is late",
        ),
        (
            "Deaths rose, according to a report by the Health Agency (HA).", "acc",
            "according to | a report by the Health Agency (HA) | | Deaths rose",
        ),
        (
            "Deaths rose, said the Health Agency (HA).", "said",
            "said | the Health Agency (HA) | | Deaths rose",
        ),
        (
            "“He told me that she left,” Berg said.", "told",
            "told | He | me | that she left",
        ),
    ],
)  # fmt: skip
def test_a_claim_is_read_from_its_cue(text: str, cue: str, expected: str) -> None:
    words = QuotedText(TextIndex(article(text)), quotations(text))
    token = words.page.token_at(text.index(cue))
    reading = read_cue(words, token, token)
    found = [text[slice(*r)] if r else "" for r in reading.spoken]
    content = " … ".join(text[a:b] for a, b in reading.content)
    assert " | ".join([*found, content]).replace("|  |", "| |") == expected


@given(st.text(alphabet="aB “”,.:—(\n", max_size=60), st.sampled_from(["said", "according to"]))
def test_any_words_are_read_into_ranges_that_do_not_overlap(text: str, cue: str) -> None:
    whole = f"x {text} {cue} {text[::-1]} y"
    words = QuotedText(TextIndex(article(whole)), quotations(whole))
    token = words.page.token_at(whole.index(cue))
    reading = read_cue(words, token, token)
    ranges = [*(r for r in reading.spoken if r), *reading.content]
    for a, b in ranges:
        check_span(whole, a, b)
        assert whole[a:b] == whole[a:b].strip()
    for i, (a, b) in enumerate(sorted(ranges)):
        assert all(not (c < b and a < d) for c, d in sorted(ranges)[i + 1 :])


def test_nothing_is_saved_until_it_is_taken_and_then_at_once() -> None:
    b = Bench()
    b.at("said, were")
    s = b.session
    assert propose(s, ()) == ""
    assert s.said.text == "a claim is proposed, not saved"
    assert proposed(s) == {
        "content": ["Those networks", "were positioning themselves"],
        "cue": ["said"], "source": ["he"],
    }  # fmt: skip
    assert b.written == []
    assert s.index.by_id == {}
    take(s)
    (batch,) = b.written
    assert [c.before for c in batch.changes] == [None]
    assert s.proposal is None
    made = s.active
    assert made is not None
    assert made.provenance == "suggested"
    assert b.words("content") == ["Those networks", "were positioning themselves"]
    assert {f.span for f in made.role("content")} == {0}


def test_at_the_first_word_it_is_the_first_cue_and_again_the_next() -> None:
    text = "Berg said that Holt told him that it rained. Nobody came."
    b = Bench(text)
    s = b.session
    for cue in ("said", "told", "said"):
        assert propose(s, ()) == ""
        assert proposed(s)["cue"] == [cue]
    drop(s)
    b.at("him")  # no word that attributes: the sentence's own
    assert propose(s, ()) == ""
    assert proposed(s)["cue"] == ["said"]
    drop(s)
    b.at("rained")  # one that nobody knows as a cue is taken at its word
    assert propose(s, ()) == ""
    assert proposed(s)["cue"] == ["rained"]
    drop(s)
    select(b, "that it")
    assert propose(s, ()) == ""
    assert proposed(s)["cue"] == ["that it"]
    assert s.selection is None


def test_little_words_and_names_are_no_cue_where_the_sentence_has_none() -> None:
    b = Bench("He and Xi are “going to be late.” Nobody came.")
    for words in ("He", "Xi", "to be"):
        b.at(words)
        assert "put the cursor on the word that attributes" in propose(b.session, ())
    b.at("late")
    assert propose(b.session, ()) == ""
    assert proposed(b.session)["cue"] == ["be late"]


def test_tab_walks_the_roles_and_each_can_be_corrected() -> None:
    b = Bench()
    b.at("told")
    s = b.session
    assert propose(s, ()) == ""
    assert proposed(s)["source"] == ["Ana Ruiz, the mayor,"]
    seen = []
    for _ in range(5):
        walk(s, 1)
        assert s.proposal is not None
        seen.append(s.proposal.role)
    assert seen == ["source", "addressee", "content", "cue", "source"]
    assert s.offset == TEXT.index("Ana Ruiz")
    assert move_end(s, "end", -1)
    assert proposed(s)["source"] == ["Ana Ruiz, the mayor"]
    assert move_end(s, "start", 1)
    assert proposed(s)["source"] == ["Ruiz, the mayor"]
    walk(s, -1)
    assert s.proposal is not None
    assert s.proposal.role == "cue"
    select(b, "Ana Ruiz")
    source = SCHEME.role("source")
    assert source is not None
    place(s, source)
    assert proposed(s)["source"] == ["Ana Ruiz"]
    walk(s, 1)
    assert leave_out(s) == ""
    assert "addressee" not in proposed(s)
    assert b.written == []
    take(s, {"stance": "favor"})
    assert len(b.written) == 1
    made = s.active
    assert made is not None
    assert made.provenance == "human"
    assert made.attributes == {"stance": "favor"}
    assert s.last_labels == {"stance": "favor"}
    assert s.said.text.endswith("; stance: favor")


def test_the_last_piece_stays() -> None:
    b = Bench("said.")
    s = b.session
    assert propose(s, ()) == ""
    assert "no content found" in s.said.text
    assert leave_out(s) == "the proposed claim has no other piece"
    assert not move_end(s, "end", -1)


def test_a_suggestion_with_that_cue_is_what_is_proposed() -> None:
    b = Bench()
    pieces = (piece("networks"), piece("said, were", "cue")._replace(end=TEXT.index(", were")))
    found = StoredSuggestion("s", "uid", "e", 0.9, pieces, {"source_type": "data"})
    less = StoredSuggestion("t", "uid", "e", 0.2, (*pieces, piece("Those", "source")), {})
    b.at("Those")
    assert propose(b.session, [less, found]) == ""
    proposal = b.session.proposal
    assert proposal is not None
    assert (proposal.suggestion, proposal.claim.fragments) == ("s", pieces)
    assert proposal.claim.attributes == {"source_type": "data"}
    assert proposal.as_read


def test_what_cannot_be_proposed_says_why() -> None:
    b = Bench(annotations=[claim(piece("We never"), piece("said", "cue"))])
    b.at("said")
    assert propose(b.session, ()) == ""  # its claim is made: the next of the sentence
    assert proposed(b.session)["cue"] == ["never wrote"]
    drop(b.session)
    b.at(".\n\nThose")
    assert "put the cursor on the word that attributes" in propose(b.session, ())
    assert "no role for the cue" in propose(under(b, OWN), ())
    assert propose(Bench("").session, ()) == "no words here"
    assert b.session.proposal is None
    s = Bench().session
    for act in (lambda: walk(s, 1), lambda: take(s), lambda: leave_out(s)):
        act()
    assert s.index.by_id == {}


def test_where_the_claim_of_a_cue_is_made_it_is_the_next_of_the_sentence() -> None:
    b = Bench("According to a transcript, he stated that it rained. Nobody said so.")
    s = b.session
    for cue, content in (
        ("According to", "he stated that it rained"),
        ("stated", "that it rained"),
    ):
        assert propose(s, ()) == ""
        assert proposed(s)["cue"] == [cue]
        assert proposed(s)["content"] == [content]
        take(s)
    assert propose(s, ()) == "“stated” is the cue of a claim already"
    assert len(s.index.by_id) == 2


def test_a_word_that_is_as_often_a_noun_is_a_cue_before_that() -> None:
    for text, found in (
        ("It states that it rained.", ["states"]),
        ("The states that joined are many.", []),
        ("It states the rules.", []),
    ):
        words = QuotedText(TextIndex(article(text)), quotations(text))
        cues = cues_of(words, 0, (), {"states"})
        assert [words.word(k) for k in cues] == found


def test_behind_an_article_a_word_of_speech_is_a_noun() -> None:
    b = Bench("“It rained,” the report said. Nobody came.")
    assert propose(b.session, ()) == ""
    assert proposed(b.session)["cue"] == ["said"]
    assert proposed(b.session)["source"] == ["the report"]


def test_a_proposal_out_of_view_is_not_saved() -> None:
    b = Bench()
    b.at("said, were")
    s = b.session
    assert propose(s, ()) == ""
    s.shown = lambda: (0, 5)
    with pytest.raises(OffScreenError):
        take(s)
    assert s.proposal is not None
    assert b.written == []


ACTS: dict[str, Callable[[Session], object]] = {
    "propose": lambda s: propose(s, ()),
    "tab": lambda s: walk(s, 1),
    "back": lambda s: walk(s, -1),
    "end": lambda s: move_end(s, "end", 1),
    "less": lambda s: move_end(s, "end", -1),
    "start": lambda s: move_end(s, "start", 1),
    "select": lambda s: s.start_selection(),
    "content": lambda s: place(s, SCHEME.roles[0]),
    "source": lambda s: place(s, SCHEME.roles[1]),
    "out": leave_out,
    "word": lambda s: s.move_token(1),
    "sentence": lambda s: s.move_sentence(1),
}


@given(st.lists(st.sampled_from(sorted(ACTS)), max_size=25), st.booleans())
def test_whatever_is_corrected_one_action_saves_it_and_none_when_it_is_dropped(
    names: list[str], taken: bool
) -> None:
    b = Bench()
    s = b.session
    b.at("told")
    assert propose(s, ()) == ""
    for name in names:
        ACTS[name](s)
        assert s.proposal is not None
        for f in s.proposal.claim.fragments:
            check_span(TEXT, f.start, f.end)
        assert s.proposal.role in s.proposal.roles
        assert SCHEME.faults(s.proposal.claim) == ()
    assert b.written == []
    wanted = s.proposal.claim.fragments if s.proposal else ()
    if taken:
        take(s)
        (batch,) = b.written
        (change,) = batch.changes
        assert change.after is not None
        assert change.after.fragments == wanted
    else:
        drop(s)
        assert b.written == []
        assert s.index.by_id == dict[str, Annotation]()
    assert isinstance(wanted, tuple)
    assert all(isinstance(f, Fragment) for f in wanted)
