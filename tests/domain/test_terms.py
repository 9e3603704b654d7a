"""What an engine proposes, in the words of the scheme in force: nothing that it does not have."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.model import Annotation, Fragment
from annotator.domain.scheme import DEFAULT_SCHEME, ENGINE_ROLES, Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.domain.suggestion import StoredSuggestion
from annotator.domain.terms import offered, source_words, terms

LONE = """
name = "claims"
[[role]]
name = "content"
key = "e"
[[role]]
name = "speaker"
key = "w"
[[attribute]]
name = "worth"
values = [{ name = "high", key = "1" }, "low"]
"""
SAID = """
name = "claims"
[[role]]
name = "content"
suggests = "content"
[[role]]
name = "speaker"
suggests = "source"
[[attribute]]
name = "who"
from = "source_type"
values = [{ name = "person", from = "named_person" }, "data"]
[[attribute]]
name = "form"
values = ["direct"]
"""
LABELS = {"source_type": "named_person", "form": "direct", "cue_attitude": "neutral"}


def suggestion(**labels: str) -> StoredSuggestion:
    pieces = tuple(Fragment(role, i, i + 1) for i, role in enumerate(ENGINE_ROLES))
    return StoredSuggestion("s", "a", "e1", 0.9, pieces, labels)


def test_a_scheme_that_says_nothing_of_sources_is_offered_nothing() -> None:
    scheme = parse_scheme(LONE, {})
    assert terms(scheme) is None
    assert offered(scheme, [suggestion(**LABELS)]) == []


def test_roles_labels_and_values_take_the_schemes_names() -> None:
    (found,) = offered(parse_scheme(SAID, {}), [suggestion(**LABELS)])
    assert [f.role for f in found.fragments] == ["content", "speaker"]
    assert found.attributes == {"who": "person"}
    (found,) = offered(parse_scheme(SAID, {}), [suggestion(source_type="data")])
    assert found.attributes == {"who": "data"}
    # A value that the scheme does not have is left out, not the claim.
    (found,) = offered(parse_scheme(SAID, {}), [suggestion(source_type="media")])
    assert found.attributes == {}


def test_the_default_scheme_takes_all_and_an_older_copy_without_the_words_too() -> None:
    toml = DEFAULT_SCHEME.read_text(encoding="utf-8")
    bare = "\n".join(x for x in toml.splitlines() if not x.startswith(("suggests", "from")))
    for source in (toml, bare):
        (found,) = offered(parse_scheme(source, {}), [suggestion(**LABELS)])
        assert found == suggestion(**LABELS)


def test_a_claim_goes_back_into_the_engines_words() -> None:
    mine = terms(parse_scheme(SAID, {}))
    assert mine is not None
    pieces = (Fragment("content", 0, 3), Fragment("speaker", 5, 8))
    claim = Annotation("i", "claim", "a", "ann", pieces, {"who": "person", "form": "direct"})
    fragments, labels = mine.in_engine(claim)
    assert [f.role for f in fragments] == ["content", "source"]
    assert labels == {"source_type": "named_person"}


def test_one_that_was_nested_in_what_is_not_offered_stands_alone() -> None:
    outer = StoredSuggestion("o", "a", "e1", 0.9, (Fragment("cue", 0, 9),), {})
    inner = StoredSuggestion("i", "a", "e1", 0.9, (Fragment("content", 3, 9),), {}, "o")
    assert [s.parent for s in offered(parse_scheme(SAID, {}), [outer, inner])] == [None]


NAMES = st.sampled_from([*ENGINE_ROLES, "speaker", "what", "who"])


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    """Schemes with roles and labels of any names, some of which say what they take."""
    roles = draw(st.lists(NAMES, unique=True, max_size=5))
    names = dict.fromkeys(["content", *roles])
    takes = dict(zip(names, draw(st.permutations(ENGINE_ROLES)), strict=False))
    toml = 'name = "any"\n'
    for name in names:
        toml += f'[[role]]\nname = "{name}"\n'
        if draw(st.booleans()) and name in takes:
            toml += f'suggests = "{takes[name]}"\n'
    for label in draw(st.lists(st.sampled_from([*LABELS, "worth"]), unique=True)):
        values = draw(st.lists(st.sampled_from([*LABELS.values(), "x"]), unique=True, min_size=1))
        listed = ", ".join(f'"{v}"' for v in values)
        toml += f'[[attribute]]\nname = "{label}"\nvalues = [{listed}]\n'
        if draw(st.booleans()) and label in LABELS:
            toml += f'from = "{label}"\n'
    return parse_scheme(toml, {})


@given(schemes(), st.dictionaries(st.sampled_from(list(LABELS)), st.sampled_from(["x", "media"])))
def test_nothing_is_offered_that_the_scheme_does_not_have(
    scheme: Scheme, labels: dict[str, str]
) -> None:
    for found in offered(scheme, [suggestion(**LABELS), suggestion(**labels)]):
        claim = Annotation("i", "claim", "a", "ann", found.fragments, found.attributes)
        assert scheme.faults(claim) == ()


def test_the_source_and_its_kind_are_found_by_what_they_take_or_by_their_names() -> None:
    assert source_words(parse_scheme(SAID, {})) == ("speaker", "who")
    assert source_words(parse_scheme(LONE, {})) == ("", "")
    toml = DEFAULT_SCHEME.read_text(encoding="utf-8")
    assert source_words(parse_scheme(toml, {})) == ("source", "source_type")
    unlabelled = SAID.replace('from = "source_type"\n', "")
    assert source_words(parse_scheme(unlabelled, {})) == ("speaker", "")
    content = LONE + '[[role]]\nname = "source"\nkey = "s"\n'
    assert source_words(parse_scheme(content, {})) == ("source", "")
    typed = content + '[[attribute]]\nname = "source_type"\nvalues = ["x"]\n'
    assert source_words(parse_scheme(typed, {})) == ("source", "source_type")
    only_content = SAID.replace('suggests = "source"\n', "")
    assert source_words(parse_scheme(only_content, {})) == ("", "who")
