"""The links of a REFI-QDA project: what ties pieces together, notes to passages, and relations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from annotator.codebook.refi import Node, children, guid, guid_of
from annotator.domain.losses import Losses
from annotator.domain.model import RELATION_TYPE
from annotator.formats.qdpx_notes import Notes, ProjectNote
from annotator.formats.qdpx_selections import (
    OTHER_SPAN,
    PARENT,
    SAME_SPAN,
    CodedMade,
    CodedSource,
    Tie,
)
from annotator.formats.support.spans_read import relation_of

LINKED: Final = "linked"
"""The relation of a link that has no name."""


class _Link(NamedTuple):
    guid: str
    name: str | None
    origin: str
    target: str
    both: bool
    notes: tuple[ProjectNote, ...]


class LinkedPassages:
    """The links; those of ours that make one annotation are `ties`."""

    def __init__(self, links: Node | None, notes: Notes, losses: Losses, where: str) -> None:
        self._notes, self._losses, self._where = notes, losses, where
        self.ties: dict[str, Tie] = {}
        """GUID of a piece -> what it is tied to."""
        self.types: dict[str, bool] = {}
        """Names of relations, and whether they have no direction."""
        self._parents: list[tuple[str, str]] = []
        self._links: list[_Link] = []
        for node in children(links, "Link"):
            at = guid_of(node.get("guid"))
            origin, target = (guid_of(node.get(n)) for n in ("originGUID", "targetGUID"))
            if at == guid(PARENT, origin, target):
                self._parents.append((origin, target))
                continue
            kind = next((k for k in (SAME_SPAN, OTHER_SPAN) if at == guid(k, origin, target)), "")
            if kind:
                self.ties[target] = Tie(kind, origin)
                continue
            name, said = node.get("name"), tuple(notes.of(node, where))
            both = node.get("direction") != "OneWay"
            self._links.append(_Link(at, name, origin, target, both, said))

    def resolve(
        self, at: Mapping[str, Sequence[CodedMade]], sources: Sequence[CodedSource]
    ) -> None:
        """Make relations of the links, in the articles of their heads."""
        known = {k: list(v) for k, v in at.items()}
        for origin, target in self._parents:
            inner, outer = known.get(origin), known.get(target)
            if inner and outer:
                inner[0].parent(outer[0].annotation.id)
            else:
                self._losses.add("parent", f"{self._where}: {origin}")
        waiting = self._links
        while waiting:
            later = [link for link in waiting if not self._made(link, known, sources)]
            if len(later) == len(waiting):
                break
            waiting = later
        for link in waiting:
            self._count(link, known)

    def _ends(
        self, known: Mapping[str, Sequence[CodedMade]], origin: str, target: str
    ) -> tuple[CodedMade | None, CodedMade | None]:
        """The first two annotations at both ends that are of one annotator."""
        for head in known.get(origin, ()):
            for tail in known.get(target, ()):
                if head.annotation.annotator == tail.annotation.annotator and head is not tail:
                    return head, tail
        return None, None

    def _made(
        self, link: _Link, known: dict[str, list[CodedMade]], sources: Sequence[CodedSource]
    ) -> bool:
        for end, other in ((link.origin, link.target), (link.target, link.origin)):
            note = None if end in known else self._notes.get(end)
            if note is not None and known.get(other):
                known[other][0].notes.append(note.text)
                return True
        head, tail = self._ends(known, link.origin, link.target)
        if head is None or tail is None:
            return False
        name = LINKED if link.name is None else " ".join(link.name.split())
        if name:
            self.types[name] = self.types.get(name, True) and link.both
        who = head.annotation.annotator
        made = relation_of(f"link {link.guid}", head.annotation.id, tail.annotation.id, name)
        made = replace(made, annotator=who)
        if not name:
            made = made.with_attribute(RELATION_TYPE, None)
        relation = CodedMade(made, head.source)
        for note in link.notes:
            if note.guid == guid("label", link.guid, note.name):
                relation.label(note.name, note.text)
            else:
                relation.notes.append(note.text)
        sources[head.source].made.append(relation)
        known[link.guid] = [relation]
        return True

    def _count(self, link: _Link, known: Mapping[str, Sequence[CodedMade]]) -> None:
        both = bool(known.get(link.origin)) and bool(known.get(link.target))
        why = "of two annotators" if both else "of what is no passage"
        name = f"link {link.name}" if link.name else "link"
        self._losses.add(f"{name} {why}", f"{self._where}: {link.guid}")
