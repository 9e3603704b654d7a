"""How well the text of web pages is found: `python -m tests.text.benchmarks.bench_pages`.

Precision, recall and F1 over 4-grams of words, averaged over pages, as scrapinghub's article
extraction benchmark reckons them (github.com/scrapinghub/article-extraction-benchmark).
"""

from __future__ import annotations

import gzip
import io
import json
import re
import sys
from collections import Counter
from statistics import fmean

from annotator.text.readers import ReadOptions, read_sources
from tests.text.corpora import corpus

_WORD = re.compile(r"\w+")


def shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    """How often each run of words occurs in a text; a shorter text is one run."""
    words = _WORD.findall(text)
    return Counter(tuple(words[i : i + size]) for i in range(max(1, len(words) - size + 1)))


def scores(expected: str, found: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of a text that was found."""
    right, got = shingles(expected), shingles(found)
    common = (right & got).total()
    precision, recall = common / max(1, got.total()), common / max(1, right.total())
    return precision, recall, 2 * precision * recall / ((precision + recall) or 1)


def main() -> None:
    """Print the averages, what was refused, and, with -v, each page's F1."""
    folder = corpus("pages")
    assert folder is not None, "no corpora/pages below $ANNOTATOR_SHARED"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    rows: list[tuple[float, float, float]] = []
    refused = 0
    for name, page in sorted(expected.items()):
        data = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
        (result,) = read_sources(["-"], ReadOptions(format="html"), io.BytesIO(data))
        refused += result.draft is None
        text = result.draft.text if result.draft else ""
        rows.append(scores(page["articleBody"], text))
        if "-v" in sys.argv:
            print(f"{rows[-1][2]:.3f} {name[:12]} {'; '.join(result.notes)} {result.error or ''}")
    precision, recall, f1 = (fmean(column) for column in zip(*rows, strict=True))
    print(f"{len(rows)} pages, {refused} refused: precision {precision:.4f}, recall {recall:.4f},"
          f" F1 {f1:.5f}")  # fmt: skip


if __name__ == "__main__":
    main()
