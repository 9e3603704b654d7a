"""Every place where a phrase stands again, as ranges of the articles' own text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, Protocol

from annotator.domain.occurrence import PhraseOccurrence
from annotator.phrases.difference import same_words, tokens
from annotator.phrases.find import (
    CAP,
    DEFAULT_THRESHOLD,
    FoundPhrase,
    Kind,
    SearchIndex,
    fuzzy_matches,
    partial_matches,
)
from annotator.text.normal import Normalised, normalise

_OPENING: Final = frozenset("\"'“‘„‚«‹([{¿¡「『")
_CLOSING: Final = frozenset("\"'”’“‘»›)]}.,;:!?…。、」』！？")


class PhraseCorpus(SearchIndex, Protocol):
    """A phrase index that knows where its phrases stand (`annotator.store.phrases.PhraseIndex`)."""

    def places(self, phrases: Iterable[int], limit: int) -> list[PhraseOccurrence]:
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
    """A verbatim one is the same word for word and number for number, as a whole sentence."""

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
    corpus: PhraseCorpus,
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
    first = fuzzy_matches(corpus, text, threshold)
    yield _placed(corpus, text, first, here, cap, more=False)
    if inside:
        known = {f.phrase for f in first}
        found, more = partial_matches(corpus, text, threshold, cap)
        yield _placed(
            corpus, text, [f for f in found if f.phrase not in known], here, cap, more=more
        )


def search(
    corpus: PhraseCorpus,
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
    corpus: PhraseCorpus,
    text: str,
    found: Sequence[FoundPhrase],
    here: tuple[str, int, int] | None,
    cap: int,
    *,
    more: bool,
) -> Matches:
    by_phrase: dict[int, list[FoundPhrase]] = {}
    for hit in found:
        by_phrase.setdefault(hit.phrase, []).append(hit)
    # One more than is shown tells whether there are more; the phrase's own place may be among them.
    places = corpus.places(by_phrase, cap + 2)
    edges = _edges(text, normalise(text))
    out: list[Match] = []
    for place in places:
        form = normalise(place.text)
        for hit in by_phrase[place.phrase]:
            start, end = _range(place.text, form, hit, edges)
            words = place.text[start:end]
            match = Match(
                place.article,
                place.number,
                place.outlet,
                place.published,
                place.sentence,
                place.start + start,
                place.start + end,
                words,
                hit.score,
                # The normal form takes 1.5 and 15 for one word; whoever decides may not.
                "near" if hit.kind == "verbatim" and not same_words(text, place.text) else hit.kind,
            )
            if here is None or not match.overlaps(*here):
                out.append(match)
    return Matches(out[:cap], more or len(out) > cap or len(places) > cap + 1)


class _Edges(NamedTuple):
    """What a phrase has before its first word and after its last one."""

    opened: bool
    closed: bool
    before: str
    """Signs that carry meaning ($, -), the nearest to the word last."""
    after: str
    """Signs that carry meaning (%), the nearest to the word first."""


def _edges(text: str, form: Normalised) -> _Edges:
    stripped = text.strip()
    first, last = (form.starts[0], form.ends[-1]) if form.words else (len(text), 0)
    inner = [t for t in tokens(text) if t.start < first or t.end > last]
    before = "".join(text[t.start : min(t.end, first)] for t in inner if t.start < first)
    after = "".join(text[max(t.start, last) : t.end] for t in inner if t.end > last)
    return _Edges(stripped[:1] in _OPENING, stripped[-1:] in _CLOSING, before, after)


def _range(text: str, form: Normalised, hit: FoundPhrase, edges: _Edges) -> tuple[int, int]:
    """Where the matching words stand in a sentence, with signs and marks like the phrase's."""
    last = min(hit.last, len(form.words))
    start, end = form.starts[min(hit.first, last - 1)], form.ends[last - 1]
    for sign in reversed(edges.before):
        near = len(text[:start].rstrip())
        if text[near - 1 : near] == sign:
            start = near - 1
    for sign in edges.after:
        near = len(text) - len(text[end:].lstrip())
        if text[near : near + 1] == sign:
            end = near + 1
    if edges.opened:
        while start and text[start - 1] in _OPENING:
            start -= 1
    if edges.closed:
        while end < len(text) and text[end] in _CLOSING:
            end += 1
    return start, end
