"""Cue lemmas: how often each is a cue in each syntactic pattern, and how a reporter means it.

`data/cues.tsv` holds counts (facts about English news, compiled by
`tests/benchmarks/attribution/compile_lexicon.py`) and `data/words.toml` our own word lists. A
probability is a count ratio, smoothed towards what the lemma and the pattern say apart.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Final

from annotator.attribution.calibration import Calibration

Attitude = str
Counts = Mapping[str, Mapping[str, tuple[int, int]]]

_SMOOTHING: Final = 3.0
_FLOOR: Final = 0.002
TOTAL: Final = "*"
"""The row and column that hold totals."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Counts and word lists.

    `counts[lemma][pattern]` is (times a cue, times seen); `TOTAL` stands for all lemmas or all
    patterns. `attitudes` maps a lemma to its cue_attitude; `words` maps a list's name to its
    words, lower case. `calibration` turns a score into the share of claims that are right.
    """

    counts: Counts
    attitudes: Mapping[str, Attitude]
    words: Mapping[str, frozenset[str]]
    calibration: Calibration = field(default_factory=Calibration)
    counted: frozenset[str] = frozenset()
    """Fingerprints of the articles that the counts come from."""

    def probability(self, lemma: str, pattern: str) -> float:
        """How likely a lemma in a pattern is a cue, 0..1."""
        everything = self.counts.get(TOTAL, {})
        rows = self.counts.get(lemma, {})
        base = _ratio(everything.get(TOTAL, (1, 10)), 0.1)
        by_pattern = _ratio(everything.get(pattern, (0, 0)), base)
        by_lemma = _ratio(rows.get(total_of(pattern), (0, 0)), self._expected(lemma, pattern, base))
        expected = _sigmoid(_logit(by_pattern) + _logit(by_lemma) - _logit(base))
        hits, seen = rows.get(pattern, (0, 0))
        return (hits + _SMOOTHING * expected) / (seen + _SMOOTHING)

    def _expected(self, lemma: str, pattern: str, base: float) -> float:
        """What to believe of a lemma before anything was counted."""
        if pattern.startswith(("n:", "n-")):
            return 0.7 if lemma in self.words["noun_cue"] else base * 0.5
        return 0.6 if lemma in self.attitudes else base * 0.5

    def speech(self, lemma: str) -> float:
        """How likely a verb is one that reports words, whatever its pattern."""
        if lemma in self.words["speech"]:
            return 0.9
        return _ratio(self.counts.get(lemma, {}).get(f"{TOTAL}v", (0, 0)), 0.05)

    def attitude(self, lemma: str) -> Attitude:
        """The reporter's attitude that a cue's lemma carries; "none" when it is unknown."""
        return self.attitudes.get(lemma, "none")


def total_of(pattern: str) -> str:
    """The column with a lemma's total over patterns of the same part of speech."""
    kind = pattern[:2] if pattern[:2] in ("n:", "n-", "a:", "a-") else "v"
    return f"{TOTAL}{kind}"


def _ratio(counts: tuple[int, int], prior: float) -> float:
    hits, seen = counts
    return (hits + 2 * prior) / (seen + 2)


def _logit(p: float) -> float:
    p = min(max(p, _FLOOR), 1 - _FLOOR)
    return math.log(p / (1 - p))


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """Read the packaged lexicon once."""
    folder = files("annotator.attribution") / "data"
    lists = tomllib.loads((folder / "words.toml").read_text(encoding="utf-8"))
    attitudes = {
        lemma: attitude
        for attitude, lemmas in lists["attitude"].items()
        for lemma in lemmas.split()
    }
    by_name = {name: frozenset(text.split()) for name, text in lists["lists"].items()}
    table = folder / "cues.tsv"
    counts = parse_counts(table.read_text(encoding="utf-8")) if table.is_file() else {}
    marks = folder / "counted.txt"
    counted = frozenset(marks.read_text(encoding="utf-8").split() if marks.is_file() else ())
    return Lexicon(counts, attitudes, by_name, _calibration(), counted)


def _calibration() -> Calibration:
    """The curves and weights that `tests/benchmarks/attribution/calibrate.py` fits."""
    points: dict[str, list[tuple[float, float]]] = {}
    for name, score, share in _table("reliability.tsv"):
        points.setdefault(name, []).append((float(score), float(share)))
    return Calibration(points, {name: float(weight) for name, weight in _table("signs.tsv")})


def _table(name: str) -> list[list[str]]:
    path = files("annotator.attribution") / "data" / name
    lines = path.read_text(encoding="utf-8").split("\n") if path.is_file() else []
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def words(name: str) -> frozenset[str]:
    """One of the word lists of `data/words.toml`, lower case.

    Raises:
        KeyError: no list has that name.
    """
    return load_lexicon().words[name]


def parse_counts(text: str) -> dict[str, dict[str, tuple[int, int]]]:
    """Read `lemma TAB pattern=hits/seen pattern=hits/seen ...` lines; "#" starts a comment."""
    out: dict[str, dict[str, tuple[int, int]]] = {}
    for line in text.split("\n"):
        if not line or line.startswith("#"):
            continue
        lemma, _, cells = line.partition("\t")
        row = out.setdefault(lemma, {})
        for cell in cells.split(" "):
            pattern, _, numbers = cell.rpartition("=")
            hits, _, seen = numbers.partition("/")
            row[pattern] = (int(hits), int(seen))
    return out
