"""Copying beside OSC 52: the clipboard program of the desktop, where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def _programs() -> list[list[str]]:
    if sys.platform == "darwin":
        return [["pbcopy"]]
    found: list[list[str]] = []
    if os.environ.get("WAYLAND_DISPLAY"):
        found.append(["wl-copy"])
    if os.environ.get("DISPLAY"):
        found += [["xclip", "-selection", "clipboard"], ["xsel", "--clipboard", "--input"]]
    return found


def copy_local(text: str) -> str:
    """Give the text to a local clipboard program; its name, or "" when none took it.

    Over SSH the local program would copy on the wrong machine, so it is left out there.
    """
    if os.environ.get("SSH_CONNECTION"):
        return ""
    for command in _programs():
        if shutil.which(command[0]):
            try:
                done = subprocess.run(command, input=text.encode("utf-8"), timeout=2, check=False)
            except (OSError, subprocess.TimeoutExpired):
                continue
            if done.returncode == 0:
                return command[0]
    return ""
