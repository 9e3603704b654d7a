"""Reading again: which articles an annotator is served for a second pass (`annotate --again`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.domain.errors import AnnotatorError
from annotator.domain.second_pass import second_pass_name, to_read_again

if TYPE_CHECKING:
    from annotator.project.data import ProjectData


def articles_to_read_again(project: ProjectData, name: str) -> list[str]:
    """The uids of the articles to read again, the next one first.

    Served are the articles that `name` has annotated anything in, and those with near copies of
    their sentences, without those that the second pass has seen; what it has begun comes first.

    Raises:
        AnnotatorError: when there is none.
    """
    second = second_pass_name(name)
    read: dict[str, set[str]] = {name: set(), second: set()}
    for row in project.readers():
        if row["annotator"] in read:
            read[str(row["annotator"])].add(str(row["article"]))
    numbers = project.numbers()
    copies = ((group, numbers[n]) for group, n, *_ in project.repeated_sentences() if n in numbers)
    left = to_read_again(read[name], read[second], copies, name)
    # What was begun is gone on with before the next one is served. Who never marks a sentence as
    # reviewed has read what they annotated in.
    begun = [
        a.uid
        for a in project.summaries(second)
        if 0 < a.done < a.sentences and any(x.reviewed for x in project.annotations(a.uid, second))
    ]
    if not (begun or left):
        raise AnnotatorError(
            f"there is nothing that {name} could read again",
            "`annotator annotate` for a first reading" if not read[name] else "all is read twice",
        )
    return [*begun, *left]
