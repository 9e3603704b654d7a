"""The files of a project that INCEpTION exported: a folder, or the archive that it came as.

`annotation/DOCUMENT/PERSON.xmi` (or `.tsv`, `.json`, or an archive with such a file and its
TypeSystem.xml), `curation/` in the same way, and much that is no annotation.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from annotator.domain.errors import InputError
from annotator.domain.losses import Losses

_OF_PEOPLE: Final = ("annotation", "curation")
_INITIAL: Final = "INITIAL_CAS"
_READ: Final = (".tsv", ".xmi", ".json", ".xml", ".zip")
_DEEP: Final = 3
_PIECE: Final = 1 << 20


@contextmanager
def unpacked(path: Path, limit: int) -> Iterator[Path]:
    """The folder to read: the one that was given, or what is in an archive, or in its archives.

    Args:
        limit: Bytes that an archive may have, unpacked.

    Raises:
        InputError: for an archive that is too large, or none.
    """
    archives = sorted(path.rglob("*.zip")) if path.is_dir() else []
    if not archives and path.suffix != ".zip":
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="annotator-") as place:
        root = Path(place)
        if path.is_dir():
            for file in sorted(p for p in path.rglob("*") if p.suffix in _READ):
                target = root / file.relative_to(path)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)
        else:
            _unpack(path, root, limit)
        for inner in sorted(root.rglob("*.zip")):
            _unpack(inner, inner.parent, limit)
        yield root


def _unpack(archive: Path, into: Path, limit: int) -> None:
    left = limit
    try:
        with zipfile.ZipFile(archive) as opened:
            for member in opened.infolist():
                parts = PurePosixPath(member.filename).parts
                if member.is_dir() or ".." in parts or member.filename.startswith("/"):
                    continue
                if PurePosixPath(member.filename).suffix not in _READ:
                    continue
                target = into.joinpath(*parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                with opened.open(member) as source, target.open("wb") as sink:
                    while piece := source.read(_PIECE):
                        left -= len(piece)
                        if left < 0:
                            raise InputError(
                                f"{archive.name}: unpacks to more than {limit >> 20} MB",
                                "-o max-file-mb=N",
                            )
                        sink.write(piece)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise InputError(f"{archive.name}: no archive that can be read ({error})") from error


def files_in(root: Path, suffixes: tuple[str, ...], losses: Losses) -> list[Path]:
    """The files with annotations: of a project that is what people annotated and curated alone.

    What a document was before anybody annotated it (INITIAL_CAS) is read where there is nothing
    else, and counted otherwise.
    """
    if not root.is_dir():
        return [root]
    files = sorted(p for p in root.rglob("*") if p.suffix in suffixes and p.name != "manifest.json")
    if any(root.rglob("exportedproject*.json")):
        files = [f for f in files if len(f.parts) >= _DEEP and f.parts[-3] in _OF_PEOPLE]
    out: list[Path] = []
    for file in files:
        beside = (f for f in files if f.parent == file.parent and f.stem != _INITIAL)
        if file.stem == _INITIAL and any(beside):
            losses.add("document before anybody annotated it (INITIAL_CAS)", file.parent.name)
        else:
            out.append(file)
    return out
