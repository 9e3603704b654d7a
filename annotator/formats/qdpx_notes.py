"""The notes of a REFI-QDA project: texts that codings, selections, sources and links refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from annotator.codebook.refi import Node, child, children, guid_of
from annotator.domain.errors import InputError
from annotator.domain.losses import Losses
from annotator.formats.qdpx_archive import Archive


@dataclass(slots=True)
class ProjectNote:
    """A note: what it says, whose it is, and the places that it is about, as the file has them."""

    guid: str
    name: str
    text: str
    annotator: str
    places: tuple[Node, ...] = ()
    used: bool = False


class Notes:
    """The notes of a project by their GUIDs; those that nothing refers to are counted."""

    def __init__(
        self, notes: Node | None, archive: Archive, people: Mapping[str, str], losses: Losses
    ) -> None:
        self._losses, self._where = losses, archive.name
        self._known: dict[str, ProjectNote] = {}
        for node in children(notes, "Note"):
            at = guid_of(node.get("guid"))
            who = guid_of(node.get("creatingUser") or node.get("modifyingUser"))
            text = self._text(node, archive)
            places = tuple(children(node, "PlainTextSelection"))
            note = ProjectNote(at, node.get("name") or "", text, people.get(who, ""), places)
            self._known[at] = note
            if codings := children(node, "Coding"):
                losses.add("coding of a note", self._place(note), len(codings))

    def _text(self, node: Node, archive: Archive) -> str:
        inside, path = child(node, "PlainTextContent"), node.get("plainTextPath")
        described = child(node, "Description")
        if inside is not None:
            return inside.text or ""
        if path:
            try:
                return archive.text(path)[0].replace("\r\n", "\n")
            except InputError as error:
                self._losses.add(f"text of a note: {error.message}", f"{archive.name}: {path}")
        return (described.text or "") if described is not None else ""

    def _place(self, note: ProjectNote) -> str:
        return f"{self._where}: {note.name or note.guid}"

    def of(self, node: Node, where: str) -> list[ProjectNote]:
        """The notes that an element refers to."""
        out = []
        for ref in children(node, "NoteRef"):
            note = self.get(guid_of(ref.get("targetGUID")))
            if note is None:
                self._losses.add("reference to a note that is not there", where)
            else:
                out.append(note)
        return out

    def get(self, at: str) -> ProjectNote | None:
        """A note that something refers to."""
        note = self._known.get(at)
        if note is not None:
            note.used = True
        return note

    def count_rest(self) -> None:
        """Count the notes that nothing refers to: journals, memos of the project or of a code."""
        for note in self._known.values():
            if not note.used:
                self._losses.add("note of the project", self._place(note))
