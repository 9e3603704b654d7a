"""Where an export goes: a file, a folder, a device or stdout; nothing is there until all of it is.

Everything that the program writes for its users goes through `Output`, which says what may be
written over (see `overwriting`).
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import stat
import sys
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import BinaryIO, Final, NamedTuple, Self

from annotator.domain.errors import InputError
from annotator.formats.support.overwriting import (
    MANIFEST,
    PROGRAM,
    digest,
    is_stream,
    listed,
    refuse_file,
    refuse_folder,
    seal,
)
from annotator.text.safe import safe_text
from annotator.version import __version__

STDOUT: Final = "-"
CARD: Final = "README.md"
_CHUNK: Final = 1 << 20
_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_RESERVED: Final = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_NAME_BYTES: Final = 200


class WrittenFile(NamedTuple):
    """A file of an export: its name relative to the export's folder, its size and SHA-256."""

    name: str
    size: int
    sha256: str


def safe_name(name: str, fallback: str) -> str:
    """A file name that stays where it is put on every system: no separators, no `..`; and that is
    what it looks like: no controls, no characters that are invisible or turn the direction.

    Args:
        name: Anything, such as an article's name.
        fallback: Used when nothing of `name` is left.
    """
    name = unicodedata.normalize("NFC", name)
    shown = safe_text(name)
    name = "".join("_" if a != b else a for a, b in zip(name, shown, strict=True))
    name = _UNSAFE.sub("_", name).strip(" .")
    if _RESERVED.match(name):
        name = f"_{name}"
    while len(name.encode("utf-8", "replace")) > _NAME_BYTES:
        name = name[:-1]
    return name or fallback


class Names:
    """File names for articles: their own where possible, with the uid where two would clash."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, name: str, uid: str) -> str:
        """A name that was not given before, also where upper and lower case are one."""
        name = safe_name(name, uid)
        if name.casefold() in self._taken:
            name = f"{name}-{uid}"
        self._taken.add(name.casefold())
        return name


def manifest_of(files: Iterable[WrittenFile], facts: dict[str, object]) -> bytes:
    """What was written, as JSON; it says nothing about the time or the machine."""
    content = {
        "program": PROGRAM,
        "program_version": __version__,
        **facts,
        "files": [
            {"name": f.name, "bytes": f.size, "sha256": f.sha256}
            for f in sorted(files, key=lambda f: f.name)
        ],
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def refuse_target(target: Path, *, force: bool = False) -> None:
    """Raise InputError for a file that may not be written; for before the work begins."""
    out = Output(target, force=force)
    if not out.streamed:
        out.refuse()


def write_page(target: Path, page: str, *, force: bool = False) -> None:
    """Write an HTML page, with a seal by which the next one may replace it.

    Raises:
        InputError: when the target cannot be written, or may not be written over.
    """
    data = page.encode("utf-8", "replace")
    with Output(target, force=force) as out, out.open() as stream:
        stream.write(data + seal(data))


class Output:
    """Takes the files of one export and puts them in their place when the `with` block ends well.

    A file is written beside its target and renamed; a folder likewise; stdout, a device or a FIFO
    gets its bytes at the end. When the block raises, everything written is removed and an earlier
    export stays.

    Args:
        target: A path, or "-" for stdout (one file only).
        folder: Whether the format writes several files.
        force: Write over a file that is not ours. A database is never written over, nor a folder
            that was never ours.

    Raises:
        InputError: when the target cannot be written, or may not be written over.
    """

    def __init__(self, target: str | Path, *, folder: bool = False, force: bool = False) -> None:
        self.target = Path(target)
        self.streamed = str(target) == STDOUT or is_stream(self.target)
        """Whether the bytes go into what is there (stdout, a device), with nothing beside it."""
        self.folder = folder
        self.files: list[WrittenFile] = []
        self.remarks: list[str] = []
        self._stdout = str(target) == STDOUT
        self._force = force
        self._names: set[str] = set()
        self._within = ""
        if self.streamed and folder:
            where = "stdout" if self._stdout else f"{target}, which is no folder"
            raise InputError(f"this format writes a folder, not {where}", "name a folder")
        if self.target.is_symlink() and not self.streamed:
            # A link goes on pointing to where it does.
            self.target = self.target.resolve()
        base = Path(tempfile.gettempdir()) if self.streamed else self.target.parent
        name = "stream" if self.streamed else self.target.name[-_NAME_BYTES:]
        self._private = base / f".{name}.{secrets.token_hex(6)}"
        # Within a folder that only we can enter, one that has the permissions of any new folder.
        self._work = self._private / "new"

    def __enter__(self) -> Self:
        try:
            if not self.streamed:
                self.refuse()
                self.target.parent.mkdir(parents=True, exist_ok=True)
            self._private.mkdir(mode=0o700)
            self._work.mkdir()
        except OSError as error:
            raise InputError(
                f"{self.target}: cannot be written ({error.strerror})", "check the folder"
            ) from error
        return self

    def refuse(self) -> None:
        """Refuse what may not be written over, as far as it is known before all is written."""
        if self.folder:
            refuse_folder(self.target, force=self._force)
            return
        if self.target.is_dir():  # "." and ".." have no name to begin with
            raise InputError(f"{self.target}: is a folder", "name a file")
        self._refuse_file(self.target.name)
        self._refuse_file(f"{self.target.name}.{MANIFEST}")

    def _refuse_file(self, name: str) -> None:
        refuse_file(self.target.with_name(name), self._earlier(), force=self._force)

    def _earlier(self) -> dict[str, str]:
        """The files of an earlier export to this file, with their hashes."""
        own = self.target.name
        found = listed(self.target.with_name(f"{own}.{MANIFEST}")) or {}
        beside = re.compile(rf"{re.escape(own)}(\.[^/\\]+)?")
        return {name: sha for name, sha in found.items() if beside.fullmatch(name)}

    def remark(self, text: str) -> None:
        """Say something about the export, or the part of it that is being written."""
        part = self._within.rstrip("/")
        self.remarks.append(f"{part}: {text}" if part else text)

    def within(self, place: str) -> None:
        """Put what is opened next under a sub-folder ("train/"), or under one file name."""
        self._within = place

    def beside(self, name: str) -> contextlib.AbstractContextManager[BinaryIO]:
        """Open a file that goes with the others: FILE.name beside a file, `name` in a folder."""
        if self.folder and (not self._within or self._within.endswith("/")):
            return self.open(name)
        place = self._within or self.target.name
        return self._open(f"{place}.{name}")

    def open(self, name: str = "") -> contextlib.AbstractContextManager[BinaryIO]:
        """Open a file of the export for writing bytes.

        Args:
            name: Relative to the folder, parts divided by "/"; empty for the only file of a
                format that writes one.

        Raises:
            InputError: for a name that leads out of the folder, or was written before.
        """
        if not self.folder:
            return self._open(name or self.target.name)
        if self._within and not self._within.endswith("/"):
            return self._open(self._within)
        return self._open(self._within + name)

    @contextlib.contextmanager
    def _open(self, name: str) -> Iterator[BinaryIO]:
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or ".." in parts or name in self._names:
            raise InputError(f"{name!r} cannot be the name of a file in the export")
        self._names.add(name)
        path = self._work.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x+b", buffering=_CHUNK) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        self.files.append(WrittenFile(name, *digest(path)))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._place()
            elif isinstance(error, OSError):
                raise error
        except BrokenPipeError:
            raise  # the reader of stdout had enough: not our error to explain
        except OSError as problem:
            raise InputError(f"{self.target}: cannot be written ({problem.strerror})") from problem
        finally:
            shutil.rmtree(self._private, ignore_errors=True)

    def _place(self) -> None:
        if self.streamed:
            with self._stream() as sink:
                for file in self.files:
                    with (self._work / file.name).open("rb") as stream:
                        shutil.copyfileobj(stream, sink, _CHUNK)
                sink.flush()
        elif not self.folder:
            self._place_files()
        else:
            self._place_folder()

    def _stream(self) -> contextlib.AbstractContextManager[BinaryIO]:
        if self._stdout:
            return contextlib.nullcontext(sys.stdout.buffer)
        return self.target.open("wb")

    def _place_files(self) -> None:
        """The data first, then what stands beside it; what an earlier export left there goes."""
        names = sorted((f.name for f in self.files), key=lambda n: n != self.target.name)
        for name in names:
            self._refuse_file(name)
        earlier = {**self._earlier(), f"{self.target.name}.{MANIFEST}": ""}
        for name in names:
            new, place = self._work / name, self.target.with_name(name)
            if place.exists():
                new.chmod(stat.S_IMODE(place.stat().st_mode))
            new.replace(place)
        for name in earlier.keys() - set(names):
            place = self.target.with_name(name)
            ours = listed(place) is not None if not earlier[name] else place.is_file()
            if ours and earlier[name] in ("", digest(place)[1]):
                place.unlink()

    def _place_folder(self) -> None:
        refuse_folder(self.target, force=self._force)
        old = self._private / "old"
        if self.target.exists():
            self._work.chmod(stat.S_IMODE(self.target.stat().st_mode))
            self.target.rename(old)
        try:
            self._work.rename(self.target)
        except OSError:
            if old.exists():
                old.rename(self.target)
            raise
