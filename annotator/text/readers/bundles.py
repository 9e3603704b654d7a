"""Exports of press databases, which hold several articles in one file."""

from __future__ import annotations

import re
from typing import Final

from annotator.text.readers.signatures import Foreign

_SPLIT: Final = (
    "split it into its articles, one a file or one a line of .jsonl (title, text, date), and add"
    " those"
)
_NEXIS: Final = (
    r"^[^\S\n]*(?:Document |Dokument )?\d+ (?:of|von|de|di|van) \d+ DOCUMENT\w*[^\S\n]*\r?$",
    r"^[^\S\n]*(?:LOAD-DATE|Load-Date|UPDATE|LADE-DATUM|DATE-CHARGEMENT) ?: ",
    r"^[^\S\n]*(?:LENGTH|Length|LÄNGE|LONGUEUR) ?: \d+ (?:words|Wörter|mots)\b",
    r"^[^\S\n]*(?:End of Document|Ende des Dokuments|Fin du document)[^\S\n]*\r?$",
    r"^[^\S\n]*(?:PUBLICATION-TYPE|JOURNAL-CODE|DOCUMENT-TYPE|Publication-Type) ?: ",
)
_PROQUEST: Final = (
    r"^(?:ProQuest document ID|Document URL|Last updated)\s*:\s",
    r"^(?:Full [Tt]ext|Abstract|Publication (?:title|date|year|info)|Source type|ISSN)\s*:\s",
    r"^(?:Document \d+ of \d+|_{20,})[^\S\n]*\r?$",
    r"search\.proquest\.com|www\.proquest\.com/docview",
)
_NEWSBANK: Final = (r"^Record Number\s*:", r"^OpenURL Link", r"^(?:Section|Page|Edition)\s*:")
_FACTIVA: Final = re.compile(
    r"^(HD|BY|WC|PD|ET|SN|SC|ED|PG|LA|CY|LP|TD|CO|IN|NS|RE|PUB|AN)(?=\s)", re.M
)
_FACTIVA_NUMBER: Final = re.compile(r"^Document [A-Z][A-Z0-9]{2,}\d{4,}[a-z0-9]{4,}\s*$", re.M)
_PAGES: Final = (
    (
        re.compile(
            r"class=[\"']?article [a-z]{2}Article|class=[\"']?[a-z]{2}Headline"
            r"|id=[\"']?article-[A-Z][A-Z0-9]{9}"
        ),
        "Factiva",
    ),
    (
        re.compile(r"docOcurrContainer|titreArticleVisu|publiC-lblNodoc|DocPublicationName"),
        "Europresse",
    ),
    (re.compile(r"class=[\"']?c\d+[\"']?>(?:[^<]*<[^>]*>){0,6}?\d+ of \d+ DOCUMENTS"), "Nexis"),
)
_LOOK: Final = 1_000_000
_ALL: Final = {
    "Nexis": tuple(re.compile(p, re.MULTILINE) for p in _NEXIS),
    "ProQuest": tuple(re.compile(p, re.MULTILINE) for p in _PROQUEST),
    "NewsBank": tuple(re.compile(p, re.MULTILINE) for p in _NEWSBANK),
}


def bundle_kind(text: str, head: str) -> Foreign | None:
    """Which press database a text was exported from, or None.

    Args:
        text: The whole text; its first million characters are looked at.
        head: Its start, without blanks.
    """
    name = _database(text[:_LOOK], head)
    return Foreign(f"an export of {name}, with its articles in one file", _SPLIT) if name else None


def _database(text: str, head: str) -> str:
    if head.startswith("<"):
        return next((name for pattern, name in _PAGES if pattern.search(text)), "")
    for name, patterns in _ALL.items():
        if sum(p.search(text) is not None for p in patterns) >= (3 if name == "NewsBank" else 2):
            return name
    codes = {m[1] for m in _FACTIVA.finditer(text)}
    if {"HD", "LP"} <= codes and len(codes) >= 6:
        return "Factiva"
    if _FACTIVA_NUMBER.search(text) and re.search(
        r"^\d[\d,.]* (?:words|mots|Wörter)\s*$", text, re.M
    ):
        return "Factiva"
    if re.search(r"^Gale Document Number", text, re.MULTILINE):
        return "Gale"
    return "Europresse" if re.search(r"news·\d{8}·\w+·", text) else ""
