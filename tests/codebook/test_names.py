"""Parts of a scheme as people name them, and what two versions differ in."""

from __future__ import annotations

import pytest

from annotator.codebook import edit, parts
from annotator.codebook.difference import differences
from annotator.codebook.parts import Named
from annotator.domain.errors import SchemeError
from annotator.domain.migration import brought, steps_between, undecided
from annotator.domain.model import Annotation, Fragment
from annotator.domain.scheme import Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.domain.scheme_steps import SchemeStep

SOURCE = """# Who says what of the harbour.
name = "harbour"

[[role]]
name = "statement"
key = "e"
spans = "one"

# who speaks
[[role]]
name = "speaker"
key = "w"

# what they speak through
[[role]]
name = "paper"
key = "o"
guideline = "A document."

[[span]]
name = "entity"

[[attribute]]
name = "speaker"      # the same word as the role
layer = "entity"
values = [
  { name = "PER", key = "1" },    # people
  { name = "ORG", key = "2" },
]

[[attribute]]
name = "view"
ordered = ["pro", "so so", "contra"]
values = [
  # the good ones
  { name = "pro", key = "f", guideline = "For it." },
  { name = "contra", guideline = "Against it." },  # and the others
  "so so",
  "unclear",
]

[[attribute]]
name = "why"
text = true
only_if = { view = ["pro", "contra"] }

[[attribute]]
name = "tags"
layer = "article"
kind = "several"
values = ["a", "b", "c"]

[[relation]]
name = "works for"
from = ["entity.PER"]
to = "entity.ORG"
"""


@pytest.fixture
def scheme() -> Scheme:
    return parse_scheme(SOURCE, {})


def after(scheme: Scheme, step: SchemeStep, guideline: str = "") -> Scheme:
    return parse_scheme(edit.after(scheme, step, guideline), {})


def test_a_part_is_found_by_its_name_and_two_of_one_name_are_named(scheme: Scheme) -> None:
    assert parts.named(scheme, "view=so so") == Named("value", "so so", "claim", "view")
    assert parts.named(scheme, "entity.speaker=PER").layer == "entity"
    assert parts.named(scheme, "statement").part == "role"
    assert parts.named(scheme, "works for").part == "relation"
    with pytest.raises(SchemeError) as refused:
        parts.named(scheme, "speaker")
    assert refused.value.hint == "say which: role:speaker, attribute:entity.speaker"
    for way in ("role:speaker", "attribute:speaker", "entity.speaker", "attribute:entity.speaker"):
        assert parts.named(scheme, way).name == "speaker"
    with pytest.raises(SchemeError, match="no 'view=good'") as refused:
        parts.named(scheme, "view=good")
    assert refused.value.hint == "view has: pro, contra, so so, unclear"
    # Whatever it prints can be typed.
    for part in parts.everything(scheme):
        assert parts.named(scheme, str(part)) == part


def test_a_renamed_value_is_renamed_wherever_it_is_named(scheme: Scheme) -> None:
    step = parts.rename(scheme, parts.named(scheme, "view=pro"), "in favour")
    now = after(scheme, step)
    changed = [
        (a, b) for a, b in zip(SOURCE.splitlines(), now.toml.splitlines(), strict=False) if a != b
    ]
    assert [a.strip() for a, _ in changed] == [
        'ordered = ["pro", "so so", "contra"]',
        '{ name = "pro", key = "f", guideline = "For it." },',
        'only_if = { view = ["pro", "contra"] }',
    ]
    assert now.attribute("claim", "view").scale == ("in favour", "so so", "contra")  # type: ignore[union-attr]
    assert now.history == (step,)
    entity = after(now, parts.rename(now, parts.named(now, "entity.speaker=PER"), "human"))
    assert entity.relations[0].heads == ("entity.human",)
    layer = after(entity, parts.rename(entity, parts.named(entity, "span:entity"), "name"))
    assert layer.relations[0].heads == ("name.human",)
    assert layer.relations[0].tails == ("name.ORG",)
    label = after(layer, parts.rename(layer, parts.named(layer, "claim.view"), "stand"))
    assert label.attribute("claim", "why").only_if.wanted == (("stand", ("in favour", "contra")),)  # type: ignore[union-attr]


def test_what_cannot_be_done_is_refused_and_says_what_can(scheme: Scheme) -> None:
    view = parts.named(scheme, "view=pro")
    with pytest.raises(SchemeError, match="there is a value 'contra' already"):
        parts.rename(scheme, view, "contra")
    with pytest.raises(SchemeError, match="one label alone"):
        parts.merge(scheme, [view], "new")
    with pytest.raises(SchemeError, match="not of one sort"):
        parts.merge(scheme, [view, parts.named(scheme, "tags=a")], "new")
    with pytest.raises(SchemeError, match="cannot be merged"):
        parts.merge(scheme, [parts.named(scheme, "view"), parts.named(scheme, "why")], "new")
    with pytest.raises(SchemeError, match="two or more"):
        parts.split(scheme, view, ["one"])
    with pytest.raises(SchemeError, match="cannot be one of"):
        parts.split(scheme, view, ["pro", "other"])
    with pytest.raises(SchemeError, match="no value"):
        parts.split(scheme, parts.named(scheme, "why"), ["one", "other"])


def test_a_merge_keeps_what_was_said_of_each_and_the_comments_around(scheme: Scheme) -> None:
    view = [parts.named(scheme, f"view={n}") for n in ("pro", "contra")]
    now = after(scheme, parts.merge(scheme, view, "clear"))
    value = now.attribute("claim", "view").value("clear")  # type: ignore[union-attr]
    assert value is not None
    assert (value.key, value.guideline) == ("f", "For it. Against it.")
    assert "# the good ones" in now.toml
    roles = [parts.named(now, n) for n in ("role:speaker", "paper")]
    then = after(now, parts.merge(now, roles, "speaker"), "Whoever says it.")
    assert [r.name for r in then.roles] == ["statement", "speaker"]
    assert then.roles[1].guideline == "Whoever says it."
    assert "# who speaks\n[[role]]" in then.toml
    assert "# what they speak through" in then.toml


def test_what_is_merged_keeps_a_key_that_one_of_them_had(scheme: Scheme) -> None:
    view = [parts.named(scheme, f"view={n}") for n in ("so so", "pro")]
    for into in ("so so", "new"):
        label = after(scheme, parts.merge(scheme, view, into)).attribute("claim", "view")
        assert label is not None
        assert [v.key for v in label.values if v.name == into] == ["f"]
    keyless = parse_scheme(SOURCE.replace('name = "paper"\nkey = "o"', 'name = "paper"'), {})
    roles = [parts.named(keyless, n) for n in ("paper", "role:speaker")]
    assert after(keyless, parts.merge(keyless, roles, "paper")).roles[-1].key == "w"


def test_spans_of_two_roles_are_numbered_anew_and_what_both_marked_is_one(scheme: Scheme) -> None:
    roles = [parts.named(scheme, n) for n in ("role:speaker", "paper")]
    step = parts.merge(scheme, roles, "speaker")
    pieces = (
        Fragment("paper", 0, 4), Fragment("statement", 5, 9), Fragment("speaker", 10, 14),
        Fragment("paper", 10, 14, 1), Fragment("paper", 20, 24, 2), Fragment("paper", 26, 28, 2),
    )  # fmt: skip
    claim = Annotation("a", "claim", "art", "anna", pieces, {"view": "pro"})
    now = after(scheme, step)
    found = brought(claim, now.history, now)
    spans: dict[int, list[int]] = {}
    for f in found.role("speaker"):
        spans.setdefault(f.span, []).append(f.start)
    assert sorted(spans.values()) == [[0], [10], [20, 26]]
    assert found.role("statement") == (Fragment("statement", 5, 9),)
    assert found.scheme == now.version


def test_what_is_added_to_a_table_stands_before_the_comment_of_the_next(scheme: Scheme) -> None:
    toml = edit.archived(scheme, parts.named(scheme, "statement"))
    assert 'spans = "one"\narchived = true\n\n# who speaks\n[[role]]' in toml
    assert parse_scheme(toml, {}).roles[0].archived


def test_relations_that_are_merged_go_between_what_each_went_between() -> None:
    source = SOURCE + '[[relation]]\nname = "owns"\nfrom = "claim"\nto = ["entity.PER"]\n'
    scheme = parse_scheme(source, {})
    both = [parts.named(scheme, n) for n in ("works for", "owns")]
    (one,) = after(scheme, parts.merge(scheme, both, "has")).relations
    assert (one.heads, one.tails) == (("entity.PER", "claim"), ("entity.ORG", "entity.PER"))


def test_several_values_merge_within_one_annotation(scheme: Scheme) -> None:
    tags = [parts.named(scheme, f"tags={n}") for n in ("a", "c")]
    now = after(scheme, parts.merge(scheme, tags, "z"))
    article = Annotation("a", "article", "art", "anna", (), {"tags": "a|b|c"})
    assert brought(article, now.history, now).attributes == {"tags": "z|b"}
    # As it is stored: in the order of the scheme.
    last = after(scheme, parts.merge(scheme, [parts.named(scheme, "tags=a")], "c"))
    assert brought(article, last.history, last).attributes == {"tags": "b|c"}


def test_what_was_renamed_is_told_as_that_and_not_as_removed_and_added(scheme: Scheme) -> None:
    step = parts.rename(scheme, parts.named(scheme, "view=pro"), "in favour")
    now = after(scheme, step)
    split = after(now, parts.split(now, parts.named(now, "view=unclear"), ["open", "mixed"]))
    then = parse_scheme(edit.archived(split, parts.named(split, "why")), {})
    told = [(d.sort, d.what) for d in differences(scheme, then)]
    assert told == [
        ("rename", "view: pro -> in favour"),
        ("split", "view: unclear -> open, mixed"),
        ("archived", "claim.view=unclear"),
        ("archived", "attribute:claim.why"),
    ]
    assert differences(scheme, scheme) == []
    # Renamed by hand nothing says that it is the same.
    by_hand = parse_scheme(SOURCE.replace("unclear", "other"), {})
    assert [(d.sort, d.what) for d in differences(scheme, by_hand)] == [
        ("removed", "claim.view=unclear"),
        ("added", "claim.view=other"),
    ]


def test_another_scheme_and_another_history_are_not_mapped(scheme: Scheme) -> None:
    one = after(scheme, parts.rename(scheme, parts.named(scheme, "view=pro"), "yes"))
    other = after(scheme, parts.rename(scheme, parts.named(scheme, "view=pro"), "aye"))
    assert steps_between(scheme, one) == one.history
    assert steps_between(one, other) is None
    assert steps_between(one, scheme) is None
    assert steps_between(parse_scheme(SOURCE.replace('harbour"', 'port"'), {}), one) is None
    # Edited by hand since, it is the same scheme.
    edited = parse_scheme(one.toml.replace("For it.", "For the harbour."), {})
    assert steps_between(scheme, edited) == one.history
    assert steps_between(one, edited) == ()


def test_a_split_is_known_by_the_names_that_it_has_now(scheme: Scheme) -> None:
    one = after(scheme, parts.split(scheme, parts.named(scheme, "view=unclear"), ["open", "mixed"]))
    two = after(one, parts.rename(one, parts.named(one, "view=open"), "undecided"))
    three = after(two, parts.rename(two, parts.named(two, "claim.view"), "stand"))
    (split,) = undecided(three.history)
    assert (split.attribute, split.old, split.new) == (
        "stand",
        ("unclear",),
        ("undecided", "mixed"),
    )


def test_engines_go_on_to_call_things_what_they_called_them() -> None:
    from annotator.domain.terms import terms

    source = (
        'name = "own"\n[[role]]\nname = "content"\n[[role]]\nname = "source"\n[[role]]\n'
        'name = "cue"\n[[attribute]]\nname = "source_type"\nvalues = ["media", "data"]\n'
    )
    scheme = parse_scheme(source, {})
    for part, new in (("role:source", "voice"), ("source_type", "voice_type"),
                      ("voice_type=media", "press")):  # fmt: skip
        scheme = after(scheme, parts.rename(scheme, parts.named(scheme, part), new))
    mine = terms(scheme)
    assert mine is not None
    assert mine.roles["source"] == "voice"
    assert mine.scheme_value("source_type", "media") == ("voice_type", "press")
    assert mine.scheme_value("source_type", "data") == ("voice_type", "data")
    gone = parse_scheme(edit.archived(scheme, parts.named(scheme, "voice_type=press")), {})
    assert terms(gone).scheme_value("source_type", "media") is None  # type: ignore[union-attr]


def test_a_name_is_what_the_file_is_read_as(scheme: Scheme) -> None:
    pro = parts.named(scheme, "view=pro")
    assert parts.rename(scheme, pro, " in favour ").new == ("in favour",)
    with pytest.raises(SchemeError, match="is called that already"):
        parts.rename(scheme, pro, " pro ")
    assert parts.split(scheme, pro, ("a ", " b")).new == ("a", "b")
    with pytest.raises(SchemeError, match="split into two or more"):
        parts.split(scheme, pro, ("a", " a "))
    merged = parts.merge(scheme, [pro], " contra ")
    assert (merged.old, merged.new) == (("pro",), ("contra",))
    assert "  " not in after(scheme, merged).toml.split("[[history]]")[-1]


@pytest.mark.parametrize(
    ("roles", "old", "new"),
    [
        (("who", "content"), "content", "inhalt"),
        (("inhalt", "who"), "who", "content"),
        (("said", "who", "where"), "said", "where"),
        (("said", "content", "where"), "content", "where"),
        (("content", "source", "cue", "via"), "content", "via"),
    ],
)
def test_the_content_stays_what_it_is_when_roles_are_renamed_and_merged(
    roles: tuple[str, ...], old: str, new: str
) -> None:
    source = 'name = "own"\n' + "".join(f'[[role]]\nname = "{r}"\n' for r in roles)
    scheme = parse_scheme(source, {})
    part = parts.named(scheme, old)
    step = parts.merge(scheme, [part], new) if new in roles else parts.rename(scheme, part, new)
    now = after(scheme, step)
    content = scheme.content_name
    assert now.content_name == (new if content == old else content)


def test_what_engines_fill_is_filled_when_it_is_merged() -> None:
    source = (
        'name = "own"\n[[role]]\nname = "said"\nsuggests = "content"\n[[role]]\nname = "voice"\n'
        'suggests = "source"\n[[role]]\nname = "who"\n'
    )
    scheme = parse_scheme(source, {})
    step = parts.merge(scheme, [parts.named(scheme, "voice")], "who")
    assert [(r.name, r.suggests) for r in after(scheme, step).roles] == [
        ("said", "content"),
        ("who", "source"),
    ]
