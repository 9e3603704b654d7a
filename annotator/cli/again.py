"""What `annotator annotate --again` serves: what was read, to be read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.domain.errors import AnnotatorError
from annotator.domain.second_pass import second_pass_name, to_read_again

if TYPE_CHECKING:
    from annotator.store import Store


def served_again(store: Store, name: str) -> list[str]:
    """The articles to read again, the next one first.

    Raises:
        AnnotatorError: when there is none.
    """
    from annotator.store import clusters

    second = second_pass_name(name)
    read: dict[str, set[str]] = {name: set(), second: set()}
    for row in store.rows("readers"):
        if row["annotator"] in read:
            read[str(row["annotator"])].add(str(row["article"]))
    numbers = store.numbers()
    copies = ((group, numbers[n]) for group, n, *_ in clusters.repeated(store.conn))
    left = to_read_again(read[name], read[second], copies, name)
    # What was begun is gone on with before the next one is served. Who never marks a sentence as
    # reviewed has read what they annotated in.
    begun = [
        a.uid
        for a in store.summaries(second)
        if 0 < a.done < a.sentences and any(x.reviewed for x in store.annotations(a.uid, second))
    ]
    if not (begun or left):
        raise AnnotatorError(
            f"there is nothing that {name} could read again",
            "`annotator annotate` for a first reading" if not read[name] else "all is read twice",
        )
    return [*begun, *left]
