"""Screens that do what a key means within the key press, and hand over their result within it.

Textual puts a key into the queue of a widget, and calls back who pushed a screen some time after it
was left. Between the two other keys come: they would close a screen twice (and with it the one
below, at last the only one), or change what is about to be replaced.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Generic, TypeVar

from textual.actions import SkipAction
from textual.binding import Binding
from textual.widget import Widget

from annotator.tui.dialogs.overlay import OverlayScreen

Result = TypeVar("Result")


class DirectScreen(OverlayScreen, Generic[Result]):
    """A screen over another one, which is left with a result.

    Args:
        then: Called with the result when the screen has been left, before the next key is heard.
    """

    def __init__(self, then: Callable[[Result], object] | None = None) -> None:
        super().__init__()
        self._then = then

    def answer(self, result: Result) -> None:
        """Leave with a result; does nothing when the screen is not on top (any more)."""
        if self.app.screen is self:
            self.dismiss()
            if self._then is not None:
                self._then(result)


@cache
def _methods(kind: type[Widget]) -> dict[str, str]:
    """Key -> name of the method that the binding of a widget would call, later."""
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        for binding in vars(base).get("BINDINGS", ()):
            if isinstance(binding, Binding) and "(" not in binding.action:
                found |= dict.fromkeys(binding.key.split(","), f"action_{binding.action}")
    return found


def act_on(widget: Widget, key: str) -> bool:
    """Let a widget do at once what one of its own keys means; False when it has no such key."""
    name = _methods(type(widget)).get(key)
    if name is None:
        return False
    with suppress(SkipAction):  # nothing to scroll
        getattr(widget, name)()
    return True
