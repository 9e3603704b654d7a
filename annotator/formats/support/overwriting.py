"""What stands where a file is to be written, and whether it may be written over.

Nothing is written over but what this program wrote and nobody changed since. Two things say so: the
manifest beside an export, which holds the SHA-256 of each of its files, and the seal in the last
line of a page. A database is never written over, whoever asks for it.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from annotator.domain.errors import InputError

MANIFEST: Final = "manifest.json"
"""In a folder; beside a file it is called FILE.manifest.json."""
PROGRAM: Final = "annotator"
"""What a manifest of ours calls the program."""
_CHUNK: Final = 1 << 20
_DATABASES: Final = (
    b"SQLite format 3\x00",
    # A write-ahead log (of either byte order) and a rollback journal.
    *(b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83", b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"),
)
_BESIDE: Final = re.compile(r"(?i)(.+)-(wal|shm|journal|mj[0-9a-f]+)")
"""Names that SQLite gives to files beside a database; it would take whatever stands there for its
own."""
_KINDS: Final = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive, or a document in one"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
_DESKTOP: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What file managers leave in every folder."""
_SEAL: Final = re.compile(rb"<!-- annotator wrote what stands above; sha256 ([0-9a-f]{64}) -->\n\Z")


def digest(path: Path) -> tuple[int, str]:
    """Size in bytes and SHA-256 of a file, read in pieces."""
    size, sha = 0, hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            sha.update(chunk)
    return size, sha.hexdigest()


def seal(page: bytes) -> bytes:
    """The last line of an HTML page by which it is known again as ours, and unchanged."""
    return f"<!-- annotator wrote what stands above; sha256 {_sha(page)} -->\n".encode()


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _sealed(path: Path) -> bool:
    """Whether the last line of a file is the seal of what stands before it."""
    if b"annotator wrote" not in _end(path):
        return False
    data = path.read_bytes()
    found = _SEAL.search(data)
    return found is not None and found[1].decode() == _sha(data[: found.start()])


def _end(path: Path) -> bytes:
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _CHUNK))
        return stream.read()


def is_stream(path: Path) -> bool:
    """Whether a path is written into, not replaced: a terminal or another device, a FIFO.

    Raises:
        InputError: for a disk or a socket.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    if stat.S_ISBLK(mode) or stat.S_ISSOCK(mode):
        what = "a disk" if stat.S_ISBLK(mode) else "a socket"
        raise InputError(f"{path}: is {what}", "name a file")
    # What the shell has opened for /dev/stdout, /dev/fd/3 or >(...) is written into, as it would be
    # by the shell, also where that is a file.
    opened = re.fullmatch(r"/dev/(stdout|stderr|fd/\d+)|/proc/[^/]+/fd/\d+", str(path))
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode) or opened is not None


def refuse_database(path: Path) -> None:
    """Raise InputError for a SQLite database, or a file that is, or would be, taken for its log."""
    beside = _BESIDE.fullmatch(path.name)
    if beside and _is_database(path.with_name(beside[1])):
        raise InputError(
            f"{path}: belongs to the database {path.with_name(beside[1])}", "name another file"
        )
    if _is_database(path):
        raise InputError(
            f"{path}: is a database (SQLite), which is never written over", "name another file"
        )


def _is_database(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(16).startswith(_DATABASES)


def listed(manifest: Path) -> Mapping[str, str] | None:
    """Name -> SHA-256 of the files that a manifest of ours lists; None when it is none of ours."""
    try:
        content = json.loads(manifest.read_bytes())
        if content["program"] != PROGRAM:
            return None
        return {str(f["name"]): str(f["sha256"]) for f in content["files"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def refuse_file(path: Path, known: Mapping[str, str] | None, *, force: bool) -> None:
    """Raise InputError unless a file may be written at a path.

    Args:
        path: Where nothing needs to be.
        known: What the manifest of the earlier export lists; None without one.
        force: Whether a file that is not ours may be written over.
    """
    if path.is_dir():
        raise InputError(f"{path}: is a folder", "name a file")
    refuse_database(path)
    if not path.exists():
        return
    if not path.is_file():
        raise InputError(f"{path}: is not a file", "name a file")
    if force or not path.stat().st_size:
        return
    recorded = (known or {}).get(path.name)
    if path.name.endswith(f".{MANIFEST}") and listed(path) is not None:
        return
    if (recorded and digest(path)[1] == recorded) or _sealed(path):
        return
    what = (
        "was changed since annotator wrote it"
        if recorded or b"<!-- annotator wrote" in _end(path)
        else f"is {kind_of(path)} that annotator did not write"
    )
    raise InputError(
        f"{path}: {what} ({path.stat().st_size:,} bytes)",
        "name another file, or write over it with --force",
    )


def kind_of(path: Path) -> str:
    """What a file is, in a few words: "a PDF", "a text", "a file"."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    for magic, name in _KINDS:
        if head.startswith(magic):
            return name
    return "a file" if b"\0" in head else "a text"


def refuse_folder(path: Path, *, force: bool) -> None:
    """Raise InputError unless a folder may be replaced: it is empty, or an earlier export of ours.

    Args:
        path: Where nothing needs to be.
        force: Whether files in an earlier export may go that were added, or changed, since.
    """
    if not path.exists():
        return
    if not path.is_dir():
        raise InputError(f"{path}: is a file", "this format writes a folder")
    found = [p for p in path.rglob("*") if p.is_symlink() or not p.is_dir()]
    found = [p for p in found if p.name not in _DESKTOP]
    for file in found:
        if not file.is_symlink():
            refuse_database(file)
    known = listed(path / MANIFEST)
    if found and known is None:
        raise InputError(f"{path}: holds other things", "name a new folder")
    if force:
        return
    others = sorted(
        name
        for p in found
        if (name := p.relative_to(path).as_posix()) != MANIFEST
        and (p.is_symlink() or not p.is_file() or digest(p)[1] != (known or {}).get(name))
    )
    if others:
        more = f" and {len(others) - 3} more" if others[3:] else ""
        raise InputError(
            f"{path}: holds what annotator did not write, or what was changed since:"
            f" {', '.join(others[:3])}{more}",
            "name a new folder, or replace this one, with these files, with --force",
        )
