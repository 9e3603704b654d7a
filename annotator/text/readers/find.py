"""Which files the arguments of `add` mean: files, folders, patterns and standard input."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from annotator.domain.errors import InputError
from annotator.text.characters import one_line
from annotator.text.readers.results import FORMATS, InputFile, ReadOptions, ReadResult, Sources

_PATTERN: Final = re.compile(r"[*?\[]")
_STDIN: Final = "-"


def find_sources(paths: Iterable[str | Path], options: ReadOptions | None = None) -> Sources:
    """Return what the paths stand for.

    A folder means all files in it of a kind we read, then its subfolders, each sorted by name and
    hidden ones left out. A path with `*`, `?` or `[` that does not exist is a pattern (`**` spans
    folders). "-" is standard input. Nothing is opened.
    """
    return _Search(options or ReadOptions()).run(paths)


class _Search:
    def __init__(self, options: ReadOptions) -> None:
        self.options = options
        self.files: list[InputFile] = []
        self.faults: list[ReadResult] = []
        self.skipped: list[str] = []

    def run(self, paths: Iterable[str | Path]) -> Sources:
        for path in paths:
            self._argument(str(path))
        size = sum(source.size for source in self.files)
        return Sources(tuple(self.files), tuple(self.faults), tuple(self.skipped), size)

    def _argument(self, name: str) -> None:
        if name == _STDIN:
            self.files.append(InputFile(None, "-", self.options.format or "text", 0))
            return
        if "\0" in name or not name:
            self._fail(name or "an empty path", "is no path")
            return
        path = Path(name)
        if not os.path.lexists(path) and _PATTERN.search(name):
            matches = list(self._matches(name))
            if not matches:
                self._fail(name, "matches no file")
            for match in matches:
                self._path(match, explicit=False)
            return
        self._path(path, explicit=True)

    def _matches(self, pattern: str) -> Iterator[Path]:
        path = Path(pattern)
        root = Path(path.anchor) if path.anchor else Path()
        try:
            found = sorted(root.glob(str(path.relative_to(path.anchor))))
        except (ValueError, NotImplementedError, OSError):
            return  # "**x" and the like: no pattern that could match
        for match in found:
            if not any(p.startswith(".") and p != ".." for p in match.relative_to(root).parts):
                yield match

    def _path(self, path: Path, *, explicit: bool) -> None:
        try:
            status = path.stat()
        except OSError as error:
            self._fail(path, _reason(error))
            return
        if stat.S_ISDIR(status.st_mode):
            self._folder(path, {(status.st_dev, status.st_ino)})
        elif stat.S_ISREG(status.st_mode):
            self._file(path, status.st_size, explicit=explicit)
        else:
            self._fail(path, "is no regular file", "give its content to standard input: add -")

    def _file(self, path: Path, size: int, *, explicit: bool) -> None:
        format_ = self.options.format or FORMATS.get(path.suffix.lower())
        if format_ is None and not explicit:
            self.skipped.append(one_line(str(path)))
            return
        self.files.append(InputFile(path, one_line(str(path)), format_ or "text", size))

    def _folder(self, folder: Path, above: set[tuple[int, int]]) -> None:
        """Take a folder's files; `above` are the folders it lies in, to see a loop of links."""
        pending = [(folder, frozenset(above))]
        while pending:
            current, parents = pending.pop()
            try:
                with os.scandir(current) as scan:
                    entries = sorted(scan, key=lambda entry: entry.name)
            except OSError as error:
                self._fail(current, _reason(error))
                continue
            below: list[tuple[Path, frozenset[tuple[int, int]]]] = []
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                path = current / entry.name
                try:
                    status = entry.stat()
                except OSError as error:
                    self._fail(path, _reason(error))
                    continue
                identity = (status.st_dev, status.st_ino)
                if stat.S_ISREG(status.st_mode):
                    self._file(path, status.st_size, explicit=False)
                elif stat.S_ISDIR(status.st_mode) and identity in parents:
                    self._fail(path, "is a link to a folder that it lies in", "remove the link")
                elif stat.S_ISDIR(status.st_mode):
                    below.append((path, parents | {identity}))
            pending += reversed(below)

    def _fail(self, path: str | Path, what: str, hint: str = "") -> None:
        origin = one_line(str(path))
        self.faults.append(ReadResult(origin, error=InputError(f"{origin}: {what}", hint)))


def _reason(error: OSError) -> str:
    return {
        FileNotFoundError: "there is no such file",
        PermissionError: "may not be read (permission denied)",
        NotADirectoryError: "there is no such file",
    }.get(type(error), f"cannot be read ({error.strerror or type(error).__name__})")
