"""Sentence boundaries within a paragraph, by rules over the characters.

A mark of ending (. ! ? … and their relatives in other scripts) with the closing marks glued to it
is a candidate; what stands before and after decides. Rules were chosen over a statistical parser
because they split news better, twenty times as fast, and the same on every machine; the numbers
are in `tests/text/benchmarks/bench_layout.py`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from typing import Final

from annotator.domain.graphemes import is_boundary
from annotator.text import lexicon

_MARKS: Final = r".!?…‽⁇⁈⁉؟۔।॥։።။།。｡！？．\u037e"
_CJK_MARKS: Final = frozenset("。｡！？．")
_SPACES: Final = r" \u00a0\u2009\u200a\u202f"
_OPENERS: Final = r"\"'“‘„‚«‹»›(\[{「『（【〈《〔［｛〝¿¡*_~•·–—―-"
_EMOJI: Final = r"\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u200d\ufe0f"
_QUOTES: Final = frozenset("”\"'’»«“‘‹›」』")

_CANDIDATE: Final = re.compile(
    # A run of marks, with the spaced full stops of ". . .".
    rf"(?P<marks>[{_MARKS}]+(?:[{_SPACES}](?:\.+|…)(?![\w.]))*)"
    # Closing marks glued on; those that also open must not touch a word. "’ ”" may have a space.
    rf"(?P<closers>(?:[”\])}}」』）】〉》〕］｝〟＂]"
    rf"|[\"'’“‘»›«‹＇](?!\w)"
    rf"|[{_SPACES}][’'](?=[”\"])"
    rf"|[{_SPACES}]{{1,2}}[”»›](?![\w(])"
    rf"|\[\d{{1,3}}\]|[¹²³⁴-⁹]+|\*{{1,3}}(?!\w))*)"
    # An emoji ends the sentence it follows.
    rf"(?:[{_SPACES}]?[{_EMOJI}]+(?=\s|$))?"
)
_NEXT: Final = re.compile(rf"(?P<open>(?:[{_OPENERS}][{_SPACES}]?)*)(?P<word>\w[\w'’]*)?")
_WORD_BEFORE: Final = re.compile(r"(?:[^\W_]|[.&'’§°-])+$")
_LETTER: Final = re.compile(r"[^\W_]")
_BRACKETS: Final = re.compile(r"[()\[\]]")
_LABEL: Final = re.compile(r"\W*(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5}|P\.S)")
_ACRONYM: Final = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")
_MISSING_SPACE: Final = re.compile(r"[“‘]?([A-Z][a-z]*)[’'\s,]")
_ZONE: Final = re.compile(r"\s*[A-Z]\.(?:[A-Z]\.)+")  # "9 p.m. E.T."
_SIGNATURE: Final = re.compile(r"\s*(?:--|[–—―-])\s?[A-Z](?:[^.!?…]|(?<=\b[A-Z])\.){1,60}\.?\s*$")
_LINK: Final = re.compile(r"https?://|www\.|pic\.twitter\.com")
_URL: Final = re.compile(r"(?:https?:|www\.|@)\S*$", re.IGNORECASE)
_DASHES: Final = "–—―-"

_BRACKET_REACH: Final = 250
"""How far (characters) a bracket opened inside a sentence may run and still hold it together."""

_REPORT: Final = re.compile(
    r"(?:I|(?:(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Sgt|Rev|Prof|Col|Capt)\.?\s)?"
    r"(?P<who>[A-Z][\w’'-]*\.?)(?:\s(?:(?:de|von|van|der|of|the|la)\s)?[A-Z][\w’'-]*\.?){0,3}"
    r"(?:,\s[^“”\"!?;]{1,60}?,)?)"
    r"(?:\s(?:also|then|later|once|again|even|himself|herself|recently|reportedly|has|had))?"
    rf"\s(?P<verb>{'|'.join(sorted(lexicon.REPORTING))})\b(?P<rest>[^“\"]{{0,24}})"
)
_CLAUSE_ENDS: Final = re.compile(
    r"\s*(?:$|[.,;:!?—–]|--)|\s(?:in|on|at|during|to|of|as|after|before|when|while|with|by|from|"
    r"into|aloud|again|last|this|earlier|later|rhetorically|sarcastically|incredulously|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
)
_SENTENCE_ENDS: Final = re.compile(r"\s*(?:$|\.)")
_ASKS_SOMEONE: Final = re.compile(
    r"\s(?:the|a|an|his|her|their|him|them|us|me|reporters|supporters|[A-Z])\b"
    r"(?!.*\b(?:that|if|whether|why|how|what)\b)"
)
_CJK_REPORT: Final = re.compile(
    r"[^。！？：“「]{0,12}?[说說道称稱指示](?=[。！]|，[“「]|$)|[とっ]|など|[のはがを、，]|で(?!す)"
)


def sentence_starts(text: str, start: int, end: int) -> list[int]:
    """Return where the sentences after the first begin, in one paragraph.

    Args:
        text: The whole text.
        start: First code point of the paragraph.
        end: The code point after the paragraph.

    Returns:
        Offsets (code points, increasing, in `(start, end)`), each at a character that is no space.
    """
    found = (start + s for s in _Paragraph(text[start:end]).starts())
    return [s for s in (_whole(text, at) for at in found) if s > start]


def _whole(text: str, at: int) -> int:
    """Move a start over the space that its accent stands on; 0 when a grapheme would be cut."""
    if is_boundary(text, at):
        return at
    return at - 1 if text[at - 1].isspace() else 0


class _Paragraph:
    """One paragraph's candidates, decided from left to right in linear time."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sentence = 0
        self._wordless = 0
        self._held: list[tuple[int, int]] | None = None
        self._traits: dict[str, bool] = {}
        self._quotes = 0
        self._quotes_until = 0

    def starts(self) -> list[int]:
        """Return the starts of all sentences but the first."""
        text, at, found = self.text, 0, []
        last = len(text)
        while last and not text[last - 1].isalnum():
            last -= 1  # marks alone are no sentence
        while match := _CANDIDATE.search(text, at, last):
            match = _CANDIDATE.match(text, match.start()) or match  # closers lie past `last`
            at = match.end()
            start, closed = self._next_start(match)
            if start is None or start >= last:
                continue
            if self._breaks(match, start, closed=closed):
                found.append(start)
                self.sentence = start
                at = max(at, start)
        return found

    def _next_start(self, match: re.Match[str]) -> tuple[int | None, bool]:
        """Where a next sentence would start (None: no gap), and whether a quotation closed."""
        text, at = self.text, match.end()
        closed = any(c in _QUOTES for c in match["closers"])
        after = at
        while after < len(text) and text[after].isspace():
            after += 1
        if after == at < len(text):
            gap = match["marks"][-1] in _CJK_MARKS or self._space_is_missing(match)
            return (at if gap else None), closed
        if text[after : after + 2].startswith('"') and text[after + 1 : after + 2].isspace():
            # A straight mark between spaces closes when an odd number came before it.
            self._quotes += text.count('"', self._quotes_until, after)
            self._quotes_until = after
            if self._quotes % 2:
                closed, after = True, after + 1
                while after < len(text) and text[after].isspace():
                    after += 1
        return after, closed

    def _space_is_missing(self, match: re.Match[str]) -> bool:
        """Whether "end.Next" is two sentences (and not a name such as "Node.Js")."""
        text, mark = self.text, match.start()
        before = text[mark - 1] if mark else ""
        following = _MISSING_SPACE.match(text, match.end())
        if not following or not (before.islower() or before.isdigit() or before == "%"):
            return False
        if _is_ellipsis(match["marks"]):
            return following[1] in lexicon.OPENERS
        word = self._word_before(mark)
        return (
            (len(match["marks"]) == 1 or bool(match["closers"]))
            and len(following[1]) > 1
            and following[1] not in lexicon.WEB
            and len(word) > 1
            and "." not in word
            and not _URL.search(text, max(0, mark - 80), mark)
        )

    def _word_before(self, at: int) -> str:
        found = _WORD_BEFORE.search(self.text, max(0, at - 32), at)
        return found[0] if found else ""

    def _breaks(self, match: re.Match[str], start: int, *, closed: bool) -> bool:
        """Whether the candidate ends a sentence; `start` is where the next one would begin."""
        marks = match["marks"]
        if not self._has_word(match.start()):
            return False
        if self._is_held(match.start(), match.end()):
            return False
        if marks[-1] in _CJK_MARKS:
            return not (match["closers"] and _CJK_REPORT.match(self.text, start))
        following = _NEXT.match(self.text, start)
        word = ((following and following["word"]) or "").replace("’", "'")
        opened = (following and following["open"]) or ""
        if word and not self._may_begin(word) and not _LINK.match(self.text, start):
            return False
        if _is_ellipsis(marks):
            return self._ellipsis_breaks(match, word, opened, start, closed=closed)
        if marks[-1] == ".":
            verdict = self._abbreviation_breaks(match, word, opened)
            if verdict is not None:
                return verdict
        if closed:
            ends = _SENTENCE_ENDS if marks[-1] == "." else _CLAUSE_ENDS
            if self._reports(start, ends) or _SIGNATURE.match(self.text, match.end()):
                return False
        if marks == "!" and self._word_before(match.start()) in lexicon.EXCLAIMING:
            return word in lexicon.OPENERS
        return True

    def _has_word(self, at: int) -> bool:
        """Whether the sentence has a letter or digit before `at`: marks alone are no sentence."""
        start = max(self.sentence, self._wordless)
        if _LETTER.search(self.text, start, at):
            return True
        self._wordless = at
        return False

    def _may_begin(self, word: str) -> bool:
        """Whether a word may begin a sentence: a capital, a digit, a letter without case."""
        if not word[0].islower() or word[1:2].isupper():  # "iPhone" begins a sentence too
            return True
        return self._trait("small", self._is_small)

    def _ellipsis_breaks(
        self, match: re.Match[str], word: str, opened: str, start: int, *, closed: bool
    ) -> bool:
        marks, at = match["marks"], match.start()
        if self.text[at - 1 : at] in ("[", "(") and match["closers"][:1] in ("]", ")"):
            return False  # "[…]" stands for words left out
        if closed:
            return not self._reports(start, _CLAUSE_ENDS)
        if not word:
            return False
        if any(q in opened for q in '“"«„') or marks.count(".") > 3 or marks[-1] in "?!":
            return True
        while at and self.text[at - 1].isspace():
            at -= 1
        if self.text[at - 1 : at] in (",", ";", ":"):
            return False
        return self._word_before(at).casefold() not in lexicon.CONNECTORS

    def _abbreviation_breaks(self, match: re.Match[str], word: str, opened: str) -> bool | None:
        """Decide after an abbreviation, an initial or an ordinal; None when it is a plain word."""
        mark = match.start()
        if mark - self.sentence < 8 and _LABEL.fullmatch(self.text, self.sentence, mark):
            return False if not match["closers"] else None
        name = self._word_before(mark).lstrip("'’-.&").rpartition("-")[2]
        known = name.capitalize() if len(name) > 1 and name.isupper() else name
        if not name:
            return None
        opener = (
            word in lexicon.OPENERS
            and not any(c in opened for c in _DASHES)  # "NASHUA, N.H. — At the moment"
            and not self._trait("headline", self._is_headline)
        )
        if known in lexicon.NEVER_FINAL or known in lexicon.TITLES:
            return False
        if name in lexicon.TIMES:
            zone = word in lexicon.AFTER_TIMES or _ZONE.match(self.text, match.end())
            return bool(word) and not zone and not word[0].isdigit()
        if word[:1].isdigit() and known in lexicon.NUMBERED:
            return False
        if known in lexicon.PLACES or known in lexicon.GENERAL or _ACRONYM.fullmatch(name):
            return opener
        if len(name) == 1 and name.isalpha():
            return self._initial_breaks(name, mark, opener=opener)
        if name.isdigit() and len(name) < 3 and word[:1].isalpha():
            german = word not in lexicon.OPENERS and self._trait("german", self._is_german)
            return False if word in lexicon.MONTHS or german else None
        return None

    def _initial_breaks(self, letter: str, mark: int, *, opener: bool) -> bool | None:
        before = self.text[max(0, mark - 24) : mark - 1].split()
        previous = before[-1] if before else ""
        if letter.islower():
            return None if opener else False
        if letter == "I" and previous[:1].islower():
            return True
        return opener or previous in lexicon.LABELLED

    def _reports(self, start: int, ends: re.Pattern[str]) -> bool:
        """Whether "Smith asked." follows a quotation and belongs to its sentence."""
        found = _REPORT.match(self.text, start)
        if not found or found["who"] in lexicon.OPENERS:
            return False
        if ends.match(found["rest"]):
            return True
        return (
            ends is _CLAUSE_ENDS
            and found["verb"] in lexicon.ADDRESSING
            and bool(_ASKS_SOMEONE.match(found["rest"]))
        )

    def _is_held(self, start: int, end: int) -> bool:
        """Whether the candidate lies in a bracket that was opened inside a sentence."""
        if self._held is None:
            self._held = self._held_ranges()
        index = bisect_right(self._held, (start, 0)) - 1
        return index >= 0 and end <= self._held[index][1]

    def _held_ranges(self) -> list[tuple[int, int]]:
        """Ranges of brackets that open in the middle of a sentence and close soon."""
        text, opened = self.text, -1
        held: list[tuple[int, int]] = []
        for match in _BRACKETS.finditer(text):
            at = match.start()
            if match[0] in "([":
                if opened < 0 or at - opened > _BRACKET_REACH:
                    opened = at
                continue
            if opened >= 0 and at - opened <= _BRACKET_REACH:
                before = text[max(0, opened - 8) : opened].rstrip().rstrip("\"'”’»)]")
                if before and before[-1] not in ".!?…:":
                    held.append((opened, at))
            opened = -1
        return held

    def _trait(self, name: str, compute: Callable[[], bool]) -> bool:
        if name not in self._traits:
            self._traits[name] = compute()
        return self._traits[name]

    def _is_small(self) -> bool:
        """Whether the paragraph is written in small letters throughout."""
        return len(self.text) > 40 and self.text.islower()

    def _is_headline(self) -> bool:
        """Whether most words have capitals, so that a capital says nothing about a start."""
        if len(self.text) > 200:
            return False
        words = [w for w in self.text.split() if len(w) > 3 and w[0].isalpha()]
        return len(words) > 2 and sum(w[0].isupper() for w in words) >= 0.8 * len(words)

    def _is_german(self) -> bool:
        words = self.text[:2000].split()
        german = len(lexicon.GERMAN.intersection(words))
        return german > 1 and german > len(lexicon.ENGLISH.intersection(words))


def _is_ellipsis(marks: str) -> bool:
    return "…" in marks or marks.count(".") > 1
