"""Gold claims for `learn` and `evaluate`: from a brat folder, or from a database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from annotator.domain.errors import InputError

if TYPE_CHECKING:
    from annotator.attribution.result import Document

BRAT = "brat:"


def gold_documents(source: str, annotator: str | None) -> list[Document]:
    """Read gold documents.

    Args:
        source: `brat:DIR`, or the path of a database.
        annotator: Whose claims of a database; None when only one annotator has any.

    Raises:
        InputError: when there is nothing there, or several annotators and none was named.
    """
    if source.startswith(BRAT):
        from annotator.attribution.gold import read_gold

        return read_gold(Path(source.removeprefix(BRAT)))
    from annotator.attribution.bridge import document_of
    from annotator.store import Store

    with Store.open(Path(source), readonly=True) as store:
        counts = {str(r["annotator"]): r["claims"] for r in store.rows("stats") if r["claims"]}
        if annotator is None:
            if len(counts) != 1:
                raise InputError(
                    f"{source}: claims by {', '.join(counts) or 'nobody'}",
                    "name one annotator: --annotator NAME",
                )
            annotator = next(iter(counts))
        elif annotator not in counts:
            raise InputError(
                f"{source}: no claims by {annotator!r}", "`annotator stats` shows whose"
            )
        found = []
        for uid in store.uids():
            own = store.annotations(uid, annotator)
            # An article that the annotator never touched says nothing about what is no claim.
            if own:
                found.append(document_of(store.article(uid), own))
        return found
