"""UTF-8 with a few bytes of another encoding in it: text of two sources, pasted together.

Read as one old encoding, all its other letters would be wrong, and a stored text never changes.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from annotator.domain.errors import InputError

if TYPE_CHECKING:
    from typing_extensions import Buffer

MIXED: Final = "annotator_mixed"
"""The codec that reads UTF-8, and what is not UTF-8 as cp1252."""

_STRAY: Final = re.compile("[\udc80-\udcff]+")
_UNICODE: Final = re.compile(r"[^\x00-\x7f\udc80-\udcff]")
_SURE: Final = re.compile("[\u00a0-\u00ff\u2010-\u203a\u20ac\U0001f000-\U0001faff]")
"""What UTF-8 is recognised by: in old encodings their bytes would be Ã©, Â§ or â€œ."""
_SIGNS: Final = frozenset("“”‘’‚„–—…•€£§°«»·´©®™¿¡½¼¾\u00a0†‹›")
_NAMED: Final = 5


_RARE: Final = re.compile("(?<=[A-Za-z\u00c0-\u00ff])[\u0180-\u07ff](?![\u0180-\u07ff])")
"""A letter of another script after a Latin one: perhaps ß” or Ö… of cp1252, which fit UTF-8 too."""
_CLOSING: Final = frozenset("”’“…–—»")


def _escaped(data: bytes) -> str:
    """Data as UTF-8, each byte that is not as a surrogate (PEP 383)."""

    def as_strays(rare: re.Match[str]) -> str:
        pair = rare[0].encode()
        if pair.decode("cp1252", "replace")[1] not in _CLOSING:
            return rare[0]
        return pair.decode("ascii", "surrogateescape")

    return _RARE.sub(as_strays, data.decode("utf-8", "surrogateescape"))


def _as_cp1252(stray: re.Match[str]) -> str:
    return stray[0].encode("ascii", "surrogateescape").decode("cp1252", "replace")


class _Decoder(codecs.BufferedIncrementalDecoder):
    """Decodes in pieces, each cut before a letter of ASCII, so that nothing is torn apart."""

    def __init__(self, errors: str = "strict") -> None:
        super().__init__(errors)
        self._begun = False

    def reset(self) -> None:
        """Begin anew: a mark may stand at the start again."""
        super().reset()
        self._begun = False

    def _buffer_decode(self, data: Buffer, errors: str, final: bool) -> tuple[str, int]:
        data = bytes(data)
        end = len(data) if final else _last_letter(data)
        text = _STRAY.sub(_as_cp1252, _escaped(data[:end]))
        if text and not self._begun:
            self._begun = True
            text = text.removeprefix("\ufeff")
        return text, end


def _last_letter(data: bytes) -> int:
    """Where the last ASCII character stands; 0 when there is none."""
    return max(0, *map(data.rfind, _ASCII))


_ASCII: Final = tuple(bytes([n]) for n in range(128))


def _find_codec(name: str) -> codecs.CodecInfo | None:
    if name != MIXED:
        return None
    return codecs.CodecInfo(
        name=MIXED,
        encode=lambda text, errors="strict": (text.encode("utf-8", errors), len(text)),
        decode=lambda data, errors="strict": (
            _Decoder(errors).decode(bytes(data), True),
            len(data),
        ),
        incrementaldecoder=_Decoder,
        # Asked for where a stream could be written to (stdin is read from a temporary file).
        incrementalencoder=codecs.getincrementalencoder("utf-8"),
    )


codecs.register(_find_codec)


def stray_note(pieces: Iterable[bytes], origin: str) -> str | None:
    """What to tell about data that is UTF-8 but for stray bytes of cp1252.

    Args:
        pieces: The data.
        origin: For messages.

    Returns:
        The note; None when the data is not UTF-8 at all, but in another encoding.

    Raises:
        InputError: it is UTF-8 for the most part, but the other bytes are no letters of cp1252.
    """
    known = sure = strays = at = 0
    odd = False
    places: list[int] = []
    letters: list[str] = []
    for piece, last in _cut(pieces):
        text = _escaped(piece)
        known += len(_UNICODE.findall(text))
        sure += len(_SURE.findall(text))
        for run in _STRAY.finditer(text):
            read = _as_cp1252(run)
            strays += len(read)
            before = text[max(0, run.start() - 1) : run.start()]
            odd = odd or not _plausible(read, before, last=last and run.end() == len(text))
            if len(places) < _NAMED:
                start = at + len(text[: run.start()].encode("utf-8", "surrogateescape"))
                places += range(start, start + len(read))
                letters += read
        at += len(piece)
    if not known or (odd and known <= strays) or (not odd and not sure):
        return None
    where = ", ".join(map(str, places)) + (", ..." if strays > len(places) else "")
    count = "1 byte is" if strays == 1 else f"{strays} bytes are"
    if odd:
        raise InputError(
            f"{origin}: UTF-8, but {count} not (at byte {where})",
            "mend these places, or give the encoding of the whole file with --encoding NAME",
        )
    shown = " ".join(letters)
    return (
        f"{origin}: UTF-8, but {count} not (at byte {where}); read as cp1252 there: {shown}. If"
        " that is wrong, mend the file: a text never changes"
    )


def _cut(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The same data in pieces that end before a letter of ASCII, and the last one."""
    rest = b""
    for piece in pieces:
        data = rest + piece
        end = _last_letter(data)
        yield data[:end], False
        rest = data[end:]
    yield rest, True


def _plausible(read: str, before: str, *, last: bool) -> bool:
    """Whether bytes may be letters or signs of cp1252, and no character of UTF-8 that was cut."""
    if len(read) > 3 or not all(c in _SIGNS or unicodedata.category(c)[0] == "L" for c in read):
        return False
    lead = read[0] >= "\u00c2" and read[0] <= "\u00f4"
    if lead and last:
        return False
    if lead and len(read) > 1:  # é” or the start of a character that was cut
        return before.isalpha() and before.isascii() and read[1] in _CLOSING
    return len(read) == 1 or all(c in _SIGNS for c in read[1:])
