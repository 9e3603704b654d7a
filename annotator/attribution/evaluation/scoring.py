"""Counts of hits and misses for one document; `evaluate` sums, splits and resamples them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from annotator.attribution.result import ROLES, AttributedText, Range, Suggestion, overlaps
from annotator.text.flow import flowing
from annotator.text.quotations import Quotation, quotations
from annotator.text.reported import quoted_words

Form = Literal["direct", "mixed", "indirect"]
FORMS: Final[tuple[Form, ...]] = ("direct", "mixed", "indirect")
QUOTED: Final = "direct+mixed"
GGT_THRESHOLDS: Final = (0.3, 0.8)

_TOKEN: Final = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")
_PIECE: Final = re.compile(r"[^\s](?:[^\r\n]*[^\s])?")

Counts = Counter[str]
"""`METRIC/tp_p`, `/n_p`, `/tp_r`, `/n_r`: hits among and number of predicted, then of gold."""


class Miss(NamedTuple):
    """One thing to look at: where, and what went wrong. Offsets are code points."""

    document: str
    kind: Literal["missed", "spurious", "boundary"]
    role: str
    start: int
    end: int
    text: str


@dataclass(slots=True)
class DocumentScore:
    """What one document contributes.

    `reliability` holds (confidence, right) per predicted claim; `confusions` maps an attribute to
    (gold value, predicted value) counts over claims that match.
    """

    name: str
    publisher: str
    counts: Counts = field(default_factory=Counter)
    reliability: list[tuple[float, bool]] = field(default_factory=list)
    confusions: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)


def score_document(gold: AttributedText, predicted: Sequence[Suggestion]) -> DocumentScore:
    """Compare a document's gold claims with predicted ones, over every metric."""
    score = DocumentScore(gold.name, gold.publisher)
    text = gold.text
    for role in ROLES:
        _score_role(score, text, role, _pieces(gold.claims, role, text), predicted)
        _tally(
            score.counts,
            f"roles/{role}/whole",
            _wholes(gold.claims, role, text),
            _wholes(predicted, role, text),
            exact=True,
        )
    _score_tokens(score.counts, text, gold.claims, predicted)
    _score_forms(score.counts, text, gold.claims, predicted)
    pairs = match_claims(gold.claims, predicted)
    score.counts["attribution/tp_p"] = score.counts["attribution/tp_r"] = len(pairs)
    score.counts["attribution/n_p"] = len(predicted)
    score.counts["attribution/n_r"] = len(gold.claims)
    right = {j for _, j in pairs}
    score.reliability = [(c.confidence, j in right) for j, c in enumerate(predicted)]
    _score_ggt(score.counts, text, gold.claims, predicted)
    _score_attributes(score, gold.claims, predicted, pairs)
    touched = _all_ranges(gold.claims)
    score.counts["outside/claims"] = sum(
        not overlaps(_all_ranges([claim]), touched) for claim in predicted
    )
    return score


def form_of(content: Sequence[Range], text: str, marks: Sequence[Quotation]) -> Form:
    """Whether all, some or none of the content's words stand in quotation marks."""
    quoted = [(q.start, q.end) for q in marks if not q.depth]
    inside, outside = quoted_words(text, content, quoted)
    if not inside:
        return "indirect"
    return "mixed" if outside else "direct"


def match_claims(
    gold: Sequence[Suggestion], predicted: Sequence[Suggestion]
) -> list[tuple[int, int]]:
    """Pair gold and predicted claims one to one so that as many as possible match.

    A pair matches when content, cue and source overlap, or are missing on both sides. Maximum
    bipartite matching by augmenting paths.
    """
    ranges = [{role: claim.ranges(role) for role in ROLES} for claim in predicted]
    edges: list[list[int]] = []
    for claim in gold:
        own = {role: claim.ranges(role) for role in ROLES}
        edges.append([j for j, other in enumerate(ranges) if _same(own, other)])
    owner: dict[int, int] = {}
    for i in range(len(gold)):
        _augment(i, edges, owner)
    return sorted((i, j) for j, i in owner.items())


def _same(left: dict[str, list[Range]], right: dict[str, list[Range]]) -> bool:
    return all(
        overlaps(left[role], right[role]) or not (left[role] or right[role]) for role in ROLES
    )


def _augment(root: int, edges: Sequence[Sequence[int]], owner: dict[int, int]) -> None:
    """Give `root` a partner, moving others along one augmenting path (breadth first)."""
    came_from: dict[int, int] = {}
    frontier = [root]
    while frontier:
        following: list[int] = []
        for i in frontier:
            for j in edges[i]:
                if j in came_from:
                    continue
                came_from[j] = i
                if j not in owner:
                    _flip(j, root, came_from, owner)
                    return
                following.append(owner[j])
        frontier = following


def _flip(end: int, root: int, came_from: dict[int, int], owner: dict[int, int]) -> None:
    previous = {i: j for j, i in owner.items()}
    j = end
    while True:
        i = came_from[j]
        owner[j] = i
        if i == root:
            return
        j = previous[i]


def _trim(start: int, end: int, text: str) -> list[Range]:
    """Cut a range at line breaks and trim white space: the units a sequence tagger can find."""
    return [m.span() for m in _PIECE.finditer(text, start, end)]


def _pieces(claims: Sequence[Suggestion], role: str, text: str) -> set[Range]:
    return {
        piece
        for claim in claims
        for start, end in claim.ranges(role)
        for piece in _trim(start, end, text)
    }


def _wholes(claims: Sequence[Suggestion], role: str, text: str) -> set[tuple[Range, ...]]:
    out: set[tuple[Range, ...]] = set()
    for claim in claims:
        pieces = [p for lo, hi in claim.ranges(role) for p in _trim(lo, hi, text)]
        if pieces:
            out.add(tuple(sorted(pieces)))
    return out


def _tally(
    counts: Counts,
    metric: str,
    gold: set[tuple[Range, ...]],
    predicted: set[tuple[Range, ...]],
    *,
    exact: bool,
) -> None:
    if exact:
        hits = len(gold & predicted)
        found = right = hits
    else:
        found = sum(any(overlaps(g, p) for p in predicted) for g in gold)
        right = sum(any(overlaps(g, p) for g in gold) for p in predicted)
    counts[f"{metric}/tp_p"] += right
    counts[f"{metric}/n_p"] += len(predicted)
    counts[f"{metric}/tp_r"] += found
    counts[f"{metric}/n_r"] += len(gold)


def _singles(ranges: set[Range]) -> set[tuple[Range, ...]]:
    return {(r,) for r in ranges}


def _score_role(
    score: DocumentScore,
    text: str,
    role: str,
    gold: set[Range],
    predicted: Sequence[Suggestion],
) -> None:
    found = _pieces(predicted, role, text)
    _tally(score.counts, f"roles/{role}/exact", _singles(gold), _singles(found), exact=True)
    _tally(score.counts, f"roles/{role}/overlap", _singles(gold), _singles(found), exact=False)
    for lo, hi in sorted(gold - found):
        near = any(a < hi and lo < b for a, b in found)
        kind: Literal["boundary", "missed"] = "boundary" if near else "missed"
        score.misses.append(Miss(score.name, kind, role, lo, hi, text[lo:hi]))
    for lo, hi in sorted(found - gold):
        if not any(a < hi and lo < b for a, b in gold):
            score.counts[f"outside/{role}"] += 1
            score.misses.append(Miss(score.name, "spurious", role, lo, hi, text[lo:hi]))


def _score_tokens(
    counts: Counts, text: str, gold: Sequence[Suggestion], predicted: Sequence[Suggestion]
) -> None:
    tokens = [m.span() for m in _TOKEN.finditer(text)]
    for role in ROLES:
        sides = [_covered(tokens, _pieces(claims, role, text)) for claims in (gold, predicted)]
        hits = len(sides[0] & sides[1])
        counts[f"roles/{role}/token/tp_p"] += hits
        counts[f"roles/{role}/token/n_p"] += len(sides[1])
        counts[f"roles/{role}/token/tp_r"] += hits
        counts[f"roles/{role}/token/n_r"] += len(sides[0])


def _covered(tokens: Sequence[Range], pieces: set[Range]) -> set[int]:
    out: set[int] = set()
    at = 0
    for lo, hi in sorted(pieces):
        while at > 0 and tokens[at - 1][1] > lo:
            at -= 1
        while at < len(tokens) and tokens[at][1] <= lo:
            at += 1
        here = at
        while here < len(tokens) and tokens[here][0] < hi:
            out.add(here)
            here += 1
    return out


def _score_forms(
    counts: Counts, text: str, gold: Sequence[Suggestion], predicted: Sequence[Suggestion]
) -> None:
    marks = quotations(flowing(text).text)
    sides = []
    for claims in (gold, predicted):
        wholes = _wholes(claims, "content", text)
        sides.append({whole: form_of(whole, text, marks) for whole in wholes})
    for name in (*FORMS, QUOTED):
        wanted = FORMS[:2] if name == QUOTED else (name,)
        here = [{w for w, form in side.items() if form in wanted} for side in sides]
        for metric, exact in (("exact", True), ("overlap", False)):
            one: Counts = Counter()
            # Recall over gold contents of this form, precision over predicted ones of this form;
            # either may be met by a content whose form was read differently.
            _tally(one, "x", here[0], set(sides[1]), exact=exact)
            counts[f"by_form/{name}/{metric}/tp_r"] += one["x/tp_r"]
            counts[f"by_form/{name}/{metric}/n_r"] += one["x/n_r"]
            one = Counter()
            _tally(one, "x", set(sides[0]), here[1], exact=exact)
            counts[f"by_form/{name}/{metric}/tp_p"] += one["x/tp_p"]
            counts[f"by_form/{name}/{metric}/n_p"] += one["x/n_p"]


def _score_ggt(
    counts: Counts, text: str, gold: Sequence[Suggestion], predicted: Sequence[Suggestion]
) -> None:
    """GenderGapTracker: share of the gold quotation's characters found, greedy best match."""
    ours = [claim for claim in predicted if claim.ranges("content")]
    theirs = [claim for claim in gold if claim.ranges("content")]
    shares: list[tuple[float, int, int]] = []
    for i, claim in enumerate(theirs):
        wanted = claim.ranges("content")
        length = sum(hi - lo for lo, hi in wanted)
        for j, other in enumerate(ours):
            common = sum(
                max(0, min(b, d) - max(a, c)) for a, b in wanted for c, d in other.ranges("content")
            )
            if common:
                shares.append((common / length, i, j))
    shares.sort(key=lambda item: (-item[0], item[1], item[2]))
    for threshold in GGT_THRESHOLDS:
        used: tuple[set[int], set[int]] = (set(), set())
        name = f"ggt/{threshold}"
        for share, i, j in shares:
            if share < threshold or i in used[0] or j in used[1]:
                continue
            used[0].add(i)
            used[1].add(j)
            speakers = (theirs[i].ranges("source"), ours[j].ranges("source"))
            verbs = [
                " ".join(text[lo:hi] for lo, hi in c.ranges("cue")) for c in (theirs[i], ours[j])
            ]
            counts[f"{name}/speaker"] += overlaps(*speakers) or not any(speakers)
            counts[f"{name}/verb"] += verbs[0].casefold() == verbs[1].casefold()
        for side, n in (("tp_p", len(used[1])), ("tp_r", len(used[0]))):
            counts[f"{name}/{side}"] += n
        counts[f"{name}/n_p"] += len(ours)
        counts[f"{name}/n_r"] += len(theirs)


def _score_attributes(
    score: DocumentScore,
    gold: Sequence[Suggestion],
    predicted: Sequence[Suggestion],
    pairs: Sequence[tuple[int, int]],
) -> None:
    for i, j in pairs:
        for name, value in gold[i].attributes.items():
            table = score.confusions.setdefault(name, Counter())
            table[value, predicted[j].attributes.get(name, "")] += 1


def _all_ranges(claims: Sequence[Suggestion]) -> list[Range]:
    return [(f.start, f.end) for claim in claims for f in claim.fragments]
