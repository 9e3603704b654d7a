"""What an annotator decided about a sentence where it stands elsewhere, and carrying that here."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from annotator.domain.graphemes import is_boundary
from annotator.domain.ids import new_id
from annotator.domain.model import SPAN_ROLE, Annotation, Batch, Change, Fragment
from annotator.domain.same import canonical_roles, ranges, same_content
from annotator.domain.times import now
from annotator.domain.wording import shown_value
from annotator.phrases.difference import same_words
from annotator.phrases.propagate import Propagation
from annotator.text.normal import Normalised, literal, normal, normalise, places

if TYPE_CHECKING:
    from annotator.domain.occurrence import PhraseOccurrence
    from annotator.domain.scheme import Scheme
    from annotator.project.data import ProjectData
    from annotator.session import Session

MOST: Final = 200
"""Places of a sentence that are looked at."""
_LAYERS: Final = ("claim", "mark", "sentence")


class SentencePlace(NamedTuple):
    """A sentence of an article: `[start, end)` in code points, and its text."""

    article: str
    start: int
    end: int
    text: str


class EarlierReading(NamedTuple):
    """How the sentence was annotated in some articles, all in the same way."""

    labels: str
    """For people: "named person, against; mark lexical"."""
    articles: int
    place: SentencePlace
    """One of the places."""
    annotations: tuple[Annotation, ...]
    """Those that stand there."""


class DecidedBefore(NamedTuple):
    """A sentence, and what was decided about it elsewhere: the most frequent reading first."""

    here: SentencePlace
    readings: tuple[EarlierReading, ...]

    @property
    def told(self) -> str:
        """For people: "decided in 3 articles: named person, against"."""
        n = sum(r.articles for r in self.readings)
        where = "1 article" if n == 1 else f"{n} articles"
        if len(self.readings) == 1:
            return f"decided in {where}: {self.readings[0].labels}"
        each = "; or ".join(f"{r.labels} ({r.articles})" for r in self.readings)
        return f"decided in {where}, not alike: {each}"


def decided_before(
    project: ProjectData,
    here: SentencePlace,
    annotator: str,
    scheme: Scheme,
    known_here: Iterable[Annotation] | None = None,
) -> DecidedBefore | None:
    """What the annotator decided about the same sentence elsewhere; None when nothing.

    Safe in a worker thread with a project of its own.

    Args:
        project: Where to look.
        here: The sentence.
        annotator: Whose decisions.
        scheme: That they are told by.
        known_here: The annotator's annotations in the sentence's own article, where they are at
            hand; else they are read.
    """
    index = project.phrase_index()
    known = normal(here.text)
    phrase = index.exact(known) if known else None
    if phrase is None:
        return None
    found: dict[str, list[tuple[SentencePlace, tuple[Annotation, ...]]]] = {}
    seen: set[str] = set()
    read: dict[str, _ByPlace] = {}
    if known_here is not None:
        read[here.article] = _ByPlace(known_here, scheme)
    for place in index.places([phrase], MOST):
        there = _place(place)
        if there.article in seen or there[:2] == here[:2] or not same_words(here.text, there.text):
            continue
        if there.article not in read:
            read[there.article] = _ByPlace(project.annotations(there.article, annotator), scheme)
        own = read[there.article].standing_in(there)
        if own:
            seen.add(there.article)
            found.setdefault(_labels(own, scheme), []).append((there, own))
    shorts = [_labels(some[0][1], scheme, short=True) for some in found.values()]
    alike = len(set(shorts)) < len(shorts)  # only the labels without keys tell them apart
    readings = [
        EarlierReading(said if alike else short, len(some), *some[0])
        for (said, some), short in zip(found.items(), shorts, strict=True)
    ]
    readings.sort(key=lambda r: -r.articles)
    return DecidedBefore(here, tuple(readings)) if readings else None


def _place(found: PhraseOccurrence) -> SentencePlace:
    return SentencePlace(found.article, found.start, found.end, found.text)


class _ByPlace:
    """An article's annotations by where their words begin: a sentence may stand in it often."""

    def __init__(self, found: Iterable[Annotation], scheme: Scheme) -> None:
        self._scheme = scheme
        starts = ((min(f.start for f in words), i, a) for i, a in enumerate(found)
                  if (words := scheme.anchor(a)))  # fmt: skip
        self._found = sorted(starts)

    def standing_in(self, place: SentencePlace) -> tuple[Annotation, ...]:
        """The claims and marks whose words lie in a sentence, and its own labels, as given."""
        low, high = (bisect_left(self._found, (at,)) for at in (place.start, place.end))
        some = sorted(self._found[low:high], key=lambda found: found[1])
        return _standing_in((a for _, _, a in some), place, self._scheme)


def _standing_in(
    found: Iterable[Annotation], place: SentencePlace, scheme: Scheme
) -> tuple[Annotation, ...]:
    """The claims and marks whose words lie in a sentence, and its own labels."""
    return tuple(
        a
        for a in found
        if a.layer in _LAYERS
        and (words := scheme.anchor(a))
        and all(place.start <= f.start and f.end <= place.end for f in words)
        and (a.layer != "sentence" or a.attributes)
    )


def undecided_sentence(session: Session) -> SentencePlace | None:
    """The sentence under the cursor; None where it is decided already, or something is at work."""
    page = session.page
    if session.selection is not None or session.active is not None or not page.sentences:
        return None
    i = session.sentence
    start, end = page.sentences[i].start, page.sentences[i].end
    here = SentencePlace(session.article.uid, start, end, session.article.text[start:end])
    return None if _standing_in(session.index.in_sentence(i), here, session.scheme) else here


def _labels(found: Sequence[Annotation], scheme: Scheme, *, short: bool = False) -> str:
    """All labels for people; in short, of claims those that have keys, where any have."""
    said = []
    for a in found:
        known = scheme.of_layer(a.layer_name)
        keyed = {x.name for x in known if any(v.key for v in x.values)} & a.attributes.keys()
        order = [x.name for x in known]
        names = sorted(a.attributes, key=lambda n: order.index(n) if n in order else len(order))
        if short and keyed:
            names = [n for n in names if n in keyed]
        labels = ", ".join(
            shown_value(scheme.attribute(a.layer_name, n), a.attributes[n]) for n in names
        )
        what = "" if a.layer == "claim" and labels else a.layer_name
        said.append(f"{what} {labels}".strip())
    return "; ".join(said)


def carry_here(
    project: ProjectData,
    decided: DecidedBefore,
    existing: Sequence[Annotation],
    annotator: str,
    scheme: Scheme,
) -> tuple[Propagation, int]:
    """Annotate the sentence as it is in the most frequent reading, as one action.

    Args:
        project: Where it is written; nothing is when everything is there already.
        decided: What was decided elsewhere.
        existing: The annotator's annotations in the article of the sentence.
        annotator: Whose.
        scheme: That it is decided under.

    Returns:
        What was done, and how many pieces were left out because they lie outside the sentence, or
        are marks that do not stand here.

    Raises:
        SchemeError: when it has what the scheme in force does not have.
    """
    here, reading = decided.here, decided.readings[0]
    at = now()
    forms = normalise(reading.place.text), normalise(here.text)
    left = 0
    moved: list[tuple[Annotation, Annotation, Annotation | None]] = []
    for a in reading.annotations:
        inside = [f for f in a.fragments if _inside(f, reading.place)]
        if a.layer == "sentence":
            fragments = tuple(Fragment(SPAN_ROLE, here.start, here.end) for _ in inside)
        else:
            moves = (_moved(f, reading.place, here, forms) for f in inside)
            fragments = tuple(f for f in moves if f is not None)
        left += len(a.fragments) - len(fragments)
        if not fragments:
            continue
        made = replace(
            a,
            id=new_id(),
            article=here.article,
            annotator=annotator,
            fragments=fragments,
            provenance="propagated",
            scheme=scheme.version,
            reviewed=False,
            flagged=False,
            note="",
            created_at=at,
            updated_at=at,
        )
        moved.append((a, made, _same(existing, made, scheme.content_name)))
    # A claim is nested in what became of the one around it, made now or there already.
    ids = {a.id: (before or made).id for a, made, before in moved}
    changes: list[Change] = []
    for a, made, before in moved:
        if before is None:
            changes.append(Change(None, replace(made, parent=ids.get(a.parent or ""))))
        elif missing := {k: v for k, v in a.attributes.items() if k not in before.attributes}:
            attributes = {**before.attributes, **missing}
            after = replace(before, attributes=attributes, scheme=scheme.version, updated_at=at)
            changes.append(Change(before, after))
    what = reading.labels or "annotations"
    batch = Batch(new_id(), annotator, at, "propagate", f"{what}, carried here", tuple(changes))
    if changes:
        project.apply(batch, scheme.version)
    made_ = tuple(c.after for c in changes if c.before is None and c.after is not None)
    changed = tuple(c.after for c in changes if c.before is not None and c.after is not None)
    return Propagation(batch if changes else None, made_, changed, ()), left


def _same(existing: Iterable[Annotation], made: Annotation, content: str) -> Annotation | None:
    """The annotation that is there already in the place of a new one."""
    for a in existing:
        if a.layer_name != made.layer_name:
            continue
        if a.layer != "claim":
            if canonical_roles(a.fragments) == canonical_roles(made.fragments):
                return a
        elif same_content(ranges(a.fragments, content), ranges(made.fragments, content)):
            return a
    return None


def _inside(fragment: Fragment, place: SentencePlace) -> bool:
    return place.start <= fragment.start and fragment.end <= place.end


def _moved(
    fragment: Fragment,
    there: SentencePlace,
    here: SentencePlace,
    forms: tuple[Normalised, Normalised],
) -> Fragment | None:
    """The same words of the sentence here; the typography of the two may differ.

    None for marks alone that do not stand between the same words here.
    """
    start, end = fragment.start - there.start, fragment.end - there.start
    same = there.text == here.text
    place = (start, end) if same else _by_words(start, end, there.text, here.text, forms)
    if place is None:
        return None
    return fragment._replace(start=here.start + place[0], end=here.start + place[1])


def _by_words(
    start: int, end: int, there: str, here: str, forms: tuple[Normalised, Normalised]
) -> tuple[int, int] | None:
    old, new = forms
    touched = [
        i
        for i, (a, b) in enumerate(zip(old.starts, old.ends, strict=True))
        if a < end and start < b
    ]
    if not touched:  # marks alone: between the same two words
        after = next((i for i, a in enumerate(old.starts) if a >= end), len(old.starts))
        low = new.ends[after - 1] if after else 0
        high = new.starts[after] if after < len(new.starts) else len(here)
        found = places(literal(there[start:end]), here[low:high])
        return (low + found[0][0], low + found[0][1]) if found else None
    first, last = touched[0], touched[-1]
    a, b = new.starts[first], new.ends[last]
    # Marks before and after the words belong to the piece, as far as the same ones stand here.
    before, beyond = there[start : old.starts[first]], there[old.ends[last] : end]
    if before and len(before) <= a and normal(here[a - len(before) : a]) == "":
        wide = a - len(before)
        a = wide if is_boundary(here, wide) and not here[wide].isspace() else a
    if beyond and normal(here[b : b + len(beyond)]) == "":
        wide = min(len(here), b + len(beyond))
        b = wide if is_boundary(here, wide) and not here[wide - 1].isspace() else b
    return a, b
