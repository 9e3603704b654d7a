"""Bytes to text: UTF-8, UTF-16 and UTF-32 by their marks, anything else guessed and said so."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, Final, NamedTuple

from annotator.domain.errors import InputError
from annotator.text.readers.mixed import MIXED, stray_note
from annotator.text.readers.signatures import binary_kind

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESSED: Final = (
    "cp1252 cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 iso8859_2 koi8_r mac_roman "
    "gb18030 big5 cp932 euc_jp cp949"
)
"""What news texts that are not Unicode come in; the guess is among these."""
_LATIN: Final = frozenset({"cp1250", "cp1254", "cp1257", "iso8859_2", "mac_roman"})
_ODD: Final = re.compile(r"[^\W\d_][¹²³¼½¾¿¢£¥¦¬¯][^\W\d_]|\w[‡ˆ‰Œ]\w")
"""Signs between letters: a text in another Latin encoding, read as cp1252."""
_CONTROLS: Final = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_SAMPLE: Final = 256 * 1024
_CHUNK: Final = 1024 * 1024
_TEXT_HINT: Final = "save it as plain text in UTF-8 (or as HTML) and add that"
ENCODING_HINT: Final = "give the right one with --encoding NAME, or save the file as UTF-8"


class Decoding(NamedTuple):
    """An encoding, and what to tell the user about it (empty when it is what it should be)."""

    encoding: str
    note: str = ""


def decode(data: bytes, origin: str, encoding: str | None = None) -> tuple[str, str]:
    """Return the text of a document and a note about its encoding (or "").

    The text is what the bytes say: line breaks and composed characters are not touched; only a
    byte order mark is taken off.

    Raises:
        InputError: binary data, NUL bytes, or bytes that do not fit the encoding asked for.
    """
    found = choose_encoding(lambda: [data], origin, encoding)
    try:
        text = data.decode(found.encoding)
    except UnicodeDecodeError as error:
        raise not_decodable(origin, found.encoding, error) from error
    return text, found.note


def encoding_of(file: BinaryIO, origin: str, encoding: str | None = None) -> Decoding:
    """Find the encoding of a whole file, reading it in pieces; it is left at its start."""

    def pieces() -> Iterator[bytes]:
        file.seek(0)
        return iter(lambda: file.read(_CHUNK), b"")

    found = choose_encoding(pieces, origin, encoding)
    file.seek(0)
    return found


def choose_encoding(
    chunks: Callable[[], Iterable[bytes]], origin: str, encoding: str | None
) -> Decoding:
    """Find the encoding of data given in pieces, which may be asked for twice.

    Raises:
        InputError: when the data is binary or no encoding fits.
    """
    pieces = iter(chunks())
    first = next(pieces, b"")
    refuse_known(first, origin)
    if encoding is not None:
        return Decoding(known_encoding(encoding))
    marked = marked_encoding(first)
    if marked and marked != "utf-8-sig":
        return Decoding(marked)
    utf8 = codecs.getincrementaldecoder("utf-8")()
    at = 0
    for piece in _chain(first, pieces):
        if b"\0" in piece:
            raise InputError(
                f"{origin}: has NUL bytes, so it is no text (or UTF-16 without its mark)",
                ENCODING_HINT,
            )
        try:
            utf8.decode(piece)
        except UnicodeDecodeError as error:
            sample = piece[max(0, error.start - 1000) :][:_SAMPLE]
            refuse_binary(sample, origin)
            if note := stray_note(chunks(), origin):
                return Decoding(MIXED, note)
            return _guess(sample, origin, at + error.start)
        at += len(piece)
    try:
        utf8.decode(b"", final=True)
    except UnicodeDecodeError:
        if note := stray_note(chunks(), origin):
            return Decoding(MIXED, note)
        return _guess(first[-_SAMPLE:], origin, at)
    return Decoding(marked or "utf-8")


def marked_encoding(data: bytes) -> str | None:
    """Return the Unicode encoding that the byte order mark of some data names, or None."""
    return next((name for mark, name in _MARKS if data.startswith(mark)), None)


def known_encoding(name: str) -> str:
    """Return Python's name of a text encoding.

    Raises:
        InputError: there is none of that name.
    """
    try:
        "a".encode(name)  # refuses what is no text encoding, such as "hex"
        return codecs.lookup(name).name
    except (LookupError, ValueError) as error:
        raise InputError(
            f"there is no encoding {name!r}", "try utf-8, cp1252, utf-16 or gb18030"
        ) from error


def not_decodable(origin: str, encoding: str, error: UnicodeDecodeError) -> InputError:
    """The fault of bytes that do not fit their encoding."""
    return InputError(f"{origin}: byte {error.start} does not fit {encoding}", ENCODING_HINT)


def _chain(first: bytes, rest: Iterable[bytes]) -> Iterable[bytes]:
    yield first
    yield from rest


def refuse_known(data: bytes, origin: str) -> None:
    """Raise InputError for the start of a file of a kind that is no text: PDF, office, pictures."""
    kind = binary_kind(data[:_SAMPLE])
    if kind is not None:
        raise InputError(f"{origin}: is {kind.name}, not text", kind.hint)


def refuse_binary(data: bytes, origin: str) -> None:
    """Raise InputError for bytes that are no text: one in twenty is a control character."""
    sample = data[:_SAMPLE]
    if len(_CONTROLS.findall(sample)) > max(2, len(sample) // 20):
        raise InputError(f"{origin}: is binary data, not text", _TEXT_HINT)


def _guess(sample: bytes, origin: str, at: int) -> Decoding:
    """Guess among the encodings that texts come in; prefer the commonest that reads the same."""
    from charset_normalizer import from_bytes

    matches = list(from_bytes(sample, cp_isolation=_GUESSED.split()))
    if not matches:
        raise InputError(f"{origin}: is in no encoding that we know", ENCODING_HINT)
    best = matches[0].encoding
    for match in matches:
        text = str(match)
        kana = sum("\u3041" <= c <= "\u309f" for c in text)
        if match.encoding in ("cp932", "euc_jp") and kana > len(text) // 10:
            best = match.encoding
            break
    else:
        western = sample.decode("cp1252", "replace")
        plausible = any(m.encoding == "cp1252" for m in matches) and not _ODD.search(western)
        if str(matches[0]) == western or (plausible and best in _LATIN):
            best = "cp1252"
    return Decoding(
        best, f"{origin}: not UTF-8 (byte {at}); read as {best}. If letters are wrong: --encoding"
    )
