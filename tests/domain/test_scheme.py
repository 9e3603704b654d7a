"""Label schemes: the default one, what a scheme may say, and every fault named at its place."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.errors import SchemeError
from annotator.domain.model import SENTENCE_KINDS, Annotation, Fragment
from annotator.domain.scheme import DEFAULT_SCHEME, Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.session.actions import reserved_keys

SMALL = """
name = "small"
title = "A small scheme"
[review]
kinds = ["body"]
[[role]]
name = "content"
key = "e"
required = true
spans = "one"
guideline = "What is said."
[[role]]
name = "source"
[[attribute]]
name = "stance"
required = true
guideline = "For or against."
values = [{ name = "favor", key = "a", guideline = "For." }, { name = "against" }]
[[attribute]]
name = "why"
layer = "mark"
text = true
"""


@pytest.fixture
def small() -> Scheme:
    return parse_scheme(SMALL, {})


def test_a_scheme_says_what_its_file_says(small: Scheme) -> None:
    assert (small.name, small.title) == ("small", "A small scheme")
    assert small.review_kinds == {"body"}
    assert [(r.name, r.key, r.required, r.many) for r in small.roles] == [
        ("content", "e", True, False),
        ("source", "", False, True),
    ]
    stance = small.attribute("claim", "stance")
    assert stance is not None
    assert (stance.title, stance.required, stance.text) == ("stance", True, False)
    assert [v.name for v in stance.values] == ["favor", "against"]
    assert small.attribute("mark", "stance") is None
    why = small.of_layer("mark")[0]
    assert why.text
    assert set(small.label_keys()) == {"a"}
    assert small.label_keys()["a"][1].name == "favor"
    assert small.role_keys()["e"].name == "content"


def test_the_version_is_the_hash_of_the_source(small: Scheme) -> None:
    assert small.version == hashlib.sha256(SMALL.encode()).hexdigest()[:12]
    assert parse_scheme(SMALL + "\n", {}).version != small.version
    assert small.toml == SMALL


def test_review_kinds_are_all_kinds_when_none_are_given() -> None:
    scheme = parse_scheme('name = "x"\n[[role]]\nname = "content"', {})
    assert scheme.review_kinds == set(SENTENCE_KINDS)


def test_what_is_missing_and_what_is_unknown(small: Scheme) -> None:
    bare = Annotation("i", "claim", "a", "x")
    assert small.missing(bare) == ("content", "stance")
    full = Annotation("i", "claim", "a", "x", (Fragment("content", 0, 1),), {"stance": "favor"})
    assert small.missing(full) == ()
    assert small.faults(full) == ()
    odd = Annotation(
        "i", "claim", "a", "x", (Fragment("cue", 0, 1),), {"stance": "maybe", "mood": "good"}
    )
    assert small.faults(odd) == ("role 'cue'", "stance 'maybe'", "attribute 'mood'")
    mark = Annotation("i", "mark", "a", "x", (Fragment("span", 0, 1),), {"why": "anything"})
    assert small.missing(mark) == small.faults(mark) == ()


def test_the_default_scheme_holds_what_the_corpora_of_the_field_need() -> None:
    scheme = parse_scheme(DEFAULT_SCHEME.read_text(encoding="utf-8"), reserved_keys())
    assert [r.name for r in scheme.roles] == ["content", "source", "cue", "addressee", "via"]

    def values(layer: str, name: str) -> set[str]:
        attribute = scheme.attribute(layer, name)
        assert attribute is not None, name
        return {v.name for v in attribute.values}

    assert len(values("claim", "source_type")) == 10
    assert values("claim", "stance") == {"favor", "against", "neutral", "unclear"}
    assert {"direct", "indirect", "mixed", "fragment", "not_attribution"} <= values("claim", "form")
    assert {"neutral", "endorsing", "distancing", "charged", "internal", "none"} <= values(
        "claim", "cue_attitude"
    )
    assert values("mark", "type") == {"lexical", "informational", "epistemic"}
    assert {"factual", "mixed", "opinion"} <= values("sentence", "factuality")
    assert values("sentence", "kind") == set(SENTENCE_KINDS)
    assert len(values("mark", "technique")) == 14
    for attribute in scheme.attributes:
        assert attribute.guideline, attribute.name
        # Those that an annotator is asked for are explained value by value.
        if attribute.required or any(v.key for v in attribute.values):
            assert all(v.guideline for v in attribute.values), attribute.name
    assert all(r.guideline for r in scheme.roles)


def test_every_required_attribute_of_a_claim_has_a_key_for_every_value() -> None:
    scheme = parse_scheme(DEFAULT_SCHEME.read_text(encoding="utf-8"), reserved_keys())
    for attribute in scheme.of_layer("claim"):
        if attribute.required:
            assert all(v.key for v in attribute.values), attribute.name


CONTENT = '[[role]]\nname = "content"\n'
BASE = f'name = "x"\n{CONTENT}'
VALUES = 'values = [{ name = "a", key = "1" }]\n'


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ("", "'name' is missing"),
        ("name = ", "not valid TOML"),
        ("name = 3\n" + CONTENT, "'name' is not a string"),
        ('name = "x"', "nothing to annotate"),
        (BASE + "surprise = 1", "surprise"),
        ("surprise = 1\n" + BASE, "surprise"),
        ('role = 3\nname = "x"', "'role' must be a list"),
        ('role = [3]\nname = "x"', "role[0]"),
        (BASE + '[[role]]\nname = "two words"', "two words"),
        (BASE + '[[role]]\nname = "id"', "'id'"),
        (BASE + '[[role]]\nname = "span"', "span"),
        (BASE + '[[role]]\nname = "cue"\nkey = "ab"', "'ab'"),
        (BASE + '[[role]]\nname = "cue"\nkey = "e"\n[[role]]\nname = "via"\nkey = "E"', "'E'"),
        (BASE + '[[role]]\nname = "cue"\nnew_key = "ab"', "new_key 'ab'"),
        (BASE + '[[role]]\nname = "cue"\nspans = "few"', "few"),
        (BASE + '[[role]]\nname = "cue"\nrequired = "yes"', "required"),
        (BASE + CONTENT, "role 'content' stands twice"),
        (BASE + '[[attribute]]\nname = "s"', "either values or text"),
        (BASE + '[[attribute]]\nname = "s"\ntext = true\n' + VALUES, "either values or text"),
        (BASE + '[[attribute]]\nname = "s"\nlayer = "page"\n' + VALUES, "page"),
        (BASE + '[[attribute]]\nname = "s"\nlayer = "relation"\n' + VALUES, "have no keys"),
        (BASE + '[[attribute]]\nname = "type"\nlayer = "relation"\nkind = "text"', "own name"),
        (BASE + '[[attribute]]\nname = "s"\nkind = "colour"', "kind 'colour'"),
        (BASE + '[[attribute]]\nname = "s"\nkind = "number"\ntext = true', "another kind"),
        (BASE + '[[attribute]]\nname = "s"\nkind = "yes_no"\nvalues = ["maybe"]', "yes and no"),
        (BASE + '[[attribute]]\nname = "s"\nkind = "several"\nvalues = ["a|b"]', "stands between"),
        (BASE + '[[attribute]]\nname = "s"\nkind = "text"\nonly_if = { t = "a" }', "no other"),
        (BASE + '[[attribute]]\nname = "t"\n' + VALUES + '[[attribute]]\nname = "s"\n'
         'text = true\nrequired_unless = { t = "b" }', "t has no value 'b'"),
        (BASE + '[[attribute]]\nname = "s"\ntext = true\nonly_if = 3', "must be a table"),
        (BASE + '[[span]]\nname = "claim"', "program's own"),
        (BASE + '[[span]]\nname = "e"\n[[span]]\nname = "e"', "span layer 'e' stands twice"),
        (BASE + '[[relation]]\nname = "r"\nfrom = ["entity"]', "no 'entity' to relate"),
        (BASE + '[[relation]]\nname = "r"\nto = 3', "list of names"),
        (BASE + '[[span]]\nname = "e"\n[[attribute]]\nname = "t"\nlayer = "e"\n' + VALUES
         + '[[relation]]\nname = "r"\nfrom = ["e.b"]', "no 'e.b' to relate"),
        (BASE + '[[attribute]]\nname = "s"\nvalues = [{ name = "a" }, { name = "a" }]', "twice"),
        (BASE + '[[attribute]]\nname = "s"\nvalues = [{ name = "" }]', "empty"),
        (BASE + '[[attribute]]\nname = "s"\nvalues = [{ name = "a", key = "12" }]', "'12'"),
        (BASE + '[[attribute]]\nname = "s"\nvalues = [{ name = "a\\u001b" }]', "cannot be shown"),
        (BASE + '[[attribute]]\nname = "s"\n' + VALUES + '[[attribute]]\nname = "s"\ntext = true',
         "claim.s"),
        ('name = "x"\n[review]\nkinds = ["poem"]\n' + CONTENT, "poem"),
        ('name = "x"\n[review]\nsorts = []\n' + CONTENT, "sorts"),
    ],
)  # fmt: skip
def test_a_fault_is_named_at_its_place(toml: str, named: str) -> None:
    with pytest.raises(SchemeError) as caught:
        parse_scheme(toml, {})
    assert named in caught.value.message


def test_every_fault_is_named_at_once() -> None:
    toml = (
        'name = "x"\nsurprise = 1\n[[role]]\nname = "span"\nkey = "j"\n'
        '[[role]]\nname = "cue"\nkey = "QQ"\nsuggests = "verb"\n'
        '[[attribute]]\nname = "two words"\nlayer = "relation"\n'
        'values = [{ name = "a", key = "n" }, 3]\nordered = ["a", "b"]\n'
    )
    with pytest.raises(SchemeError) as caught:
        parse_scheme(toml, {"j": "next sentence"})
    for named in (
        "unknown field 'surprise'",
        "the role 'span' is the program's own",
        "key 'j' of role 'span' is already taken by next sentence",
        "line 6: role[1]: key 'QQ' must be one character",
        "suggests 'verb' is none of",
        "'two words' cannot be a name",
        "attribute[0] (two words).values[1]: expected a table",
        "labels of relations have no keys",
        "'ordered' must be true, false, or a list of values",
    ):
        assert named in caught.value.message, named
    assert caught.value.message.startswith("9 faults in the scheme:")


def test_values_may_be_bare_names_and_have_an_order() -> None:
    toml = BASE + '[[attribute]]\nname = "s"\nvalues = ["lo", { name = "mid" }, "hi", "none"]\n'
    scheme = parse_scheme(toml + 'ordered = ["lo", "mid", "hi"]', {})
    (attribute,) = scheme.of_layer("claim")
    assert [v.name for v in attribute.values] == ["lo", "mid", "hi", "none"]
    assert attribute.scale == ("lo", "mid", "hi")
    assert parse_scheme(toml + "ordered = true", {}).attributes[0].scale == (
        "lo", "mid", "hi", "none",
    )  # fmt: skip
    assert parse_scheme(toml, {}).attributes[0].scale == ()


def test_a_scheme_nested_too_deeply_is_refused() -> None:
    with pytest.raises(SchemeError, match="not valid TOML"):
        parse_scheme(f"name = {'[' * 100_000}", {})
    with pytest.raises(SchemeError, match="not valid TOML"):
        parse_scheme(f"name = {'9' * 5000}", {})


@pytest.mark.parametrize(
    ("toml", "first", "second"),
    [
        (
            BASE + '[[role]]\nname = "cue"\nkey = "j"',
            "role 'cue'",
            "next sentence [nav.next]",
        ),
        # The capital of a role's key is taken too.
        (
            BASE + '[[role]]\nname = "cue"\nkey = "v"',
            "role 'cue'",
            "select",
        ),
        (
            BASE
            + '[[attribute]]\nname = "s"\nvalues = [{ name = "a", key = "1" }]\n'
            + '[[attribute]]\nname = "t"\nvalues = [{ name = "b", key = "1" }]',
            "t 'b'",
            "s 'a'",
        ),
        (
            BASE
            + '[[role]]\nname = "cue"\nkey = "q"\n'
            + '[[attribute]]\nname = "s"\nvalues = [{ name = "a", key = "Q" }]',
            "s 'a'",
            "role 'cue' in a new claim",
        ),
    ],
)
def test_two_meanings_of_a_key_are_both_named(toml: str, first: str, second: str) -> None:
    with pytest.raises(SchemeError) as caught:
        parse_scheme(toml, reserved_keys())
    assert first in caught.value.message
    assert second in caught.value.message
    assert caught.value.hint


toml_values = st.one_of(
    st.integers(-5, 5).map(str),
    st.booleans().map(lambda b: str(b).lower()),
    st.text(alphabet="ab1 ", max_size=4).map(lambda t: f'"{t}"'),
    st.just("[]"),
    st.just("{}"),
    st.just('["a", 1]'),
    st.just('[{ name = "v" }]'),
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["name", "title", "role", "attribute", "review", "key", "values"]),
            toml_values,
        ),
        max_size=5,
        unique_by=lambda pair: pair[0],
    ),
    st.booleans(),
)
def test_no_file_does_worse_than_a_scheme_error(
    entries: list[tuple[str, str]], with_content: bool
) -> None:
    toml = "\n".join(f"{name} = {value}" for name, value in entries)
    if with_content and "role" not in dict(entries):
        toml += f"\n{CONTENT}"
    try:
        scheme = parse_scheme(toml, reserved_keys())
    except SchemeError:
        return
    assert scheme.roles or scheme.span_layers or scheme.attributes


SPANS = """
name = "news_people"
[[span]]
name = "entity"
title = "named entity"
[[attribute]]
name = "type"
layer = "entity"
values = [{ name = "PER", key = "`" }, { name = "ORG", key = "O" }]
[[attribute]]
name = "office"
layer = "entity"
kind = "text"
only_if = { type = ["PER"] }
required_unless = { known = "no" }
[[attribute]]
name = "known"
layer = "entity"
kind = "yes_no"
[[attribute]]
name = "topics"
layer = "entity"
kind = "several"
values = ["war", "trade", "sport"]
[[attribute]]
name = "since"
layer = "entity"
kind = "date"
[[attribute]]
name = "age"
layer = "entity"
kind = "number"
[[relation]]
name = "works for"
key = "W"
from = "entity.PER"
to = ["entity.ORG", "claim"]
"""


def entity(**labels: str) -> Annotation:
    return Annotation("i", "mark", "a", "x", (Fragment("entity", 0, 1),), labels)


def test_a_scheme_of_plain_spans_has_no_claims() -> None:
    scheme = parse_scheme(SPANS, reserved_keys())
    assert (scheme.roles, scheme.content) == ((), None)
    assert [(s.name, s.title) for s in scheme.span_layers] == [("entity", "named entity")]
    label = scheme.label_attribute("entity")
    assert label is not None
    assert [v.key for v in label.values] == ["`", "O"]
    (relation,) = scheme.relations
    assert (relation.name, relation.heads, relation.tails) == (
        *("works for", ("entity.PER",)),
        ("entity.ORG", "claim"),
    )
    assert scheme.layers == ("claim", "entity", "mark", "sentence", "article", "relation")


def test_a_mark_of_a_named_layer_has_the_labels_of_that_layer() -> None:
    scheme = parse_scheme(SPANS, {})
    assert entity().layer_name == "entity"
    assert (
        scheme.faults(entity(type="PER", topics="war|sport", since="2026-11-29", age="-2.5")) == ()
    )
    assert scheme.faults(
        entity(type="LOC", topics="war|peace", since="yesterday", age="inf", known="maybe")
    ) == (
        "type 'LOC'", "topics 'peace'", "since 'yesterday' is no date (2026-11-29)",
        "age 'inf' is no number", "known 'maybe'",
    )  # fmt: skip
    other = replace(entity(), fragments=(Fragment("place", 0, 1),))
    assert scheme.faults(other) == ("span layer 'place'",)
    related = Annotation("i", "relation", "a", "x", (), {"type": "owns"}, head="b", tail="c")
    assert scheme.faults(related) == ("relation 'owns'",)


def test_what_is_asked_and_required_follows_its_conditions() -> None:
    scheme = parse_scheme(SPANS, {})
    assert scheme.missing(entity(type="ORG")) == ()
    assert scheme.missing(entity(type="PER")) == ("office",)
    assert scheme.missing(entity(type="PER", known="no")) == ()
    asked = [a.name for a in scheme.asked(entity(type="ORG"))]
    assert asked == ["type", "known", "topics", "since", "age"]
    assert "office" in [a.name for a in scheme.asked(entity(type="ORG", office="mayor"))]


def test_several_values_are_stored_in_the_order_of_the_scheme() -> None:
    topics = parse_scheme(SPANS, {}).attribute("entity", "topics")
    assert topics is not None
    assert topics.join(["sport", "war", "sport"]) == "war|sport"
    assert topics.split("war|sport") == ["war", "sport"]


def test_six_roles_and_more_have_keys_and_any_name() -> None:
    roles = "".join(
        f'[[role]]\nname = "{name}"\nkey = "{key}"\n'
        for name, key in zip(["says", "who", "whom", "a", "b", "c", "d"], "ewqpo`1", strict=True)
    )
    scheme = parse_scheme(f'name = "x"\n{roles}', reserved_keys())
    assert scheme.content is scheme.roles[0]
    assert {k: r.name for k, r in scheme.new_role_keys().items()} == dict(
        zip("EWQPO", ["says", "who", "whom", "a", "b"], strict=True)
    )


def test_a_role_can_do_without_a_key_for_a_new_claim() -> None:
    role = '[[role]]\nname = "cue"\nkey = "a"\n'
    with pytest.raises(SchemeError, match="in a new claim is already taken"):
        parse_scheme(BASE + role, reserved_keys())
    scheme = parse_scheme(f'{BASE}{role}new_key = ""\n', reserved_keys())
    assert set(scheme.role_keys()) == {"a"}
    assert scheme.new_role_keys() == {}


def test_a_fault_is_told_with_its_line() -> None:
    toml = 'name = "x"\n[[role]]\nname = "content"\nguideline = """\n[[role]]\n"""\n'
    toml += '[[role]]\nx = 1\n[[attribute]]\nname = "s"\n'
    toml += 'values = [\n{ name = "a" },\n{ name = "b", key = "12" },\n]'
    with pytest.raises(SchemeError) as caught:
        parse_scheme(toml, {})
    assert "line 13: attribute[0] (s).values[1]: key '12'" in caught.value.message
    assert "line 7: role[1]: 'name' is missing" in caught.value.message
    assert "line 7: role[1]: unknown field 'x'" in caught.value.message


def test_the_labels_of_an_archived_layer_are_not_offered_and_their_keys_are_free() -> None:
    source = 'name = "own"\n' + "".join(
        f'[[span]]\nname = "{name}"\n{more}\n[[attribute]]\nname = "type"\nlayer = "{name}"\n'
        'required = true\nvalues = [{ name = "A", key = "p" }]\n'
        for name, more in (("old", "archived = true"), ("fresh", ""))
    )
    scheme = parse_scheme(source, {})
    assert scheme.mark_layer == "fresh"
    assert {key: a.layer for key, (a, _) in scheme.label_keys().items()} == {"p": "fresh"}
    mark = Annotation("1", "mark", "1", "anna", (Fragment("old", 0, 1),))
    assert (scheme.asked(mark), scheme.missing(mark)) == ((), ())
    labelled = replace(mark, attributes={"type": "A"})
    assert scheme.faults(labelled) == ()
    assert [a.name for a in scheme.asked(labelled)] == ["type"]
