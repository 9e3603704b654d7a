"""How much of a text is no prose: tags, time codes, control characters, encoded data, code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from annotator.text.readers.signatures import Foreign

TAG: Final = re.compile(
    r"</[A-Za-z][\w:.-]*\s*>"
    r"|<[A-Za-z][\w:.-]*(?:\s+[\w:.-]++\s*=\s*(?:\"[^\"<>]*+\"|'[^'<>]*+'|[^\s\"'<>]++))*+\s*/?>"
    r"|<!--(?:[^<]|<(?!!--))*?-->|<![A-Z][^<>]*>",
    re.DOTALL,
)
_ENTITY: Final = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,6});")
_WIKI: Final = re.compile(r"\{\{[^{}]{0,2000}\}\}|\[\[[^\[\]]{0,500}\]\]|\{\||\|\}|<ref\b")
_TEX: Final = re.compile(r"\\[a-zA-Z]+(?:\[[^\]\n]*\])?\{|\\(?:par|item|noindent)\b")
_BB: Final = re.compile(r"\[/?(?:b|i|u|url|img|quote|size|color|font|code)(?:=[^\]\n]*)?\]", re.I)
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_ENCODED: Final = re.compile(r"[A-Za-z0-9+/=_%.-]{60,}")
_STAMP: Final = r"\d{1,3}:\d\d(?::\d\d)?(?:[.,:]\d{1,3})?"
_TIMED: Final = re.compile(
    rf"^[^\S\n]*(?:[\[(<]{_STAMP}(?:[^\S\n]*(?:-+>?|–)[^\S\n]*{_STAMP})?[\])>]"
    rf"|{_STAMP}(?:[^\S\n]*(?:-+>?|–)[^\S\n]*{_STAMP})?(?=[^\S\n]*\r?$|[^\S\n]*\t|[^\S\n]+\S)"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d"
    rf"|[^\n]{{1,60}}?(?:[\[(]|  |\t){_STAMP}[\])]?:?[^\S\n]*\r?$)",
    re.MULTILINE,
)
_LINE: Final = re.compile(r"[^\s].*")
_CODE: Final = re.compile(r"^.*(?:[;{}]|=>|\*/)[^\S\n]*\r?$", re.MULTILINE)
_SIGNS: Final = re.compile(r"(?s:[{}=].*[{}=])|\(\)")
_LOOK: Final = 400_000
_MOJIBAKE: Final = re.compile(
    "[ÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[™œ\u009d˜“”¦¢\x9d]|â‚¬"
)

_MOST: Final = 0.5
"""Share of a text's characters, blanks aside, in tags, code and the like that makes it no prose."""
_MOST_LINES: Final = 0.4
"""Share of the lines that begin with a time code."""
_LEAST_LINES: Final = 4
_MOST_CONTROLS: Final = 0.02
_KEEP: Final = "take them out first and add the words alone"


class FoundMarkup(NamedTuple):
    """What of a text is no prose. `notes` say what there is of it in a text that is prose."""

    kind: Foreign | None
    notes: tuple[str, ...]


def root_element(body: str) -> tuple[str, str] | None:
    """Name and attributes of the first element of marked-up text, past what stands before it."""
    at = 0
    while at < len(body):
        if body[at].isspace():
            at += 1
        elif body.startswith("<!--", at):
            at = _after(body, "-->", at)
        elif body.startswith("<?", at):
            at = _after(body, "?>", at)
        elif body.startswith("<!", at):
            close, inner = body.find(">", at), body.find("[", at)
            at = _after(body, ">", _after(body, "]", inner)) if -1 < inner < close else close + 1
            if at <= 0:
                return None
        else:
            found = re.compile(r"<([A-Za-z_][\w.:-]*)((?:\s[^<>]*)?)/?>").match(body, at)
            return (found[1], found[2]) if found else None
    return None


def _after(body: str, mark: str, at: int) -> int:
    found = body.find(mark, at)
    return len(body) if found < 0 else found + len(mark)


def measure(text: str, *, markdown: bool = False) -> FoundMarkup:
    """How much of a text is no prose.

    Args:
        text: The whole text; its first 400,000 characters are looked at.
        markdown: Whether it is Markdown, which is mark-up itself: then tags alone count.
    """
    text = text[:_LOOK]
    size = max(1, len(text) - text.count(" "))
    controls = len(_CONTROL.findall(text))
    if controls > 2 and controls > _MOST_CONTROLS * size:
        return FoundMarkup(Foreign("mostly control characters", _KEEP), ())
    encoded = sum(len(m) for m in _ENCODED.findall(text) if "http" not in m)
    if encoded > _MOST * size:
        return FoundMarkup(Foreign("mostly encoded data (base64 and the like)", _KEEP), ())
    marks: list[str] = []
    others = () if markdown else (_ENTITY, _WIKI, _TEX)
    for pattern in (TAG, *others, *((_BB,) if "[/" in text else ())):
        marks += (m[0] for m in pattern.finditer(text))
    share = sum(map(len, marks)) / size
    if len(marks) > 2 and share > _MOST:
        return FoundMarkup(Foreign("mostly mark-up", _KEEP), ())
    lines = sum(1 for _ in _LINE.finditer(text))
    timed = sum(1 for _ in _TIMED.finditer(text))
    if timed >= _LEAST_LINES and timed >= _MOST_LINES * lines:
        return FoundMarkup(Foreign("mostly time codes", _KEEP), ())
    code = [len(m[0]) for m in _CODE.finditer(text)]
    if len(code) >= _LEAST_LINES and sum(code) > _MOST * len(text) and _SIGNS.search(text):
        return FoundMarkup(
            Foreign("a program's source or a style sheet", "add the article's text"), ()
        )
    return FoundMarkup(None, tuple(_notes(text, marks, controls)))


def _notes(text: str, marks: list[str], controls: int) -> Iterator[str]:
    """What there is in a text that is prose all the same."""
    if marks:
        yield f"mark-up in the text, such as {marks[0][:40]!r}: {len(marks)}; kept as it is"
    if controls:
        yield f"control characters in the text: {controls}; kept as they are"
    if lost := text.count("\ufffd"):
        yield f"letters that were lost before (U+FFFD): {lost}; mend the file, a text never changes"
    if wrong := _MOJIBAKE.findall(text):
        yield (
            f"letters that look decoded wrongly before, such as {wrong[0]!r}: {len(wrong)};"
            " mend the file, a text never changes"
        )
