"""Find a phrase again in a corpus: verbatim, nearly, or inside longer sentences.

Candidates come from an inverted index by the phrase's rarest words; rapidfuzz verifies every one,
so what is returned is right and only recall depends on the probes. Likeness is rapidfuzz's ratio
(normalised Indel similarity, 0 to 100) of normal forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise
from math import ceil, floor
from operator import itemgetter
from typing import Final, Literal, NamedTuple, Protocol

from annotator.text.normal import words

DEFAULT_THRESHOLD: Final = 85.0
PROBES: Final = 8
"""Rare words that are looked up; a near-identical sentence shares at least two of them."""
RAREST: Final = 4
"""Of the two, one is among this many rarest: pairs of commoner words alone cost most of the time
and find next to nothing."""
BUDGET: Final = 45_000
"""Index entries a query may walk: further words are left out once this many are reached."""
INNER_PROBES: Final = 6
INNER_SHARE: Final = 0.6
"""Share of the rarest words that a sentence must hold to be read for the phrase."""
CAP: Final = 2_000
"""Matches that are returned; a query that finds more says "2,000+"."""
SHORT: Final = 25
"""Characters below which misspelt words are looked up too: few words are left to find it by."""
LONGEST: Final = 2_000
"""Characters that are aligned at a time, for rapidfuzz's alignment is cubic."""

Kind = Literal["verbatim", "near", "contained"]


class FoundPhrase(NamedTuple):
    """A phrase of the corpus that matches: whole, or its words `[first, last)`."""

    phrase: int
    score: float
    kind: Kind
    first: int
    last: int


class SearchIndex(Protocol):
    """What the search needs of a phrase index."""

    def exact(self, normal: str) -> int | None:
        """The phrase with exactly this normal form."""

    def frequencies(self, found: Iterable[str]) -> dict[str, int]:
        """Word -> how many phrases hold it."""

    def candidates(
        self, query: str, shortest: int, longest: int, limit: int
    ) -> list[tuple[int, str]]:
        """Phrases that an FTS5 query finds, with a normal form of that many characters."""

    def holding(self, query: str, normal: str, limit: int) -> list[tuple[int, str]]:
        """Phrases that an FTS5 query finds and that hold these words in a row."""

    def similar_words(self, word: str) -> list[str]:
        """Words of the corpus that differ from this one by one letter."""


def length_bounds(length: int, threshold: float) -> tuple[int, int]:
    """Shortest and longest text whose ratio with one of `length` characters can reach it.

    The ratio is 200·common/(a + b) and at most 200·min/(a + b), so the bounds are exact.
    """
    return ceil(length * threshold / (200 - threshold)), floor(
        length * (200 - threshold) / threshold
    )


def _any(terms: Sequence[str]) -> str:
    return "(" + " OR ".join(f'"{t}"' for t in terms) + ")"


def pair_query(terms: Sequence[str], rarest: int | None = None) -> str:
    """FTS5: at least two of these terms, one of them among the first `rarest` (one term: that one).

    Halves against halves, so that each term's list is read log2(n) times and not n times: two of A
    and B are two of A, or two of B, or one of each.
    """

    def two(some: Sequence[str]) -> list[str]:
        if len(some) < 2:
            return []
        half = (len(some) + 1) // 2
        first, second = some[:half], some[half:]
        return [f"({_any(first)} AND {_any(second)})", *two(first), *two(second)]

    first, others = terms[:rarest], terms[len(terms[:rarest]) :]
    across = [f"({_any(first)} AND {_any(others)})"] if others else []
    return " OR ".join([*across, *two(first)]) or _any(terms)


def share_query(terms: Sequence[str], share: float) -> str:
    """FTS5: at least this share of these terms."""
    needed = max(1, ceil(share * len(terms)))
    return " OR ".join(
        "(" + " AND ".join(f'"{t}"' for t in some) + ")" for some in combinations(terms, needed)
    )


def probes(
    index: SearchIndex, found: Sequence[str], count: int, budget: int, least: int = 1
) -> list[tuple[str, int]]:
    """The rarest words that the corpus knows, rarest first, and how many phrases hold each.

    Words are taken until `count`, or until the budget is used up by at least three. Words that
    fewer than `least` phrases hold are left out: where the phrase itself is in the corpus, a word
    that occurs once leads to no other phrase.
    """
    known = index.frequencies(set(found))
    ordered = sorted((item for item in known.items() if item[1] >= least), key=itemgetter(1, 0))
    taken: list[tuple[str, int]] = []
    spent = 0
    for word, n in ordered[:count]:
        if len(taken) >= 3 and spent + n > budget:
            break
        taken.append((word, n))
        spent += n
    return taken


def _regrouped(found: Sequence[str]) -> list[str]:
    """The numbers of a table as another hand may have set them: 340 036 is 340036, and back.

    Nothing for other texts: there, a number more or less does not decide.
    """
    numbers = [w for w in found if w.isdigit()]
    if 2 * len(numbers) < len(found):
        return []
    joined = [a + b for a, b in pairwise(found) if a.isdigit() and b.isdigit() and len(b) == 3]
    parted = [part for w in numbers if len(w) > 3 for part in (w[:-3], w[-3:])]
    return list(dict.fromkeys([*joined, *parted]))


def fuzzy_matches(
    index: SearchIndex, text: str, threshold: float = DEFAULT_THRESHOLD
) -> list[FoundPhrase]:
    """Phrases that are this text, or nearly: the best first.

    Raises nothing; a text without words matches nothing.
    """
    from rapidfuzz import fuzz, process

    found = words(text)
    normal = " ".join(found)
    if not found:
        return []
    same = index.exact(normal)
    out = [] if same is None else [FoundPhrase(same, 100.0, "verbatim", 0, len(found))]
    least = 1 if same is None else 2
    rarest: int | None = RAREST
    taken = [word for word, _ in probes(index, found, PROBES, BUDGET, least)]
    others = _regrouped(found)
    if others:
        others = [word for word, _ in probes(index, others, PROBES, BUDGET)]
    if len(normal) < SHORT or len(taken) < 3:
        others += [w for word in dict.fromkeys(found) for w in index.similar_words(word)]
    if others:
        taken, rarest = list(dict.fromkeys([*taken, *others])), None
    if not taken:
        return out
    shortest, longest = length_bounds(len(normal), threshold)
    # A phrase of one or two words shares only one with its misspelt copy.
    query = pair_query(taken, rarest) if len(found) > 2 else _any(taken)
    rows = index.candidates(query, shortest, longest, -1)
    scored = process.extract_iter(
        normal, [r[1] for r in rows], scorer=fuzz.ratio, score_cutoff=threshold
    )
    for other, score, i in scored:
        if rows[i][0] == same:
            continue
        # A sentence that holds all the words is read where they stand, not where they align.
        exact = [f._replace(kind="near") for f in _held(rows[i][0], normal, len(found), other)]
        out += exact or [FoundPhrase(rows[i][0], *_trimmed(normal, found, other, score))]
    return sorted(out, key=lambda f: (-f.score, f.phrase, f.first))


def _trimmed(
    normal: str, found: Sequence[str], other: str, score: float
) -> tuple[float, Kind, int, int]:
    """Score, kind and words of a near match, without what stands only there, before or after.

    "The gate stuck, officials said" is near "the gate stuck"; what is carried is the gate alone.
    """
    from rapidfuzz import fuzz
    from rapidfuzz.distance import Indel

    there = other.split(" ")
    first, last = 0, len(there)
    operations = [op for op in Indel.opcodes(found, there) if op.tag != "equal"]
    changed = {(op.src_start, op.src_end) for op in operations if op.tag == "delete"}
    for op in operations:
        if op.tag != "insert":
            continue
        # Words beside deleted ones are their other spelling.
        if op.dest_start == 0 and not any(start == 0 for start, _ in changed):
            first = op.dest_end
        elif op.dest_end == last and not any(end == len(found) for _, end in changed):
            last = op.dest_start
    if (first, last) == (0, len(there)) or first >= last:
        return score, "near", 0, len(there)
    return fuzz.ratio(normal, " ".join(there[first:last])), "near", first, last


def partial_matches(
    index: SearchIndex, text: str, threshold: float = DEFAULT_THRESHOLD, cap: int = CAP
) -> tuple[list[FoundPhrase], bool]:
    """Longer phrases that hold this text, with the words where it stands; and whether the cap cut.

    Every sentence that holds it word for word is found, with all the places in it; of the others
    the best place, repaired to whole words: of the windows around the best alignment, a few words
    shorter to a few words longer, the one with the highest ratio is taken.
    """
    found = words(text)
    normal = " ".join(found)
    if not found:
        return [], False
    taken = probes(index, found, INNER_PROBES, BUDGET)
    if not taken:
        return [], False
    terms = [word for word, _ in taken]
    everything = share_query(terms, 1.0)
    out: list[FoundPhrase] = []
    known: set[int] = set()
    for id_, other in index.holding(everything, normal, cap + 2):
        known.add(id_)
        out += _held(id_, normal, len(found), other)
    more = len(known) > cap
    if len(normal) <= LONGEST and not more:
        common = sum(n for _, n in taken[: max(1, ceil(INNER_SHARE * len(taken)))]) > BUDGET
        # Only common words: all of them are asked for, or thousands of sentences would be read.
        query = everything if common else share_query(terms, INNER_SHARE)
        rows = index.candidates(query, floor(len(normal) * threshold / 100), 1 << 30, 4 * cap)
        more = len(rows) >= 4 * cap
        for match in _aligned(
            normal, len(found), [r for r in rows if r[0] not in known], threshold
        ):
            if len(out) >= cap:
                more = True
                break
            out.append(match)
    return sorted(out, key=lambda f: (-f.score, f.phrase, f.first))[:cap], more


def _held(id_: int, normal: str, size: int, other: str) -> Iterator[FoundPhrase]:
    """Every place in a longer phrase that is these words, one after the other."""
    spaced, wanted = f" {other} ", f" {normal} "
    at, first = 0, 0
    while normal != other and (found := spaced.find(wanted, at)) >= 0:
        first += spaced.count(" ", at, found)
        yield FoundPhrase(id_, 100.0, "contained", first, first + size)
        # The space that ends one place may begin the next.
        at = found + len(wanted) - 1
        first += size


def _aligned(
    normal: str, size: int, rows: Sequence[tuple[int, str]], threshold: float
) -> Iterator[FoundPhrase]:
    from rapidfuzz import fuzz

    step, reach = LONGEST, LONGEST + 2 * len(normal)
    for id_, other in rows:
        best: tuple[int, int, float] | None = None
        there: list[str] = []
        # A long "sentence" (a table, a list) is read in parts that overlap.
        for at in range(0, max(1, len(other) - 2 * len(normal)), step):
            part = other[at : at + reach]
            if fuzz.partial_ratio(normal, part, score_cutoff=threshold) <= 0:
                continue
            alignment = fuzz.partial_ratio_alignment(normal, part, score_cutoff=threshold)
            if alignment is None:
                continue
            there = there or other.split(" ")
            window = best_window(normal, size, there, at + alignment.dest_start)
            if window and (best is None or window[2] > best[2]):
                best = window
        if best and best[2] >= threshold and best[1] - best[0] < len(there):
            yield FoundPhrase(id_, best[2], "contained", best[0], best[1])


def best_window(
    normal: str, size: int, other: Sequence[str], start: int, slack: int = 2
) -> tuple[int, int, float] | None:
    """The run of whole words that begins near character `start` and is most like the phrase.

    Returns:
        First word, word after the last, and the ratio; None when there are no words.
    """
    from rapidfuzz import fuzz

    at, first = 0, None
    for i, word in enumerate(other):
        if at + len(word) > start:
            first = i
            break
        at += len(word) + 1
    if first is None:
        return None
    best: tuple[int, int, float] | None = None
    for a in range(max(0, first - slack), min(len(other), first + slack + 1)):
        for b in range(max(a + 1, a + size - slack), min(len(other), a + size + slack) + 1):
            score = fuzz.ratio(normal, " ".join(other[a:b]))
            if best is None or score > best[2]:
                best = (a, b, score)
    return best
