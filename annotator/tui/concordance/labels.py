"""Labels for the marked rows: chosen in the palette, looked at, given as one action."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Protocol

from annotator.domain.errors import AnnotatorError
from annotator.domain.wording import shown_label, shown_name, shown_values
from annotator.phrases.place_labels import LabelPlan, PlaceLabel
from annotator.project.concordance import ConcordanceLine
from annotator.project.place_labelling import give, plan
from annotator.session.saving import pluralise
from annotator.tui.concordance.preview import Preview, named
from annotator.tui.dialogs.palette import Entry, Palette

if TYPE_CHECKING:
    from annotator.domain.model import Annotation, Batch
    from annotator.domain.scheme import Scheme
    from annotator.tui.concordance.view import ConcordanceView
    from annotator.tui.dialogs.overlay import Overlay
    from annotator.tui.host import Host


class MarkedRows(Protocol):
    """The screen of the rows, as far as labelling them needs it."""

    host: Host
    view: ConcordanceView
    wrote: Callable[[Batch], object]

    def open_overlay(self, overlay: Overlay) -> None:
        """Put a box above the screen."""

    def ask(self) -> None:
        """Search again."""

    def say(self, text: str) -> None:
        """Say something at the foot until the next key."""

    def paint(self) -> None:
        """Bring the screen in step with the view."""


def choices(scheme: Scheme) -> Iterator[tuple[str, PlaceLabel]]:
    """What can be done to marked rows, by the name it is found by."""
    spans = [layer.name for layer in scheme.span_layers] or [scheme.mark_layer]
    layers = [*(["claim"] if scheme.roles else []), *spans]
    for new in (False, True):
        for layer in layers:
            title = shown_name(scheme.layer_title(layer))
            many = f"{title}s" if layer in ("claim", "mark") else f"marks ({title})"
            if new:
                yield f"the words become {many}", PlaceLabel(layer, new=True)
            for attribute in scheme.of_layer(layer):
                for value in attribute.offered:
                    given = PlaceLabel(layer, attribute.name, value.name, new)
                    label = shown_label(attribute, value.name)
                    to = f"the words become {many}, " if new else f"{many} there: "
                    yield f"{to}{label}", given


class Labelling:
    """Gives labels to the rows of a concordance, and takes them back."""

    def __init__(self, rows: MarkedRows) -> None:
        self._rows = rows
        self._used: Counter[str] = Counter()
        self._read: tuple[str, list[Annotation]] = ("", [])
        """The annotations of the article that was looked at last."""

    def at(self, line: ConcordanceLine) -> str:
        """How the annotator labelled what stands at a place: "claim named person, favor"."""
        host = self._rows.host
        if self._read[0] != line.article:
            self._read = line.article, host.project.annotations(line.article, host.annotator)
        said = [
            f"{a.layer_name} {', '.join(shown_values(a, host.scheme))}".rstrip()
            for a in self._read[1]
            if a.layer in ("claim", "mark") and a.touches(line.start, line.end)
        ]
        return f"yours: {'; '.join(said)}" if said else ""

    def choose(self) -> None:
        """Ask which label; the palette finds it by its letters."""
        view = self._rows.view
        if view.found is None or not view.found.complete or view.asked != view.typed:
            self._rows.say("still reading: the rows may change")
            return
        if not view.marked:
            self._rows.say("no row is marked: Space marks one, a marks all")
            return
        entries = [
            Entry(name, "", partial(self._preview, given))
            for name, given in choices(self._rows.host.scheme)
        ]
        self._rows.open_overlay(Palette(entries, lambda: (), self._used))

    def _preview(self, given: PlaceLabel) -> None:
        host, chosen = self._rows.host, self._rows.view.chosen
        try:
            planned = plan(host.project, chosen, given, host.annotator, host.scheme)
        except AnnotatorError as error:
            host.show_error(error)
            return
        self._rows.open_overlay(Preview(given, planned, chosen, partial(self._give, given)))

    def _give(self, given: PlaceLabel, planned: LabelPlan) -> None:
        host = self._rows.host
        try:
            give(host.project, planned, host.scheme)
        except AnnotatorError as error:
            host.show_error(error)
            return
        if planned.batch is not None:
            self._written(planned.batch)
        self._rows.view.marked.clear()
        done = planned.made + planned.labelled + planned.replaced
        left = f", {pluralise(len(planned.skipped), 'row')} left" if planned.skipped else ""
        many = pluralise(done, given.layer)
        self._rows.say(f"{named(given)}: {many}{left}; u takes it back")
        self._rows.paint()

    def undo(self) -> None:
        """Take back the last action."""
        host = self._rows.host
        try:
            batch = host.project.undo()
        except AnnotatorError as error:
            host.show_error(error)
            return
        if batch is None:
            self._rows.say("nothing to undo")
            return
        self._written(batch)
        self._rows.say(f"undone: {batch.label} ({pluralise(len(batch.changes), 'change')})")

    def _written(self, batch: Batch) -> None:
        self._read = ("", [])
        self._rows.wrote(batch)
        self._rows.ask()
