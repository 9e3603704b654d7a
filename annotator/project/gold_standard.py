"""Gold claims for `learn` and `evaluate`: from a brat folder, or from a database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.domain.errors import InputError
from annotator.domain.second_pass import first_pass

if TYPE_CHECKING:
    from annotator.attribution.result import AttributedText
    from annotator.project.data import ProjectData

BRAT = "brat:"


def gold_documents(source: str, annotator: str | None) -> list[AttributedText]:
    """Read gold documents.

    Args:
        source: `brat:DIR`, or the path of a database.
        annotator: Whose claims of a database. None for everybody's, where no article was read by
            two (second passes aside).

    Raises:
        InputError: when there is nothing there, or an article has several readings and no annotator
            was named.
    """
    if source.startswith(BRAT):
        from annotator.attribution.evaluation.gold import read_gold

        return read_gold(Path(source.removeprefix(BRAT)))
    from annotator.project.data import ProjectData

    with ProjectData.open(source, readonly=True) as project:
        whose = [str(r["annotator"]) for r in project.stats() if r["claims"]]
        if annotator is not None and annotator not in whose:
            raise InputError(
                f"{source}: no claims by {annotator!r}", "`annotator stats` shows whose"
            )
        if not whose:
            raise InputError(f"{source}: claims by nobody", "`annotator stats` shows whose")
        chosen = [w for w in whose if w == annotator or (annotator is None and not first_pass(w))]
        return list(_readings(project, source, chosen))


def _readings(project: ProjectData, source: str, chosen: Sequence[str]) -> Iterator[AttributedText]:
    """The one reading of each article that any of these annotators has."""
    from annotator.attribution.documents import document_of

    scheme = project.scheme()
    for uid in project.uids():
        found = project.annotations(uid)
        readers = sorted({a.annotator for a in found}.intersection(chosen))
        if len(readers) > 1:
            raise InputError(
                f"{source}: article {project.number_of(uid)} was read by {', '.join(readers)}",
                "name one annotator: --annotator NAME",
            )
        # An article that nobody of them touched says nothing about what is no claim.
        if readers:
            own = [a for a in found if a.annotator == readers[0]]
            yield document_of(project.article(uid), own, scheme)
