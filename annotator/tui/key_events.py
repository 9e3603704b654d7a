"""Keys and pasted text on their way to the screen that is there."""

from __future__ import annotations

import asyncio
from typing import Any, Final, Protocol, runtime_checkable

from textual import events
from textual.app import App

from annotator.text.safe import safe_text
from annotator.tui.keyboard import foreign_letter
from annotator.tui.keymap import Keymap
from annotator.tui.terminal.pasting import Burst, one_line

QUIT: Final = "ctrl+q"
"""Quits from everywhere (Textual's own binding would come after the screen's keys)."""
LEAST: Final = (60, 14)
"""Columns and rows of the smallest window that is worked in."""


@runtime_checkable
class HandlesKeys(Protocol):
    """A screen that is given each key at once."""

    def handle_key_event(self, event: events.Key) -> bool:
        """Do what the key means here; False when it means nothing to this screen."""


@runtime_checkable
class TakesText(Protocol):
    """A screen that pasted text goes into."""

    def paste(self, text: str, *, typed: bool) -> None:
        """Put the text in; `typed`: it came unmarked, so that a line break at its end is Enter."""


@runtime_checkable
class HoldsOverlay(Protocol):
    """A screen that can have a box above it, which gets what is typed and pasted then."""

    overlay: object | None


class KeyApp(App[None]):
    """An application whose screens get each key, and pasted text, before the next is looked at."""

    keymap: Keymap

    def __init__(self) -> None:
        super().__init__()
        self.leaving = False
        """Whether the program is about to end."""

    @property
    def too_small(self) -> bool:
        """Whether the window shows too little for anything to be done in it but to leave."""
        return self.size.width < LEAST[0] or self.size.height < LEAST[1]

    def say_too_small(self) -> None:
        """Say it above whatever dialog or list is on the screen, once."""
        if not self._notifications:
            self.notify(
                f"No key but {self.keymap.shown('app.quit')} (quit) is heard.",
                title=f"terminal too small: {LEAST[0]}x{LEAST[1]} at least",
                severity="warning",
                timeout=2,
            )

    async def on_event(self, event: events.Event) -> None:
        """Give a key to the screen before the next key is looked at.

        Textual puts a key into the queue of the widget that has the focus now. Keys that arrive
        together (a slow connection, fast fingers) would all go to the screen of the first one: of
        `t 2` the digit would label the claim instead of choosing in the form that t opens.
        """
        if isinstance(event, events.Key) and not event.is_forwarded and await self._handled(event):
            self.app_focus = True
        elif isinstance(event, events.Paste) and not event.is_forwarded:
            await self._pasted(event)
        else:
            await super().on_event(event)

    async def _screen_there(self) -> bool:
        """Wait for the screen that an earlier key opens; False when the program is leaving."""
        while not self.screen.is_mounted and not self.leaving:
            await asyncio.sleep(0)
        return not self.leaving

    def _on_top(self) -> object:
        """The box above the screen, or the screen."""
        screen = self.screen
        return (screen.overlay if isinstance(screen, HoldsOverlay) else None) or screen

    async def _pasted(self, event: events.Paste) -> None:
        if not await self._screen_there():
            return
        if self.too_small:
            self.say_too_small()
        elif isinstance(top := self._on_top(), TakesText):
            top.paste(event.text, typed=isinstance(event, Burst))
        elif isinstance(self.screen, HandlesKeys):
            notes, search = self.keymap.shown("claim.note"), self.keymap.shown("nav.search")
            self.notify(
                f"Pasted text is not taken for keys. A note ({notes}) or the search ({search})"
                " takes it.",
                title=f"{len(event.text):,} characters came at once: ignored",
                severity="warning",
            )
        else:
            event.text = safe_text(one_line(event.text))
            await super().on_event(event)

    async def _handled(self, event: events.Key) -> bool:
        if not await self._screen_there():
            return True
        if event.key == QUIT or (self.too_small and self.keymap.means(event.key, "app.quit")):
            self.exit()
            return True
        if self.too_small:
            # A dialog, a list or the palette would act on what is not on the screen under it.
            self.say_too_small()
            return True
        heard = isinstance(self.screen, HandlesKeys) and self.screen.handle_key_event(event)
        if not heard and (found := foreign_letter(event.character)) and not self._notifications:
            self.notify(found[1], title=found[0], severity="warning")
        return heard

    def exit(self, *given: Any, **named: Any) -> None:
        """Leave; keys that are still on their way do nothing any more."""
        self.leaving = True
        super().exit(*given, **named)
