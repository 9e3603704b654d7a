"""What a line is in the page: attributions stand in the body and in headings only."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final

from annotator.attribution.rules.syntax import Tree

_SILENT: Final = frozenset(("byline", "caption", "credit", "footer"))
_AGENCY: Final = (
    r"(?:AP|AFP|Reuters|REUTERS|Getty(?: Images)?|EPA|UPI|Bloomberg|Shutterstock|"
    r"The Epoch Times|The Associated Press|Associated Press|AP Photo|Alamy|Xinhua|Flickr)"
)
_CREDIT: Final = re.compile(
    rf"(?:/\s*{_AGENCY}|via {_AGENCY}|\((?:[^()]*[/\s])?{_AGENCY}(?:[/\s][^()]*)?\)|"
    rf"\b(?:Photo|Image|Picture|Illustration|Courtesy)\s*(?:by|:|of)\s|"
    rf"[A-Z][\w.’'-]+ [A-Z][\w.’'-]+\s*/\s*[A-Z])[^.!?]{{0,60}}$"
)
_BYLINE: Final = re.compile(
    r"^\s*(?:By|BY|Authored by|Written by|Posted by|Reporting by|Story by)\s+[A-Z][^.!?]{2,100}$"
)
_FOOTER: Final = re.compile(
    r"^\s*(?:Follow (?:\w+ ){1,4}on (?:Twitter|Facebook|Instagram|X)\b|Copyright\b|©|"
    r"All rights reserved|Sign up (?:for|here)|Subscribe\b|Click here|Advertisement\s*$|"
    r"Read more:?\s|Related:?\s|WATCH:|SEE ALSO:?|ALSO ON\b|More from\b|Editor['’]s note)",
    re.IGNORECASE,
)
_DATED: Final = re.compile(
    r"^\s*(?:Updated?:?\s|Published:?\s|Posted:?\s)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r"[a-z]*\.? \d{1,2}, \d{4}.{0,60}$"
)


def line_kind(line: str) -> str:
    """Guess what a line is: body, byline, caption, credit or footer."""
    if len(line) > 600:
        return "body"
    if _FOOTER.match(line):
        return "footer"
    if _BYLINE.match(line) or _DATED.match(line):
        return "byline"
    if _CREDIT.search(line) and not line.rstrip().endswith(("”", '"')):
        return "caption" if len(line.split()) > 8 else "credit"
    return "body"


def kind_of_tokens(tree: Tree, kinds: Sequence[tuple[int, int, str]] | None) -> list[bool]:
    """For every token whether claims may be proposed there.

    `kinds` are ranges in code points as stored with an article; None means to guess by line. A
    dateline or label, which lies in the same sentence as what follows it, is silent either way.
    """
    out = _by_kind(tree, kinds)
    starts = tree.parse.starts
    for lo, hi in tree.parse.aside:
        first, last = bisect_left(starts, lo), bisect_left(starts, hi)
        out[first:last] = [False] * (last - first)
    return out


def _by_kind(tree: Tree, kinds: Sequence[tuple[int, int, str]] | None) -> list[bool]:
    parse = tree.parse
    if kinds is not None:
        silent = sorted((lo, hi) for lo, hi, kind in kinds if kind in _SILENT)
        starts = [lo for lo, _ in silent]
        out: list[bool] = []
        for start in parse.starts:
            at = bisect_right(starts, start) - 1
            out.append(at < 0 or start >= silent[at][1])
        return out
    body = [True] * len(parse)
    first = 0
    for i in range(len(parse)):
        if i + 1 == len(parse) or parse.line_of[i + 1] != parse.line_of[i]:
            if line_kind(parse.text[parse.starts[first] : parse.ends[i]]) in _SILENT:
                body[first : i + 1] = [False] * (i + 1 - first)
            first = i + 1
    return body
