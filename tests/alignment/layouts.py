"""Random readings of random articles, by two to four annotators: stacked, nested, split, missed."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from annotator.domain.model import Annotation, Article, Fragment, Layout, Paragraph, Sentence

LENGTH = 120
SENTENCES = [Sentence(i, i + 29, 0) for i in range(0, LENGTH, 30)]
LAYOUT = Layout([Paragraph(0, LENGTH)], SENTENCES, array("I"), array("I"), "test")
LABELS = {
    "claim": {"stance": ("favor", "against"), "form": ("direct", "indirect")},
    "mark": {"polarity": ("positive", "negative")},
    "sentence": {"biased": ("yes", "no"), "factuality": ("factual", "opinion")},
}
NOTE = {"discuss": "what is this?"}
"""Labels that the scheme does not know: such a mark is a note."""


def article(number: int) -> Article:
    """An article of four sentences."""
    uid, text = f"article{number:04}", "x" * LENGTH
    return Article(uid, number, uid, "", "", "", "", "", "", "", text, uid, "", {}, LAYOUT)


def ranges(rng: Random) -> list[tuple[int, int]]:
    """A few places in the text, so few that annotators stack and nest what they mark."""
    found = []
    for _ in range(rng.randint(2, 5)):
        start = rng.randrange(0, LENGTH - 20)
        found.append((start, start + rng.randint(1, 20)))
        found.append((start + rng.randint(0, 5), start + rng.randint(6, 20)))
    return found


def pieces(rng: Random, role: str, places: Sequence[tuple[int, int]]) -> list[Fragment]:
    """One place as one piece; or cut in two, which may touch; or with another place."""
    start, end = rng.choice(places)
    if rng.random() < 0.25 and end - start > 2:
        cut = rng.randrange(start + 1, end)
        second = Fragment(role, min(cut + rng.randint(0, 3), end - 1), end)
        return rng.sample([Fragment(role, start, cut), second], 2)
    if rng.random() < 0.1:
        return [Fragment(role, start, end), Fragment(role, *rng.choice(places))]
    return [Fragment(role, start, end)]


def readings(rng: Random, uid: str, names: str) -> list[Annotation]:
    """What some annotators make of one article; ids say nothing about who and where."""
    places = ranges(rng)
    out: list[Annotation] = []

    def add(who: str, layer: str, fragments: Sequence[Fragment]) -> None:
        wanted = LABELS[layer]
        labels = {n: rng.choice(v) for n, v in wanted.items() if rng.random() < 0.7}
        id_ = "".join(rng.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=26))
        if layer == "mark" and rng.random() < 0.2:
            labels = NOTE
        made = Annotation(id_, layer, uid, who, tuple(fragments), labels)  # type: ignore[arg-type]
        if layer == "claim" and rng.random() < 0.3:
            mine = [a.id for a in out if (a.annotator, a.layer) == (who, "claim")]
            made = replace(made, parent=rng.choice(mine) if mine else None)
        out.append(made)

    for who in names:
        for _ in range(rng.randint(0, 5)):
            found = [] if rng.random() < 0.05 else pieces(rng, "content", places)
            for role in ("source", "cue"):
                if rng.random() < (0.4 if found else 1.0):
                    found += pieces(rng, role, places)
            add(who, "claim", found)
        for _ in range(rng.randint(0, 2)):
            add(who, "mark", pieces(rng, "span", places))
        for s in rng.sample(SENTENCES, rng.randint(1, 3)):
            add(who, "sentence", [Fragment("span", s.start, s.end)])
    return out
