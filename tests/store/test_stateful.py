"""Apply, undo and redo in any order, over articles, annotators and restarts, against a model."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from annotator.domain.model import Annotation, Batch, Change, Fragment
from annotator.store import Store
from tests.store.support import TEXT, add, batch, claim, problems

TEXTS = (TEXT, "Second. " + TEXT, "Third. " + TEXT)
PEOPLE = ("anna", "ben")
people = st.sampled_from(PEOPLE)


class JournalMachine(RuleBasedStateMachine):
    """The model: each annotator's annotations, and two stacks of changes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.db = self.folder / "annotations.db"
        self.model: dict[str, Annotation] = {}
        self.done: dict[str, list[Batch]] = {name: [] for name in PEOPLE}
        self.undone: dict[str, list[Batch]] = {name: [] for name in PEOPLE}
        self.actions = 0

    @initialize()
    def create(self) -> None:
        self.store = Store.create(self.db)
        for name in PEOPLE:
            self.store.add_annotator(name)
        self.uids = [add(self.store, text) for text in TEXTS]

    def mine(self, name: str) -> list[Annotation]:
        return [a for a in self.model.values() if a.annotator == name]

    def act(self, made: Batch) -> None:
        self.store.apply(made)
        self.follow(made.changes)
        self.done[made.annotator].append(made)
        self.undone[made.annotator].clear()
        self.actions += 1

    def follow(self, changes: tuple[Change, ...]) -> None:
        for before, after in changes:
            if after is not None:
                self.model[after.id] = after
            elif before is not None:
                del self.model[before.id]

    @rule(
        name=people,
        article=st.integers(0, 2),
        start=st.integers(0, 20),
        length=st.integers(1, 30),
        count=st.integers(1, 3),
        nested=st.booleans(),
    )
    def create_claims(
        self, name: str, article: int, start: int, length: int, count: int, nested: bool
    ) -> None:
        uid = self.uids[article]
        parents = [a.id for a in self.mine(name) if a.article == uid]
        made = []
        for i in range(count):
            pieces = (
                Fragment("content", start + i, start + i + length),
                Fragment("source", start, start + 1, i),
            )
            parent = parents[-1] if nested and parents else None
            made.append(replace(claim(uid, *pieces, annotator=name), parent=parent))
            parents.append(made[-1].id)
        self.act(batch(*((None, c) for c in made)))

    @precondition(lambda self: self.model)
    @rule(
        data=st.data(),
        value=st.sampled_from(["favor", "against", None]),
        note=st.text(max_size=5).filter(lambda t: "\0" not in t and t.isprintable()),
        flagged=st.booleans(),
    )
    def change_one(self, data: st.DataObject, value: str | None, note: str, flagged: bool) -> None:
        before = data.draw(st.sampled_from(sorted(self.model.values(), key=lambda a: a.id)))
        after = replace(before.with_attribute("stance", value), note=note, flagged=flagged)
        self.act(batch((before, after)))

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def delete_one(self, data: st.DataObject) -> None:
        gone = data.draw(st.sampled_from(sorted(self.model.values(), key=lambda a: a.id)))
        children = [a for a in self.model.values() if a.parent == gone.id]
        freed: list[tuple[Annotation | None, Annotation | None]] = [
            (child, replace(child, parent=None)) for child in children
        ]
        self.act(batch(*freed, (gone, None)))

    @rule(name=people)
    def undo(self, name: str) -> None:
        found = self.store.undo(name)
        if not self.done[name]:
            assert found is None
            return
        taken = self.done[name].pop()
        assert found is not None
        assert found.reverts == taken.id
        self.follow(tuple(Change(c.after, c.before) for c in reversed(taken.changes)))
        self.undone[name].append(taken)
        self.actions += 1

    @rule(name=people)
    def redo(self, name: str) -> None:
        found = self.store.redo(name)
        if not self.undone[name]:
            assert found is None
            return
        taken = self.undone[name].pop()
        assert found is not None
        assert found.reverts == taken.id
        self.follow(taken.changes)
        self.done[name].append(taken)
        self.actions += 1

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store = Store.open(self.db)

    @invariant()
    def state_is_the_models(self) -> None:
        if hasattr(self, "store"):
            assert {a.id: a for a in self.store.annotations()} == self.model
            for name in PEOPLE:
                assert self.store.undo_depth(name) == len(self.done[name])

    def teardown(self) -> None:
        if hasattr(self, "store"):
            assert problems(self.store) == []
            assert len(list(self.store.log())) == self.actions
            copy = self.folder / "replayed.db"
            assert self.store.replay(copy) == []
            with Store.open(copy) as replayed:
                assert {a.id: a for a in replayed.annotations()} == self.model
                assert problems(replayed) == []
            self.store.close()
        shutil.rmtree(self.folder)


TestJournal = JournalMachine.TestCase
TestJournal.settings = settings(max_examples=25, stateful_step_count=25)
