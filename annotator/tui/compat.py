"""Patches of Textual, each with its issue and a test that fails when it is no longer needed."""

from __future__ import annotations

import codecs
from functools import partial

from textual.drivers import linux_driver


def forgive_legacy_mouse_bytes() -> None:
    """Keep the program alive when a terminal sends mouse reports that are not UTF-8.

    After a re-attach of tmux or a reconnect of SSH a terminal may fall back to the legacy mouse
    encoding, whose bytes past column 95 are no UTF-8; the driver's strict decoder then ends the
    program (Textualize/textual#6668, pull request #6696). Such bytes become U+FFFD here, and the
    parser drops them.
    """
    # The driver looks the name up in its own module each time it starts its input thread.
    decoder = partial(codecs.getincrementaldecoder("utf-8"), errors="replace")
    vars(linux_driver)["getincrementaldecoder"] = lambda _encoding: decoder
