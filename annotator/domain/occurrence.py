"""What the phrase index of the store and the search of phrases hand each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class ArticleHead(NamedTuple):
    """What tells an article from others, without its text."""

    article: str
    """Uid."""
    number: int
    name: str
    title: str
    outlet: str
    published: str


class PhraseOccurrence(NamedTuple):
    """A sentence where a phrase stands, with what tells a reader where that is."""

    phrase: int
    article: str
    """Uid."""
    number: int
    outlet: str
    published: str
    sentence: int
    """Index in the article's layout."""
    start: int
    """Code point in the article where the sentence starts."""
    text: str
    """The sentence as it stands."""

    @property
    def end(self) -> int:
        """The code point after the sentence."""
        return self.start + len(self.text)


class RoleText(NamedTuple):
    """One span of one role of a claim, its pieces joined by a space, with the claim's labels."""

    claim: str
    article: str
    number: int
    annotator: str
    role: str
    start: int
    end: int
    text: str
    attributes: Mapping[str, str]
    parent: str | None = None
    """The claim that it is nested in."""
