"""Train, dev and test sets that do not share text: articles that do stay together."""

from __future__ import annotations

import random
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from annotator.domain.errors import InputError
from annotator.text.normal import words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GRAM: Final = 8
"""Words of a shared run."""
SHARE: Final = 0.05
"""Share of the shorter article's runs (or characters) that may stand in another one."""
BOILERPLATE: Final = 0.1
"""Share of all articles above which a repeated sentence ties nothing together ("Reuters")."""


class Text(NamedTuple):
    """An article as splitting needs it."""

    uid: str
    text: str
    revision_of: str | None = None


class Leak(NamedTuple):
    """Two articles that share text."""

    first: str
    second: str
    share: float
    """Of the shorter one's 8-grams; 0 when other reasons tie them."""
    reason: str


@dataclass(frozen=True, slots=True)
class Split:
    """Which article goes where, and why it could not be otherwise."""

    of: Mapping[str, str]
    """uid -> split."""
    groups: int
    """Articles that stay together, counted as one."""
    largest: int
    ties: tuple[Leak, ...]
    """What ties articles together."""

    def leaks(self) -> list[Leak]:
        """Ties that cross splits: none, for groups are never parted."""
        return crossing(self.ties, self.of)

    def sizes(self) -> Counter[str]:
        """Articles in each split."""
        return Counter(self.of.values())


def crossing(ties: Iterable[Leak], of: Mapping[str, str]) -> list[Leak]:
    """The ties between articles of different splits; articles without one leak nothing."""
    return [t for t in ties if t.first in of and t.second in of and of[t.first] != of[t.second]]


def shared_runs(texts: Sequence[Text], gram: int = GRAM, share: float = SHARE) -> list[Leak]:
    """Every two articles that share at least `share` of the shorter one's distinct word n-grams.

    Exact: every pair of articles that share a run is counted. Words are those of the normal form.
    """
    import numpy as np

    ids: dict[str, int] = {}
    grams: list[NDArray[np.uint64]] = []
    for item in texts:
        found = array("Q", [ids.setdefault(w, len(ids)) for w in words(item.text)])
        grams.append(np.unique(_runs(np.frombuffer(found, dtype=np.uint64), gram)))
    sizes = np.fromiter(map(len, grams), dtype=np.int64, count=len(grams))
    if not sizes.sum():
        return []
    everything = np.concatenate(grams)
    owners = np.repeat(np.arange(len(grams), dtype=np.uint64), sizes)
    order = np.argsort(everything, kind="stable")
    everything, owners = everything[order], owners[order]
    new = np.flatnonzero(np.concatenate(([True], everything[1:] != everything[:-1])))
    lasts = np.repeat(np.append(new[1:], len(everything)), np.diff(np.append(new, len(everything))))
    active = np.arange(len(everything))
    counts: Counter[int] = Counter()
    d = 0
    while len(active):
        d += 1
        active = active[active + d < lasts[active]]
        # Owners of one run ascend, for the sort is stable: the first is the lesser.
        codes, times = np.unique(
            owners[active] << np.uint64(32) | owners[active + d], return_counts=True
        )
        counts.update(dict(zip(codes.tolist(), times.tolist(), strict=True)))
    out = []
    for code, n in sorted(counts.items()):
        a, b = code >> 32, code & 0xFFFFFFFF
        part = n / int(min(sizes[a], sizes[b]))
        if part >= share:
            out.append(Leak(texts[a].uid, texts[b].uid, part, f"{gram}-grams"))
    return out


def _runs(found: NDArray[np.uint64], gram: int) -> NDArray[np.uint64]:
    """A hash of every run of `gram` words; none for a shorter text."""
    import numpy as np

    count = max(0, len(found) - gram + 1)
    out = np.zeros(count, dtype=np.uint64)
    for i in range(gram):
        out = (out ^ (found[i : i + count] + np.uint64(1))) * np.uint64(0x9E3779B97F4A7C15)
        out ^= out >> np.uint64(29)
    return out


def shared_sentences(
    repeated: Iterable[tuple[int, str, int]], sizes: Mapping[str, int], share: float = SHARE
) -> list[Leak]:
    """Every two articles of which near-identical sentences make up at least `share` of the shorter.

    Args:
        repeated: Group of near-identical sentences, uid, characters of the sentence.
        sizes: uid -> characters of the article.
        share: Of the shorter article's characters.
    """
    groups: dict[int, dict[str, int]] = defaultdict(dict)
    for group, uid, size in repeated:
        groups[group][uid] = max(size, groups[group].get(uid, 0))
    most = max(2, round(BOILERPLATE * len(sizes)))
    common: Counter[tuple[str, str]] = Counter()
    for members in groups.values():
        if len(members) > most:
            continue
        ordered = sorted(members)
        for i, a in enumerate(ordered):
            for b in ordered[i + 1 :]:
                common[a, b] += min(members[a], members[b])
    return [
        Leak(a, b, 0.0, "repeated sentences")
        for (a, b), n in sorted(common.items())
        if n >= share * min(sizes[a], sizes[b])
    ]


def revisions(texts: Iterable[Text]) -> list[Leak]:
    """Every article with the one it revises."""
    return [Leak(t.revision_of, t.uid, 0.0, "revision") for t in texts if t.revision_of]


def split(
    texts: Sequence[Text], ties: Iterable[Leak], shares: Mapping[str, float], seed: int
) -> Split:
    """Put articles into splits so that no tie crosses; the same arguments give the same split.

    The largest groups are placed first, each where most is missing, so that single articles fill
    what is left.

    Args:
        texts: The articles; their order makes no difference.
        ties: What must stay together.
        shares: Split -> share of the articles; 1 together.
        seed: Which of the possible splits.

    Raises:
        InputError: shares that are negative or do not make 1.
    """
    if any(s < 0 for s in shares.values()) or abs(sum(shares.values()) - 1) > 1e-6:
        raise InputError(
            f"the shares make {sum(shares.values()):g}, not 1",
            "such as --train .8 --dev .1 --test .1",
        )
    held = tuple(ties)
    members = _groups([t.uid for t in texts], held)
    random.Random(seed).shuffle(members)  # noqa: S311 - a seed is asked for, not a secret
    members.sort(key=len, reverse=True)
    targets = {name: share * len(texts) for name, share in shares.items() if share}
    missing = dict(targets)
    of: dict[str, str] = {}
    for group in members:
        # By what is missing in the split's own measure, so that a small one is not passed over.
        name = max(
            targets, key=lambda n: (missing[n] - len(group) >= -0.5, missing[n] / targets[n])
        )
        missing[name] -= len(group)
        of |= dict.fromkeys(group, name)
    ordered = {t.uid: of[t.uid] for t in texts}
    return Split(ordered, len(members), max(map(len, members), default=0), held)


def _groups(uids: Sequence[str], ties: Iterable[Leak]) -> list[list[str]]:
    """Articles that are tied together, directly or through others; in the order of their uids."""
    parent = {uid: uid for uid in sorted(uids)}

    def root(uid: str) -> str:
        while parent[uid] != uid:
            parent[uid] = parent[parent[uid]]
            uid = parent[uid]
        return uid

    for tie in ties:
        if tie.first in parent and tie.second in parent:
            a, b = root(tie.first), root(tie.second)
            parent[max(a, b)] = min(a, b)
    out: dict[str, list[str]] = defaultdict(list)
    for uid in parent:
        out[root(uid)].append(uid)
    return list(out.values())
