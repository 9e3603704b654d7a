"""A newspaper's archive of any size, as JSON lines that `annotator add` reads.

    python -m tests.benchmarks.scale.corpus FILE [--articles 100000]

An article has a title, outlet, date and address, and about 30 sentences of 22 words. Words are
made up and follow Zipf's law over 150,000 of them, so that an inverted index looks like a real one;
every twentieth sentence is boilerplate that other articles have too.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

WORDS = 150_000
SENTENCES = 30
_COMMON = """
    the of to and in a said that for on he is was with it at by as from his be have who has
    not an they their were had will but this are she would been more which its about two after
    government police minister people year company president council city new last first
"""
_SYLLABLES = """
    ba be bo bri ca ce cho da de dra du fa fe fi flo ga ge gri ha he hu ja ka ke ki la le li lo
    ma me mi mo na ne no nu pa pe pi pla po ra re ri ro sa se shi so sta ta te ti to tra va ve vi
    vo wa we wi ya ze né zür lö ña
"""
_OUTLETS = ("The Harbour Post", "Morning Gazette", "Valley Tribune", "Evening Standard of Lorne")
_BOILERPLATE = 400


def vocabulary(rng: np.random.Generator) -> list[str]:
    """Distinct words, the most frequent first."""
    syllables = _SYLLABLES.split()
    words = dict.fromkeys(_COMMON.split())
    while len(words) < WORDS:
        for size in rng.integers(2, 6, 10_000):
            words["".join(syllables[i] for i in rng.integers(0, len(syllables), size))] = None
    return list(words)[:WORDS]


def articles(count: int, seed: int = 7) -> Iterator[dict[str, str]]:
    """Records of `count` articles; the first n of any count are the same n."""
    rng = np.random.default_rng(seed)
    known = vocabulary(rng)
    weights = 1 / (np.arange(WORDS) + 2.7)
    steps = np.cumsum(weights / weights.sum())

    def sentence() -> str:
        size = int(rng.integers(8, 37))
        words = [known[i] for i in np.searchsorted(steps, rng.random(size))]
        text = " ".join(words)
        text = text[0].upper() + text[1:]
        kind = rng.integers(0, 6)
        if kind == 0:
            return f"“{text},” {words[0].title()} {words[-1].title()} said."
        if kind == 1:
            return f"{text}, {int(rng.integers(2, 9000)):,} {words[0]}."
        return f"{text}."

    boilerplate = [sentence() for _ in range(_BOILERPLATE)]
    for number in range(1, count + 1):
        day = int(rng.integers(0, 9000))
        lines = []
        for at in range(int(rng.integers(SENTENCES // 2, SENTENCES * 3 // 2))):
            again = rng.random() < 0.05
            made = boilerplate[int(rng.integers(0, _BOILERPLATE))] if again else sentence()
            lines.append(made + ("\n\n" if at % 3 == 2 else " "))
        outlet = _OUTLETS[number % len(_OUTLETS)]
        title = " ".join(sentence().split()[:7]).strip("“”.,")
        yield {
            "title": title,
            "text": f"{title}\n\n{''.join(lines).strip()}\n",
            "outlet": outlet,
            "published": f"{2000 + day // 365}-{day // 31 % 12 + 1:02}-{day % 28 + 1:02}",
            "url": f"https://news.example/{outlet.split()[-1].lower()}/{number}",
        }


def write(path: Path, count: int) -> None:
    """Write the articles as JSON lines."""
    with path.open("w", encoding="utf-8") as file:
        for record in articles(count):
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--articles", type=int, default=100_000)
    options = parser.parse_args()
    write(options.file, options.articles)
