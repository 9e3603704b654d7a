"""Whether a text may be an article: refused by name where it is something else."""

from __future__ import annotations

from typing import Final

from annotator.domain.errors import InputError
from annotator.text.readers.foreign import HEAD, foreign_kind
from annotator.text.readers.markup import TAG, measure
from annotator.text.readers.results import ReadOptions
from annotator.text.readers.signatures import Foreign

_PLAIN: Final = Foreign("plain text without any HTML", "read it as such: .txt, or --format text")
"""As a page, its paragraphs would run together."""


def check_prose(text: str, origin: str, options: ReadOptions, reader: str = "text") -> list[str]:
    """Refuse what is not the text of one article; return what a person should know of the rest.

    Args:
        text: As it would be stored (or, for a page, also as it came).
        origin: For messages.
        options: With `force`, nothing is refused, and what it is becomes a note.
        reader: What reads the text: "text", "markdown", "html" for a page's source, "page" for the
            text that was found in a page, "record" for a cell of a table.

    Raises:
        InputError: the text is of another kind, or mostly mark-up, time codes or controls.
    """
    bare = reader == "html" and not TAG.search(text[:HEAD])
    kind = foreign_kind(text, "text" if bare else reader)
    notes: tuple[str, ...] = ()
    if kind is None and (bare or reader != "html"):
        kind, notes = measure(text, markdown=reader == "markdown")
    if kind is None and bare and "\n" in text.strip():
        kind = _PLAIN
    if kind is None:
        return [f"{origin}: {note}" for note in notes]
    if options.force:
        return [f"{origin}: is {kind.name}; added as it is"]
    hint = "make the column plain text first" if reader == "record" else kind.hint
    raise InputError(
        f"{origin}: is {kind.name}, not the text of an article", f"{hint}; --force adds it as it is"
    )
