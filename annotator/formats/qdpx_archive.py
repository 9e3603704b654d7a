"""What is in a `.qdpx` file: a ZIP, opened with care; nothing of it is written anywhere."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Final, Self, cast

from annotator.codebook.refi import Node
from annotator.domain.errors import InputError
from annotator.formats.support.base import needs

INTERNAL: Final = "internal://"
_CHUNK: Final = 1 << 20
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def parsed(data: bytes, what: str) -> Node:
    """The root of an XML document; document types and entities are refused.

    Raises:
        InputError: for anything else.
    """
    try:
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import ParseError, fromstring
    except ImportError as error:
        raise needs("defusedxml", "formats") from error
    try:
        return cast("Node", fromstring(data, forbid_dtd=True))
    except (DefusedXmlException, ParseError, ValueError, LookupError) as error:
        raise InputError(f"{what}: not XML that is read here ({error})") from error


class Archive:
    """The files of a project, by their names; all that is read of it together is bounded.

    Raises:
        InputError: for a file that is no ZIP, or holds no project.
    """

    def __init__(self, path: Path, limit: int) -> None:
        self.name = path.name
        self._left = self._limit = limit
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, IsADirectoryError, NotImplementedError, ValueError) as error:
            raise InputError(
                f"{path.name}: no REFI-QDA project ({error})",
                "it is a ZIP with a project.qde in it",
            ) from error
        self._files = {
            i.filename.replace("\\", "/").casefold(): i
            for i in self._zip.infolist()
            if not i.is_dir()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def project(self) -> Node:
        """The root of `project.qde`."""
        names = [n for n in self._files if n.endswith(".qde")]
        named = [n for n in names if n.rpartition("/")[2] == "project.qde"]
        found = sorted(named or names, key=lambda n: (n.count("/"), n))
        if not found:
            raise InputError(
                f"{self.name}: no REFI-QDA project", "there is no project.qde in the archive"
            )
        return parsed(self._read(self._files[found[0]]), f"{self.name}: {found[0]}")

    def text(self, path: str) -> tuple[str, bool]:
        """The text that a path of the project names, and whether a byte order mark was before it.

        Raises:
            InputError: when it is not in the archive, or no text.
        """
        if not path.casefold().startswith(INTERNAL):
            raise InputError(f"its text {path!r} is not in the archive, and only that is read")
        wanted = path[len(INTERNAL) :].replace("\\", "/").lstrip("/").casefold()
        # A name is looked for among those of the archive, and leads nowhere else.
        found = [
            n for n in self._files if n in (f"sources/{wanted}", wanted) or n.endswith(f"/{wanted}")
        ]
        if not found or not wanted:
            raise InputError(f"its text {path!r} is not in the archive")
        data = self._read(self._files[min(found, key=len)])
        mark, encoding = next((m for m in _MARKS if data.startswith(m[0])), (b"", "utf-8"))
        try:
            return data[len(mark) :].decode(encoding), bool(mark)
        except UnicodeDecodeError as error:
            raise InputError(f"its text {path!r} is not UTF-8 ({error.reason})") from error

    def _read(self, info: zipfile.ZipInfo) -> bytes:
        """A file, as long as what was read of the archive so far allows; sizes it tells may lie."""
        out = bytearray()
        try:
            with self._zip.open(info) as stream:
                while chunk := stream.read(_CHUNK):
                    out += chunk
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise InputError(
                            f"{self.name}: larger than {self._limit >> 20} MB when it is unpacked",
                            "-o max-file-mb=N reads it, where it is to be trusted",
                        )
        except (
            *(zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError),
            ValueError,
        ) as error:
            raise InputError(f"{self.name}: {info.filename!r} cannot be read ({error})") from error
        return bytes(out)
