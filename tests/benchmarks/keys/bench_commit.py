"""What `synchronous=FULL` costs per action against NORMAL, on this disk.

`python -m tests.benchmarks.keys.bench_commit [--actions 300] [--folder DIR]`
"""

from __future__ import annotations

import argparse
import tempfile
import time
from array import array
from pathlib import Path
from statistics import median, quantiles

from annotator.domain.ids import new_id
from annotator.domain.model import (
    Annotation,
    ArticleDraft,
    Batch,
    Change,
    Fragment,
    Layout,
    Paragraph,
    Sentence,
)
from annotator.domain.times import now
from annotator.store import Store
from tests.store.support import connection

TEXT = "We never wrote that number, a spokesperson said."


def one_action(store: Store, uid: str) -> tuple[float, float]:
    """Make a claim with a content, as a key does; wall and CPU milliseconds of the commit."""
    claim = Annotation(
        new_id(), "claim", uid, "bench", (Fragment("content", 0, 26),), scheme="-", created_at=now()
    )
    batch = Batch(new_id(), "bench", now(), "edit", "content", (Change(None, claim),))
    began, spent = time.perf_counter(), time.process_time()
    store.apply(batch)
    return (time.perf_counter() - began) * 1000, (time.process_time() - spent) * 1000


def main() -> int:
    """Measure both, taking turns, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--actions", type=int, default=300)
    parser.add_argument("--folder", type=Path, help="where the database is made")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(dir=options.folder) as folder,
        Store.create(Path(folder) / "commit.db") as store,
    ):
        layout = Layout(
            [Paragraph(0, len(TEXT))],
            [Sentence(0, len(TEXT), 0)],
            array("I", [0]),
            array("I", [len(TEXT)]),
            "bench",
        )
        uid = store.add_article(ArticleDraft(TEXT), layout).uid
        store.add_annotator("bench")
        times: dict[str, list[tuple[float, float]]] = {"FULL": [], "NORMAL": []}
        for _ in range(options.actions):
            for mode, found in times.items():
                connection(store).execute(f"PRAGMA synchronous = {mode}")
                found.append(one_action(store, uid))
    for mode, found in times.items():
        wall = sorted(w for w, _ in found)
        print(
            f"synchronous={mode:7} {len(found)} actions: median {median(wall):.2f} ms, p99"
            f" {quantiles(wall, n=100)[-1]:.2f} ms, CPU {median(c for _, c in found):.2f} ms"
        )
    full, normal = (median(w for w, _ in times[m]) for m in ("FULL", "NORMAL"))
    print(f"FULL costs {full - normal:.2f} ms more per action ({full / normal:.2f} x)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
