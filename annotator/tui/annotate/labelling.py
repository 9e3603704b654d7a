"""What the keys of labels and marks do, and what is said where the scheme has no claims."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from annotator.domain.scheme import Attribute, Scheme
from annotator.domain.wording import shown_name
from annotator.session.commands import Command, Do, GiveLabel, MarkAs
from annotator.tui.annotate.forms import Forms
from annotator.tui.annotate.suggesting import Suggesting
from annotator.tui.annotate.window import AnnotateWindow

OF_CLAIMS: Final = frozenset(
    {
        "claim.broken",
        "claim.cue_first",
        "claim.interchange",
        "claim.merge",
        "claim.nest",
        "claim.source",
        "claim.split",
        "suggestion.accept_all",
        "suggestion.errors",
        "suggestion.hide",
        "suggestion.next",
        "suggestion.order",
        "suggestion.reject",
    }
)
"""Actions that only claims and their suggestions have."""


def without_claims(scheme: Scheme, command: Command) -> str:
    """Why an action does nothing in a scheme without claims; empty where it does something."""
    if scheme.roles or not isinstance(command, Do) or command.action not in OF_CLAIMS:
        return ""
    what = "nothing is suggested" if command.action.startswith("suggestion.") else "only marks"
    return f"the scheme {scheme.title or scheme.name} has no roles, so no claims: {what}"


def give_label(
    window: AnnotateWindow, suggesting: Suggesting, attribute: Attribute, value: str
) -> None:
    """Label what is at hand; a claim's label accepts a suggestion that is offered first."""
    session = window.session
    offered = None
    if attribute.layer == "claim" and session.selection is None:
        offered = window.suggestions.offered()
    if offered is not None and not suggesting.accept_offered():
        return
    session.label(attribute, value)
    if offered is not None:
        session.said = session.said._replace(text=f"suggestion accepted; {session.said.text}")


def make_mark(window: AnnotateWindow, forms: Forms, layer: str = "") -> None:
    """Mark what is selected, with a span layer or the first one, and ask for its labels."""
    if window.session.add_mark(layer):
        forms.of_new_mark()


def marking_commands(scheme: Scheme) -> Iterator[tuple[str, str, Command]]:
    """Every span layer and each of its labels, also without a key: name, key, what it does."""
    for layer in scheme.span_layers:
        if layer.archived:
            continue
        yield f"mark: {shown_name(layer.title)}", "", MarkAs(layer.name)
        for attribute in scheme.of_layer(layer.name):
            for value in () if attribute.archived else attribute.values:
                if not value.archived:
                    names = (layer.title, attribute.title, value.name)
                    give = GiveLabel(attribute.name, value.name, layer.name)
                    yield ": ".join(map(shown_name, names)), value.key, give
