"""Files that are no text: known by their first bytes, whatever their name says."""

from __future__ import annotations

import re
import zlib
from typing import Final, NamedTuple


class Foreign(NamedTuple):
    """What a file is instead of the text of one article, and how to get that text."""

    name: str
    """As in "is ...": "a PDF", "WebVTT subtitles"."""
    hint: str


WARC_HINT: Final = (
    "take the pages out (`warcio extract --payload FILE OFFSET > page.html`), and add those"
)
_SAVE: Final = "save it as plain text in UTF-8 (or as HTML) from its program, and add that"
_SHEET: Final = "save it as .csv (UTF-8), and add that"
_UNPACK: Final = "unpack it, and add the files in it"
_PICTURE: Final = "add its words as plain text (after OCR, check them)"
_SPEECH: Final = "add its words as plain text (a transcript without time codes)"
_NO_TEXT: Final = "add the texts themselves, as .txt, .html or a table"

_STARTS: Final[tuple[tuple[bytes, str, str], ...]] = (
    (rb"\{\\rtf", "an RTF document", _SAVE),
    (rb"\xd0\xcf\x11\xe0", "an old office document or Outlook message", _SAVE),
    (rb"%!PS", "a PostScript document", _SAVE),
    (rb"AT&TFORM", "a DjVu document", _PICTURE),
    (rb".{60}(?:BOOKMOBI|TEXtREAd)", "a book (Kindle or Palm)", _SAVE),
    (rb"ITSF\x03", "a Windows help file", _SAVE),
    (rb"bplist00", "a web archive of Safari or a property list", _SAVE),
    (rb"\x89PNG", "a picture (PNG)", _PICTURE),
    (rb"\xff\xd8\xff", "a picture (JPEG)", _PICTURE),
    (rb"GIF8[79]a", "a picture (GIF)", _PICTURE),
    (rb"II\*\0|MM\0\*", "a picture (TIFF)", _PICTURE),
    (rb"8BPS\0", "a picture (Photoshop)", _PICTURE),
    (rb"BM.{4}\0{4}", "a picture (BMP)", _PICTURE),
    (rb"\0\0[\x01\x02]\0", "an icon", _PICTURE),
    (rb"RIFF.{4}WEBP", "a picture (WebP)", _PICTURE),
    (rb"\0\0.{2}ftyp(?:hei|avi|mif)", "a picture (HEIF)", _PICTURE),
    (rb"\0\0.{2}ftyp", "a film or sound (MP4)", _SPEECH),
    (rb"\x1aE\xdf\xa3", "a film (Matroska or WebM)", _SPEECH),
    (rb"RIFF.{4}AVI ", "a film (AVI)", _SPEECH),
    (rb"\0\0\x01[\xb3\xba]", "a film (MPEG)", _SPEECH),
    (rb"ID3[\x02-\x04]|\xff[\xfb\xf3\xf2]", "sound (MP3)", _SPEECH),
    (rb"OggS\0", "sound (Ogg)", _SPEECH),
    (rb"fLaC\0", "sound (FLAC)", _SPEECH),
    (rb"RIFF.{4}WAVE", "sound (WAV)", _SPEECH),
    (rb"BZh[1-9]1AY&SY", "a bzip2 archive", _UNPACK),
    (rb"\xfd7zXZ\0", "an xz archive", _UNPACK),
    (rb"\x28\xb5\x2f\xfd", "a Zstandard archive", _UNPACK),
    (rb"\x04\x22\x4d\x18", "an LZ4 archive", _UNPACK),
    (rb"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (rb"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (rb".{257}ustar[\0 ]", "a tar archive", _UNPACK),
    (rb"!<arch>\n", "an ar archive", _UNPACK),
    (rb"SQLite format 3\0", "an SQLite database", "a database of annotator is named with --db"),
    (rb"PAR1[^ -~]", "a Parquet table", "export it as .csv or .jsonl, and add that"),
    (rb"ARROW1\0", "an Arrow table", "export it as .csv or .jsonl, and add that"),
    (rb"RDX[23]\n", "R data", _SHEET),
    (rb"\x89HDF", "an HDF5 file", _SHEET),
    (rb"\$FL[23]@|<stata_dta>", "data of SPSS or Stata", _SHEET),
    (rb"\x7fELF|MZ\x90\0|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe|\0asm", "a program", _NO_TEXT),
    (rb"wOF[F2]|\0\x01\0\0\0|OTTO\0", "a font", _NO_TEXT),
)
"""Pattern of the first bytes, what the file is, how to get its text."""
_START_OF: Final = tuple((re.compile(p, re.DOTALL), Foreign(n, hint)) for p, n, hint in _STARTS)
_PDF_WITHIN: Final = 1024
"""A PDF may begin after this many bytes of something else; programs accept that."""
_ZIPPED: Final = (
    (b"application/epub+zip", "a book (EPUB)", _SAVE),
    (b"opendocument.text", "an OpenDocument text", _SAVE),
    (b"opendocument.spreadsheet", "a spreadsheet (OpenDocument)", _SHEET),
    (b"opendocument", "an OpenDocument file", _SAVE),
    (b"word/", "a Word document", _SAVE),
    (b"xl/", "a spreadsheet (Excel)", _SHEET),
    (b"ppt/", "a presentation", _SAVE),
    (b"Index/Document.iwa", "a Pages document", _SAVE),
    (b"[Content_Types].xml", "an office document", _SAVE),
)


def binary_kind(data: bytes) -> Foreign | None:
    """What the first bytes of a file (some thousands) say it is; None where it may be text."""
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return Foreign("a PDF", "take its text out (`pdftotext FILE`), check it, and add that")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        for part, name, hint in _ZIPPED:
            if part in data:
                return Foreign(name, hint)
        return Foreign("a ZIP archive or an office document", _UNPACK)
    if data.startswith(b"\x1f\x8b"):
        if _unzipped(data).startswith(b"WARC/"):
            return Foreign("an archive of web pages (WARC, in a gzip archive)", WARC_HINT)
        return Foreign("a gzip archive", _UNPACK)
    return next((kind for pattern, kind in _START_OF if pattern.match(data)), None)


def _unzipped(data: bytes) -> bytes:
    """The first bytes of what is compressed with gzip; none where it is damaged."""
    try:
        return zlib.decompressobj(wbits=31).decompress(data, 64)
    except zlib.error:
        return b""
