"""What a key costs at 60, 1,000 and 20,000 sentences, and the first paint against bare Textual.

`python -m tests.benchmarks.keys.bench_keys [--sizes 60,1000,20000] [--times 15]`
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from annotator.domain.ids import new_id
from annotator.domain.model import ArticleDraft, Batch, Change
from annotator.domain.records import annotation_from_record
from annotator.domain.times import now
from annotator.store import Store
from annotator.text.engine import LayoutEngine, load_engine
from fixtures.generate import generate
from tests.benchmarks.keys.measure import (
    WHEEL_DOWN,
    WHEEL_UP,
    Measured,
    Result,
    Sample,
    first_paint_ms,
)

FIRST_PAINTS = 10


def make_database(path: Path, sentences: int, engine: LayoutEngine) -> int:
    """Two generated articles, the first with its gold claims; returns how many these are."""
    with Store.create(path) as store:
        store.add_annotator("bench")
        claims = 0
        for seed in (0, 1):
            made = generate(sentences, seed)
            draft = ArticleDraft(made.text, name=made.name, title=made.name)
            uid = store.add_article(draft, engine.layout(made.text)).uid
            if seed:
                continue
            changes: list[Change] = []
            for record in made.annotations:
                fields = {**record, "id": new_id(), "article": uid, "annotator": "bench"}
                fields["parent"] = None
                fields["fragments"] = [
                    {k: v for k, v in f.items() if k != "text"} for f in record["fragments"]
                ]
                fields["created_at"] = fields["updated_at"] = now()
                fields["scheme"] = store.scheme().version
                changes.append(Change(None, annotation_from_record(fields)))
            store.apply(Batch(new_id(), "bench", now(), "import", "gold", tuple(changes)))
            claims = len(changes)
    return claims


def measured(m: Measured, times: int, pages: int) -> Iterator[Result]:
    """Every kind of key; long articles away from their top."""

    for _ in range(pages):
        m.key("pagedown")
    yield m.repeat("next sentence", times, lambda i: m.key("j"))
    yield m.repeat("next token", times, lambda i: m.key("l"))
    yield m.repeat("reviewed (Space)", times, lambda i: m.key("space"))

    def role(i: int) -> Sample:
        # Esc alone: with a key behind it the terminal would send Alt and that key.
        m.key("escape")
        m.settle()
        m.key("l")
        return m.key("w")

    yield m.repeat("role key", times, role)
    yield m.repeat("label key", times, lambda i: m.key("1234567890"[i % 10]))
    yield m.repeat("undo", times, lambda i: m.key("u"))
    m.key("escape", "g")
    yield m.repeat("wheel", times, lambda i: m.send((WHEEL_DOWN, WHEEL_UP)[i // 4 % 2]))
    yield m.repeat("page", times, lambda i: m.key(("pagedown", "pageup")[i // 3 % 2]))
    m.key("slash")
    m.key("t", "h", "e", "enter")
    m.settle()
    yield m.repeat("next place found", times, lambda i: m.key("n"))
    m.key("escape", "l")
    few = max(3, times // 3)

    def search(i: int) -> Sample:
        sample = m.key("slash", "s", "a", "i", "d", "enter")
        m.key("escape", "l")
        return sample

    yield m.repeat("search (5 keys)", few, search)

    def form(i: int) -> Sample:
        sample = m.key("T", "12"[i % 2], "escape")
        m.settle()
        return sample

    yield m.repeat("form (3 keys)", few, form)
    yield m.repeat("article switch", few, lambda i: m.key(("f8", "f7")[i % 2]))


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="60,1000,20000")
    parser.add_argument("--times", type=int, default=15)
    options = parser.parse_args()
    engine = load_engine()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small = folder / "60.db"
        make_database(small, 60, engine)
        paints: dict[str, list[float]] = {"bare": [], "program": []}
        first_paint_ms(None), first_paint_ms(small)  # leave bytecode behind
        for _ in range(FIRST_PAINTS):
            paints["bare"].append(first_paint_ms(None))
            paints["program"].append(first_paint_ms(small))
        bare, ours = min(paints["bare"]), min(paints["program"])
        print(
            f"first paint, CPU ms, least of {FIRST_PAINTS}: bare Textual {bare:.0f}, this"
            f" {ours:.0f}, more by {ours - bare:.0f} ({ours / bare:.2f} x); medians"
            f" {median(paints['bare']):.0f} and {median(paints['program']):.0f}",
            flush=True,
        )
        peer = Measured("bare", None, folder / "bare.count")
        floor = peer.repeat("", options.times, lambda i: peer.key("j"))
        peer.close()
        print(f"bare Textual, a key that does nothing: {floor.cpu:.2f} ms of CPU\n", flush=True)
        for size in map(int, options.sizes.split(",")):
            path = folder / f"{size}.db"
            if path.exists():
                path.unlink()
            claims = make_database(path, size, engine)
            print(f"{size} sentences, {claims} claims and marks")
            print(f"  {'key':18}{'CPU ms':>8}{'x bare':>8}{'last byte ms':>14}{'bytes':>8}"
                  f"{'layouts':>9}")  # fmt: skip
            m = Measured("program", path, folder / f"{size}.count")
            for r in measured(m, options.times, 0 if size < 1000 else 20):
                ratio = r.cpu / floor.cpu if floor.cpu else 0.0
                print(
                    f"  {r.name:18}{r.cpu:8.1f}{ratio:8.1f}{r.latency:14.0f}{r.size:8.0f}"
                    f"{r.layouts:9}",
                    flush=True,
                )
            m.close()
            print()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
