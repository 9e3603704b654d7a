"""The form: whatever keys are pressed, what it shows is what is stored, and undo brings it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.model import Annotation, Batch, Change
from annotator.domain.scheme import Attribute, Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.session.actions import ACTIONS, reserved_keys
from annotator.session.form import DIGITS, Form, Told
from annotator.session.form_rows import given_value
from tests.session.build import SCHEME, Bench

OWN = parse_scheme(
    """
name = "own"
[[role]]
name = "content"
[[attribute]]
name = "worth"
layer = "claim"
values = [{ name = "low", key = "2" }, "middle", { name = "high", key = "1" },
  { name = "odd", key = "ä" }]
[[attribute]]
name = "field"
layer = "claim"
required = true
values = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
  "lambda", "mu_1", "mu_2"]
[[attribute]]
name = "why"
layer = "claim"
text = true
""",
    reserved_keys(),
)
KINDS = parse_scheme(
    """
name = "kinds"
[[span]]
name = "entity"
title = "named entity"
[[attribute]]
name = "type"
layer = "entity"
required = true
values = [{ name = "PER", key = "p" }, { name = "ORG", key = "o" },
  { name = "OLD", archived = true }]
[[attribute]]
name = "topics"
layer = "entity"
kind = "several"
values = ["war", "trade", "sport"]
[[attribute]]
name = "age"
layer = "entity"
kind = "number"
only_if = { type = ["PER"], topics = ["sport"] }
[[attribute]]
name = "born"
layer = "entity"
kind = "date"
required_unless = { type = "ORG" }
[[attribute]]
name = "alive"
layer = "entity"
kind = "yes_no"
only_if = { type = "PER" }
""",
    reserved_keys(),
)
FORM_KEYS = {k: a.id for a in ACTIONS if a.context == "form" for k in a.keys}


class Filled:
    """A form over a session's claim or mark, or its sentence and article, and what it wrote."""

    def __init__(self, layer: str, scheme: Scheme = SCHEME, start: str = "due") -> None:
        self.bench = Bench()
        self.session = s = self.bench.session
        s.scheme = scheme
        if layer == "claim":
            role = scheme.roles[0]
            s.give_role(role)
        elif layer == "mark":
            s.add_mark()
        self.id = s.active_id
        self.form = Form(scheme, self.read, self.give, start=start)  # type: ignore[arg-type]

    def read(self) -> list[Annotation]:
        s = self.session
        if self.id is None:
            return [s.sentence_subject(), s.article_subject()]
        return [s.index.by_id[self.id]] if self.id in s.index.by_id else []

    def give(self, subject: Annotation, attribute: Attribute, value: str | None) -> Told:
        s = self.session
        s.fill(subject, attribute, value)
        return Told(True, s.said.text)

    def press(self, *keys: str) -> Filled:
        for key in keys:
            if not self.form.over:
                character = " " if key == "space" else key if len(key) == 1 else ""
                self.form.press(key, character, FORM_KEYS.get(key))
        return self

    def stored(self) -> list[dict[str, str]]:
        return [{**a.attributes, **_beside(a)} for a in self.read()]

    def shown(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = [{} for _ in self.form.subjects]
        for row in self.form.rows:
            value = self.form.given(row)
            if value is not None:
                found[row.subject][row.attribute.name] = value
        return found


def _beside(a: Annotation) -> dict[str, str]:
    return ({"note": a.note} if a.note else {}) | ({"flagged": "yes"} if a.flagged else {})


KEYS = st.lists(
    st.sampled_from(
        [*DIGITS, *"fasdelmpux ä_.-", "tab", "shift+tab", "up", "down", "left", "right", "enter",
         "escape", "backspace", "delete", "home", "f12", "space"]
    ),
    max_size=40,
)  # fmt: skip
OPEN = [("claim", SCHEME), ("mark", SCHEME), ("sentence", SCHEME), ("claim", OWN), ("mark", KINDS)]


@given(KEYS, st.sampled_from(OPEN), st.sampled_from(["due", "given"]))
def test_any_keys_store_what_is_shown_and_undo_takes_all_of_it_back(
    keys: list[str], opened: tuple[str, Scheme], start: str
) -> None:
    filled = Filled(*opened, start=start)
    before, began = filled.stored(), len(filled.bench.written)
    for key in keys:
        filled.press(key)
        assert filled.shown() == filled.stored()
        form = filled.form
        assert 0 <= form.here < len(form.rows)
        assert form.place is None or form.place < max(1, len(form.options(form.row)))
        for row in filled.form.rows:
            asked = not filled.form.is_idle(row)
            assert asked or filled.form.given(row) is not None
    assert not any(opened[1].faults(a) for a in filled.read())
    for batch in reversed(filled.bench.written[began:]):
        filled.session.apply_external(inverse(batch))
    assert filled.stored() == before


def inverse(batch: Batch) -> Batch:
    """The batch that undoes another."""
    changes = tuple(Change(c.after, c.before) for c in reversed(batch.changes))
    return replace(batch, changes=changes)


@given(KEYS, st.text(st.sampled_from("abemxiu "), max_size=5))
def test_what_is_typed_and_taken_back_leaves_the_form_as_it_was(
    keys: list[str], typed: str
) -> None:
    filled = Filled("mark").press(*keys)
    form = filled.form
    if form.over or form.line is not None or form.typed:
        return
    row = form.here
    if form.row.attribute.text:
        return
    form.place = None
    stored = filled.stored()
    form.insert(typed)
    for _ in typed:
        filled.press("backspace")
    assert (form.here, form.typed, form.place) == (row, "", None)
    assert filled.stored() == stored


def test_a_mark_with_four_labels_takes_four_digits() -> None:
    filled = Filled("mark").press(*"1232")
    assert filled.stored() == [
        {"type": "lexical", "polarity": "negative", "aim": "via_opponent", "owner": "source"}
    ]
    filled.press("escape")
    assert filled.form.over


def test_what_is_required_and_lacks_comes_first() -> None:
    filled = Filled("claim", OWN)
    assert [r.attribute.name for r in filled.form.rows] == [
        *("field", "worth", "why", "note", "flagged")
    ]
    filled.press("3", "2")
    assert filled.stored() == [{"field": "gamma", "worth": "low"}]
    again = Filled("claim", OWN)
    again.session.set_attribute(again.read()[0], OWN.attributes[1], "beta")
    form = Form(OWN, again.read, again.give)
    assert [r.attribute.name for r in form.rows][:2] == ["worth", "field"]
    assert form.here == 0


def test_a_value_has_the_key_of_the_scheme_or_a_digit_that_is_free() -> None:
    form = Filled("claim", OWN).form
    worth, field = (next(r for r in form.rows if r.attribute.name == n) for n in ("worth", "field"))
    assert [o.key for o in form.options(worth)] == ["2", "3", "1", "ä"]
    assert [o.key for o in form.options(field)] == [*DIGITS, "", "", ""]
    assert Filled("claim", OWN).press("tab", "4").stored() == [{"worth": "odd"}]


@pytest.mark.parametrize(
    ("keys", "stored"),
    [
        (["m", "u", "enter"], {"field": "mu_1"}),
        (["m", "u", "2"], {"field": "mu_2"}),
        (["left", "enter"], {"field": "mu_2"}),
        (["right", "right", "enter"], {"field": "beta"}),
        (["i", "d", "enter"], {"worth": "middle"}),  # found in another attribute
        (["q", "q", "enter", "escape", "1"], {"field": "alpha"}),
        (["tab", "ä"], {"worth": "odd"}),
        (["up", "up", "up", "w", "space", "1", "enter"], {"why": "w 1"}),
        (["up", "up", "up", "enter", "w", "tab", "n", "escape"], {"why": "w"}),
        (["up", "up", "up", "w", "escape", "escape"], {}),
        (["shift+tab", "1"], {"flagged": "yes"}),
        (["1", "up", "_"], {}),
        (["1", "up", "delete", "2"], {"field": "beta"}),
        (["4", "shift+tab", "5"], {"field": "epsilon"}),
        (["enter", "1"], {}),
    ],
)
def test_keys(keys: list[str], stored: dict[str, str]) -> None:
    assert Filled("claim", OWN).press(*keys).stored() == [stored]


def test_a_label_that_the_scheme_lost_can_only_be_taken_away() -> None:
    filled = Filled("claim", OWN)
    s, id_ = filled.session, filled.id
    assert id_ is not None
    claim = s.index.by_id[id_]
    s.save("old", (claim, claim.with_attribute("gone", "x")))
    form = filled.form = Form(OWN, filled.read, filled.give, start="given")
    assert form.row.attribute.name == "gone"
    filled.press("q", "enter")
    assert filled.stored() == [{"gone": "x"}]
    filled.press("escape", "_")
    assert filled.stored() == [{}]


def test_what_is_refused_is_said_and_the_form_stays_on_it() -> None:
    filled = Filled("mark")

    def refuse(_: Annotation, attribute: Attribute, value: str | None) -> Told:
        return Told(False, "the disk is full")

    form = filled.form = Form(SCHEME, filled.read, refuse)
    filled.press("1")
    assert (form.said, form.here, filled.stored()) == ("the disk is full", 0, [{}])


def test_it_is_over_when_what_it_is_of_is_gone() -> None:
    filled = Filled("mark")
    filled.session.delete()
    filled.form.refresh()
    assert filled.form.over


def test_values_are_those_of_their_own_layer() -> None:
    filled = Filled("sentence")
    names: Sequence[str] = [f"{r.attribute.layer}.{r.attribute.name}" for r in filled.form.rows]
    assert names == [
        *("sentence.biased", "sentence.factuality", "sentence.kind", "sentence.note"),
        *("sentence.flagged", "article.slant", "article.note", "article.flagged"),
    ]
    filled.press("1", "tab", "tab", "tab", "tab", "2")
    sentence, article = filled.read()
    assert (sentence.attributes, article.attributes) == ({"biased": "yes"}, {"slant": "centre"})
    assert given_value(article, filled.form.rows[5].attribute) == "centre"


@pytest.mark.parametrize("leave", ["enter", "tab", "shift+tab", "click", "value"])
def test_words_that_cannot_be_saved_are_still_being_written(leave: str) -> None:
    filled = Filled("claim", OWN)
    refused: list[str | None] = []

    def refuse(subject: Annotation, attribute: Attribute, value: str | None) -> Told:
        refused.append(value)
        return Told(False, "the disk is full")

    form = Form(OWN, filled.read, refuse)
    row = next(i for i, r in enumerate(form.rows) if r.attribute.name == "why")
    form.go(row)
    for letter in "because":
        form.press(letter, letter, None)
    match leave:
        case "click":
            form.go(0)
        case "value":
            form.choose(0, "alpha")
        case _:
            form.press(leave, "", FORM_KEYS[leave])
    assert refused == ["because"]
    assert form.line is not None
    assert form.line.text == "because"
    assert form.here == row
    assert not form.over


def test_a_name_as_the_scheme_writes_it_can_be_typed() -> None:
    filled = Filled("claim", OWN)
    form = filled.form
    form.choose(0, "alpha")
    form.go(0)
    for letter in "mu_":
        form.press(letter, letter, FORM_KEYS.get(letter))
    assert [v.name for v in form.fitting(form.row)] == ["mu_1", "mu_2"]
    assert filled.read()[0].attributes == {"field": "alpha"}
    form.press("2", "2", None)
    assert filled.read()[0].attributes == {"field": "mu_2"}


def typed(text: str) -> list[str]:
    return ["space" if c == " " else c for c in text]


def test_several_values_are_chosen_and_given_up_by_their_digits() -> None:
    filled = Filled("mark", KINDS).press("p", "tab", "1", "3", "2", "1")
    assert filled.form.row.attribute.name == "topics"
    assert filled.stored()[0]["topics"] == "trade|sport"
    assert filled.form.chosen(filled.form.row) == ["trade", "sport"]
    filled.press("2", "3")
    assert "topics" not in filled.stored()[0]


def test_what_is_asked_only_somewhere_comes_and_goes_and_what_it_has_is_kept() -> None:
    filled = Filled("mark", KINDS)
    names = [row.attribute.name for row in filled.form.rows]
    assert names == ["type", "born", "topics", "note", "flagged"]
    filled.press("p")
    assert "alive is asked now" in filled.form.said
    assert "alive" in [row.attribute.name for row in filled.form.rows]
    assert filled.form.row.attribute.name == "born"
    filled.press("tab", "3", "tab")
    assert filled.form.row.attribute.name == "age"
    filled.press(*typed("41"), "enter", "1")
    assert filled.stored()[0] == {"type": "PER", "topics": "sport", "age": "41", "alive": "yes"}
    filled.press("up", "up", "up", "up", "up")
    assert filled.form.row.attribute.name == "type"
    filled.press("o")
    assert "age is kept, though not asked any more" in filled.form.said
    assert filled.stored()[0]["alive"] == "yes"
    idle = [r.attribute.name for r in filled.form.rows if filled.form.is_idle(r)]
    assert idle == ["age", "alive"]
    # Taken away, an idle row is gone.
    filled.press("tab", "tab")
    assert filled.form.row.attribute.name == "age"
    filled.press("delete")
    assert "age" not in [row.attribute.name for row in filled.form.rows]


@pytest.mark.parametrize(
    ("row", "wrong", "right"), [("born", "29.11.2026", "2026-11-29"), ("age", "3,5", "3.5")]
)
def test_numbers_and_dates_are_refused_at_once_and_what_was_typed_stays(
    row: str, wrong: str, right: str
) -> None:
    filled = Filled("mark", KINDS).press("p", "tab", "3")
    form = filled.form
    form.go(next(i for i, r in enumerate(form.rows) if r.attribute.name == row))
    written = len(filled.bench.written)
    filled.press(*typed(wrong), "enter")
    assert "not stored" in form.said
    assert wrong in form.said
    assert form.line is not None
    assert len(filled.bench.written) == written
    filled.press(*["backspace"] * len(wrong), *typed(right), "tab")
    assert filled.stored()[0][row] == right


def test_required_unless_and_archived_values() -> None:
    filled = Filled("mark", KINDS)
    born = next(r for r in filled.form.rows if r.attribute.name == "born")
    assert filled.form.is_due(born)
    filled.press("o")
    assert not filled.form.is_due(born)
    assert [o.value.name for o in filled.form.options(filled.form.rows[0])] == ["PER", "ORG"]
