"""Jump labels: a letter or two over each place in view, which leads there.

The labels follow from the places and the cursor alone (`labelled`), so that a program that plans
keys gives the same ones as the screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, Literal
from unicodedata import east_asian_width

from annotator.domain.graphemes import next_boundary
from annotator.domain.suggestion import StoredSuggestion
from annotator.session.navigation import Navigator
from annotator.session.shown import Shown, in_view
from annotator.session.text_index import TextIndex

JumpKind = Literal["words", "pieces", "claims", "suggestions"]
KINDS: Final[tuple[JumpKind, ...]] = ("words", "pieces", "claims", "suggestions")
LETTERS: Final = "fjdksalghrueiwoqptyvmbncxz"
"""Home row first, and in each row the strong fingers first."""
MOST: Final = len(LETTERS) ** 2
"""Places that two letters tell apart."""


@dataclass(frozen=True, slots=True)
class JumpTarget:
    """A place to jump to: the code points `[start, end)`.

    `owner` is the id of the claim, mark or suggestion that it belongs to, "" for a word. The label
    is drawn at `anchor`, which is another than the start where two places start together.
    """

    start: int
    end: int
    owner: str = ""
    anchor: int = -1


@dataclass(frozen=True, slots=True)
class Jump:
    """Labels in view, and what of one was typed.

    `left_out` counts the places in view that have no label: there are too many, or another label
    takes up their room.
    """

    kind: JumpKind
    labels: dict[str, JumpTarget]
    left_out: int = 0
    typed: str = ""

    @property
    def shown(self) -> list[tuple[int, str]]:
        """Where what is still to type of each label is drawn, sorted by offset."""
        typed = len(self.typed)
        return sorted(
            (target.anchor, label[typed:])
            for label, target in self.labels.items()
            if label.startswith(self.typed)
        )

    def press(self, letter: str) -> Jump | JumpTarget | None:
        """What a lower-case letter leads to: a place, the labels that are left, or None."""
        typed = self.typed + letter
        if typed in self.labels:
            return self.labels[typed]
        if any(label.startswith(typed) for label in self.labels):
            return replace(self, typed=typed)
        return None


def label_names(count: int) -> list[str]:
    """So many labels (at most `MOST`), those of one letter first; none begins with another."""
    count = min(count, MOST)
    size = len(LETTERS)
    single = count if count <= size else (MOST - count) // (size - 1)
    rest = LETTERS[single:]
    pairs = (first + second for first in rest for second in LETTERS)
    return [*LETTERS[:single], *islice(pairs, count - single)]


def labelled(nav: Navigator, kind: JumpKind, suggestions: Iterable[StoredSuggestion] = ()) -> Jump:
    """Give each place in view a label; the nearest ones get one letter.

    Near is counted in code points from the cursor; what lies behind it counts as twice as far (what
    lies ahead, while a selection's start moves). The word under the cursor gets none.

    Args:
        nav: The article, its cursor and selection, and what is on the screen.
        kind: What gets labels.
        suggestions: Those that wait for a decision.
    """
    places = list(_places(nav, kind, suggestions, nav.shown()))
    targets = list(_anchored(nav.page, places))
    backward = nav.selection is not None and nav.selection.open and nav.selection.moving == "start"

    def distance(target: JumpTarget) -> tuple[int, int]:
        ahead = target.start - nav.offset
        return abs(ahead) * (1 if (ahead < 0) == backward else 2), target.start

    targets.sort(key=distance)
    names = label_names(len(targets))
    return Jump(kind, dict(zip(names, targets, strict=False)), len(places) - len(names))


def _places(
    nav: Navigator, kind: JumpKind, suggestions: Iterable[StoredSuggestion], shown: Shown
) -> Iterator[JumpTarget]:
    page = nav.page
    low, high = shown if shown is not None else (0, len(page.text))
    if kind == "words":
        first = page.token_at(low)
        for token in range(first, page.token_count):
            start, end = page.token(token)
            if start >= high:
                break
            if low <= start and token != nav.cursor and not page.is_pause(token):
                yield JumpTarget(start, end)
    elif kind == "suggestions":
        for found in suggestions:
            if in_view(found.fragments, (low, high)):
                pieces = sorted(
                    found.fragments, key=lambda f: (f.role != nav.scheme.content_name, f.start)
                )
                for f in [f for f in pieces if low <= f.start < high][:1]:
                    yield JumpTarget(f.start, f.end, found.id)
    else:
        for a in sorted(nav.index.at(low, high), key=lambda a: (a.start, a.end, a.id)):
            # The first piece that can be read stands for the claim.
            pieces = [
                f for f in sorted(a.fragments, key=lambda f: f.start) if low <= f.start < high
            ]
            for f in pieces if kind == "pieces" else pieces[:1]:
                yield JumpTarget(f.start, f.end, a.id)


def _anchored(page: TextIndex, places: Iterable[JumpTarget]) -> Iterator[JumpTarget]:
    """Each place with the first word of it where a label of two cells covers no other label."""
    taken: set[int] = set()
    for place in places:
        token = page.token_at(place.start)
        while token < page.token_count and page.starts[token] < place.end:
            if not taken & {token, *_beside(page, token)}:
                taken.add(token)
                yield replace(place, anchor=max(page.starts[token], place.start))
                break
            token += 1


def _beside(page: TextIndex, token: int) -> Iterator[int]:
    """The tokens before and after that leave no room for two labels of two cells each."""
    if token > 0 and page.ends[token - 1] == page.starts[token] and _is_thin(page, token - 1):
        yield token - 1
    after = token + 1
    if (
        after < page.token_count
        and page.ends[token] == page.starts[after]
        and _is_thin(page, token)
    ):
        yield after


def _is_thin(page: TextIndex, token: int) -> bool:
    """Whether a token is a single character of one cell."""
    start, end = page.token(token)
    single = next_boundary(page.text, start) >= end
    return single and east_asian_width(page.text[start]) not in ("W", "F")
