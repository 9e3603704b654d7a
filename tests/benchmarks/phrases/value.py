"""What carrying a decision saves on an annotated corpus.

    annotator init && annotator import brat PolNeAR/train -o layout=polnear
    python -m tests.benchmarks.phrases.value annotations.db

Claims are read in the order of the articles: could this one, or the type of its source, have been
taken from an earlier one?
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from annotator.domain.occurrence import RoleText
from annotator.phrases.cluster import numpy_engine
from annotator.store import Store
from annotator.store.phrases import role_texts
from annotator.text.normal import normal
from tests.store.support import connection

PRONOUNS = {
    *("i", "we", "you", "he", "she", "it", "they", "him", "her", "them", "his", "one"),
    *("who", "which", "that", "this", "these", "those"),
}


def earlier(items: Sequence[RoleText], near: bool, elsewhere: bool) -> list[bool]:
    """For each: whether the same words, or nearly, stand in an item before it.

    Args:
        items: In reading order.
        near: A ratio of 85 is enough; the same normal form otherwise.
        elsewhere: Only items of other articles count.
    """
    forms = [normal(item.text) for item in items]
    distinct = list(dict.fromkeys(forms))
    ids = {form: i for i, form in enumerate(distinct)}
    like: dict[int, set[int]] = {i: {i} for i in ids.values()}
    if near:
        pairs = numpy_engine()(distinct, 85)
        for a, b in zip(pairs.a.tolist(), pairs.b.tolist(), strict=True):
            like[a].add(b)
            like[b].add(a)
    seen: dict[int, set[int]] = {}
    out = []
    for item, form in zip(items, forms, strict=True):
        here = ids[form]
        articles = set().union(*(seen.get(other, set()) for other in like[here]))
        out.append(bool(articles - {item.number} if elsewhere else articles))
        seen.setdefault(here, set()).add(item.number)
    return out


def tell(name: str, items: Sequence[RoleText]) -> None:
    """Print the four shares."""
    print(f"{name}: {len(items):,}")
    for near in (False, True):
        for elsewhere in (False, True):
            found = earlier(items, near, elsewhere)
            like = "nearly the same" if near else "the same"
            where = "another article" if elsewhere else "any article"
            n = sum(found)
            print(f"  {like} before, {where}: {n:,} ({n / len(items):.1%})")


def main() -> None:
    """Read the database that is named and print."""
    with Store.open(sys.argv[1], readonly=True) as store:
        contents = [c for c in role_texts(connection(store), "content") if c.text.strip()]
        sources = list(role_texts(connection(store), "source"))
        cues = list(role_texts(connection(store), "cue"))
    tell("contents", contents)
    for least in (4, 8):
        some = [c for c in contents if normal(c.text).count(" ") + 1 >= least]
        tell(f"contents of {least} words and more", some)
    named = [s for s in sources if normal(s.text) not in PRONOUNS]
    tell("sources", sources)
    tell("sources that are no pronoun", named)
    tell("cues", cues)


if __name__ == "__main__":
    main()
