"""Texts that are not the text of one article: known by what is in them, whatever their name says.

A subtitle file, a message or a feed under .txt would be stored with its time codes, headers and
tags as if people had written them, and a stored text never changes. So each kind is refused by
name. Precision comes first here too: an ordinary article is never taken for any of these.
"""

from __future__ import annotations

import re
from typing import Final

from annotator.text.readers.bundles import bundle_kind
from annotator.text.readers.markup import root_element
from annotator.text.readers.signatures import WARC_HINT, Foreign

HEAD: Final = 64 * 1024
"""How much of a text is looked at (characters); kinds show themselves at the start."""

_WORDS: Final = "save its words as plain text without the time codes, and add that"
_MESSAGE: Final = "save the message's text alone as .txt or .html, and add that"
_PARTS: Final = "convert it to plain text, HTML or JSON lines (title, text, date), and add that"
_PROGRAM: Final = "save it as plain text from its program, and add that"
_ANNOTATED: Final = "annotated data is imported: `annotator formats` lists what can be"
_REFERENCES: Final = "these are references to texts: add the texts themselves"

_STARTS: Final[tuple[tuple[str, str, str], ...]] = (
    (r"WEBVTT(?:[ \t\r\n]|\Z)", "WebVTT subtitles", _WORDS),
    (r"\[Script Info\]", "SubStation subtitles", _WORDS),
    (r"WARC/\d", "an archive of web pages (WARC)", WARC_HINT),
    (r"filedesc://", "an archive of web pages (ARC)", WARC_HINT),
    (r"CDX [A-Za-z](?: [A-Za-z])+\s", "an index of a web archive (CDX)", WARC_HINT),
    (r"HTTP/\d(?:\.\d)? \d{3}\b", "a server's answer with its headers (HTTP)",
     "save the page itself as .html, and add that"),
    (r"From \S+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) +[A-Z][a-z]{2} +\d", "a mailbox (mbox)",
     _MESSAGE),
    (r"\{\\rtf", "an RTF document", _PROGRAM),
    (r"%PDF-", "a PDF", _PROGRAM),
    (r"%!PS", "a PostScript document", _PROGRAM),
    (r"(?:%[^\n]*\n|\s)*+\\(?:documentclass|documentstyle|begin\{)", "a LaTeX document",
     "convert it to plain text (`pandoc -t plain`), and add that"),
    (r"(?:['.]\\\"[^\n]*\n)*+\.(?:TH|Dd|Dt) ", "a manual page (troff)", _PARTS),
    (r"@(?:article|book|misc|incollection|inproceedings|online|techreport|newspaper)\s*\{",
     "a BibTeX bibliography", _REFERENCES),
    (r"TY {1,2}- ?[A-Z]", "a RIS bibliography", _REFERENCES),
    (r"PMID- \d", "a PubMed bibliography", _REFERENCES),
    (r"%0 [A-Z]", "an EndNote bibliography", _REFERENCES),
    (r"FN (?:Clarivate|Thomson|ISI)\b", "an export of Web of Science", _REFERENCES),
    (r"BEGIN:V(?:CALENDAR|CARD|EVENT)", "a calendar or contact file", _PARTS),
    (r"-----BEGIN [A-Z ]{3,40}-----", "an encrypted or signed file (PEM, PGP)", _PARTS),
    (r"begin [0-7]{3,4} \S", "an encoded file (uuencode)", "decode it first"),
    (r"=ybegin ", "an encoded file (yEnc)", "decode it first"),
    (r"(?:diff --git |--- [^\n]+\n\+\+\+ [^\n]+\n@@ )", "a patch (diff)", _PARTS),
    (r"#!\s*/\S", "a program's source", _PARTS),
    (r"-{3,} ?(?:Forwarded message|Original Message|Ursprüngliche Nachricht|"
     r"Weitergeleitete Nachricht|Message transféré|Mensaje reenviado) ?-{3,}"
     r"|Begin forwarded message:",
     "a forwarded message", _MESSAGE),
    (r"#\+[A-Z_]{3,20}: ", "an Org document", _PARTS),
    (r"\[\s*\"(?:[^\"\\\n]|\\.)*+\"\s*,", "JSON", _PARTS),
    (r"File type = \"ooTextFile", "a Praat TextGrid", _WORDS),
    (r"@UTF8|@Begin\b", "a CHAT transcript", _WORDS),
    (r"\[\s*\{\s*\"[^\"\n]{1,100}\"\s*:|\{\s*\"[^\"\n]{1,100}\"\s*:", "JSON",
     "read it as records: --format jsonl for one object a line, --format json for one document"),
)  # fmt: skip
"""Pattern of the start, what the text is, how to get the article's text."""
_START_OF: Final = tuple((re.compile(p), Foreign(name, hint)) for p, name, hint in _STARTS)

_CODE: Final = r"(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3}"
_ANYWHERE: Final = (
    (
        re.compile(r"\d\d? ?: ?\d\d(?: ?: ?\d\d)?(?: ?[.,] ?\d{1,3})? ?--+> ?\d\d? ?: ?\d\d"),
        1,
        Foreign("subtitles or a transcript with time codes (SRT, VTT)", _WORDS),
    ),
    (
        re.compile(rf"^[^\S\n]*{_CODE},{_CODE}[^\S\n]*\r?$", re.MULTILINE),
        1,
        Foreign("subtitles with time codes (SBV)", _WORDS),
    ),
    (
        re.compile(r"^Dialogue: \d+,\d+:\d\d:\d\d\.\d\d,", re.MULTILINE),
        1,
        Foreign("SubStation subtitles", _WORDS),
    ),
    (
        re.compile(r"^\{\d+\}\{\d+\}", re.MULTILINE),
        2,
        Foreign("MicroDVD subtitles", _WORDS),
    ),
    (
        re.compile(r"^--[\w='()+,./:?-]{6,70}\r?\nContent-[A-Z]\w+:", re.MULTILINE),
        1,
        Foreign("a message of several parts (multipart)", _MESSAGE),
    ),
    (
        re.compile(r"=[0-9A-F]{2}(?:=[0-9A-F]{2})+|[^\s=]=\r?\n(?=\S)"),
        4,
        Foreign("the coded text of a message (quoted-printable)", _MESSAGE),
    ),
    (
        re.compile(
            r"\[\[(?:Category|Kategorie|Catégorie|Categoría|File|Image|Datei|Bild|Fichier):"
            r"|^={2,5}[^=\n]+={2,5}[^\S\n]*\r?$",
            re.MULTILINE,
        ),
        2,
        Foreign("the source of a wiki page", _PARTS),
    ),
    (
        re.compile(r"&lt;/?(?:p|br|div|span|a|h[1-6]|ul|li|strong|em|img)\b", re.IGNORECASE),
        2,
        Foreign("a web page whose mark-up was escaped (&lt;p&gt;)", _PARTS),
    ),
    (
        re.compile(r"^(?:[TRAENM*#]\d*\t\S+ [^\t\n]*\d+ \d+\t)", re.MULTILINE),
        2,
        Foreign("annotations in brat's format (.ann)", _ANNOTATED),
    ),
)
"""Pattern, how often it must occur in the head, what the text is."""


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_HEADER: Final = re.compile(r"([A-Za-zÀ-ÿ][\w-]{0,40})[ \t]?:(?:[ \t]+(?=\S)|[ \t]*$)")
_ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+\.\w")
_TECHNICAL: Final = _names(
    "return-path received delivered-to message-id mime-version content-type references in-reply-to "
    "content-transfer-encoding reply-to x-mailer dkim-signature authentication-results newsgroups "
    "snapshot-content-location list-id thread-topic thread-index path nntp-posting-host"
)
_PRINTED: Final = (
    _names("from to subject date sent cc bcc attachments importance"),
    _names("von an betreff datum gesendet cc kopie anlagen"),
    _names("de à a objet date envoyé cc"),
    _names("de para asunto fecha enviado cc"),
    _names("da a oggetto data inviato cc"),
    _names("van aan onderwerp datum verzonden cc"),
)
_SUBJECTS: Final = _names("subject betreff objet asunto oggetto onderwerp")

_XML: Final = {
    "nitf": "an article in NITF",
    **dict.fromkeys(
        ("newsml", "newsitem", "newsmessage", "packageitem", "conceptitem", "newsenvelope"),
        "an article in NewsML",
    ),
    **dict.fromkeys(("tei", "tei.2", "teicorpus", "teiheader"), "a TEI document"),
    "rss": "a feed (RSS)",
    "feed": "a feed (Atom)",
    "entry": "a feed's entry (Atom)",
    "opml": "a list of feeds (OPML)",
    **dict.fromkeys(("urlset", "sitemapindex"), "a site map"),
    "svg": "a picture (SVG)",
    **dict.fromkeys(("tt", "timedtext", "transcript"), "subtitles (TTML)"),
    "mediawiki": "a dump of a wiki (MediaWiki)",
    **dict.fromkeys(("worddocument", "package"), "a Word document (XML)"),
    "document-content": "an OpenDocument text (XML)",
    "fictionbook": "a book (FictionBook)",
    **dict.fromkeys(("alto", "pcgts", "mets"), "a scanned page (ALTO, PAGE or METS)"),
    "xmi": "annotated data (UIMA XMI)",
    **dict.fromkeys(("naf", "kaf", "d-spin", "folia", "tiger-xml", "gatedocument"),
                    "annotated data (XML)"),
    **dict.fromkeys(("annotation_document", "trans", "basic-transcription"),
                    "a transcript with time codes (XML)"),
    "plist": "a property list",
    **dict.fromkeys(("pubmedarticleset", "modscollection", "mods", "marc"), "a bibliography (XML)"),
    "kml": "a map (KML)",
    "gpx": "a track (GPX)",
    "html": "a web page (HTML)",
}  # fmt: skip
_JATS: Final = re.compile(
    r"JATS|NLM//DTD|article-type=|journal-?meta|article-?meta|dtd-version|<front\b|<bdy\b"
)
_HTML: Final = re.compile(
    r"</?(?:html|head|body|p|div|span|br|hr|h[1-6]|ul|ol|li|dl|dt|dd|table|tr|td|th|article|section|"
    r"main|header|footer|nav|aside|figure|figcaption|img|a|script|style|meta|link|blockquote|pre|"
    r"strong|em|b|i|u|font|center|iframe|noscript|form|button|select|details|summary)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_BLOCK: Final = re.compile(r"<(?:p|div|br|h[1-6]|li|td|body|html|article|section)\b", re.IGNORECASE)
PAGE: Final = Foreign("a web page (HTML)", "read it as one: name it .html, or --format html")
_TABLE: Final = Foreign(
    "a table", "read it as one: --format csv (or tsv), with --text-column where it is needed"
)
_COLUMNS: Final = _names(
    "text title headline body content date author url source id outlet publisher language"
)
_FRONT: Final = re.compile(
    r"---[ \t]*\r?\n(?:#[^\n]*\n|\s)*+[A-Za-z][\w -]{0,40}:(?:[ \t][^\n]*)?\n(?:[^\n]*\n){0,200}?"
    r"(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)"
)


def foreign_kind(text: str, reader: str = "text") -> Foreign | None:
    """What a text is instead of the text of one article, or None.

    Args:
        text: The whole text.
        reader: What reads it: "text", "markdown", "html" (a page's source), "page" (the text found
            in one) or "record" (a cell of a table). What that reads is not foreign.
    """
    body = text[: HEAD + 64].lstrip("\ufeff \t\r\n\f")[:HEAD]
    if found := bundle_kind(text, body):
        return found
    if body.startswith("<") and (found := _marked_up(body, reader)):
        return found
    if reader == "html" and body.startswith("<"):
        return None  # pages may show a message or a program; their text is looked at by itself
    for pattern, kind in _START_OF:
        if pattern.match(body):
            return kind
    if found := _message(body):
        return found
    for pattern, least, kind in _ANYWHERE:
        matches = pattern.finditer(body)
        if all(next(matches, None) for _ in range(least)):
            return kind
    return None if reader in ("html", "page") else _read_otherwise(body, reader)


def _marked_up(body: str, reader: str) -> Foreign | None:
    """XML and web pages, by their root element."""
    declared = body.startswith("<?xml")
    if re.match(r"<!doctype\s+html|<html\b", body, re.IGNORECASE):
        return None if reader in ("html", "page") else PAGE
    root = root_element(body)
    if root is None:
        return None
    name, attributes = root
    local = name.rpartition(":")[2].casefold()
    if local == "html":
        return None if reader in ("html", "page") else PAGE
    if local == "rdf":
        is_feed = "purl.org/rss" in body[:4000] or "<channel" in body
        return Foreign("a feed (RSS)" if is_feed else "data (RDF)", _PARTS)
    if local in ("article", "book", "sub-article") and _JATS.search(body[:8000]):
        return Foreign("an article in JATS", _PARTS)
    if local in ("article", "book", "chapter") and "docbook" in body[:2000].casefold():
        return Foreign("a DocBook document", _PARTS)
    if local in _XML and (declared or attributes or reader != "html" or local not in ("entry",)):
        hint = _ANNOTATED if "annotated" in _XML[local] else _PARTS
        return Foreign(_XML[local], _WORDS if "subtitles" in _XML[local] else hint)
    if declared or "xmlns" in attributes:
        return Foreign(f"XML (its root is <{name[:40]}>)", _PARTS)
    shown = _HTML.search(body) if reader == "html" else _HTML.match(body)
    if not shown and f"</{name}" in body:
        return Foreign(f"marked-up text (XML or SGML, <{name[:40]}>)", _PARTS)
    return None


def _message(body: str) -> Foreign | None:
    """Mail and web pages saved as mail, by their header lines."""
    names: list[str] = []
    addressed = False
    lines = body[:8000].split("\n")[:60]
    for line in lines[lines[0].strip().isdecimal() :]:  # Apple's .emlx begins with a number
        line = line.rstrip("\r")
        if line[:1] in (" ", "\t") and names:
            continue  # a header that goes on
        found = _HEADER.match(line)
        if not found:
            break
        names.append(found[1].casefold())
        addressed = addressed or bool(_ADDRESS.search(line))
    technical = sum(n in _TECHNICAL or n.startswith("x-") for n in names)
    printed = any(
        (len(group.intersection(names)) >= 3 and _SUBJECTS.intersection(names))
        or (len(group.intersection(names)) >= 2 and addressed)
        for group in _PRINTED
    )
    if not (technical >= 2 or (technical and len(names) >= 2) or printed):
        return None
    if "multipart/related" in body[:8000] or "snapshot-content-location" in names:
        return Foreign("a web page saved as mail (MHTML)", "save the page as HTML only (.html)")
    if "multipart/" in body[:8000]:
        return Foreign("a message of several parts (multipart mail)", _MESSAGE)
    return Foreign("a message with its headers (mail)", _MESSAGE)


def _read_otherwise(body: str, reader: str) -> Foreign | None:
    """What we read under another name: web pages, Markdown with front matter, tables."""
    lines = [line for line in body.split("\n")[:200] if line.strip()]
    if reader == "markdown":  # tags may stand in it, but not make it up
        if sum(_HTML.match(line.lstrip()) is not None for line in lines) > len(lines) // 2:
            return PAGE
    else:
        tags = [m[0] for m in _HTML.finditer(body)]
        if len(tags) >= 3 and any(_BLOCK.match(tag) for tag in tags):
            return PAGE
        if len(tags) >= 2 and body.startswith(tags[0]):
            return PAGE
        if _FRONT.match(body):
            return Foreign(
                "Markdown with front matter", "read it as such: name it .md, or --format markdown"
            )
    if len(lines) < 2:
        return None
    if sum(line.count("\t") >= 2 for line in lines) >= max(3, 0.6 * len(lines)):
        return Foreign("columns of a table or of annotations (tabs)", _TABLE.hint)
    for mark in "\t,;" if reader == "markdown" else "\t,;|":
        cells = [c.strip(' "\r').casefold() for c in lines[0].split(mark)]
        known = _COLUMNS.intersection(cells)
        if len(cells) >= 2 and len(known) >= 2 and all(c and len(c) <= 40 for c in cells):
            return _TABLE
        counts = {"".join(line.split('"')[::2]).count(mark) for line in lines}
        cut = mark != "," or all('",' in line or ',"' in line for line in lines[1:])
        if cut and len(lines) >= 3 and len(counts) == 1 and counts.pop() >= 2:
            return _TABLE
    return None
