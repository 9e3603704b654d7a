"""Files of other kinds, as other programs write them, around words that are given.

Each maker takes sentences and returns the file's bytes and a part of the name that it is refused
by. Nothing here is anybody's data: all of it is made.
"""

from __future__ import annotations

import base64
import gzip
import io
import quopri
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from email.message import EmailMessage

Words = Sequence[str]
Maker = Callable[[Words], tuple["bytes | str", str]]
MAKERS: dict[str, Maker] = {}


def kind(make: Maker) -> Maker:
    """Enter a maker under its name."""
    MAKERS[make.__name__] = make
    return make


def _clock(i: int, mark: str = ".", hours: bool = True) -> str:
    return f"{'00:' if hours else ''}{i // 60:02}:{i % 60:02}{mark}000"


@kind
def vtt(words: Words) -> tuple[str, str]:
    cues = (f"{_clock(3 * i)} --> {_clock(3 * i + 2)}\n{w}\n" for i, w in enumerate(words))
    return "WEBVTT - a film\n\nNOTE made\n\n" + "\n".join(cues), "WebVTT"


@kind
def vtt_short(words: Words) -> tuple[str, str]:
    cues = (
        f"{_clock(3 * i, hours=False)} --> {_clock(3 * i + 2, hours=False)} align:start\n<v A>{w}\n"
        for i, w in enumerate(words)
    )
    return "\ufeffWEBVTT\n\n" + "\n".join(cues), "WebVTT"


@kind
def srt(words: Words) -> tuple[str, str]:
    cues = (
        f"{i + 1}\r\n{_clock(3 * i, ',')} --> {_clock(3 * i + 2, ',')}\r\n{w}\r\n"
        for i, w in enumerate(words)
    )
    return "\r\n".join(cues), "subtitles"


@kind
def srt_late(words: Words) -> tuple[str, str]:
    return f"A film\n\n{srt(words)[0]!s}", "subtitles"


@kind
def sbv(words: Words) -> tuple[str, str]:
    cues = (
        f"0:{i // 60:02}:{i % 60:02}.000,0:{i // 60:02}:{i % 60:02}.900\n{w}\n"
        for i, w in enumerate(words)
    )
    return "\n".join(cues), "subtitles"


@kind
def ass(words: Words) -> tuple[str, str]:
    lines = (
        f"Dialogue: 0,0:00:{i:02}.00,0:00:{i:02}.90,D,,0,0,0,,{w}" for i, w in enumerate(words)
    )
    return "[Script Info]\nTitle: x\n\n[Events]\nFormat: Layer\n" + "\n".join(lines), "subtitles"


@kind
def lrc(words: Words) -> tuple[str, str]:
    return "\n".join(f"[00:{i:02}.00]{w}" for i, w in enumerate([*words] * 2)), "time codes"


@kind
def pasted_transcript(words: Words) -> tuple[str, str]:
    return "\n".join(
        f"{i // 60}:{i % 60:02}\n{w}" for i, w in enumerate([*words] * 2)
    ), "time codes"


@kind
def whisper(words: Words) -> tuple[str, str]:
    lines = (
        f"[{_clock(i, hours=False)} --> {_clock(i + 1, hours=False)}]  {w}"
        for i, w in enumerate(words)
    )
    return "\n".join(lines), "time codes"


@kind
def microdvd(words: Words) -> tuple[str, str]:
    return "\n".join(f"{{{i}}}{{{i + 9}}}{w}" for i, w in enumerate([*words] * 2)), "subtitles"


@kind
def warc(words: Words) -> tuple[str, str]:
    page = f"<html><body>{''.join(f'<p>{w}</p>' for w in words)}</body></html>"
    return (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\n"
        f"Content-Length: {len(page)}\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{page}\r\n\r\n"
    ), "WARC"


@kind
def warc_gz(words: Words) -> tuple[bytes, str]:
    return gzip.compress(str(warc(words)[0]).encode()), "WARC"


@kind
def http(words: Words) -> tuple[str, str]:
    body = "".join(f"<p>{w}</p>" for w in words)
    return f"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Type: text/html\r\n\r\n{body}", "HTTP"


def _xml(root: str, inner: str, declared: bool = True) -> str:
    start = '<?xml version="1.0" encoding="UTF-8"?>\n' if declared else ""
    return f"{start}<{root}>{inner}</{root.split()[0]}>\n"


def _paragraphs(words: Words, tag: str = "p") -> str:
    return "".join(f"<{tag}>{w}</{tag}>\n" for w in words)


@kind
def nitf(words: Words) -> tuple[str, str]:
    inner = f"<head><title>t</title></head><body><body.content><block>{_paragraphs(words)}</block>"
    return _xml("nitf", f"{inner}</body.content></body>"), "NITF"


@kind
def nitf_bare(words: Words) -> tuple[str, str]:
    return _xml('nitf version="3.6"', f"<body>{_paragraphs(words)}</body>", False), "NITF"


@kind
def nitf_doctype(words: Words) -> tuple[str, str]:
    return (
        '<?xml version="1.0"?>\n<!-- made -->\n<!DOCTYPE nitf SYSTEM "nitf-3-6.dtd" [\n'
        '<!ENTITY x "y">\n]>\n<nitf><body>' + _paragraphs(words) + "</body></nitf>"
    ), "NITF"


@kind
def newsml(words: Words) -> tuple[str, str]:
    return _xml(
        "NewsML", f"<NewsItem><DataContent>{_paragraphs(words)}</DataContent></NewsItem>"
    ), ("NewsML")


@kind
def newsml_g2(words: Words) -> tuple[str, str]:
    root = 'newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:x"'
    return _xml(root, f"<contentSet><inlineXML>{_paragraphs(words)}</inlineXML></contentSet>"), (
        "NewsML"
    )


@kind
def jats(words: Words) -> tuple[str, str]:
    inner = f"<front><article-meta/></front><body><sec>{_paragraphs(words)}</sec></body>"
    return _xml('article dtd-version="1.2" article-type="news"', inner), "JATS"


@kind
def jats_bare(words: Words) -> tuple[str, str]:
    front = "<front><article-meta><article-id/></article-meta></front>"
    inner = f"{front}<body>{_paragraphs(words)}</body>"
    return _xml("article", inner, declared=False), "JATS"


@kind
def tei(words: Words) -> tuple[str, str]:
    inner = f"<teiHeader/><text><body>{_paragraphs(words)}</body></text>"
    return _xml('TEI xmlns="http://www.tei-c.org/ns/1.0"', inner), "TEI"


@kind
def tei_prefixed(words: Words) -> tuple[str, str]:
    root = 'tei:TEI xmlns:tei="http://www.tei-c.org/ns/1.0"'
    return _xml(root, _paragraphs(words, "tei:p"), declared=False), "TEI"


@kind
def rss(words: Words) -> tuple[str, str]:
    items = "".join(f"<item><title>{w}</title><link>http://a/</link></item>" for w in words)
    return _xml('rss version="2.0"', f"<channel><title>t</title>{items}</channel>"), "RSS"


@kind
def atom(words: Words) -> tuple[str, str]:
    items = "".join(f"<entry><summary>{w}</summary></entry>" for w in words)
    return _xml('feed xmlns="http://www.w3.org/2005/Atom"', items, declared=False), "Atom"


@kind
def rdf_feed(words: Words) -> tuple[str, str]:
    root = 'rdf:RDF xmlns:rdf="x" xmlns="http://purl.org/rss/1.0/"'
    return _xml(root, _paragraphs(words, "title")), "RSS"


@kind
def other_xml(words: Words) -> tuple[str, str]:
    return _xml("story", _paragraphs(words, "par")), "XML"


@kind
def sgml(words: Words) -> tuple[str, str]:
    return (
        f"<DOC>\n<DOCNO> AP-1 </DOCNO>\n<TEXT>\n{_paragraphs(words, 's')}</TEXT>\n</DOC>\n" * 2,
        ("marked-up text"),
    )


@kind
def uima(words: Words) -> tuple[str, str]:
    root = 'xmi:XMI xmlns:xmi="http://www.omg.org/XMI"'
    return _xml(root, f'<cas:Sofa sofaString="{words[0]}"/>'), "UIMA"


@kind
def mediawiki(words: Words) -> tuple[str, str]:
    return _xml("mediawiki", _paragraphs(words, "text")), "wiki"


@kind
def wiki_source(words: Words) -> tuple[str, str]:
    return (
        f"{{{{date|May 3}}}}\n'''{words[0]}'''\n\n== News ==\n\n{words[-1]} [[Someone]]\n\n"
        "[[Category:News]]\n[[File:a.jpg|thumb]]"
    ), "wiki"


def _mail(words: Words) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "Ana <ana@a.example>", "desk@a.example"
    message["Subject"], message["Message-ID"] = "The bridge", "<1@a.example>"
    message["Date"] = "Mon, 04 Mar 2030 10:00:00 +0000"
    message.set_content("\n\n".join(words), charset="utf-8", cte="quoted-printable")
    return message


@kind
def mail(words: Words) -> tuple[bytes, str]:
    return bytes(_mail(words)), "mail"


@kind
def multipart(words: Words) -> tuple[bytes, str]:
    message = _mail(words)
    message.add_alternative(_paragraphs(words), subtype="html")
    return bytes(message), "multipart"


@kind
def mbox(words: Words) -> tuple[bytes, str]:
    one = b"From ana@a.example Mon Mar  4 10:00:00 2030\n" + bytes(_mail(words))
    return one + b"\n\n" + one, "mbox"


@kind
def received_mail(words: Words) -> tuple[bytes, str]:
    return b"Return-Path: <a@a.example>\r\nReceived: from x\r\n by y; Mon\r\n" + bytes(
        _mail(words)
    ), "mail"


@kind
def printed_mail(words: Words) -> tuple[str, str]:
    return "From: Ana\nSent: Monday\nTo: Desk\nSubject: Bridge\n\n" + "\n\n".join(words), "mail"


@kind
def printed_mail_de(words: Words) -> tuple[str, str]:
    return "Von: Ana\nGesendet: Montag\nAn: Pult\nBetreff: Brücke\n\n" + "\n\n".join(words), "mail"


@kind
def newsgroup(words: Words) -> tuple[str, str]:
    return (
        "Path: a!b\nNewsgroups: misc.news\nFrom: a@a\nSubject: s\nMessage-ID: <1@a>\n\n"
        + "\n".join(words)
    ), "mail"


@kind
def mhtml(words: Words) -> tuple[str, str]:
    page = f"<html><body>{_paragraphs(words)}</body></html>"
    return (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: http://a.example/\r\nSubject: t\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n\t'
        'boundary="----MultipartBoundary--x----"\r\n\r\n\r\n------MultipartBoundary--x----\r\n'
        "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + quopri.encodestring(page.encode()).decode()
    ), "MHTML"


@kind
def mime_part(words: Words) -> tuple[str, str]:
    body = "\n".join(words)
    return f"--=_part_1\nContent-Type: text/plain\n\n{body}\n--=_part_1--\n", "multipart"


@kind
def quoted_printable(words: Words) -> tuple[bytes, str]:
    text = "\n".join(f"“{w}” — {w * 3}" for w in [*words] * 3)
    return quopri.encodestring(text.encode()), "quoted-printable"


def _zip(*names: str, first: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if first:
            archive.writestr("mimetype", first)
        for name in names:
            archive.writestr(name, "<x/>")
    return out.getvalue()


@kind
def docx(words: Words) -> tuple[bytes, str]:
    return _zip("[Content_Types].xml", "word/document.xml"), "Word"


@kind
def xlsx(words: Words) -> tuple[bytes, str]:
    return _zip("[Content_Types].xml", "xl/workbook.xml"), "spreadsheet"


@kind
def odt(words: Words) -> tuple[bytes, str]:
    return _zip("content.xml", first=b"application/vnd.oasis.opendocument.text"), "OpenDocument"


@kind
def epub(words: Words) -> tuple[bytes, str]:
    return _zip("OEBPS/a.xhtml", first=b"application/epub+zip"), "EPUB"


@kind
def archive(words: Words) -> tuple[bytes, str]:
    return _zip(*(f"{i}.txt" for i in range(len(words)))), "ZIP"


@kind
def tar(words: Words) -> tuple[bytes, str]:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        data = "\n".join(words).encode()
        info = tarfile.TarInfo("a.txt")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue(), "tar"


@kind
def gz(words: Words) -> tuple[bytes, str]:
    return gzip.compress("\n".join(words).encode()), "gzip"


@kind
def pdf(words: Words) -> tuple[bytes, str]:
    return b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + "\n".join(words).encode(), "PDF"


@kind
def pdf_late(words: Words) -> tuple[bytes, str]:
    return b"\r\n\r\n" + bytes(pdf(words)[0]), "PDF"  # type: ignore[arg-type]


@kind
def rtf(words: Words) -> tuple[str, str]:
    return "{\\rtf1\\ansi\n" + "\\par\n".join(words) + "}", "RTF"


@kind
def doc(words: Words) -> tuple[bytes, str]:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "\n".join(words).encode("utf-16-le"), "office"


@kind
def postscript(words: Words) -> tuple[str, str]:
    return "%!PS-Adobe-3.0\n" + "\n".join(f"({w}) show" for w in words), "PostScript"


@kind
def latex(words: Words) -> tuple[str, str]:
    return (
        "% a comment\n\\documentclass{article}\n\\begin{document}\n" + "\n\n".join(words)
    ), "LaTeX"


@kind
def picture(words: Words) -> tuple[bytes, str]:
    return b"\x89PNG\r\n\x1a\n" + "\n".join(words).encode(), "picture"


@kind
def sound(words: Words) -> tuple[bytes, str]:
    return b"ID3\x04\0\0\0\0\0\0" + "\n".join(words).encode(), "sound"


@kind
def film(words: Words) -> tuple[bytes, str]:
    return b"\0\0\0\x18ftypmp42" + "\n".join(words).encode(), "film"


@kind
def program(words: Words) -> tuple[bytes, str]:
    return b"\x7fELF\x02\x01\x01" + bytes(50), "program"


@kind
def database(words: Words) -> tuple[bytes, str]:
    return b"SQLite format 3\0" + bytes(80), "SQLite"


@kind
def encoded(words: Words) -> tuple[bytes, str]:
    return base64.encodebytes(" ".join(words).encode() * 20).replace(b"\n", b""), "encoded"


@kind
def encoded_lines(words: Words) -> tuple[bytes, str]:
    return base64.encodebytes(" ".join(words).encode() * 20), "encoded"


@kind
def pgp(words: Words) -> tuple[bytes, str]:
    body = base64.encodebytes(" ".join(words).encode() * 5)
    return b"-----BEGIN PGP MESSAGE-----\n\n" + body + b"-----END PGP MESSAGE-----\n", "PGP"


@kind
def terminal(words: Words) -> tuple[str, str]:
    return "\n".join(f"\x1b[3{i % 8}m\x1b[1m{w[:20]}\x1b[0m\x08" for i, w in enumerate(words)), (
        "control characters"
    )


@kind
def overstruck(words: Words) -> tuple[str, str]:
    return "\n".join("".join(f"{c}\x08{c}" for c in w) for w in words), "control characters"


@kind
def script(words: Words) -> tuple[str, str]:
    lines = (f'  var w{i} = "{w}";' for i, w in enumerate(words))
    return "function go() {\n" + "\n".join(lines) + "\n}\nwindow.x = go();\n", "source"


@kind
def bibtex(words: Words) -> tuple[str, str]:
    return (
        f"@article{{a2030,\n  title = {{{words[0]}}},\n  abstract = {{{words[-1]}}}\n}}",
        "BibTeX",
    )


@kind
def ris(words: Words) -> tuple[str, str]:
    return "TY  - NEWS\n" + "\n".join(f"N1  - {w}" for w in words) + "\nER  - \n", "RIS"


@kind
def calendar(words: Words) -> tuple[str, str]:
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nSUMMARY:{words[0]}\nEND:VCALENDAR\n", "calendar"


@kind
def brat(words: Words) -> tuple[str, str]:
    return "".join(f"T{i}\tClaim {i} {i + 9}\t{w}\n" for i, w in enumerate([*words] * 2)), "brat"


@kind
def conll(words: Words) -> tuple[str, str]:
    rows = (f"{i}\t{t}\t{t}\tNOUN\tO" for w in words for i, t in enumerate(w.split(), start=1))
    return "\n".join(rows) + "\n", "columns"


@kind
def json_lines(words: Words) -> tuple[str, str]:
    return "".join(f'{{"titel": "x", "inhalt": "{w}"}}\n' for w in words), "JSON"


@kind
def table(words: Words) -> tuple[str, str]:
    return "id;title;when;author\n" + "".join(f'{i};"{w}";x;y\n' for i, w in enumerate(words)), (
        "table"
    )


@kind
def web_page(words: Words) -> tuple[str, str]:
    return f"<!DOCTYPE html>\n<html><head><title>t</title></head><body>{_paragraphs(words)}", "HTML"


@kind
def fragment(words: Words) -> tuple[str, str]:
    return "".join(f"<p>{w}</p>" for w in [*words] * 2), "HTML"


@kind
def fragment_late(words: Words) -> tuple[str, str]:
    return f"{words[0]}<br/>\n<br/>" + "<br/>".join(words) + '<a href="http://a/">more</a>', "HTML"


@kind
def front_matter(words: Words) -> tuple[str, str]:
    return "---\ntitle: x\ntags:\n  - a\n---\n\n" + "\n\n".join(words), "front matter"


@kind
def bulletin_board(words: Words) -> tuple[str, str]:
    codes = "".join(f"[b][color=red]{w[:9]}[/color][/b][url=http://a/b/c][/url]" for w in words)
    return codes, "mark-up"


@kind
def factiva_page(words: Words) -> tuple[str, str]:
    one = (
        '<div id="article-ABCDE00020300304e6340001a" class="article enArticle">'
        f'<div><span class="enHeadline">t</span></div><div>{len(words)} words</div>'
        f"{_paragraphs(words)}<p>Document ABCDE00020300304e6340001a</p></div>"
    )
    return f"<html><body>{one * 2}</body></html>", "Factiva"


@kind
def factiva_text(words: Words) -> tuple[str, str]:
    one = (
        "SE Local\nHD Bridge shut\nBY Ana\nWC 200 words\nPD 4 March 2030\nSN Courier\nSC COUR\n"
        f"LA English\nLP\n{words[0]}\nTD\n{words[-1]}\nAN Document COUR000020300304e6340001a\n\n"
    )
    return one * 2, "Factiva"


@kind
def europresse(words: Words) -> tuple[str, str]:
    one = (
        '<article><header><div class="rdp__DocPublicationName"><span class="DocPublicationName">'
        'Courrier</span></div><div class="titreArticle"><p class="sm-margin-TopNews '
        f'titreArticleVisu">t</p></div></header><div class="docOcurrContainer">{_paragraphs(words)}'
        "</div></article>"
    )
    return f"<!DOCTYPE html><html><body>{one * 2}</body></html>", "Europresse"


@kind
def nexis(words: Words) -> tuple[str, str]:
    one = "                   {} of 2 DOCUMENTS\n\n\n              The Courier\n\nMarch 4, 2030\n\n"
    rest = "Bridge shut\n\nBYLINE: Ana\n\nLENGTH: 200 words\n\n{}\n\nLOAD-DATE: March 5, 2030\n\n"
    return "".join((one + rest).format(i, "\n\n".join(words)) for i in (1, 2)), "Nexis"


@kind
def nexis_uni(words: Words) -> tuple[str, str]:
    one = "Bridge shut\nThe Courier\nMarch 4, 2030\n\nLength: 200 words\nByline: Ana\n\nBody\n\n"
    return (
        one + "\n\n".join(words) + "\n\nLoad-Date: March 5, 2030\n\n\nEnd of Document\n\n"
    ) * 2, ("Nexis")


@kind
def nexis_de(words: Words) -> tuple[str, str]:
    one = "    Dokument 1 von 2 DOKUMENTEN\n\nBrücke zu\n\nLÄNGE: 200 Wörter\n\n"
    return (one + "\n\n".join(words) + "\n\nUPDATE: 5. März 2030\n\n") * 2, "Nexis"


@kind
def proquest(words: Words) -> tuple[str, str]:
    line = "_" * 60
    one = (
        "Bridge shut\n\nPublication info: The Courier ; Ellery 04 Mar 2030: A1.\n\n"
        f"Full text:   {words[0]}\n\n{words[-1]}\n\nTitle: Bridge shut\n\n"
        "ProQuest document ID: 123456\n\nDocument URL: https://a.example/123456\n\n"
    )
    return (
        f"{line}\n\nDocument 1 of 2\n\n{one}{line}\n\nDocument 2 of 2\n\n{one}{line}\n",
        "ProQuest",
    )
