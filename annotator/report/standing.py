"""Which decisions stand: the list of disagreements calls decided what the case list does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from annotator.alignment.annotations import by_place
from annotator.alignment.arrays import Bools, Ints
from annotator.report.annotation_arrays import hulls, ints
from annotator.report.corpus import Corpus
from annotator.report.questions import Question
from annotator.session.adjudication_cases import decisions, digest


class StandingDecisions:
    """The decisions whose annotations are all there and say what they said then.

    One that changed or went away opens the decision again for the others too; and so does one that
    came to be about the same thing since: a decision is about a group as a whole.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        taken = decisions(corpus.gold)
        by_id = corpus.readings({id_ for decision in taken for id_ in decision.based_on})
        self._about = [
            set(decision.based_on)
            for decision in taken
            if all(i in by_id and digest(by_id[i]) == was for i, was in decision.based_on.items())
        ]
        self._known: set[str] = set().union(*self._about)

    def groups(self, ids: Sequence[str], group: Ints, size: Ints) -> Bools:
        """The groups that a decision is about: about all their annotations, and about no other.

        Args:
            ids: Of each annotation.
            group: Of each annotation; -1 for none.
            size: How many annotations each group has.
        """
        decided = np.zeros(len(size), dtype=np.bool_)
        if self._known:
            group_of = {id_: int(group[i]) for i, id_ in enumerate(ids) if id_ in self._known}
            for about in self._about:
                found = {group_of.get(id_, -1) for id_ in about}
                if len(found) == 1 and (only := found.pop()) >= 0:
                    decided[only] |= size[only] == len(about)
        return decided

    def units(self, question: Question) -> Bools:
        """The sentences (or articles) that a decision is about, with all labels given there."""
        if not self._known:
            return np.zeros(len(question.article), dtype=np.bool_)
        rows, people = self._corpus.rows, len(self._corpus.annotators)
        labelled = np.array([bool(labels) for labels in rows.columns.label_sets], dtype=np.bool_)
        mine = rows.of_layer(question.of)
        mine = mine[labelled[ints(rows.columns.labels)[rows.row[mine]]]]
        document, start = rows.document[mine], hulls(rows.columns)[0][rows.row[mine]]
        which, row = by_place(document, start, rows.annotator[mine], people)
        # An earlier tag of an annotator who has a later one there belongs to no group here.
        group = np.where(np.isin(np.arange(len(mine)), row), which, -1)
        ids = [rows.columns.ids[i] for i in rows.row[mine].tolist()]
        at = self.groups(ids, group, (row >= 0).sum(axis=1))[which]
        decided = set(zip(document[at].tolist(), start[at].tolist(), strict=True))
        units = zip(question.article.tolist(), question.start.tolist(), strict=True)
        return np.array([unit in decided for unit in units], dtype=np.bool_)
