"""Relations and their ends: made, left by a removal, undone, replayed, imported; nothing hangs."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from annotator.domain.errors import ConflictError, InputError, SchemeError
from annotator.domain.exchange import Document
from annotator.domain.ids import new_id
from annotator.domain.model import Annotation, ArticleDraft, Change, Fragment
from annotator.store import Store
from annotator.store.imported import Imported, ImportRefusedError
from annotator.store.transfer import documents, import_items
from tests.store.support import AT, TEXT, add, batch, claim, connection, layout_of, problems

TEXTS = (TEXT, "Second. " + TEXT, "Third. " + TEXT)
PEOPLE = ("anna", "ben")
SCHEME = """
name = "related"
[[role]]
name = "said"
[[span]]
name = "entity"
[[attribute]]
name = "type"
layer = "entity"
values = [{ name = "PER" }, { name = "ORG" }]
[[relation]]
name = "supports"
from = ["claim"]
to = ["claim"]
[[relation]]
name = "works_for"
from = ["entity.PER"]
to = ["entity.ORG"]
[[relation]]
name = "knows"
symmetric = true
from = ["entity.PER"]
to = ["entity"]
"""


def relation(head: Annotation, tail: Annotation, type_: str = "supports") -> Annotation:
    return Annotation(
        new_id(),
        "relation",
        head.article,
        head.annotator,
        attributes={"type": type_},
        head=head.id,
        tail=tail.id,
        created_at=AT,
        updated_at=AT,
    )


def entity(article: str, label: str, start: int = 0, annotator: str = "anna") -> Annotation:
    made = claim(article, Fragment("entity", start, start + 4), annotator=annotator)
    return replace(made, layer="mark", attributes={"type": label})


def said(annotation: Annotation) -> tuple[object, ...]:
    """What an annotation says, by what is the same in every copy of it."""
    return (annotation.layer, annotation.article, annotation.fragments, annotation.annotator)


def triples(store: Store) -> list[tuple[object, ...]]:
    """Every relation as what it says of its ends, in order."""
    by_id = {a.id: a for a in store.annotations()}
    return sorted(
        (
            (a.annotator, a.attributes["type"], said(by_id[a.head]), said(by_id[a.tail]))
            for a in by_id.values()
            if a.layer == "relation" and a.head and a.tail
        ),
        key=repr,
    )


def bring(store: Store, found: Sequence[Document], **options: object) -> Imported:
    return import_items(store, found, actor="anna", layout=lambda d: layout_of(d.text), **options)  # type: ignore[arg-type]


class RelationMachine(RuleBasedStateMachine):
    """The model: all annotations; a removal takes the relations of what it removes with it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.model: dict[str, Annotation] = {}
        self.done: dict[str, list[dict[str, Annotation]]] = {name: [] for name in PEOPLE}
        self.undone: dict[str, list[dict[str, Annotation]]] = {name: [] for name in PEOPLE}

    @initialize()
    def create(self) -> None:
        self.store = Store.create(self.folder / "a.db")
        self.store.set_scheme(SCHEME)
        for name in PEOPLE:
            self.store.add_annotator(name)
        self.uids = [add(self.store, text) for text in TEXTS]

    def act(self, name: str, *changes: tuple[Annotation | None, Annotation | None]) -> None:
        mine = {id_: a for id_, a in self.model.items() if a.annotator == name}
        self.store.apply(batch(*changes))
        self.done[name].append(mine)
        self.undone[name].clear()
        gone = {b.id for b, a in changes if a is None and b is not None}
        for before, after in changes:
            if after is not None:
                self.model[after.id] = after
            elif before is not None:
                self.model.pop(before.id, None)
        for id_, a in list(self.model.items()):
            if {a.head, a.tail} & gone:
                del self.model[id_]

    def ends(self, name: str) -> list[Annotation]:
        found = [a for a in self.model.values() if a.annotator == name and a.layer != "relation"]
        return sorted(found, key=lambda a: a.id)

    @rule(name=st.sampled_from(PEOPLE), article=st.integers(0, 2), start=st.integers(0, 40))
    def make(self, name: str, article: int, start: int) -> None:
        made = claim(self.uids[article], Fragment("said", start, start + 5), annotator=name)
        self.act(name, (None, replace(made, scheme=self.store.scheme_version())))

    @rule(name=st.sampled_from(PEOPLE), data=st.data())
    def relate(self, name: str, data: st.DataObject) -> None:
        ends = self.ends(name)
        if len(ends) > 1:
            head = data.draw(st.sampled_from(ends))
            tail = data.draw(st.sampled_from([a for a in ends if a.id != head.id]))
            self.act(name, (None, replace(relation(head, tail), scheme=head.scheme)))

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def turn(self, data: st.DataObject) -> None:
        ordered = sorted(self.model.values(), key=lambda a: a.id)
        one = data.draw(st.sampled_from(ordered))
        if one.layer == "relation" and one.tail:
            article = self.model[one.tail].article
            turned = replace(one, head=one.tail, tail=one.head, article=article)
            self.act(one.annotator, (one, turned))

    @rule(name=st.sampled_from(PEOPLE), data=st.data(), count=st.integers(1, 2))
    def remove(self, name: str, data: st.DataObject, count: int) -> None:
        mine = sorted((a for a in self.model.values() if a.annotator == name), key=lambda a: a.id)
        if mine:
            gone = data.draw(st.lists(st.sampled_from(mine), max_size=count, unique_by=id))
            if gone:
                self.act(name, *((a, None) for a in gone))

    def back(self, name: str, mine: dict[str, Annotation]) -> dict[str, Annotation]:
        now = {id_: a for id_, a in self.model.items() if a.annotator == name}
        self.model = {id_: a for id_, a in self.model.items() if a.annotator != name} | mine
        return now

    @rule(name=st.sampled_from(PEOPLE))
    def undo(self, name: str) -> None:
        told = self.store.undo(name)
        assert (told is None) == (not self.done[name])
        if self.done[name]:
            self.undone[name].append(self.back(name, self.done[name].pop()))

    @rule(name=st.sampled_from(PEOPLE))
    def redo(self, name: str) -> None:
        told = self.store.redo(name)
        assert (told is None) == (not self.undone[name])
        if self.undone[name]:
            self.done[name].append(self.back(name, self.undone[name].pop()))

    @invariant()
    def state_is_the_models(self) -> None:
        if hasattr(self, "store"):
            assert {a.id: a for a in self.store.annotations()} == self.model

    def teardown(self) -> None:
        if hasattr(self, "store"):
            assert problems(self.store) == []
            assert self.store.replay(self.folder / "replayed.db") == []
            found = list(documents(self.store))
            with Store.create(self.folder / "copy.db") as copy:
                bring(copy, found)
                assert {a.id: a for a in copy.annotations()} == self.model
                again = bring(copy, found)
                assert (again.annotations, again.unchanged) == (0, len(self.model))
                apart = bring(copy, found, apart="2")
                assert apart.annotations == len(self.model)
                assert problems(copy) == []
                both = triples(copy)
                assert len(both) == 2 * len(triples(self.store))
            self.store.close()
        shutil.rmtree(self.folder)


TestRelations = RelationMachine.TestCase
TestRelations.settings = settings(max_examples=20, stateful_step_count=25)


@pytest.fixture
def related(store: Store) -> Store:
    store.set_scheme(SCHEME)
    for name in PEOPLE:
        store.add_annotator(name)
    return store


@pytest.mark.parametrize("own_ids", [False, True])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_a_file_with_ids_of_its_own_comes_whole_in_any_order_and_once(
    tmp_path_factory: pytest.TempPathFactory, own_ids: bool, seed: int
) -> None:
    """Relations of an article to later ones; the second import adds nothing, `new_ids` all."""
    chance = random.Random(seed)
    made: list[list[Annotation]] = [[], [], []]
    for i, article in enumerate(made):
        for j in range(chance.randint(1, 3)):
            one = claim("", Fragment("said", j, j + 4))
            article.append(replace(one, id=f"c{i}-{j}") if own_ids else one)
    everything = [a for article in made for a in article]
    count = 0
    for _ in range(chance.randint(0, 6)):
        head, tail = chance.choice(everything), chance.choice(everything)
        if head is not tail:
            one = relation(head, tail, chance.choice(["supports", "knows"]))
            chance.choice(made).insert(0, replace(one, id=f"r{count}") if own_ids else one)
            count += 1
    found = [
        Document(ArticleDraft(text), tuple(article), f"line {i}")
        for i, (text, article) in enumerate(zip(TEXTS, made, strict=True))
    ]
    with Store.create(tmp_path_factory.mktemp("in") / "a.db") as store:
        first = bring(store, found)
        assert (first.annotations, first.bad_count) == (len(everything) + count, 0)
        before = store.annotations()
        again = bring(store, found)
        assert (again.annotations, again.unchanged) == (0, len(everything) + count)
        assert store.annotations() == before
        assert len(triples(store)) == count
        bring(store, found, new_ids=True)
        assert triples(store) == sorted(triples(store)[::2] * 2, key=repr)
        assert len(triples(store)) == 2 * count
        assert problems(store) == []
        store.undo("anna")
        assert store.annotations() == before


def test_undo_brings_back_an_end_and_its_relations_in_other_articles(related: Store) -> None:
    uids = [add(related, text) for text in TEXTS[:2]]
    near, far = claim(uids[0]), claim(uids[1])
    near, far = (
        replace(c, fragments=(Fragment("said", 0, 4),), attributes={}) for c in (near, far)
    )
    related.apply(batch((None, near), (None, far)))
    there, back = relation(near, far), relation(far, near)
    related.apply(batch((None, there), (None, back)))
    assert [r.id for r in related.relations(uids[0])] == sorted([there.id, back.id])
    written = related.apply(batch((far, None)))
    assert {c.subject.id for c in written.changes} == {far.id, there.id, back.id}
    assert related.annotations() == [near]
    related.undo("anna")
    assert {a.id for a in related.annotations()} == {near.id, far.id, there.id, back.id}
    related.redo("anna")
    assert related.annotations() == [near]


def test_a_relation_that_goes_over_to_another_end_is_not_removed(related: Store) -> None:
    uid = add(related)
    a, b, c = (claim(uid, Fragment("said", i, i + 4)) for i in range(3))
    one, other = relation(a, b), relation(b, c)
    related.apply(batch(*((None, x) for x in (a, b, c, one, other))))
    kept = replace(one, tail=c.id)
    related.apply(batch((b, None), (one, kept)))
    assert {x.id: x for x in related.annotations()} == {x.id: x for x in (a, c, kept)}


def test_what_cannot_be_an_end_is_refused_whole(related: Store) -> None:
    uid, elsewhere = add(related), add(related, TEXTS[1])
    mine, theirs = (
        claim(uid, Fragment("said", 0, 4)),
        claim(uid, Fragment("said", 0, 4), annotator="ben"),
    )
    other = claim(uid, Fragment("said", 2, 6))
    first = relation(mine, other)
    related.apply(batch((None, mine), (None, other), (None, first)))
    related.apply(batch((None, theirs)))
    for wrong, said_ in (
        (relation(mine, theirs), "is ben's, and it is anna's"),
        (relation(mine, mine), "to itself"),
        (relation(mine, first), "its tail is a relation"),
        (
            replace(relation(mine, other), article=elsewhere),
            "not kept with the article of its head",
        ),
    ):
        with pytest.raises(InputError, match=said_):
            related.apply(batch((None, wrong)))
    with pytest.raises(ConflictError, match="is not there"):
        related.apply(batch((None, replace(relation(mine, other), tail=new_id()))))
    assert len(related.annotations()) == 4
    assert problems(related) == []


def test_an_import_is_not_undone_under_a_relation_that_was_made_since(related: Store) -> None:
    """Somebody else's import brought the ends; taking it back would take the relation unseen."""
    pair = [claim("", Fragment("said", i, i + 4), annotator="ben") for i in range(2)]
    bring(related, [Document(ArticleDraft(TEXT), tuple(pair))])
    first, second = related.annotations()
    made = relation(first, second)
    related.apply(batch((None, made)))
    with pytest.raises(ConflictError, match="end of a relation"):
        related.undo("anna")
    assert len(related.annotations()) == 3
    related.undo("ben")
    related.undo("anna")
    assert related.annotations() == []


@pytest.mark.parametrize(
    ("head", "tail", "type_", "said_"),
    [
        ("PER", "ORG", "works_for", ""),
        ("ORG", "PER", "works_for", "relation 'works_for' from entity.ORG to entity.PER"),
        ("ORG", "PER", "knows", ""),
        ("PER", "ORG", "knows", ""),
        ("ORG", "ORG", "knows", "relation 'knows' from entity.ORG to entity.ORG"),
        ("PER", "ORG", "supports", "relation 'supports' from entity.PER to entity.ORG"),
        ("PER", "ORG", "hates", "relation 'hates'"),
    ],
)
def test_the_scheme_says_what_relates_to_what(
    related: Store, head: str, tail: str, type_: str, said_: str
) -> None:
    uid = add(related)
    first, second = entity(uid, head), entity(uid, tail, 4)
    related.apply(batch((None, first), (None, second)))
    made = relation(first, second, type_)
    if said_:
        with pytest.raises(SchemeError, match=f"has no {said_}"):
            related.apply(batch((None, made)))
        related.apply(replace(batch((None, made)), kind="import"))
        assert [(o.what, o.count) for o in related.outside()] == [(f"relation: {said_}", 1)]
        changed = next(a for a in related.annotations() if a.layer == "relation")
        related.apply(batch((changed, replace(changed, note="it came so"))))
    else:
        related.apply(batch((None, made)))
        assert related.outside() == []


@pytest.mark.parametrize(
    ("spoil", "said_"),
    [
        (lambda a, b, r: replace(r, tail="nobody"), "its tail 'nobody' is not there"),
        (lambda a, b, r: replace(r, tail=r.head), "relates an annotation to itself"),
        (lambda a, b, r: replace(r, annotator="ben"), "its head is anna's, and it is ben's"),
        (lambda a, b, r: replace(r, tail=None), "a relation has a head and a tail"),
        (lambda a, b, r: replace(r, fragments=a.fragments), "no words of its own"),
    ],
)
def test_a_relation_that_is_no_good_is_named_and_the_rest_can_come(
    related: Store, spoil: object, said_: str
) -> None:
    a, b = (replace(claim("", Fragment("said", i, i + 4)), id=f"c{i}") for i in range(2))
    made = replace(relation(a, b), id="r")
    wrong = spoil(a, b, made)  # type: ignore[operator]
    found = [Document(ArticleDraft(TEXT), (a, b, wrong), "line 7")]
    with pytest.raises(ImportRefusedError) as refused:
        bring(related, found)
    assert [(x.where, said_ in x.message) for x in refused.value.bad] == [
        ("line 7: relation r", True)
    ]
    assert related.annotations() == []
    told = bring(related, found, skip_bad=True)
    assert (told.annotations, told.bad_count) == (2, 1)


def test_what_hangs_on_a_bad_end_is_bad_too(related: Store) -> None:
    a, b = (replace(claim("", Fragment("said", i, i + 4)), id=f"c{i}") for i in range(2))
    b = replace(b, fragments=(Fragment("said", 4, 4000),))
    found = [Document(ArticleDraft(TEXT), (a, b, replace(relation(a, b), id="r")), "line 1")]
    told = bring(related, found, skip_bad=True)
    assert (told.annotations, told.bad_count) == (1, 2)
    assert "its tail 'c1' cannot be used" in told.bad[1].message


def test_the_same_id_in_two_articles_is_not_guessed(related: Store) -> None:
    """Other programs count anew in each file: an end in another article may be any of several."""
    ends = [replace(claim("", Fragment("said", i, i + 4)), id="T1") for i in range(2)]
    third = replace(claim("", Fragment("said", 7, 9)), id="T2")
    made = replace(relation(third, ends[0]), id="R1")
    found = [
        Document(ArticleDraft(text), (one,), text[:6])
        for text, one in zip(TEXTS, ends, strict=False)
    ]
    told = bring(
        related, [*found, Document(ArticleDraft(TEXTS[2]), (third, made), "c")], skip_bad=True
    )
    assert [b.message for b in told.bad] == ["its tail 'T1' stands in several articles of the file"]


@pytest.mark.parametrize(
    ("sql", "said_"),
    [
        ("UPDATE annotation SET tail = head WHERE layer = 'relation'", "to itself"),
        ("UPDATE annotation SET annotator = 'ben' WHERE layer = 'claim'", "and it is anna's"),
        ("UPDATE annotation SET layer = 'verdict' WHERE layer = 'claim'", "is a verdict"),
    ],
)
def test_the_doctor_sees_a_relation_that_cannot_be(related: Store, sql: str, said_: str) -> None:
    uid = add(related)
    a, b = (claim(uid, Fragment("said", i, i + 4)) for i in range(2))
    related.apply(batch((None, a), (None, b), (None, relation(a, b))))
    assert problems(related) == []
    connection(related).execute(sql)
    assert any(p.startswith("relation ") and said_ in p for p in problems(related))


def test_changes_that_stream_take_relations_along(related: Store) -> None:
    from annotator.store import journal

    uid = add(related)
    a, b = (claim(uid, Fragment("said", i, i + 4)) for i in range(2))
    related.apply(batch((None, a), (None, b), (None, relation(a, b))))
    with related.transaction():
        told = replace(batch((a, None)), changes=(), kind="migrate")
        gone = iter([Change(a, None)])
        assert journal.apply_stream(connection(related), told, gone, related.text_of) == 2
    assert related.annotations() == [b]
    related.undo("anna")
    assert len(related.annotations()) == 3
