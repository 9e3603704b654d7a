"""Keys by their place on the keyboard, where the terminal tells it (kitty's keyboard protocol).

With its flag 4 a terminal sends for each key also what the same key types on the standard (US)
layout: `CSI code:shifted:base ; modifiers ; text u`. Textual neither asks for it nor reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from textual import events
from textual.drivers import linux_driver

from annotator.tui.keyboard import SHIFTED, TOLD
from annotator.tui.terminal.pasting import PasteParser

REPORT_ALTERNATE_KEYS: Final = 4
"""The flag of the protocol."""

_ALTERNATES: Final = re.compile(r"\x1b\[(\d+):(\d*)(?::(\d*))?((?:;[\d:]*)*)u")
_SHIFT: Final = 1


def ask_for_positions() -> None:
    """Let the driver ask for the alternate keys too, when it starts."""
    asked = linux_driver.KITTY_REPORT_ASSOCIATED_TEXT
    vars(linux_driver)["KITTY_REPORT_ASSOCIATED_TEXT"] = asked | REPORT_ALTERNATE_KEYS


class PositionParser(PasteParser):
    """Textual's parser, which understands keys that come with their alternates."""

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        match = _ALTERNATES.fullmatch(sequence)
        if match is None:
            yield from super()._sequence_to_key_events(sequence, alt)
            return
        code, _, base, rest = match.groups(default="")
        for event in super()._sequence_to_key_events(f"\x1b[{code}{rest}u", alt):
            if base:
                _remember(event, int(base), rest)
            yield event


def _remember(event: events.Key, base: int, rest: str) -> None:
    """Keep what stands at the place of a key that types no ASCII."""
    key = event.key.rpartition("+")[2] or event.key
    if (event.character or key).isascii() or not 0x20 < base < 0x7F:
        return
    modifiers = rest.split(";")[1] if rest else ""
    shift = modifiers.isdecimal() and (int(modifiers) - 1) & _SHIFT
    plain = chr(base)
    TOLD[key] = SHIFTED.get(plain, plain) if shift else plain
