"""Pasted text: never taken for keys, and all of it kept where text is asked for.

A terminal that does not mark what is pasted (bracketed paste) sends it as if somebody had typed it.
It tells by coming at once: a hand's keys come one by one, even when they are typed ahead, for a
thread of the driver reads each when it comes; and on a slow line a handful together, or many of one
key that is held. A pasted line comes in one read of the terminal.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from typing import Final

from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

from annotator.text.safe import visible_controls

MANY: Final = 16
"""Characters of one read that no hand and no slow line sends together."""
FEW: Final = 8
"""Characters that are a paste if they are words, with a blank between."""
DIFFERENT: Final = 5
"""Different characters in a paste at least; fewer are a key that is held down."""
QUIET_SECONDS: Final = 0.05
"""What comes sooner after a part of a paste belongs to it."""
_ESCAPE_SECONDS: Final = 0.1
"""What comes later does not go on with an escape sequence."""

_WORDS: Final = re.compile(r"[^\W\d_]{2,}[^\w\s]*\s+[^\W\d_]{2,}")
_TOKEN: Final = re.compile(
    r"(?P<marked>\x1b\[200~.*?(?:\x1b\[201~|\Z))"
    r"|(?P<sequence>\x1b(?:\[M.{0,3}|\[[0-?]*[ -/]*[@-~]?|O.?|[^\[O\x1b])?)"
    r"|(?P<control>[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f])"
    r"|(?P<plain>[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+)",
    re.DOTALL,
)
_BEGUN: Final = re.compile(r"\x1b(?:\[M.{0,2}|\[[0-?]*[ -/]*|O)?\Z", re.DOTALL)
_END: Final = "\x1b[201~"
_STRAY: Final = re.compile(r"\x1b(?!\[20[01]~)")
"""An escape within a marked paste that is not its mark."""
_PERHAPS_END: Final = re.compile(r"\x1b(?:\[(?:2(?:01?)?)?)?\Z")
"""What may be the beginning of the end mark, where a read ends."""
_BREAKS: Final = re.compile(r"[^\S\r\n]*[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+\s*")


class Burst(events.Paste):
    """Text that came like a paste, unmarked."""


def is_paste(text: str) -> bool:
    """Whether characters that came together were pasted, not typed."""
    if len(text) < FEW or len(set(text)) < DIFFERENT:
        return False
    return len(text) >= MANY or bool(_WORDS.search(text))


def one_line(text: str) -> str:
    """Pasted text as one line: each line break is a blank, controls are shown as symbols."""
    return visible_controls(_BREAKS.sub(" ", text.strip()).replace("\t", " "))


class PasteParser(XTermParser):
    """Textual's parser of what the terminal sends, which keeps a paste together."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._held: list[str] = []
        self._marked = False
        """Whether a marked paste has begun and not ended."""
        self._begun = ""
        """The part of an escape sequence that came last."""
        self._kept = ""
        """The end of the last read within a marked paste, while it may begin the end mark: Textual
        would read on in it as in a key where it does not."""
        self._last = 0.0

    def feed(self, data: str) -> Iterable[Message]:
        """Take what one read brought; a paste comes out of `tick` when all of it is there."""
        now = time.monotonic()
        late, self._last = now - self._last, now
        if late > QUIET_SECONDS:
            yield from self._release()
        if late > _ESCAPE_SECONDS:
            self._begun = ""
        if not data:
            yield from super().feed(data)
        for plain, part in self._parts(data):
            if plain and (self._held or is_paste(part)):
                self._held.append(part)
            else:
                yield from self._release()
                yield from super().feed(part)

    def tick(self) -> Iterable[Message]:
        """What time alone brings to an end."""
        if time.monotonic() - self._last > QUIET_SECONDS:
            yield from self._release()
        yield from super().tick()

    def _release(self) -> Iterator[Message]:
        if self._held:
            text = "".join(self._held)
            self._held.clear()
            yield Burst(text)

    def _parts(self, data: str) -> Iterator[tuple[bool, str]]:
        """Cut into what was typed or pasted (True), and sequences, controls and marked pastes."""
        before = len(self._begun)
        text = self._begun + self._kept + data
        self._kept = ""
        at = 0
        if self._marked:
            end = text.find(_END)
            at = len(text) if end < 0 else end + len(_END)
            self._marked = end < 0
            part = self._without_beginning(text[before:at])
            if part:
                yield False, _quiet(part)
        for token in _TOKEN.finditer(text, at):
            if token["marked"] and not token[0].endswith(_END):
                self._marked = True
            part = text[max(token.start(), before) : token.end()]
            if token["marked"]:
                part = _quiet(self._without_beginning(part))
            if part:
                yield bool(token["plain"]), part
        begun = None if self._marked else _BEGUN.search(text[-32:])
        self._begun = begun[0] if begun else ""

    def _without_beginning(self, part: str) -> str:
        """A part of a marked paste without what may be the beginning of its end, which is kept."""
        found = _PERHAPS_END.search(part) if self._marked else None
        if found:
            self._kept = found[0]
        return part[: found.start()] if found else part


def _quiet(paste: str) -> str:
    """A marked paste in which no escape sequence is one: Textual would read on in it as in keys."""
    return _STRAY.sub("␛", paste)
