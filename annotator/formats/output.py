"""Where an export goes: a file, a folder or stdout; nothing is there until all of it is."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import BinaryIO, Final, NamedTuple, Self

from annotator.domain.errors import InputError

STDOUT: Final = "-"
MANIFEST: Final = "manifest.json"
"""In a folder; beside a file it is called FILE.manifest.json."""
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
    """A file name that stays where it is put on every system: no separators, no `..`, no controls.

    Args:
        name: Anything, such as an article's name.
        fallback: Used when nothing of `name` is left.
    """
    name = unicodedata.normalize("NFC", name)
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


def digest(path: Path) -> tuple[int, str]:
    """Size in bytes and SHA-256 of a file, read in pieces."""
    size, sha = 0, hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            sha.update(chunk)
    return size, sha.hexdigest()


class Output:
    """Takes the files of one export and puts them in their place when the `with` block ends well.

    A file is written beside its target and renamed; a folder likewise; stdout gets its bytes at the
    end. When the block raises, everything written is removed and an earlier export stays.

    Args:
        target: A path, or "-" for stdout (one file only).
        folder: Whether the format writes several files.

    Raises:
        InputError: when the target cannot be written, or is a folder with other things in it.
    """

    def __init__(self, target: str | Path, *, folder: bool = False) -> None:
        self.stdout = str(target) == STDOUT
        self.target = Path(target)
        self.folder = folder
        self.files: list[WrittenFile] = []
        self._names: set[str] = set()
        self._within = ""
        if self.stdout and folder:
            raise InputError("this format writes a folder, not stdout", "name a folder")
        base = Path(os.environ.get("TMPDIR", "/tmp")) if self.stdout else self.target.parent  # noqa: S108
        self._work = (
            base / f".{'stdout' if self.stdout else self.target.name}.{secrets.token_hex(6)}"
        )

    def __enter__(self) -> Self:
        try:
            if not self.stdout:
                self.target.parent.mkdir(parents=True, exist_ok=True)
            self._refuse_foreign()
            self._work.mkdir(mode=0o700)
        except OSError as error:
            raise InputError(
                f"{self.target}: cannot be written ({error.strerror})", "check the folder"
            ) from error
        return self

    def _refuse_foreign(self) -> None:
        if self.stdout or not self.target.exists():
            return
        if not self.folder:
            if self.target.is_dir():
                raise InputError(f"{self.target}: is a folder", "name a file")
            return
        if not self.target.is_dir():
            raise InputError(f"{self.target}: is a file", "this format writes a folder")
        if any(self.target.iterdir()) and not (self.target / MANIFEST).is_file():
            raise InputError(
                f"{self.target}: holds other things", "name a new folder, or one exported earlier"
            )

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
            shutil.rmtree(self._work, ignore_errors=True)

    def _place(self) -> None:
        if self.stdout:
            for file in self.files:
                with (self._work / file.name).open("rb") as stream:
                    shutil.copyfileobj(stream, sys.stdout.buffer, _CHUNK)
            sys.stdout.buffer.flush()
        elif not self.folder:
            # The data first, then what stands beside it.
            for file in sorted(self.files, key=lambda f: f.name != self.target.name):
                (self._work / file.name).replace(self.target.with_name(file.name))
        else:
            self._work.chmod(0o755)
            old = self._work.with_name(self._work.name + ".old")
            if self.target.exists():
                self.target.rename(old)
            try:
                self._work.rename(self.target)
            except OSError:
                if old.exists():
                    old.rename(self.target)
                raise
            shutil.rmtree(old, ignore_errors=True)
