"""The same source words propose the labels that were last given to a claim with them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.model import Annotation
from annotator.domain.scheme_file import parse_scheme
from annotator.session import Session
from annotator.session.actions import reserved_keys
from annotator.session.source_memory import SourceMemory, labels_of_sources, same_words
from annotator.session.sources import open_or_take, proposed_labels, take_labels
from tests.session.build import SCHEME, TEXT, Bench
from tests.session.test_gestures import OWN, claim, piece, under

TYPES = ["named_person", "unnamed_person", "data"]


def with_source(words: str, id_: str, **labels: str) -> Annotation:
    return claim(piece("Farmers"), piece(words, "source"), id_=id_, **labels)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d"]),
        st.sampled_from(["he", "Ana Ruiz", "a spokesperson", ""]),
        st.sampled_from([*TYPES, "", "gone"]),
    ),
    max_size=12,
)


@given(STEPS)
def test_it_proposes_what_the_claim_changed_last_with_these_words_has(
    steps: list[tuple[str, str, str]],
) -> None:
    """Whatever is made, changed, removed: against a memory that looks at all claims each time."""
    b = Bench()
    s = b.session
    order: list[str] = []
    for id_, words, value in steps:
        before = s.index.by_id.get(id_)
        after: Annotation | None = None
        if value != "gone":
            pieces = [piece("Farmers"), *([piece(words, "source")] if words else [])]
            after = claim(*pieces, id_=id_, **({"source_type": value} if value else {}))
        if before == after:
            continue
        s.save("step", (before, after))
        order = [i for i in order if i != id_] + ([id_] if after else [])
        for asked in s.index.by_id.values():
            mine = [f[1:3] for f in asked.role("source")]
            others = (
                s.index.by_id[i]
                for i in reversed(order)
                if i != asked.id and [f[1:3] for f in s.index.by_id[i].role("source")] == mine
            )
            types = [o.attributes["source_type"] for o in others if "source_type" in o.attributes]
            lacks = "source_type" not in asked.attributes
            expected = {"source_type": types[0]} if mine and lacks and types else {}
            assert s.sources.proposed(asked) == expected


def test_case_and_line_breaks_make_no_other_source() -> None:
    assert same_words("The\n  Ministry") == same_words("the ministry")


def test_enter_takes_it_and_says_why_and_nothing_is_stored_before() -> None:
    b = Bench(
        annotations=[
            with_source("he", "old", source_type="named_person", stance="favor"),
            with_source("he", "new"),
        ]
    )
    s = b.session
    s.activate("new")
    assert proposed_labels(s) == {"source_type": "named_person"}
    assert b.written == []
    assert open_or_take(s)
    assert s.said.text == "source type: named person, as for “he” before"
    assert len(b.written) == 1
    assert proposed_labels(s) == {}
    assert not take_labels(s)
    assert open_or_take(s)
    assert len(b.written) == 1


def test_repeating_takes_the_type_of_this_source_and_the_rest_of_the_last_claim() -> None:
    b = Bench(
        annotations=[
            with_source("he", "old", source_type="named_person"),
            with_source("a spokesperson", "other"),
            with_source("he", "new"),
        ]
    )
    s = b.session
    s.activate("other")
    b.label("source_type", "unnamed_person")
    b.label("stance", "favor")
    s.activate("new")
    assert s.repeat()
    assert s.active is not None
    assert s.active.attributes == {"stance": "favor", "source_type": "named_person"}
    assert s.said.text == "labels repeated: favor; named person as for this source before"
    # Without labels given before, what is known of the source alone.
    b = Bench(
        annotations=[
            with_source("he", "old", source_type="named_person"), with_source("he", "new"),
        ]
    )  # fmt: skip
    b.session.activate("new")
    assert b.session.repeat()
    assert b.session.active is not None
    assert b.session.active.attributes == {"source_type": "named_person"}
    b.session.activate(None)
    b.at("Nobody")
    assert not b.session.repeat()


def test_the_key_is_about_the_claim_under_the_cursor() -> None:
    inner = claim(piece("Farmers"), id_="inner")
    b = Bench(
        annotations=[
            with_source("he", "old", source_type="data"), 
            replace(claim(piece("Those"), piece("he", "source")), id="new"), inner,
        ]
    )  # fmt: skip
    s = b.session
    s.activate("new")
    b.at("Farmers")
    assert not take_labels(s)
    assert open_or_take(s)
    assert s.active_id in ("inner", "old")
    assert b.written == []


def test_other_articles_are_asked_last_and_values_that_are_gone_not_at_all() -> None:
    b = Bench(annotations=[with_source("he", "new")])
    s = b.session
    s.sources.elsewhere = {"he": {"source_type": "data"}}
    s.activate("new")
    assert proposed_labels(s) == {"source_type": "data"}
    s.sources.elsewhere = {"he": {"source_type": "of an older scheme"}}
    assert proposed_labels(s) == {}
    s.sources.elsewhere = {"he": {"source_type": "data"}}
    s.save("more", (None, with_source("he", "old", source_type="media")))
    assert proposed_labels(s) == {"source_type": "media"}
    assert s.sources.known() == {"he": {"source_type": "media"}}


def test_a_scheme_of_own_names_proposes_its_own_labels() -> None:
    own = parse_scheme(
        OWN.toml
        + """
[[role]]
name = "speaker"
key = "w"
suggests = "source"
[[role]]
name = "text"
key = "z"
suggests = "content"
""".replace('key = "z"\n', ""),
        reserved_keys(),
    )
    assert labels_of_sources(own) == ("worth",)
    he = piece("he", "speaker")
    s = Session(
        Bench().session.article,
        [claim(he, piece("Those"), id_="a", worth="true"), claim(he, piece("We"), id_="b")],
        "ann", own, lambda batch: None, lambda: "", lambda: (),
    )  # fmt: skip
    s.activate("b")
    assert proposed_labels(s) == {"worth": "true"}
    # A scheme that does not say which role is the source proposes nothing.
    assert labels_of_sources(OWN) == ("worth",)
    assert SourceMemory(s.index, TEXT, OWN).proposed(s.index.by_id["b"]) == {}
    assert under(Bench(), OWN).sources.known() == {}
    assert labels_of_sources(SCHEME) == ("source_type",)
