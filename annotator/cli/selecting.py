"""What `export` and `split` take of a database: whose readings, which labels, finished or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Protocol, TypeVar

import typer

from annotator.cli.output import counted, say
from annotator.domain.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from annotator.store import Store
    from annotator.store.readings import Finished, Readings

By = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="Only this annotator's; repeatable.")
]
SHOWN = 8
"""Articles that are named one by one where some are left out."""


def known_annotators(store: Store, names: Sequence[str]) -> frozenset[str] | None:
    """The annotators named, None for everybody; NotFoundError for one who is not there."""
    for name in names:
        if name not in store.annotators():
            raise NotFoundError(
                f"no annotator {name!r}", f"there are {', '.join(store.annotators()) or 'none yet'}"
            )
    return frozenset(names) or None


def refuse_unknown_labels(store: Store, labels: Iterable[tuple[str, str]]) -> None:
    """Raise NotFoundError for a label that neither the scheme nor any annotation has."""
    used = {(str(r["name"]), str(r["value"])) for r in store.rows("label_counts")}
    scheme = store.scheme()
    known = used | {(a.name, v.name) for a in scheme.attributes for v in a.values}
    for name, value in labels:
        if (name, value) in known:
            continue
        values = sorted(v for n, v in known if n == name)
        names = sorted({n for n, _ in known})
        raise NotFoundError(
            f"no annotation has the label {name}={value}",
            f"{name} has: {', '.join(values)}" if values else f"there are: {', '.join(names)}",
        )


def refuse_unknown_splits(store: Store, names: Sequence[str]) -> None:
    """Raise NotFoundError for a split that no article is in."""
    from annotator.store import clusters

    known = sorted(set(clusters.splits(store.conn).values())) if names else []
    for name in names:
        if name not in known:
            raise NotFoundError(
                f"no article is in a split {name!r}",
                f"there are: {', '.join(known)}" if known else "`annotator split` makes splits",
            )


class _Holding(Protocol):
    @property
    def annotations(self) -> Sequence[object]:
        """The annotations of an article."""


_Item = TypeVar("_Item", bound=_Holding)


def something(found: Iterable[_Item], finished: Finished | None, asked: str) -> Iterator[_Item]:
    """Pass articles on; say at the end when that was nothing, so that no empty file is written.

    Args:
        asked: The options that chose annotations, as typed; empty for none.

    Raises:
        InputError: when no article is finished, or no annotation was chosen.
    """
    articles = annotations = 0
    for item in found:
        articles += 1
        annotations += len(item.annotations)
        yield item
    if finished and not articles and finished.readings.articles:
        raise InputError(
            f"no article is finished by {finished.readings.who}:"
            f" {counted(len(finished.readings.articles), 'article')} left out",
            "finished is an article whose every sentence is reviewed or annotated;"
            " --unfinished takes all",
        )
    if asked and not annotations:
        raise InputError(
            f"no annotation is chosen by {asked}", "`annotator stats` shows what there is"
        )


def tell_left_out(readings: Readings, what: str = "left out") -> None:
    """Say, and name, what was left out because nobody finished it, and what passes as finished."""
    if readings.articles:
        say(
            f"{what}: {counted(len(readings.articles), 'article')} not finished by {readings.who}:"
            f" {_numbers(readings.articles)} (--unfinished takes them)"
        )
    for person, numbers in sorted(readings.partly.items()):
        say(
            f"{what}: what {person} annotated in {counted(len(numbers), 'article')} and did not"
            f" finish: {_numbers(numbers)} (--unfinished takes it)"
        )
    if readings.imported:
        say(
            f"taken as finished: {counted(len(readings.imported), 'article')} with imported"
            f" annotations, where nobody began to review: {_numbers(readings.imported)}"
        )


def _numbers(found: Iterable[int]) -> str:
    listed = sorted(found)
    more = f" and {len(listed) - SHOWN} more" if listed[SHOWN:] else ""
    return ", ".join(map(str, listed[:SHOWN])) + more


def left_out_record(readings: Readings) -> dict[str, object]:
    """The same for the manifest and `--json`: articles by their numbers."""
    return {
        "annotators": sorted(readings.whose or ()),
        "articles_not_finished": sorted(readings.articles),
        "readings_not_finished": {p: sorted(n) for p, n in sorted(readings.partly.items())},
        "taken_as_finished": sorted(readings.imported),
    }
