"""Reading a worksheet: every line is understood, or is a fault that says where and how to mend it.

Nothing here knows what the database holds; `annotator/project/worksheets.py` compares.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from annotator.domain.model import SPAN_ROLE, Article, Fragment, Layer
from annotator.domain.scheme import Scheme
from annotator.domain.spans import MOST_SPANS, number_fault
from annotator.worksheet import syntax
from annotator.worksheet.facts import Facts
from annotator.worksheet.lines import Fault, WorksheetLines
from annotator.worksheet.places import PlaceError, Places, looks_like_place

_NAME: Final = r'(?:[^\W\d]\w*|"(?:[^"\\]|\\.)*")'
_FACT: Final = re.compile(rf"(?:(label|role)\s+)?({_NAME})(?:\s+(\d{{1,9}}))?\s*:\s*(.*)", re.I)
_SENTENCE: Final = re.compile(r"s(\d{1,9})(?:\s+([a-z]+))?\s*:(.*)", re.I)
_TAG: Final = re.compile(r"s\d+")
_HEAD: Final = re.compile(
    rf"({'|'.join(syntax.HEADS.values())})\s+(\d{{1,9}}|new)\s*:?", re.IGNORECASE
)
_LAYERS: Final[dict[str, Layer]] = {head: layer for layer, head in syntax.HEADS.items()}
_YES: Final = {"yes": True, "no": False, "": False}
_STRING: Final = "a value that begins with a quotation mark ends with one, as in JSON"
_ULID: Final = re.compile(r"[0-9a-hjkmnp-tv-z]{26}", re.IGNORECASE)


@dataclass(slots=True)
class Part:
    """What a worksheet says of one annotation, and in which lines."""

    handle: str
    """What it is called: "claim 3", "s4", "article"; for a new one "claim new" and its line."""
    line: int
    facts: Facts
    lines: dict[str, int] = field(default_factory=dict)
    """The line of each fact: a role, a label, "parent"."""
    unread: bool = False
    """Whether it has words in a line that could not be understood."""
    inside: str = ""
    """What the line "parent" names; resolved when all parts are known."""

    def line_of(self, name: str) -> int:
        """The line where a fact stands, or the first one."""
        return self.lines.get(name, self.line)

    @property
    def is_tag(self) -> bool:
        """Whether it is what stands below a sentence or the article's head, without a head."""
        return self.handle == syntax.ARTICLE or _TAG.fullmatch(self.handle) is not None


def label_line(name: str) -> str:
    """The key of a label's line in `Part.lines`."""
    return f"label {name}"


def piece_line(piece: Fragment) -> str:
    """The key of a piece's line in `Part.lines`."""
    return f"{piece.role} {piece.start} {piece.end}"


def read(
    lines: WorksheetLines, article: Article, scheme: Scheme, faults: list[Fault]
) -> list[Part]:
    """What the lines say of each annotation, in their order; what is wrong goes to `faults`."""
    return _Reader(lines, article, scheme, faults).parts()


class _Reader:
    def __init__(
        self, lines: WorksheetLines, article: Article, scheme: Scheme, faults: list[Fault]
    ) -> None:
        self.lines, self.scheme, self.faults = lines, scheme, faults
        self.known = lines.end.known
        self.places = Places(article)
        self.found: dict[str, Part] = {}
        self.part: Part | None = None
        self.sentences: dict[int, int] = {}
        """Sentence -> its line."""

    def parts(self) -> list[Part]:
        for number, line in enumerate(self.lines.all[: self.lines.end.line - 1], start=1):
            if line and not line.startswith("#"):
                self._line(number, line)
        last = self.lines.end.line
        for number in range(1, len(self.places.sentences) + 1):
            if number not in self.sentences:
                self._fault(
                    last,
                    f"the line of s{number} is missing",
                    f"put it back: {self._sentence_line(number)}",
                )
        said = {h: p for h, p in self.found.items() if h in self.known or not self._is_empty(p)}
        for part in said.values():
            self._resolve(part, said)
        return list(said.values())

    def _is_empty(self, part: Part) -> bool:
        """Whether nothing was said below a sentence, or of the article."""
        return part.is_tag and part.facts.is_bare

    def _fault(self, line: int, message: str, hint: str) -> None:
        self.faults.append(Fault(line, message, hint))

    def _line(self, number: int, line: str) -> None:
        if match := _SENTENCE.fullmatch(line):
            self._sentence(number, int(match[1]), match[2] or "", match[3])
        elif match := _HEAD.fullmatch(line):
            self._begin(number, match[1].lower(), match[2].lower())
        elif line.rstrip(":").strip().lower() == syntax.ARTICLE:
            self._put(number, syntax.ARTICLE, Facts("article"))
        elif match := _FACT.fullmatch(line):
            if self.part is None:
                self._fault(number, "this line stands below nothing", "put it below a sentence")
            else:
                self._fact(self.part, number, match)
        else:
            self._fault(
                number,
                f"{line[:40]!r} is no fact",
                "write a name, a colon and a value; or # before a remark of your own",
            )

    # ------------------------------------------------------------------------------ heads

    def _sentence(self, line: int, number: int, kind: str, words: str) -> None:
        if not 1 <= number <= len(self.places.sentences):
            self._fault(
                line,
                f"there is no sentence s{number}",
                f"the article has {len(self.places.sentences)}; delete the line",
            )
            self.part = None
            return
        sentence = self.places.sentences[number - 1]
        shown = self.places.sentence(number)
        if number in self.sentences:
            self._fault(
                line,
                f"s{number} stands in line {self.sentences[number]} already",
                "delete one of the two",
            )
        elif words.strip() != shown.strip() or (kind or "body") != sentence.kind:
            self._fault(
                line,
                f"the text of s{number} was changed, which a worksheet cannot do",
                f"put it back: {self._sentence_line(number)}",
            )
        self.sentences.setdefault(number, line)
        place = Fragment(SPAN_ROLE, sentence.start, sentence.end)
        self._put(line, f"s{number}", Facts("sentence", (place,)), twice=False)

    def _sentence_line(self, number: int) -> str:
        """The line of a sentence as it was written."""
        kind = self.places.sentences[number - 1].kind
        return f"s{number}{'' if kind == 'body' else f' {kind}'}: {self.places.sentence(number)}"

    def _begin(self, line: int, head: str, number: str) -> None:
        facts = Facts(_LAYERS[head])
        handle = f"{head} {number if number == 'new' else int(number)}"
        self._put(line, f"{handle}, line {line}" if number == "new" else handle, facts)

    def _put(self, line: int, handle: str, facts: Facts, *, twice: bool = True) -> None:
        self.part = Part(handle, line, facts)
        if handle in self.found:
            if twice:
                self._fault(
                    line,
                    f"{handle} stands in line {self.found[handle].line} already",
                    "join the two; a new one begins with new in place of the number",
                )
            return
        self.found[handle] = self.part

    # ------------------------------------------------------------------------------ facts

    def _fact(self, part: Part, line: int, match: re.Match[str]) -> None:
        try:
            kind, name = (match[1] or "").lower(), syntax.read_value(match[2])
        except ValueError:
            self._fault(line, f"{match[2]} is no name", "write it as a string of JSON")
            return
        number, value = match[3], match[4].strip()
        if not kind and name.lower() in syntax.RESERVED and number is None:
            self._reserved(part, line, name.lower(), value)
            return
        if not kind:
            kind, name = self._meant(part.facts.layer, name, value)
        if kind == syntax.ROLE:
            self._piece(part, line, name, number, value)
        elif number is not None:
            self._fault(line, f"{name} {number} is no place of words", "leave the number out")
        else:
            self._label(part, line, name, value)

    def _meant(self, layer: Layer, name: str, value: str) -> tuple[str, str]:
        """Whether a name is a role or a label, and how the scheme spells it."""
        roles = syntax.roles_of(self.scheme, layer)
        labels = syntax.labels_of(self.scheme, layer)
        for spelt in (name, name.lower()):
            if spelt in roles and spelt in labels:
                return (syntax.ROLE if looks_like_place(value) else syntax.LABEL), spelt
            if spelt in roles:
                return syntax.ROLE, spelt
            if spelt in labels:
                return syntax.LABEL, spelt
        return (syntax.ROLE if looks_like_place(value) else syntax.LABEL), name

    def _reserved(self, part: Part, line: int, name: str, value: str) -> None:
        if name == syntax.NOTE:
            self._note(part, line, value)
            return
        if name in part.lines:
            self._fault(line, f"{name} stands twice", f"see line {part.lines[name]}; delete one")
            return
        part.lines[name] = line
        if name == syntax.PARENT:
            part.inside = value
            return
        if value.lower() not in _YES:
            self._fault(line, f"{name}: {value!r} is neither yes nor no", "write yes or no")
            return
        yes = _YES[value.lower()]
        if name == syntax.REVIEWED:
            part.facts = replace(part.facts, reviewed=yes)
        else:
            part.facts = replace(part.facts, flagged=yes)

    def _note(self, part: Part, line: int, value: str) -> None:
        if not value and syntax.NOTE not in part.lines:
            return
        try:
            said = syntax.read_value(value)
        except ValueError:
            self._fault(line, "the note is no string of JSON", _STRING)
            return
        more = f"{part.facts.note}\n{said}" if syntax.NOTE in part.lines else said
        part.lines.setdefault(syntax.NOTE, line)
        part.facts = replace(part.facts, note=more)

    def _label(self, part: Part, line: int, name: str, value: str) -> None:
        if not value:
            return
        if name in part.facts.attributes:
            self._fault(
                line, f"{name} stands twice", f"see line {part.lines[label_line(name)]}; delete one"
            )
            return
        try:
            said = syntax.read_value(value)
        except ValueError:
            self._fault(line, f"{name}: {value[:40]} is no string of JSON", _STRING)
            return
        part.lines[label_line(name)] = line
        part.facts = replace(part.facts, attributes={**part.facts.attributes, name: said})

    def _piece(self, part: Part, line: int, name: str, number: str | None, value: str) -> None:
        if not value:
            return
        if part.is_tag:
            self._fault(
                line,
                f"{name} belongs to a claim or mark, and stands below {part.handle}",
                "write claim new (or mark new) on a line above it",
            )
            return
        try:
            start, end = self.places.find(value)
        except PlaceError as error:
            part.unread = True
            self._fault(line, f"{name}: {error.message}", error.hint)
            return
        role = self.scheme.role(name) if part.facts.layer == "claim" else None
        mine = [f.span for f in part.facts.fragments if f.role == name]
        if number is not None:
            if not int(number):
                self._fault(line, f"{name} 0: spans are counted from 1", f"write {name} 1")
                return
            span = int(number) - 1
            if number_fault(span):
                most = f"spans are counted from 1 to {MOST_SPANS:,}"
                hint = f"write {name} {len(set(mine)) + 1}"
                self._fault(line, f"{name} {number[:20]}: {most}", hint)
                return
        elif role is not None and role.many:
            span = max(mine, default=-1) + 1
        else:
            span = mine[-1] if mine else 0
        piece = Fragment(name, start, end, span)
        part.lines.setdefault(name, line)
        part.lines[piece_line(piece)] = line
        part.facts = replace(part.facts, fragments=(*part.facts.fragments, piece))

    def _resolve(self, part: Part, said: Mapping[str, Part]) -> None:
        """Turn what "parent" names into the handle that is meant, or leave the id."""
        if not part.inside:
            return
        named = " ".join(part.inside.lower().split())
        if named in said:
            part.inside = named
        elif named in self.known:
            self._fault(
                part.line_of(syntax.PARENT),
                f"{named} is not in the worksheet any more",
                "name another claim, or delete this line",
            )
            part.inside = ""
        elif _ULID.fullmatch(named):
            part.inside = part.inside.strip()
        else:
            self._fault(
                part.line_of(syntax.PARENT),
                f"there is no {part.inside!r} in the worksheet",
                "name a claim by the line it begins with, such as claim 2",
            )
            part.inside = ""
