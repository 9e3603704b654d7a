"""The sticky label: on every new claim or mark of its layer while it lasts, on nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.model import Annotation
from tests.session.build import SCHEME, Bench
from tests.session.test_review import board

ACTS = st.lists(
    st.sampled_from(
        ["mark", "content", "new source", "label", "sticky", "word", "sentence", "leave", "type"]
    ),
    max_size=30,
)
STANCE = SCHEME.attribute("claim", "stance")
TYPE = SCHEME.attribute("mark", "type")


@given(ACTS)
def test_what_is_made_has_it_and_nothing_else_changes(acts: list[str]) -> None:
    assert STANCE
    assert TYPE
    b = Bench()
    s = b.session
    for act in acts:
        before, sticky = dict(s.index.by_id), s.sticky
        match act:
            case "mark":
                s.add_mark()
            case "content":
                b.role("content")
            case "new source":
                b.role("source", new=True)
            case "label":
                s.label(STANCE, "against")
            case "type" if s.active and s.active.layer == "mark":
                s.fill(s.active, TYPE, "lexical")
            case "sticky":
                last = s.last_given
                s.toggle_sticky()
                assert s.sticky == (None if sticky else last)
            case "word":
                s.move_token(1)
            case "sentence":
                s.move_sentence(1)
            case _:
                s.back()
        for id_, a in s.index.by_id.items():
            if id_ in before or sticky is None or a.layer != sticky.attribute.layer:
                continue
            assert a.attributes[sticky.attribute.name] in (sticky.value, "against")
            assert f"{sticky}" in s.said.text or act == "label"
        if act in ("sticky", "word", "sentence"):
            assert dict(s.index.by_id) == before


def test_it_says_when_it_begins_where_it_is_given_and_when_it_ends() -> None:
    assert TYPE
    b = Bench()
    s = b.session
    s.toggle_sticky()
    assert (s.sticky, s.said.text) == (
        None,
        "no label given yet: the last one given is what becomes sticky",
    )
    b.at("never")
    s.add_mark()
    assert s.active
    s.fill(s.active, TYPE, "lexical")
    s.toggle_sticky()
    assert s.said.text == "type: lexical: each new mark is given it"
    b.at("late")
    s.add_mark()
    assert s.active.attributes == {"type": "lexical"}
    assert s.said.text.endswith("; type: lexical (sticky)")
    assert len(b.written[-1].changes) == 1
    b.at("Farmers")
    s.activate(None)
    b.role("content")
    assert s.active.attributes == {}
    s.toggle_sticky()
    assert s.said.text == "type: lexical is given to nothing more by itself"
    b.at("Nobody")
    s.add_mark()
    assert s.active.attributes == {}


def test_another_label_of_a_new_claim_goes_before_it() -> None:
    assert STANCE
    s = Bench().session
    s.label(STANCE, "against")
    s.toggle_sticky()
    s.back()
    s.move_sentence(1)
    s.label(STANCE, "favor")
    assert s.active
    assert s.active.attributes == {"stance": "favor"}
    assert s.said.text == "stance: favor"


def test_an_accepted_suggestion_gets_it_and_is_a_persons_then() -> None:
    assert STANCE
    bench, review = board()
    s = bench.session
    s.label(STANCE, "against")
    s.toggle_sticky()
    s.back()
    (made,) = review.decide("accepted", review.pending()[0])
    assert made.attributes["stance"] == "against"
    assert made.provenance == "human"
    verdicts = [a for a in s.index.by_id.values() if a.layer == "verdict"]
    assert [v.provenance for v in verdicts] == ["suggested"]


def test_another_article_goes_on_with_it() -> None:
    assert STANCE
    first, second = Bench().session, Bench().session
    first.label(STANCE, "against")
    first.toggle_sticky()
    second.take_sticky(first)
    second.label(STANCE, "favor")
    second.back()
    second.move_sentence(1)
    made: list[Annotation] = []
    second.give_role(SCHEME.roles[0])
    made += [a for a in second.index.by_id.values() if a.id == second.active_id]
    assert [a.attributes for a in made] == [{"stance": "against"}]
