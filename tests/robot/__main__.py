"""Reproduce gold by key presses and count them: `python -m tests.robot [--polnear N] [FIXTURE...]`.

Exit status 1 when anything in the database differs from the gold.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from annotator.store import Store
from annotator.text.engine import LayoutEngine, load_engine
from tests.robot import rivals
from tests.robot.drive import ANNOTATOR, Done, add_bare, reproduce
from tests.robot.gold import GoldArticle, fixture, fixture_names, labelled, polnear
from tests.robot.report import counted, table


async def reproduced(
    articles: list[GoldArticle],
    engine: LayoutEngine,
    *,
    label: bool = False,
    say: bool = False,
    scheme: str = "",
) -> list[Done]:
    """Annotate bare copies of the articles in a database of their own, in one run of the program.

    Args:
        label: Give every claim a source type and a stance too (for gold that has none).
        say: Print a line per article.
        scheme: TOML of the scheme in force; empty: the default one.
    """
    out: list[Done] = []
    with tempfile.TemporaryDirectory() as folder, Store.create(Path(folder) / "robot.db") as store:
        if scheme:
            store.set_scheme(scheme)
        if label:
            articles = [labelled(article, store.scheme()) for article in articles]
        add_bare(store, articles, engine)
        store.add_annotator(ANNOTATOR)
        async for done in reproduce(store, articles):
            out.append(done)
            if say:
                keys = sum(len(plan.keys) for plan in done.plans)
                result = f"{len(done.differences)} DIFFER" if done.differences else "exact"
                print(f"{done.article.name[:50]:50} {len(done.plans):4} {keys:6} keys  {result}")
                for difference in done.differences:
                    print(f"    {difference}")
    return out


def main() -> int:
    """Run over fixtures, or over PolNeAR."""
    parser = argparse.ArgumentParser(prog="python -m tests.robot", description=__doc__)
    parser.add_argument("--polnear", type=int, metavar="N", help="so many articles of PolNeAR")
    parser.add_argument("fixture", nargs="*", help="names of fixtures (default: all)")
    options = parser.parse_args()
    if options.polnear:
        articles = polnear(options.polnear)
    else:
        from fixtures.author import stored_texts

        texts = stored_texts()
        articles = [fixture(name, texts[name]) for name in options.fixture or fixture_names()]
    began, spent = time.perf_counter(), time.process_time()
    done = asyncio.run(reproduced(articles, load_engine(), label=bool(options.polnear), say=True))
    wrong = sum(len(d.differences) for d in done)
    made = sum(len(d.plans) for d in done)
    seconds = f"{time.perf_counter() - began:.0f} s, {time.process_time() - spent:.0f} s of CPU"
    print(f"\n{len(done)} articles, {made} annotations, {wrong} differences; {seconds}\n")
    print(table(counted(done)))
    print()
    print(rivals.table(done))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
