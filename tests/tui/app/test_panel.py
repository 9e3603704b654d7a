"""The panel and the strip: what they are about, whole, in order, and said as people read it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.theme import BUILTIN_THEMES

from annotator.domain.ids import new_id
from annotator.domain.model import Annotation, Fragment
from annotator.domain.scheme import Attribute, Role, Scheme, Value
from annotator.domain.suggestion import StoredSuggestion
from annotator.domain.wording import shown_name
from annotator.session import Session
from annotator.session.actions import ACTIONS
from annotator.session.commands import GiveLabel
from annotator.session.review import SuggestionReview
from annotator.store import Store
from annotator.text.safe import safe_text
from annotator.tui.annotate.at_hand import at_hand
from annotator.tui.annotate.legend import Given, abbreviated, label_rows, legend_lines
from annotator.tui.annotate.panel import panel_lines
from annotator.tui.annotate.status import status_line
from annotator.tui.annotate.strip import strip_lines
from annotator.tui.article.cells import clusters
from annotator.tui.keymap import Keymap, remapped
from annotator.tui.widgets.legible import READABLE, contrast
from annotator.tui.widgets.lines import Line, Lines, StyledText, differing
from tests.session.build import SCHEME, TEXT, article
from tests.tui.app.conftest import Opened, app_of

KEYS = "123456789abcdfgjkmnrtuyz"
PANEL, ROWS = 36, 38
"""Cells and rows of the panel at 120x40."""
KEYMAP = Keymap(ACTIONS, SCHEME)

words = st.text("abcdeinorstuw", min_size=1, max_size=14)
names = st.lists(words, min_size=1, max_size=3).map("_".join)


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    """Schemes of one's own: up to ten roles, up to five attributes, names of any length."""
    roles = draw(st.lists(names, min_size=1, max_size=10, unique=True))
    keys = iter(KEYS)
    attributes = []
    for name in draw(st.lists(names, min_size=1, max_size=5, unique=True)):
        values = draw(st.lists(names, min_size=1, max_size=4, unique=True))
        direct = draw(st.booleans())
        attributes.append(
            Attribute(
                name,
                "claim",
                draw(st.sampled_from([name, f"the {shown_name(name)}"])),
                "",
                draw(st.booleans()),
                "one",
                tuple(Value(v, next(keys) if direct else "", f"About {v}.") for v in values),
            )
        )
    return Scheme(
        "own",
        "Own",
        "v",
        "",
        tuple(Role(n, "", "", i == 0, False) for i, n in enumerate(roles)),
        tuple(attributes),
        frozenset({"body"}),
    )


def session_of(scheme: Scheme = SCHEME, *annotations: Annotation) -> Session:
    return Session(
        article(), annotations, "ann", scheme, lambda _: None, lambda: "2026-01-01T00:00:00Z", list
    )


def claim_of(session: Session, pieces: dict[str, str], **labels: str) -> Annotation:
    found = [Fragment(r, TEXT.index(w), TEXT.index(w) + len(w)) for r, w in pieces.items()]
    return replace(session.new("claim", tuple(found)), attributes=labels)


def plain(lines: list[Line]) -> list[str]:
    return ["".join(piece.text for piece in line).rstrip() for line in lines]


def squeezed(lines: list[str]) -> str:
    """The words of some lines, without the places where they were broken."""
    return "".join("".join(lines).split())


# Everything is shown whole


@given(schemes(), st.data())
def test_every_role_label_and_value_is_shown_whole_beside_its_name(
    scheme: Scheme, data: st.DataObject
) -> None:
    session = session_of(scheme)
    labels = {a.name: data.draw(st.sampled_from(a.values)).name for a in scheme.attributes}
    if data.draw(st.booleans()):
        labels.popitem()
    roles = {r.name: "networks" for r in scheme.roles[: data.draw(st.integers(1, 10))]}
    claim = claim_of(session, roles, **labels)
    session = session_of(scheme, claim)
    session.go(TEXT.index("networks"))
    lines = panel_lines(session, at_hand(session, None), PANEL, 200, KEYMAP.shown)
    assert all(cell_len(line) <= PANEL for line in plain(lines))
    # The columns: a name, then its words.
    body = lines[1:-1]
    column = {cell_len(line[0].text) for line in body}
    assert len(column) == 1
    left = squeezed([line[0].text for line in body])
    right = squeezed([piece.text for line in body for piece in line[1:]])
    for name in roles:
        assert squeezed([shown_name(name)]) in left
    for attribute in scheme.attributes:
        title = squeezed([shown_name(attribute.title)])
        if attribute.name in labels:
            assert title in left
            assert squeezed([shown_name(labels[attribute.name])]) in right
        elif attribute.required:
            assert "stilldue" in left
            assert title in right


@given(schemes(), st.data())
def test_every_key_and_label_of_a_scheme_is_in_the_panel_at_120_by_40(
    scheme: Scheme, data: st.DataObject
) -> None:
    keyed = [(a, v) for a in scheme.attributes for v in a.values if v.key]
    given_ = {a.name: v.name for a, v in keyed if data.draw(st.booleans())}
    lines = legend_lines(scheme, PANEL, 200, Given("claim", given_))
    assert all(cell_len(line) <= PANEL for line in plain(lines))
    pieces = [p for line in lines for p in line if isinstance(p.click, GiveLabel)]
    for attribute, value in keyed:
        own = [p for p in pieces if p.click == GiveLabel(attribute.name, value.name)]
        assert own[0].text == value.key
        sign = "*" if given_.get(attribute.name) == value.name else ""
        assert squeezed([p.text for p in own[1:]]) == squeezed([sign + shown_name(value.name)])


def test_the_panel_has_room_for_the_default_scheme_at_120_by_40() -> None:
    legend = legend_lines(SCHEME, PANEL, ROWS * 2 // 3)
    assert len(legend) <= ROWS * 2 // 3
    assert "*" not in squeezed(plain(legend))
    for role in SCHEME.roles:
        assert f"{role.key} {role.name}" in " ".join(plain(legend))


@pytest.mark.parametrize("rows", [8, 12, 20, 40])
def test_words_are_cut_only_for_want_of_rows(rows: int) -> None:
    session = session_of()
    long = TEXT[TEXT.index("Those") :]
    claim = replace(claim_of(session, {"content": long, "source": "he"}), note="Said twice. " * 12)
    session = session_of(SCHEME, claim)
    session.go(TEXT.index("he said"))
    lines = plain(panel_lines(session, at_hand(session, None), PANEL, rows, KEYMAP.shown))
    whole = panel_lines(session, at_hand(session, None), PANEL, 1_000, KEYMAP.shown)
    assert (lines == plain(whole)) == (len(whole) <= rows)
    assert len(lines) <= max(rows, 8)
    assert squeezed([long]) in squeezed([p.text for line in whole for p in line[1:]])


# What is at hand


def test_the_claim_of_the_sentence_is_shown_where_the_cursor_is_outside_it() -> None:
    session = session_of()
    claim = claim_of(session, {"content": "were positioning", "source": "he"}, stance="favor")
    other = claim_of(session, {"content": "Farmers protested"})
    session = session_of(SCHEME, claim, other)
    session.go(TEXT.index("Those"))
    shown = at_hand(session, None)
    assert (shown.annotation, shown.place, shown.labels) == (claim, "in this sentence", {})
    lines = plain(panel_lines(session, shown, PANEL, ROWS, KEYMAP.shown))
    assert lines[0] == "CLAIM in this sentence · Enter works on it"
    strip = plain(strip_lines(session, shown, 80, KEYMAP.shown))
    assert strip[0].endswith("he > – > were positioning")
    assert "*" not in strip[2]
    session.open_claim()  # Enter
    assert session.active == claim
    shown = at_hand(session, None)
    assert shown.labels == {"stance": "favor"}
    assert "f*favor" in plain(strip_lines(session, shown, 80, KEYMAP.shown))[2]


def test_a_suggestion_that_enter_accepts_is_shown_before_a_claim_under_the_cursor() -> None:
    session = session_of()
    claim = claim_of(session, {"content": "Those networks, he said"})
    a = TEXT.index("were")
    found = StoredSuggestion(
        new_id(), "uid", "e", 0.85, (Fragment("content", a, a + 16),), {"source_type": "data"}
    )
    session = session_of(SCHEME, claim)
    session.go(TEXT.index("were"))
    pending = SuggestionReview(session, [found]).offered()
    assert pending is not None
    shown = at_hand(session, pending)
    assert (shown.annotation, shown.pending, shown.others) == (None, pending, (claim,))
    assert "6*data" in plain(strip_lines(session, shown, 80, KEYMAP.shown))[1]
    said = plain(panel_lines(session, shown, PANEL, ROWS, KEYMAP.shown))
    assert said[0] == "SUGGESTION 85% sure"
    assert any("ALSO IN THIS SENTENCE" in line for line in said)


def test_where_nothing_is_the_panel_says_what_to_press_by_the_users_own_keys() -> None:
    keymap = Keymap(remapped({"span.quotation": "f12"}), SCHEME)
    session = session_of()
    session.go(TEXT.index("Farmers"))
    shown = at_hand(session, None)
    said = plain(panel_lines(session, shown, PANEL, ROWS, keymap.shown, waiting=3))
    assert said[0] == "NO CLAIM IN THIS SENTENCE"
    for key, what in (
        ("Space", "nothing here: on to the next"),
        ("F12", "selects the quotation"),
        ("v V", "select words, the sentence"),
        ("e/w/q", "make it content, source, cue"),
        ("'", "to the next of 3 suggestions"),
    ):
        assert any(line.startswith(key) and what in line for line in said), key
    strip = plain(strip_lines(session, shown, 80, keymap.shown))[0]
    assert "v selects, then e content w source q cue" in strip


@pytest.mark.parametrize("width", range(60, 100, 9))
def test_the_line_under_the_text_cuts_no_role_while_there_is_room(width: int) -> None:
    session = session_of()
    for content in ("Those", "Those networks, he said, were positioning themselves. Ana Ruiz"):
        claim = claim_of(session, {"content": content, "source": "the mayor, told reporters"})
        here = session_of(SCHEME, replace(claim, attributes={"stance": "favor"}))
        here.go(TEXT.index("Those"))
        line = plain(strip_lines(here, at_hand(here, None), width, KEYMAP.shown))[0]
        assert cell_len(line) <= width
        whole = f"the mayor, told reporters > – > {content}"
        assert line.endswith(whole) or (cell_len(line) > width - 12 and "…" in line)


# The label rows of a small screen


def test_the_label_rows_at_80_by_24_have_whole_names() -> None:
    rows = plain(
        label_rows(SCHEME, 80, 2, Given("claim", {"source_type": "data", "stance": "against"}))
    )
    assert rows == [
        "1 named person 2 unnamed person 3 named group 4 unnamed group 5 document 6*data",
        "7 media 8 reporter 9 implicit 0 unclear │ f favor a*against s neutral d unclear",
    ]


@given(schemes(), st.integers(60, 99), st.data())
def test_label_rows_have_every_key_that_fits_and_a_sign_at_what_is_set(
    scheme: Scheme, width: int, data: st.DataObject
) -> None:
    keyed = [(a, v) for a in scheme.attributes for v in a.values if v.key]
    set_ = {a.name: v.name for a, v in keyed if data.draw(st.booleans())}
    rows = label_rows(scheme, width, 2, Given("claim", set_))
    assert len(rows) <= 2
    assert all(cell_len(line) <= width for line in plain(rows))
    pieces = [piece for row in rows for piece in row]
    assert [p.text for p in pieces if p.style == "key"] == [v.key for _, v in keyed]
    shown = {(p.click.attribute, p.click.value) for p in pieces if p.text.startswith("*")}  # type: ignore[union-attr]
    assert shown == set(set_.items())


@pytest.mark.parametrize(
    ("room", "said"),
    [
        (14, "unnamed person"),
        (13, "u. person"),
        (9, "u. person"),
        (8, "u. pers."),
        (4, "u. p"),
        (1, "u"),
    ],
)
def test_names_are_shortened_to_what_can_be_read(room: int, said: str) -> None:
    assert abbreviated("unnamed person", room) == said


@given(names.map(shown_name), st.integers(1, 30))
def test_shortened_names_fit(name: str, room: int) -> None:
    said = abbreviated(name, room)
    assert cell_len(said) <= room
    assert said[0] == name[0]


@pytest.mark.parametrize("width", range(60, 130, 7))
def test_a_title_that_is_cut_ends_in_an_ellipsis(width: int) -> None:
    session = session_of()
    session.article = replace(session.article, title="Challenges For Undersecretaries " * 6)
    line = "".join(p.text for p in status_line(session, 3, 48, "12:00:00", width, "news"))
    assert cell_len(line) == width
    assert "… " in line


# On the screen


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_everything_around_the_text_is_legible_in_every_theme(
    opened: Opened, size: tuple[int, int]
) -> None:
    """Each style of a line on each ground that lines stand on: bars, panel, strip, boxes."""
    async with opened(size=size) as pilot:
        app = app_of(pilot)
        await pilot.press("j", "e", "colon")
        for name, theme in BUILTIN_THEMES.items():
            if theme.ansi:
                continue
            app.theme = name
            await pilot.pause()
            grounds = set()
            for widget in app.screen.query(Lines):
                for part in Lines.PARTS:
                    style = widget._style(part.removeprefix("lines--"))
                    assert style.color is not None
                    assert style.color.triplet is not None
                    assert style.bgcolor is not None
                    assert style.bgcolor.triplet is not None
                    grounds.add(style.bgcolor.triplet)
                    assert contrast(style.color.triplet, style.bgcolor.triplet) >= READABLE, (
                        name,
                        widget.id,
                        part,
                    )
            assert len(grounds) >= 2, name


async def test_a_wide_screen_uses_its_width(opened: Opened) -> None:
    async with opened(size=(200, 50)) as pilot:
        screen = app_of(pilot).screen_annotate
        view, side = screen.view.region, screen.side.region
        assert side.right == 199
        assert side.x - view.right <= 2
        assert view.width == 98  # eight of gutter, 88 of text, one free, one of the scroll bar
        assert side.width >= 98
        said = screen.side.plain()
        assert "1 named person    A person given by name" in said
    async with opened(size=(150, 40)) as pilot:
        screen = app_of(pilot).screen_annotate
        assert screen.side.region.width == 49
        assert screen.view.region.width == 98


async def test_the_suggestion_offered_is_the_one_drawn_as_offered(
    store: Store, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    from annotator.tui.options import ScreenOptions
    from tests.tui.app.test_suggestions import suggested

    monkeypatch.setattr("annotator.tui.annotate.suggesting.Suggesting.propose", lambda *_: None)
    found = {f.id: f for f in suggested(store)}
    async with opened(options=ScreenOptions(suggest=True)) as pilot:
        screen = app_of(pilot).screen_annotate
        for keys in (["j"], ["l"], ["apostrophe"], ["apostrophe"], ["k"], ["r"], ["u"], ["j", "j"]):
            await pilot.press(*keys)
            offered = screen.suggestions.offered()
            drawn = {
                span.owner
                for span in screen._painter._spans
                if span.layer == "suggestion" and span.active
            }
            assert drawn == ({offered.suggestion.id} if offered else set()), keys
        signs = {span.owner: span.key for span in screen._painter._spans}
        assert {signs[id_] for id_, f in found.items() if f.confidence > 0.8} == {"'"}
        assert {signs[id_] for id_, f in found.items() if f.confidence < 0.5} == {"'?"}


# What is drawn again


pieces = st.lists(
    st.builds(
        StyledText,
        st.sampled_from(["a", "ab", "abc ", "東", "e\u0301", "", "said ", "\x1b"]),
        st.sampled_from(["plain", "dim"]),
    ),
    max_size=6,
)


@given(pieces, pieces, st.integers(1, 20))
def test_all_that_differs_between_two_lines_is_drawn_again(
    old: list[StyledText], new: list[StyledText], width: int
) -> None:
    """Cell by cell: what is outside the part drawn again looked the same before."""

    def cells(line: list[StyledText]) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for piece in line:
            for cluster in clusters(safe_text(piece.text), 0, len(safe_text(piece.text))):
                found += [(cluster.drawn, piece.style)] * cluster.width
        return [*found, *[(" ", "")] * width][:width]

    start, end = differing(tuple(old), tuple(new), width)
    assert start >= 0
    assert end <= width
    before, after = cells(old), cells(new)
    for x in (*range(start), *range(max(start, end), width)):
        assert before[x] == after[x], x
