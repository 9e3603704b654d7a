"""A worksheet as lines, whatever editor left them, and the last of them, which nobody changes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from annotator.domain.errors import InputError
from annotator.worksheet import syntax
from annotator.worksheet.writing import seal

_KNOWN: Final = re.compile(
    rf"(s\d+|{syntax.ARTICLE}|(?:{'|'.join(syntax.HEADS.values())}) \d+) is (\S+) (\w+)"
)


class Fault(NamedTuple):
    """What is wrong in a line (from 1), and how to mend it."""

    line: int
    message: str
    hint: str


class WorksheetError(InputError):
    """A worksheet that cannot be used; `faults` has all that is wrong with it, line by line."""

    def __init__(self, name: str, faults: list[Fault]) -> None:
        found = tuple(sorted(set(faults)))
        lines = [f"{name}:{f.line}: {f.message} ({f.hint})" for f in found]
        many = f"{len(found)} lines" if len(found) > 1 else "a line"
        super().__init__(
            "\n".join([f"{name}: {many} cannot be used, so nothing was stored", *lines]),
            "mend these lines, and give the worksheet back again",
        )
        self.faults = found


class Known(NamedTuple):
    """An annotation that was in the worksheet when it was written: its id, and its facts then."""

    id: str
    digest: str


@dataclass(frozen=True, slots=True)
class End:
    """What the last lines say: of which article and whose, and what was here."""

    line: int
    uid: str
    annotator: str
    known: Mapping[str, Known]
    check: str
    """Tells this worksheet from every other."""


class WorksheetLines:
    """The lines of a worksheet as any editor leaves them, and what is below the last head.

    Args:
        given: The file's bytes (UTF-8, or UTF-16 with its mark), or its text.
        name: What messages call it.

    Raises:
        WorksheetError: when it is no text, or its last lines are not as they were written.
    """

    def __init__(self, given: str | bytes, name: str) -> None:
        self.name = name
        text = self._decoded(given).removeprefix("\ufeff")
        lines = re.split(r"\r\n|\r|\n", text)
        self.all = [line.strip() for line in lines]
        self.end = self._read_end()

    def _refuse(self, line: int, message: str, hint: str) -> WorksheetError:
        return WorksheetError(self.name, [Fault(line, message, hint)])

    def _decoded(self, given: str | bytes) -> str:
        if isinstance(given, str):
            return given
        try:
            if given.startswith((b"\xff\xfe", b"\xfe\xff")):
                return given.decode("utf-16")
            return given.decode("utf-8")
        except UnicodeDecodeError as error:
            line = given[: error.start].count(b"\n") + 1
            raise self._refuse(
                line, "these bytes are no UTF-8", "save the file as UTF-8 in your editor"
            ) from None

    def _read_end(self) -> End:
        ends = [i for i, line in enumerate(self.all) if line == syntax.END]
        if not ends:
            raise self._refuse(
                len(self.all),
                f'the line "{syntax.END}", and what stood below it, is missing',
                "write the worksheet anew, and put your changes into that one",
            )
        at = ends[-1]
        found = [x for x in self.all[at + 1 :] if x and not x.startswith("#")]
        told, check = found[:-1], found[-1] if found else ""
        broken = self._refuse(
            at + 1,
            "the lines below this one are not as they were written",
            "write the worksheet anew, and put your changes into that one",
        )
        if check != f"check {seal(told)}" or len(told) < 4:
            raise broken
        version, article, annotator, _event = (x.partition(" ")[2] for x in told[:4])
        if version != str(syntax.VERSION):
            raise self._refuse(at + 2, f"a worksheet of version {version}", "update annotator")
        known: dict[str, Known] = {}
        for line in told[4:]:
            match = _KNOWN.fullmatch(line)
            if match is None:
                raise broken
            known[match[1]] = Known(match[2], match[3])
        try:
            name = syntax.read_value(annotator)
        except ValueError:
            raise broken from None
        return End(at + 1, article, name, known, check.removeprefix("check "))
