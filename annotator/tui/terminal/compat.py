"""Patches of Textual, each with its issue and a test that fails when it is no longer needed."""

from __future__ import annotations

import codecs
import os
from functools import partial
from typing import Any

from textual.await_complete import AwaitComplete
from textual.drivers import linux_driver
from textual.screen import Screen

from annotator.tui.terminal.positions import PositionParser, ask_for_positions

HUNG_UP = 128 + 1
"""The exit code of a program that SIGHUP has ended."""


def prepare_textual() -> None:
    """Patch Textual, and let nothing move by itself on a slow line; before the application runs."""
    if os.environ.get("SSH_CONNECTION"):
        os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    patch_textual()


def patch_textual() -> None:
    """Apply every patch; call once, before the application runs."""
    forgive_legacy_mouse_bytes()
    end_with_the_terminal()
    leave_once()
    take_the_terminal_back()
    read_keys_and_pastes()
    ask_for_positions()


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


def end_with_the_terminal() -> None:
    """End the program when its terminal has gone, even where SIGHUP is ignored (under nohup).

    The driver then reads nothing, again and again, with a whole core, for ever
    (Textualize/textual pull request #6690). The end is as abrupt as by SIGHUP: there is no screen
    to restore, and writing to it could block; every action is in the database by then.
    """
    read_input = linux_driver.LinuxDriver.run_input_thread
    make_decoder = vars(linux_driver)["getincrementaldecoder"]

    def getincrementaldecoder(encoding: str) -> object:
        decoder = make_decoder(encoding)

        class NeverEmpty:
            def __init__(self) -> None:
                self._decode = decoder().decode

            def decode(self, data: bytes, final: bool = False) -> str:
                # A terminal that is there is never ready to read without having something.
                if not data and not final:
                    raise EOFError
                return str(self._decode(data, final))

        return NeverEmpty

    def run_input_thread(driver: linux_driver.LinuxDriver) -> None:
        try:
            read_input(driver)
        except (EOFError, OSError):
            os._exit(HUNG_UP)

    vars(linux_driver)["getincrementaldecoder"] = getincrementaldecoder
    type.__setattr__(linux_driver.LinuxDriver, "run_input_thread", run_input_thread)


def leave_once() -> None:
    """Let a screen be left only while it is on top.

    The second of two keys that each leave a screen may come when it has gone already; the screen
    below would be left then, and at last the only one, which ends the program with a
    ScreenStackError.
    """
    dismiss = Screen.dismiss

    def dismiss_on_top(screen: Screen[Any], result: Any = None) -> AwaitComplete:
        if screen.app.screen is screen:
            return dismiss(screen, result)
        return AwaitComplete()

    type.__setattr__(Screen, "dismiss", dismiss_on_top)


def take_the_terminal_back() -> None:
    """Start anew on the terminal after `kill -STOP` and `fg`, as after SIGTSTP.

    The driver, which was not asked to stop then, would start a second thread that reads the keys,
    and take what it finds for the terminal's own state, which it leaves behind in the end.
    """
    resume = linux_driver.LinuxDriver.resume_application_mode

    def resume_application_mode(driver: linux_driver.LinuxDriver) -> None:
        thread = driver._key_thread
        if thread is not None and thread.is_alive():
            driver.suspend_application_mode()
            driver._must_signal_resume = True
        resume(driver)

    type.__setattr__(linux_driver.LinuxDriver, "resume_application_mode", resume_application_mode)


def read_keys_and_pastes() -> None:
    """Let the driver tell pasted text from keys, and read where on the keyboard a key is."""
    vars(linux_driver)["XTermParser"] = PositionParser
