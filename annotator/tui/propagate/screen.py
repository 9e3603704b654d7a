"""Every place where a claim's words stand again: choose, preview, propagate at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from textual import events, on
from textual.app import ComposeResult

from annotator.domain.model import Annotation
from annotator.domain.scheme import Scheme
from annotator.domain.wording import shown_value
from annotator.phrases.difference import Weight, difference, marked, weights
from annotator.phrases.matches import Match, Matches
from annotator.project.propagating import Choice, SameSource
from annotator.tui.dialogs.direct import DirectScreen
from annotator.tui.widgets import fitting
from annotator.tui.widgets.fitting import wrapped
from annotator.tui.widgets.lines import Line, Lines, RowClick, StyledText, TabClick

ROWS_EACH: Final = 3
"""Lines that a place takes: where, words, difference."""
OTHER_LIST: Final = TabClick("other")
SCOPES: Final = ("all labels", "source type only")


class PropagateScreen(DirectScreen[Choice | None]):
    """Two lists, one at a time: places with the same words, claims with the same source string."""

    CSS_PATH = "propagate.tcss"

    def __init__(
        self,
        claim: Annotation,
        words: str,
        source_label: str,
        matches: Matches,
        sources: Sequence[SameSource],
        labels_at: Callable[[Match], str],
        scheme: Scheme,
        then: Callable[[Choice | None], object],
        proposed: Callable[[Match], bool] = lambda match: match.kind == "verbatim",
        positioned: Callable[[str], str] = str,
    ) -> None:
        super().__init__(then)
        self._positioned = positioned
        """The key of the table that a key stands for: see `Keymap.positioned`."""
        self._claim = claim
        self._words = words
        self._found = matches.found
        self._shown = matches.shown
        self._sources = sources
        self._labels_at = labels_at
        self._scheme = scheme
        self._label = source_label
        """The scheme's label for the kind of source; empty: there is none to propagate alone."""
        self._type = claim.attributes.get(source_label, "")
        # Proposed is only what says the same, word for word; not what would replace a decision.
        self._chosen = (
            {i for i, m in enumerate(matches.found) if proposed(m)},
            {i for i, s in enumerate(sources) if s.same and source_label not in s.item.attributes},
        )
        self._said = ""
        """What Enter answered instead of propagating; it does when pressed again."""
        self._cursor = 0
        self._scope = 0
        # Without places of its own, the claim's source is what there is to propagate.
        self._list = int(not matches.found and bool(sources))

    def compose(self) -> ComposeResult:
        """Head with the claim, the places, the keys."""
        yield Lines(id="head")
        yield Lines(id="rows")
        yield Lines(id="foot")

    def on_mount(self) -> None:
        """Draw once the size is known."""
        self.call_after_refresh(self._paint)

    def on_resize(self) -> None:
        """Cut the lines at the new width."""
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        width = self.size.width
        labels = self._claim.attributes
        carried = (
            {k: v for k, v in labels.items() if k == self._label}
            if self._type_only
            else dict(labels)
        )
        places = "place" if self._shown == "1" else "places"
        n = len(self._sources)
        wide = width >= 80
        counted = f"{n:,} claim{'' if n == 1 else 's'} with this" if wide else f"{n:,} same"
        same = f" {counted} source "
        head = [
            StyledText(f" {self._shown} {places} ", ("title", "dim")[self._list], OTHER_LIST),
            StyledText(same, ("dim", "title")[self._list], OTHER_LIST),
            StyledText(f"{len(self._chosen[self._list])} chosen  "),
            *self._warning(),
        ]
        said = (self._said_value(name, value) for name, value in carried.items())
        carries = [
            StyledText(f" carries {SCOPES[self._type_only]}: ", "dim"),
            StyledText(" · ".join(said) or "none", "strong"),
        ]
        self.query_one("#head", Lines).show(
            [
                fitting.fitted(head, width),
                fitting.fitted(carries, width),
                *([StyledText(" "), StyledText(row)] for row in wrapped(self._words, width - 2, 2)),
            ]
        )
        rows = self.query_one("#rows", Lines)
        visible = max(1, rows.size.height // ROWS_EACH)
        first = max(0, min(self._cursor - visible // 2, self._count - visible))
        lines: list[Line] = []
        for i in range(first, min(first + visible, self._count)):
            lines += self._source(i, width) if self._list else self._place(i, width)
        rows.show(lines or self._nothing(width))
        if self._said:
            self.query_one("#foot", Lines).show([[StyledText(f" {self._said}", "warn")]])
            return
        keys = (
            ("Enter", "carry at once"),
            ("Esc", "leave"),
            ("Space", "choose"),
            ("a", "all"),
            ("n", "none"),
            ("Tab", "words" if self._list else "source"),
            ("l", "labels"),
        )
        self.query_one("#foot", Lines).show([fitting.keys(keys, width)])

    def _said_value(self, name: str, value: str) -> str:
        return shown_value(self._scheme.attribute(self._claim.layer_name, name), value)

    def _nothing(self, width: int) -> list[Line]:
        """Why there is no row, and what to press."""
        n = len(self._found if self._list else self._sources)
        others = f"Tab shows the {n:,} of the other list; " if n else ""
        why = (
            "No other claim of yours has this source string."
            if self._list
            else "These words stand nowhere else."
        )
        told = [*wrapped(why, width - 2, 2), *wrapped(f"{others}Esc goes back.", width - 2, 2)]
        return [[], *([StyledText(f" {row}")] for row in told)]

    @property
    def _count(self) -> int:
        return len(self._sources if self._list else self._found)

    @property
    def _type_only(self) -> bool:
        return bool(self._scope or self._list)

    def _place(self, i: int, width: int) -> list[Line]:
        match = self._found[i]
        where = [p for p in (match.outlet, match.published[:10]) if p]
        told = f"{match.score:3.0f} {match.kind:<9} art {match.number} "
        spans = "  ".join((*where, f"{match.start}–{match.end}"))
        flat = " ".join(match.text.split())
        apart = weights(self._words, flat)
        words = marked(difference(self._words, flat)) if apart else flat
        differs = f"differs: {', '.join(apart)}  " if apart else ""
        return self._entry(i, width, told, spans, self._labels_at(match), words, differs)

    def _source(self, i: int, width: int) -> list[Line]:
        item, words, _ = self._sources[i]
        kind = item.attributes.get(self._label, "")
        known = self._said_value(self._label, kind)
        told = f"art {item.number} {item.text} "
        differs = bool(kind) and kind != self._type
        return self._entry(
            i,
            width,
            told,
            f"{item.start}–{item.end}",
            f"yours: {known}{', will be replaced' if differs else ''}" if kind else "",
            words,
        )

    def _entry(
        self,
        i: int,
        width: int,
        told: str,
        spans: str,
        labels: str,
        words: str,
        differs: str = "",
    ) -> list[Line]:
        click = RowClick(i)
        box = "[x]" if i in self._chosen[self._list] else "[ ]"
        head = [
            StyledText("▶" if i == self._cursor else " ", "key", click),
            StyledText(f"{box} ", "strong", click),
            StyledText(told, "plain", click),
            StyledText(differs, "warn", click),
            StyledText(f"{labels}  " if labels else "", "warn", click),
            StyledText(spans, "dim", click),
        ]
        rows = wrapped(words, max(10, width - 6), ROWS_EACH - 1)
        body: list[Line] = [[StyledText("     "), StyledText(r, "plain", click)] for r in rows]
        body += [[]] * (ROWS_EACH - 1 - len(body))
        return [fitting.fitted(head, width), *body]

    @on(Lines.Clicked)
    def _clicked(self, event: Lines.Clicked) -> None:
        event.stop()
        if isinstance(event.click, RowClick):
            self._cursor = event.click.row
            self._toggle()
        elif event.click == OTHER_LIST:
            self._other_list()
        self._paint()

    def _differing(self) -> list[Weight]:
        """What tells the chosen places from the claim: one entry for each that says otherwise."""
        if self._list:
            return []
        found = (weights(self._words, self._found[i].text)[:1] for i in self._chosen[0])
        return [weight for first in found for weight in first]

    def _warning(self) -> list[StyledText]:
        differing = self._differing()
        return [StyledText(f"{len(differing)} differ  ", "warn")] if differing else []

    def _enter(self) -> bool:
        """Propagate; but first say when nothing is chosen, or something that says otherwise.

        Returns:
            Whether the screen has been left.
        """
        differing = self._differing()
        choice = self._choice()
        if choice is None:
            self._said = "Nothing is chosen: Space chooses a place, Esc leaves."
        elif differing and not self._said:
            kinds = ", ".join(f"{differing.count(w)} {w}" for w in dict.fromkeys(differing))
            self._said = f"Chosen places say otherwise ({kinds}): Enter again carries too."
        else:
            self.answer(choice)
            return True
        return False

    def _toggle(self) -> None:
        self._chosen[self._list].symmetric_difference_update({self._cursor})

    def _other_list(self) -> None:
        self._list, self._cursor = 1 - self._list, 0

    def _choice(self) -> Choice | None:
        chosen = sorted(self._chosen[self._list])
        if not chosen:
            return None
        if self._list:
            return Choice([], [self._sources[i].item for i in chosen], True)
        return Choice([self._found[i] for i in chosen], [], self._type_only)

    def handle_key_here(self, event: events.Key) -> bool:
        """Choose and apply."""
        last = max(0, self._count - 1)
        key = self._positioned(event.key)
        if key != "enter":
            self._said = ""
        match key:
            case "escape":
                self.answer(None)
                return True
            case "enter":
                if self._enter():
                    return True
            case "tab" | "s":
                self._other_list()
            case "j" | "down":
                self._cursor = min(self._cursor + 1, last)
            case "k" | "up":
                self._cursor = max(self._cursor - 1, 0)
            case "pagedown":
                self._cursor = min(self._cursor + 10, last)
            case "pageup":
                self._cursor = max(self._cursor - 10, 0)
            case "space" if self._count:
                self._toggle()
                self._cursor = min(self._cursor + 1, last)
            case "a":
                self._chosen[self._list].update(range(self._count))
            case "n":
                self._chosen[self._list].clear()
            case "l" if self._label:
                self._scope = (self._scope + 1) % len(SCOPES)
        self._paint()
        return True
