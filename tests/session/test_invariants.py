"""Whatever keys are pressed in whatever order, the session stays in step with what it wrote."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.domain.model import Annotation
from annotator.domain.spans import check_span
from annotator.session import Session
from annotator.session.annotation_index import AnnotationIndex
from annotator.session.breaking import break_quotation
from annotator.session.interchanging import interchange
from annotator.session.merging import merge, split
from annotator.session.proposing import drop, propose, take, walk
from annotator.session.sources import copy_source, take_labels
from tests.session.build import SCHEME, TEXT, Bench

GESTURES: dict[str, Callable[[Session], object]] = {
    "broken": break_quotation,
    "interchange": interchange,
    "merge": merge,
    "split": split,
    "source": copy_source,
    "propose": lambda s: propose(s, ()),
    "walk": lambda s: walk(s, 1),
    "take": take,
    "drop": drop,
    "type": take_labels,
}
ACTIONS = [
    "next",
    "prev",
    "token_next",
    "token_prev",
    "paragraph_next",
    "open_next",
    "claim_next",
    "start_selection",
    "sentence",
    "quotation",
    "grow_word",
    "grow_phrase",
    "swap",
    "keep",
    "role_e",
    "role_w",
    "role_q",
    "new_e",
    "label_1",
    "label_f",
    "repeat",
    "mark",
    "flag",
    "review",
    "boundary_end",
    "boundary_start",
    "drop",
    "nest",
    "delete",
    "back",
    "cycle",
    "open",
    "search",
    *GESTURES,
]


def _act(b: Bench, name: str) -> None:
    s = b.session
    selection = s.selection
    match name:
        case "next" | "prev":
            s.move_sentence(1 if name == "next" else -1)
        case "token_next" | "token_prev":
            s.move_token(1 if name == "token_next" else -1)
        case "paragraph_next":
            s.move_paragraph(1)
        case "open_next":
            s.move_open(1)
        case "claim_next":
            s.move_claim(1)
        case "start_selection":
            s.start_selection()
        case "sentence":
            s.select_sentence()
        case "quotation":
            s.select_quotation()
        case "grow_word" | "grow_phrase":
            if selection:
                unit = "word" if name == "grow_word" else "phrase"
                s.change_selection(selection.moved(s.page, unit, 1))  # type: ignore[arg-type]
        case "swap":
            if selection:
                s.change_selection(selection.swapped())
        case "keep":
            s.open_claim()
        case "role_e" | "role_w" | "role_q":
            b.role({"e": "content", "w": "source", "q": "cue"}[name[-1]])
        case "new_e":
            b.role("content", new=True)
        case "label_1":
            b.label("source_type", "named_person")
        case "label_f":
            b.label("stance", "favor")
        case "repeat":
            s.repeat()
        case "mark":
            s.add_mark()
        case "flag":
            s.toggle_flag()
        case "review":
            s.review()
        case "boundary_end" | "boundary_start":
            s.move_boundary("end" if name == "boundary_end" else "start", 1)
        case "drop":
            s.drop_fragment()
        case "nest":
            s.nest()
        case "delete":
            s.delete()
        case "back":
            s.back()
        case "cycle":
            s.cycle(1)
        case "open":
            s.open_claim()
        case "search":
            s.search("late")
        case _:
            GESTURES[name](s)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(ACTIONS), max_size=40))
def test_session_equals_what_it_wrote(names: list[str]) -> None:
    b = Bench()
    for name in names:
        _act(b, name)
        s = b.session
        assert 0 <= s.cursor < s.page.token_count
        if s.selection:
            assert 0 <= s.selection.start < s.selection.end <= len(TEXT)
    state: dict[str, Annotation] = {}
    for batch in b.written:
        assert batch.changes
        for change in batch.changes:
            assert state.get(change.subject.id) == change.before
            if change.after is None:
                del state[change.subject.id]
            else:
                state[change.subject.id] = change.after
    assert state == b.session.index.by_id
    for annotation in state.values():
        assert annotation.layer in ("sentence", "article") or annotation.fragments
        assert SCHEME.faults(annotation) == ()
        for f in annotation.fragments:
            check_span(TEXT, f.start, f.end)
        above, seen = annotation.parent, {annotation.id}
        while above is not None:
            assert above in state
            assert above not in seen
            seen.add(above)
            above = state[above].parent
    # What the index keeps up to date step by step is what it would count from the start.
    fresh = AnnotationIndex(b.session.page, state.values(), b.session._waits, SCHEME.missing)
    assert fresh.open == b.session.index.open
