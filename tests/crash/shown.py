"""What the screen showed as done, and whether the journal has it, in the order it was shown.

The status line tells the article, how many sentences are open and when the last action was
saved; the panel tells what a claim or mark says. Every complete screen of a run is read, and must
be what the article looked like after some number of the journal's actions, a number that never
goes down. A screen that fits none showed something as saved that is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from annotator.domain.model import Annotation, Article, Batch
from annotator.domain.scheme import Scheme
from annotator.session import Session

PANEL: Final = 83
"""Column where the panel's text may begin, at 120 columns."""
_STATUS: Final = re.compile(
    r" (\d+)/\d+ .* open (\d+)  (?:incomplete \d+  )?(?:saved (\d\d:\d\d:\d\d)|nothing to save)"
)
_TITLE: Final = re.compile(r"(CLAIM|MARK)\b.* · ")
_ATTRIBUTE: Final = re.compile(r"\S (\S+)  (\S.*)")
_LAST: Final = re.compile(r"\w+, (\d\d:\d\d:\d\d) UTC")
_ROLES: Final = frozenset(("content", "source", "cue", "addressee", "via"))
_ROLE: Final = re.compile(rf"({'|'.join(sorted(_ROLES))}) +(\S.*)")


@dataclass(frozen=True, slots=True)
class Status:
    """The status line: number of the article, open sentences, time of the last commit ("")."""

    article: int
    open: int
    saved: str


@dataclass(frozen=True, slots=True)
class Claim:
    """The panel: what a claim or mark says, as far as the panel has room for it."""

    layer: str
    words: tuple[tuple[str, str], ...]
    """Role and the beginning of its words."""
    attributes: frozenset[tuple[str, str]]
    """Title of the attribute (its beginning, after a long value) and the value."""
    flagged: bool
    note: str
    updated: str


Shown = Status | Claim


def read_screen(rows: Sequence[str]) -> list[Shown]:
    """What a complete screen of 120 columns says; nothing of the panel below a dialog."""
    out: list[Shown] = []
    status = _STATUS.search(rows[0])
    if status:
        out.append(Status(int(status[1]), int(status[2]), status[3] or ""))
    if not any("╭──" in row for row in rows):
        claim = _claim([row[PANEL:].strip(" ▏").rstrip() for row in rows[1:-1]])
        if claim:
            out.append(claim)
    return out


def _claim(lines: Sequence[str]) -> Claim | None:
    title = _TITLE.match(lines[0])
    if title is None:
        return None
    words: list[tuple[str, str]] = []
    attributes: set[tuple[str, str]] = set()
    flagged, note, role = False, "", "span"
    for line in lines[1:]:
        if last := _LAST.fullmatch(line):
            return Claim(
                title[1].lower(), tuple(words), frozenset(attributes), flagged, note, last[1]
            )
        if line.startswith("! flagged"):
            flagged = True
        elif line.startswith("note     "):
            note = line.removeprefix("note     ").strip()
        elif line.startswith(("? still due", "nested in")):
            role = ""
        elif found := _ATTRIBUTE.fullmatch(line):
            attributes.add((found[2], found[1]))
            role = ""
        elif found := _ROLE.fullmatch(line):
            role = found[1]
            words.append((role, found[2].rstrip("…").strip()))
        elif role == "span" and title[1] == "MARK" and not words:
            words.append((role, line.rstrip("…").strip()))
    return None


class History:
    """An annotator's articles after each action of the journal, from the start of one run.

    Args:
        articles: All of the database.
        before: What was annotated when the run began.
        batches: What the journal has got since, oldest first.
    """

    def __init__(
        self,
        articles: Sequence[Article],
        scheme: Scheme,
        before: Iterable[Annotation],
        batches: Sequence[Batch],
    ) -> None:
        self._scheme = scheme
        self._texts = {a.uid: a.text for a in articles}
        self._saved = ["", *(b.at[11:19] for b in batches)]
        """Time of the last action, by how many there were."""
        self._versions: list[tuple[Annotation, int, int]] = []
        """An annotation as it was from so many actions up to before so many."""
        existing = {a.id: (a, 0) for a in before}
        sessions = {
            a.uid: Session(
                a,
                [e for e, _ in existing.values() if e.article == a.uid],
                "",
                scheme,
                lambda batch: None,
                str,
                list,
            )
            for a in articles
        }
        self._open = {a.number: [len(sessions[a.uid].index.open)] for a in articles}
        for count, batch in enumerate(batches, start=1):
            for change in batch.changes:
                sessions[change.subject.article].index.put(change)
                known = existing.pop(change.subject.id, None)
                if known:
                    self._versions.append((*known, count))
                if change.after:
                    existing[change.after.id] = change.after, count
            for article in articles:
                self._open[article.number].append(len(sessions[article.uid].index.open))
        self._versions += [(a, since, len(batches) + 1) for a, since in existing.values()]

    def explain(self, shown: Sequence[Shown]) -> list[str]:
        """Complaints about what was shown and is not there; empty when all of it is."""
        at = {Status: 0, Claim: 0}
        out: list[str] = []
        for item in shown:
            found = (
                self._status(item, at[Status])
                if isinstance(item, Status)
                else self._claim(item, at[Claim])
            )
            if found is None:
                out.append(f"shown but not in the journal after {at[type(item)]} actions: {item}")
            else:
                at[type(item)] = found
        return out

    def _status(self, shown: Status, at: int) -> int | None:
        opened = self._open[shown.article]
        for count in range(at, len(self._saved)):
            if (opened[count], self._saved[count]) == (shown.open, shown.saved):
                return count
        return None

    def _claim(self, shown: Claim, at: int) -> int | None:
        fitting = [
            max(at, since)
            for annotation, since, until in self._versions
            if until > at and self._says(annotation, shown)
        ]
        return min(fitting, default=None)

    def _says(self, annotation: Annotation, shown: Claim) -> bool:
        text = self._texts[annotation.article]
        attributes = {
            (a.title, annotation.attributes[a.name])
            for a in self._scheme.of_layer(annotation.layer)
            if a.name in annotation.attributes
        }

        def words(role: str) -> str:
            pieces = sorted(annotation.role(role), key=lambda f: f.start)
            return " … ".join(" ".join(text[f.start : f.end].split()) for f in pieces)

        return (
            annotation.layer == shown.layer
            and annotation.updated_at[11:19] == shown.updated
            and annotation.flagged == shown.flagged
            and len(attributes) == len(shown.attributes)
            and all(
                any(value == v and title.startswith(cut) for title, value in attributes)
                for cut, v in shown.attributes
            )
            and " ".join(annotation.note.split()).startswith(shown.note)
            and bool(annotation.note) == bool(shown.note)
            and all(words(role).startswith(start) for role, start in shown.words)
            and {f.role for f in annotation.fragments} == {role for role, _ in shown.words}
        )
