"""What a label for the marked rows would do, before it does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from textual import events

from annotator.domain.wording import shown_name
from annotator.phrases.place_labels import LabelPlan, PlaceLabel
from annotator.project.concordance import ConcordanceLine
from annotator.session.saving import pluralise
from annotator.tui.concordance.rows import flat
from annotator.tui.dialogs.overlay import Overlay
from annotator.tui.widgets.fitting import cut
from annotator.tui.widgets.fitting import keys as keys_line
from annotator.tui.widgets.lines import Line, StyledText


def named(given: PlaceLabel) -> str:
    """A label as people read it: "stance: favor", "new mark"."""
    label = f"{shown_name(given.name)}: {shown_name(given.value)}" if given.name else ""
    return f"new {given.layer} {label}".rstrip() if given.new else label


class Preview(Overlay):
    """Says how many rows change, and which are skipped and why; Enter does it, Esc does not."""

    ROWS = 18

    def __init__(
        self,
        given: PlaceLabel,
        planned: LabelPlan,
        rows: Sequence[ConcordanceLine],
        then: Callable[[LabelPlan], object],
    ) -> None:
        super().__init__()
        self._given, self._planned, self._rows, self._then = given, planned, rows, then

    def paint(self) -> None:
        """The counts, then the skipped rows as far as there is room."""
        planned, layer = self._planned, self._given.layer
        width, room = max(20, self.size.width), max(6, self.size.height)
        one, many = layer, f"{layer}s"
        counts = [
            (planned.made, f"new {one} is made", f"new {many} are made", " of the words"),
            (planned.labelled, f"{one} gets it", f"{many} get it", ""),
            (
                planned.replaced,
                f"{one} has another value",
                f"{many} have another value",
                ", which it replaces",
            ),
            (len(planned.skipped), "row is left as it is", "rows are left as they are", ""),
        ]
        lines: list[Line] = [
            [
                StyledText(
                    f"{named(self._given)}, {pluralise(len(self._rows), 'row')} marked", "title"
                )
            ],
            [],
            *(
                [StyledText(f"{n:>6}  ", "strong"), StyledText((a if n == 1 else b) + rest)]
                for n, a, b, rest in counts
                if n
            ),
        ]
        why = Counter(s.why for s in planned.skipped)
        lines += [[StyledText(f"{n:>10}  {reason}", "warn")] for reason, n in why.most_common()]
        lines.append([])
        left = room - len(lines) - 1
        for skipped in planned.skipped[: max(0, left)]:
            row = self._rows[skipped.number]
            words = f"art {row.number}  {flat(row.text)}: {skipped.why}"
            lines.append([StyledText(cut(words, width), "dim")])
        lines = lines[: room - 1]
        lines += [[]] * (room - 1 - len(lines))
        doing = planned.batch is not None
        keys = [("Enter", "do it (one undo)"), ("Esc", "leave it")] if doing else [("Esc", "back")]
        nothing = [] if doing else [StyledText("nothing to do  ", "warn")]
        lines.append([*nothing, *keys_line(keys, width)])
        self.show(lines)

    def handle_key_event(self, event: events.Key) -> None:
        """Enter does it where there is anything to do; Esc leaves it."""
        if event.key == "escape":
            self.close()
        elif event.key == "enter" and self._planned.batch is not None:
            self.close()
            self._then(self._planned)
