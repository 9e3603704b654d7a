"""What other programs say beside the spans: labels and notes of an article, its metadata, the rest.

Nothing of it may vanish: what has a place here is taken over, what has none is counted by name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from annotator.domain.losses import Losses
from annotator.domain.model import Annotation, ArticleDraft
from annotator.formats.support.article_fields import METADATA, draft_of
from annotator.formats.support.jsonio import Fields
from annotator.formats.support.names import identifier

YES: Final = "yes"
NO: Final = "no"
SAID_YES: Final = 0.5
"""From this score on a category holds."""


def count_rest(fields: Fields, known: Collection[str], losses: Losses, what: str = "field") -> None:
    """Count every field that says something and is not among the known ones, by its name."""
    for name, value in fields.value.items():
        if name not in known and value not in (None, "", False) and value != [] and value != {}:
            losses.add(f"{what} {name}", fields.where)


def article_from(text: str, given: Mapping[str, object]) -> ArticleDraft:
    """An article with this metadata: what has no field of its own is kept in `meta`."""
    own: dict[str, str] = {}
    meta: dict[str, object] = {}
    for name, value in given.items():
        if name in METADATA and isinstance(value, (str, int, float)):
            own[name] = str(value)
        elif value not in (None, "") and value != [] and value != {}:
            meta[name] = value
    return draft_of(text, own, meta)


def says_something(label: str, start: int, end: int, losses: Losses, where: str) -> bool:
    """Whether a span has a label and words; it is counted when not."""
    if label and start != end:
        return True
    losses.add(f"span {label} of no words" if label else "span without a label", where)
    return False


class ArticleLabels:
    """Labels of a whole article as attributes: those that have a name, and categories.

    A category is an attribute of its own, with "yes", "no" or its score, for an article may have
    several and be judged not to have others. `slant:left` (as we write it) is `slant` = `left`.
    """

    def __init__(self, losses: Losses, where: str) -> None:
        self.attributes: dict[str, str] = {}
        self.notes: list[str] = []
        self._losses, self._where = losses, where

    def add(self, name: str, value: str) -> None:
        """A label with its value; a second, different one of the name is counted."""
        if not name or not value:
            self._losses.add("empty label of the article", self._where)
        elif self.attributes.setdefault(name, value) != value:
            self._losses.add(f"second label {name} of the article", self._where)

    def category(self, name: str, score: object = True) -> None:
        """A category, and whether it holds: true, false, or a score from 0 to 1."""
        attribute, _, value = name.partition(":")
        holds = isinstance(score, (bool, int, float)) and score >= SAID_YES
        if attribute and value and attribute.isidentifier() and value == value.strip():
            if not holds and score in (0, False):
                return  # one of the values that the attribute does not have
            if holds and score in (1, True) and attribute not in self.attributes:
                self.add(attribute, value)
                return
        if isinstance(score, bool) or score in (0, 1):
            self.add(name, YES if score else NO)
        else:
            self.add(name, str(score))

    def note(self, value: object) -> None:
        """A comment on the article: a string, or an object with its `text`."""
        if isinstance(value, dict) and isinstance(value.get("text"), str):
            value = value["text"]
        if isinstance(value, str) and value.strip():
            self.notes.append(value)
        elif value not in (None, ""):
            self._losses.add("comment that is no text", self._where)

    def annotations(
        self, annotator: str, id_: str = "article", *, spelled: bool = False
    ) -> Iterable[Annotation]:
        """The article annotation that holds them; none when there is nothing to hold.

        Args:
            spelled: Whether their names are to be such as a scheme can have.
        """
        if self.attributes or self.notes:
            yield Annotation(
                id=id_,
                layer="article",
                article="",
                annotator=annotator,
                attributes={identifier(k) if spelled else k: v for k, v in self.attributes.items()},
                note="\n".join(self.notes),
                provenance="imported",
            )
