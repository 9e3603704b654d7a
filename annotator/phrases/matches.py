"""Every place where a phrase stands again, as ranges of the articles' own text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, Protocol

from annotator.domain.normal import Normalised, normalise
from annotator.domain.phrase import Place
from annotator.phrases.find import CAP, DEFAULT_THRESHOLD, Found, Index, Kind, contained, near

_OPENING: Final = frozenset("\"'“‘„‚«‹([{¿¡「『")
_CLOSING: Final = frozenset("\"'”’“‘»›)]}.,;:!?…。、」』！？")


class Corpus(Index, Protocol):
    """A phrase index that knows where its phrases stand (`annotator.store.phrases.PhraseIndex`)."""

    def places(self, phrases: Iterable[int], limit: int) -> list[Place]:
        """Where these phrases stand: in the order of the phrases, then of the articles."""


class Match(NamedTuple):
    """A place that matches. `[start, end)` are code points of the article's text."""

    article: str
    """Uid."""
    number: int
    outlet: str
    published: str
    sentence: int
    start: int
    end: int
    text: str
    score: float
    """rapidfuzz's ratio of the normal forms, 0 to 100."""
    kind: Kind

    def overlaps(self, article: str, start: int, end: int) -> bool:
        """Whether this place shares a code point with a range of an article."""
        return self.article == article and self.start < end and start < self.end


class Matches(NamedTuple):
    """What a stage of the search found, the best first."""

    found: list[Match]
    more: bool
    """There are more than the cap allows to show."""

    @property
    def shown(self) -> str:
        """How many, for people: "12", or "2,000+" when there are more."""
        return f"{len(self.found):,}{'+' if self.more else ''}"


def stages(
    corpus: Corpus,
    text: str,
    threshold: float = DEFAULT_THRESHOLD,
    *,
    inside: bool = True,
    here: tuple[str, int, int] | None = None,
    cap: int = CAP,
) -> Iterator[Matches]:
    """Search in two steps: first sentences that are the phrase or nearly, then those that hold it.

    Safe in a worker thread with a connection of its own.

    Args:
        corpus: The phrase index.
        text: A phrase as it stands in a text; case and marks do not count.
        threshold: Least ratio, 0 to 100.
        inside: Whether to look inside longer sentences too (the second step).
        here: Article, start and end of the phrase itself: places that overlap it are left out.
        cap: How many places a step returns at most.

    Yields:
        One Matches for each step, even when it found nothing.
    """
    first = near(corpus, text, threshold)
    yield _placed(corpus, text, first, here, cap, more=False)
    if inside:
        known = {f.phrase for f in first}
        found, more = contained(corpus, text, threshold, cap)
        yield _placed(
            corpus, text, [f for f in found if f.phrase not in known], here, cap, more=more
        )


def search(
    corpus: Corpus,
    text: str,
    threshold: float = DEFAULT_THRESHOLD,
    *,
    inside: bool = True,
    here: tuple[str, int, int] | None = None,
    cap: int = CAP,
) -> Matches:
    """Both steps of `stages` as one: at most `cap` places."""
    steps = list(stages(corpus, text, threshold, inside=inside, here=here, cap=cap))
    found = [m for step in steps for m in step.found]
    return Matches(found[:cap], len(found) > cap or any(step.more for step in steps))


def _placed(
    corpus: Corpus,
    text: str,
    found: Sequence[Found],
    here: tuple[str, int, int] | None,
    cap: int,
    *,
    more: bool,
) -> Matches:
    by_phrase = {f.phrase: f for f in found}
    # One more than is shown tells whether there are more; the phrase's own place may be among them.
    places = corpus.places(by_phrase, cap + 2)
    edges = _edges(text)
    out: list[Match] = []
    for place in places:
        hit = by_phrase[place.phrase]
        start, end = _range(place.text, normalise(place.text), hit, edges)
        match = Match(
            place.article,
            place.number,
            place.outlet,
            place.published,
            place.sentence,
            place.start + start,
            place.start + end,
            place.text[start:end],
            hit.score,
            hit.kind,
        )
        if here is None or not match.overlaps(*here):
            out.append(match)
    return Matches(out[:cap], more or len(out) > cap or len(places) > cap + 1)


def _edges(text: str) -> tuple[bool, bool]:
    """Whether the phrase itself begins and ends with a mark."""
    stripped = text.strip()
    return stripped[:1] in _OPENING and stripped != "", stripped[-1:] in _CLOSING and stripped != ""


def _range(text: str, form: Normalised, hit: Found, edges: tuple[bool, bool]) -> tuple[int, int]:
    """Where the matching words stand in a sentence; with marks around, when the phrase has some."""
    last = min(hit.last, len(form.words))
    start, end = form.starts[min(hit.first, last - 1)], form.ends[last - 1]
    if edges[0]:
        while start and text[start - 1] in _OPENING:
            start -= 1
    if edges[1]:
        while end < len(text) and text[end] in _CLOSING:
            end += 1
    return start, end
