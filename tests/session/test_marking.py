"""Marks of a scheme's own layers: keys pressed are stored and shown, undo takes all back."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.model import Annotation, Batch, Change
from annotator.domain.scheme import Scheme, kind_of
from annotator.domain.scheme_file import parse_scheme
from annotator.domain.wording import shown_name
from annotator.session.actions import ACTIONS
from annotator.session.commands import GiveLabel
from annotator.tui.annotate.at_hand import at_hand
from annotator.tui.annotate.label_signs import label_signs, sign_of
from annotator.tui.annotate.strip import strip_lines
from annotator.tui.keymap import Keymap, key_name
from tests.session.build import Bench
from tests.session.span_schemes import span_schemes

MOVES = st.sampled_from(["right", "left", "down", "select", "grow", "back", "next", "repeat"])


def moved(bench: Bench, move: str) -> None:
    s = bench.session
    match move:
        case "right":
            s.move_token(1)
        case "left":
            s.move_token(-1)
        case "down":
            s.move_sentence(1)
        case "select":
            s.start_selection()
        case "grow":
            if s.selection:
                s.change_selection(s.selection.moved(s.page, "word", 1))
        case "back":
            s.back()
        case "next":
            s.move_claim(1)
        case "repeat":
            s.repeat()


def undone(bench: Bench) -> dict[str, Annotation]:
    """What is left when every batch is taken back."""
    for batch in reversed(bench.written):
        changes = tuple(Change(c.after, c.before) for c in reversed(batch.changes))
        bench.session.apply_external(replace(batch, changes=changes))
    return dict(bench.session.index.by_id)


def stored(batches: list[Batch]) -> dict[str, Annotation]:
    """What a database holds that was written so."""
    found: dict[str, Annotation] = {}
    for batch in batches:
        for before, after in batch.changes:
            if before is not None:
                assert found.pop(before.id) == before
            if after is not None:
                found[after.id] = after
    return found


@given(span_schemes(), st.data())
def test_any_label_keys_store_what_is_shown_and_undo_takes_all_of_it_back(
    scheme: Scheme, data: st.DataObject
) -> None:
    bench, keymap = Bench(scheme=scheme), Keymap(ACTIONS, scheme)
    keys = sorted(scheme.label_keys())
    for _ in range(data.draw(st.integers(0, 12))):
        if not keys or data.draw(st.booleans()):
            moved(bench, data.draw(MOVES))
            continue
        key = data.draw(st.sampled_from(keys))
        command = keymap.command(key_name(key), ("article",))
        assert isinstance(command, GiveLabel)
        attribute = scheme.attribute(command.layer, command.attribute)
        assert attribute is not None
        s, before, target = bench.session, len(bench.written), bench.session.target_range()
        s.label(attribute, command.value)
        assert len(bench.written) <= before + 1
        for batch in bench.written[before:]:
            assert [c.subject.layer_name for c in batch.changes] == [command.layer]
        kind = kind_of(command.layer)
        if kind in ("claim", "mark"):
            labelled = s.active
            assert labelled is not None
            if kind == "mark":
                assert labelled.layer_name == command.layer
                assert labelled.touches(*target)
                # What is stored of it is what the strip says, and what the gutter stands for.
                line = "".join(p.text for p in strip_lines(s, at_hand(s, None), 400, str)[0])
                assert shown_name(f"{command.layer} (title)") in line
                assert shown_name(command.value) in line
                named = scheme.label_attribute(command.layer)
                if named is attribute:
                    sign = label_signs(scheme)[command.layer, command.value]
                    assert sign_of(labelled, scheme) == sign
            assert command.value in attribute.split(labelled.attributes[attribute.name])
        assert s.selection is None or kind in ("sentence", "article")
    assert stored(bench.written) == dict(bench.session.index.by_id)
    assert not any(scheme.faults(a) for a in bench.session.index.by_id.values())
    assert undone(bench) == {}


@given(span_schemes(), st.data())
def test_each_label_has_a_letter_of_its_own_and_its_key_where_it_has_one(
    scheme: Scheme, data: st.DataObject
) -> None:
    signs = label_signs(scheme)
    letters = [sign.letter for sign in signs.values()]
    assert len(set(letters)) == len(letters)
    for layer in scheme.span_layers:
        named = scheme.label_attribute(layer.name)
        for value in named.values if named else ():
            sign = signs[layer.name, value.name]
            assert not value.key or sign.letter == value.key
    colours = [sign.colour for sign in signs.values()]
    assert len(set(colours[:8])) == len(colours[:8])


def scheme_of(body: str) -> Scheme:
    return parse_scheme(f'name = "own"\n[[span]]\nname = "entity"\n{body}', {})


PLAIN = scheme_of(
    '[[attribute]]\nname = "type"\nlayer = "entity"\n'
    'values = [{ name = "PER", key = "p" }, { name = "ORG", key = "o" }]'
)


def test_a_selection_is_a_mark_of_its_own_unless_just_that_is_one() -> None:
    bench = Bench(scheme=PLAIN)
    s, attribute = bench.session, PLAIN.attributes[0]
    bench.at("Ana")
    s.start_selection()
    moved(bench, "grow")
    s.label(attribute, "PER")
    assert [bench.words("entity")] == [["Ana Ruiz"]]
    # A part of it, selected, is another one.
    bench.at("Ruiz")
    s.start_selection()
    s.label(attribute, "ORG")
    assert bench.words("entity") == ["Ruiz"]
    assert len(s.index.by_id) == 2
    # The same words again: that mark, and only its label changes.
    bench.at("Ruiz")
    s.start_selection()
    s.label(attribute, "PER")
    assert s.said.text == "type: ORG -> PER"
    assert len(s.index.by_id) == 2
    # The key a second time confirms.
    written = len(bench.written)
    s.label(attribute, "PER")
    assert len(bench.written) == written
    assert "already" in s.said.text


def test_the_label_repeated_is_the_one_given_last_of_its_layer() -> None:
    bench = Bench(scheme=PLAIN)
    s, attribute = bench.session, PLAIN.attributes[0]
    bench.at("Ana")
    s.label(attribute, "PER")
    bench.at("Farmers")
    assert s.repeat()
    assert bench.words("entity") == ["Farmers"]
    assert s.active is not None
    assert s.active.attributes == {"type": "PER"}


def test_more_labels_than_colours_take_them_again_with_other_letters() -> None:
    values = ", ".join(f'"L{n}"' for n in range(40))
    scheme = scheme_of(f'[[attribute]]\nname = "type"\nlayer = "entity"\nvalues = [{values}]')
    signs = list(label_signs(scheme).values())
    assert len({s.colour for s in signs[:8]}) == 8
    assert signs[8].colour == signs[0].colour
    assert len({s.letter for s in signs}) == 40
