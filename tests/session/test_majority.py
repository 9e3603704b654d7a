"""What enough annotators agree on: against a count by hand over random readings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.errors import InputError
from annotator.domain.ids import new_id
from annotator.domain.model import SPAN_ROLE, Annotation, Batch, Change, Fragment, Sentence
from annotator.domain.scheme import Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.project import Project
from annotator.session.actions import reserved_keys
from annotator.session.adjudication import Adjudication
from annotator.session.adjudication_cases import Case
from annotator.session.majority import EVERYBODY, MOST, WHY, Left, Rule
from annotator.store import Store
from tests.phrases.support import AT, add
from tests.session.build import SCHEME
from tests.session.test_adjudication import Board, piece, reading

WIDTH = 40
"""Code points of a sentence, which is one place of the readings."""
TEXT = ("Abc def ghi jkl mno pqr stu vwx yza bcd." + "\n") * 4
OWN = parse_scheme(
    """
    name = "own"
    [review]
    kinds = ["body"]
    [[role]]
    name = "content"
    key = "e"
    [[role]]
    name = "speaker"
    key = "w"
    [[attribute]]
    name = "worth"
    layer = "claim"
    values = [{ name = "high", key = "1" }, { name = "low", key = "2" }]
    """,
    reserved_keys(),
)


class Said(NamedTuple):
    """What one reader has at one place: the words (numbers) of two roles, labels, nesting."""

    content: frozenset[int]
    other: frozenset[int]
    labels: tuple[str, str]
    nested: int
    """The place of the reader's own claim that it is nested in; -1 for none."""


words = st.frozensets(st.integers(0, 5), max_size=6)
label = st.sampled_from(["", "high", "low"])
few = st.sampled_from([frozenset({2}), frozenset({2, 3}), frozenset({1, 2})])
"""Words that several readers have alike, as people do."""
said = st.builds(
    Said,
    few | words.map(lambda found: found | {2}),
    st.just(frozenset()) | few | words,
    st.tuples(label, label),
    st.integers(-1, 2),
)
readings_of = st.lists(st.lists(st.none() | said, min_size=4, max_size=4), min_size=2, max_size=5)
reviewed = st.lists(st.frozensets(st.integers(0, 3)), min_size=5, max_size=5)
rules = st.builds(
    Rule, st.sampled_from([None, *map(Fraction, ("2/3", "3/4", "3/5", "1"))]), st.booleans()
)


def sentences() -> list[Sentence]:
    return [Sentence(41 * i, 41 * i + WIDTH, i) for i in range(4)]


def built(
    uid: str, everybody: Sequence[Sequence[Said | None]], seen: Sequence[frozenset[int]], other: str
) -> list[Annotation]:
    """The annotations of readers "a", "b" and so on; `other` is the second role's name."""
    out: list[Annotation] = []
    for who, mine in zip("abcde", everybody, strict=False):
        ids = [new_id() for _ in mine]
        for place, one in enumerate(mine):
            if one is None:
                continue
            at = 41 * place
            pieces = [piece(at + 4 * w, at + 4 * w + 4, "content") for w in sorted(one.content)]
            pieces += [piece(at + 4 * w, at + 4 * w + 3, other, w) for w in sorted(one.other)]
            names = ("worth", "stance")
            labels = {n: v for n, v in zip(names, one.labels, strict=True) if v}
            up = one.nested if 0 <= one.nested < place and mine[one.nested] else -1
            out.append(
                Annotation(
                    ids[place], "claim", uid, who, tuple(pieces), labels, created_at=AT,
                    parent=ids[up] if up >= 0 else None,
                )
            )  # fmt: skip
        for place in sorted(seen["abcde".index(who)]):
            tag = (Fragment(SPAN_ROLE, 41 * place, 41 * place + WIDTH),)
            out.append(
                Annotation(new_id(), "sentence", uid, who, tag, reviewed=True, created_at=AT)
            )
    return out


Meaning = tuple[dict[str, set[int]], dict[str, str], int | None]


def characters(annotation: Annotation) -> dict[str, set[int]]:
    out: dict[str, set[int]] = {}
    for f in annotation.fragments:
        out.setdefault(f.role, set()).update(range(f.start, f.end))
    return out


def by_hand(
    case: Case, readers: str, unread: set[str], share: Fraction | None, *, whole: bool
) -> Meaning | str:
    """The majority of a case as one counts it on paper: gold, "none", or "left"."""

    def wins(votes: int, of: int) -> bool:
        return votes > of / 2 if share is None else Fraction(votes, of) >= share

    mine: dict[str, Meaning] = {
        who: (characters(r), dict(r.attributes), case.links.get(who))
        for who, r in case.readings.items()
    }
    without = [who for who in readers if who not in mine]
    if wins(len([who for who in without if who not in unread]), len(readers)):
        return "none"
    if not wins(len(mine), len(readers)):
        return "left"
    if whole:
        best = max(mine.values(), key=lambda one: sum(one == x for x in mine.values()))
        alike = sum(best == x for x in mine.values())
        return best if wins(alike, len(readers)) else "left"
    roles: dict[str, set[int]] = {}
    for role in {role for marked, _, _ in mine.values() for role in marked}:
        marks = [marked.get(role, set()) for marked, _, _ in mine.values()]
        if wins(sum(not m for m in marks), len(marks)):
            continue
        most = {i for i in set().union(*marks) if wins(sum(i in m for m in marks), len(marks))}
        if not most or not wins(sum(map(bool, marks)), len(marks)):
            return "left"
        roles[role] = most
    if not roles:
        return "left"
    labels: dict[str, str] = {}
    for name in {name for _, given_, _ in mine.values() for name in given_}:
        votes = Counter(given_.get(name) for _, given_, _ in mine.values())
        winner = [v for v, n in votes.items() if wins(n, len(mine))]
        if not winner:
            return "left"
        if winner[0] is not None:
            labels[name] = winner[0]
    nests = Counter(link for _, _, link in mine.values())
    nest = [v for v, n in nests.items() if wins(n, len(mine))]
    return (roles, labels, nest[0]) if nest else "left"


def unread_at(case: Case, found: Sequence[Annotation], readers: str) -> set[str]:
    """Who reviews sentence by sentence and has nothing in some sentence that the case touches."""
    start, end = case.range
    touched = {i for i in range(4) if 41 * i < end and start < 41 * i + WIDTH}
    out = set()
    for who in readers:
        mine = [a for a in found if a.annotator == who]
        places = {i // 41 for a in mine for f in a.fragments for i in range(f.start, f.end)}
        if any(a.reviewed for a in mine) and not touched <= places:
            out.add(who)
    return out - set(case.readings)


@pytest.mark.parametrize("own", [False, True], ids=["default scheme", "own scheme"])
@settings(deadline=None, max_examples=150)
@given(everybody=readings_of, seen=reviewed, rule=rules)
def test_a_majority_is_what_one_counts_by_hand(
    own: bool, everybody: list[list[Said | None]], seen: list[frozenset[int]], rule: Rule
) -> None:
    scheme: Scheme = OWN if own else SCHEME
    found = built("uid", everybody, seen, "speaker" if own else "source")
    readers = "abcde"[: len(everybody)]
    written: list[Batch] = []
    board = Adjudication(
        "uid", found, tuple(readers), (), "gold", scheme, written.append, lambda: AT, sentences
    )
    cases = board.cases
    wanted = [
        by_hand(c, readers, unread_at(c, found, readers), rule.share, whole=rule.whole)
        for c in cases
    ]
    told = board.accept(rule)
    assert told.cases == len(cases)
    assert told.decided.total() + len(told.left) == len(cases)
    assert told.decided["none"] == wanted.count("none")
    assert [i for i, _ in told.left] == [i for i, one in enumerate(wanted) if one == "left"]
    assert len(written) == bool(told.decided)
    place_of: dict[str, int] = {}
    for i, case in enumerate(board.cases):
        if case.decision and case.decision.claim:
            place_of[case.decision.claim.id] = i
    for i, (case, one) in enumerate(zip(board.cases, wanted, strict=True)):
        assert case.readings == cases[i].readings
        if isinstance(one, str):
            assert (case.state, bool(case.decision and case.decision.claim)) == (
                {"none": "decided", "left": "open"}[one], False,
            )  # fmt: skip
            continue
        roles, labels, nested = one
        assert case.decision
        alike = [
            who for who, r in case.readings.items()
            if (characters(r), dict(r.attributes), case.links.get(who)) == one
        ]  # fmt: skip
        how = "merge" if not alike else "identical" if len(alike) == len(readers) else "take"
        assert case.decision.how == how
        made_from = set(case.decision.taken_from)
        assert made_from <= {r.id for r in case.readings.values()}
        assert not alike or made_from == {case.readings[who].id for who in alike}
        gold = case.decision.claim
        assert gold
        assert characters(gold) == roles
        assert dict(gold.attributes) == labels
        around = None if gold.parent is None else place_of[gold.parent]
        assert around == (nested if nested in place_of.values() else None)
    # Asked again, it decides nothing, and what was decided is as it was.
    before = board.cases
    again = board.accept(rule)
    assert (again.decided, again.left) == (Counter(), told.left)
    assert again.before == told.decided.total()
    assert board.cases == before


@settings(deadline=None, max_examples=12)
@given(everybody=readings_of, seen=reviewed, rule=rules)
def test_one_undo_gives_back_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory,
    everybody: list[list[Said | None]],
    seen: list[frozenset[int]],
    rule: Rule,
) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    with Store.create(":memory:") as store:
        uid = add(store, TEXT)
        found = [
            replace(a, scheme=store.scheme_version(), updated_at=AT)
            for a in built(uid, everybody, seen, "source")
        ]
        found = [
            replace(a, attributes={k: v for k, v in a.attributes.items() if k == "stance"})
            for a in found
        ]
        for who in sorted({a.annotator for a in found}):
            store.add_annotator(who)
            mine = tuple(Change(None, a) for a in found if a.annotator == who)
            store.apply(Batch(new_id(), who, AT, "import", "", mine))
        project = Project(store)

        def exported(name: str) -> bytes:
            project.export("jsonl", folder / name, manifest=False)
            return (folder / name).read_bytes()

        before = exported("before.jsonl")
        adjudicator = project.adjudicate()
        tried = adjudicator.decide(share=rule.share, whole=rule.whole, dry_run=True)
        assert exported("tried.jsonl") == before
        told = adjudicator.decide(share=rule.share, whole=rule.whole)
        assert told == tried
        cases = sum(p.cases.cases for p in adjudicator.progress())
        assert told.decided + told.before + len(told.left) == cases
        if told.decided:
            assert project.undo("gold") is not None
        assert exported("after.jsonl") == before
        assert project.undo("gold") is None


def test_what_is_merged_keeps_the_pieces_and_spans_of_a_reading_that_says_the_same() -> None:
    a = reading("a", "a", piece(0, 9), piece(10, 14, "source"), piece(14, 19, "source", 1))
    b = reading("b", "b", piece(0, 15), piece(10, 19, "source"))
    c = reading("c", "c", piece(0, 12))
    board = Board(a, b, c, readers="abc")
    assert board.board.accept().decided == {"merge": 1}
    assert board.last()["claim"].fragments == (
        piece(0, 12), piece(10, 14, "source"), piece(14, 19, "source", 1),
    )  # fmt: skip
    assert board.last()["verdict"].attributes["from"] == "a b c"


def test_what_one_of_three_has_is_nothing_only_when_the_others_have_read_it() -> None:
    lonely = reading("x", "a", piece(45, 50))
    seen = Annotation("s", "sentence", "uid", "b", (Fragment(SPAN_ROLE, 0, WIDTH),), reviewed=True)

    def told(*found: Annotation) -> tuple[Counter[str], Sequence[tuple[int, Left]]]:
        board = Adjudication(
            "uid", (lonely, *found), "abc", (), "gold", SCHEME, lambda _: None, lambda: AT,
            sentences,
        )  # fmt: skip
        outcome = board.accept()
        return outcome.decided, outcome.left

    # Neither "b" nor "c" ever marked a sentence as reviewed: they have read all.
    assert told() == ({"none": 1}, ())
    # "b" reviews sentence by sentence, and has not come to the second one.
    assert told(seen) == ({}, ((0, Left("unread", "b")),))
    come = replace(seen, id="t", fragments=(Fragment(SPAN_ROLE, 41, 41 + WIDTH),))
    assert told(seen, come) == ({"none": 1}, ())
    # Of the article as a whole they have read all when every sentence is done.
    whole = Annotation("w", "article", "uid", "a", (), {"slant": "x"})
    left = told(whole, seen, come)[1]
    assert left == ((0, Left("unread", "b")),)


def test_who_only_decided_about_suggestions_has_read_no_more_than_these() -> None:
    lonely = reading("x", "a", piece(45, 50))

    def told(start: int) -> tuple[Counter[str], Sequence[tuple[int, Left]]]:
        said = {"verdict": "rejected"}
        no = Annotation("v", "verdict", "uid", "b", (piece(start, start + 5),), said)
        board = Adjudication(
            "uid", (lonely, no), "abc", (), "gold", SCHEME, lambda _: None, lambda: AT, sentences
        )
        outcome = board.accept()
        return outcome.decided, outcome.left

    assert told(4) == ({}, ((0, Left("unread", "b")),))
    # In the sentence of the case "b" did look.
    assert told(60) == ({"none": 1}, ())


def test_what_the_gold_annotator_has_by_hand_stays_with_them() -> None:
    alike = [reading(f"{w}0", w, piece(0, 9)) for w in "ab"]
    apart = [reading(f"{w}1", w, piece(60, 69)) for w in "ab"]
    hand = reading("g", "gold", piece(2, 12))
    board = Board(*alike, *apart, gold=(hand,))
    told = board.board.accept()
    assert told == ({"identical": 1}, ((0, Left("by hand")),), 0)
    assert board.board.accept(EVERYBODY)[1] == told[1]


def test_what_goes_round_in_a_circle_is_not_nested_in_it() -> None:
    """Each of three nests two of three in turn: a majority for each nesting, and for a circle."""
    spans = {"1": piece(0, 10), "2": piece(20, 30), "3": piece(40, 50)}
    found = []
    for who, around in (("a", "12 23"), ("b", "23 31"), ("c", "31 12")):
        up = {pair[0]: pair[1] for pair in around.split()}
        for place, span in spans.items():
            parent = f"{who}{up[place]}" if place in up else None
            found.append(replace(reading(f"{who}{place}", who, span), parent=parent))
    board = Board(*found, readers="abc")
    assert board.board.accept().decided.total() == 3
    gold = {
        c.decision.claim.id: c.decision.claim
        for c in board.cases
        if c.decision and c.decision.claim
    }
    assert len(gold) == 3
    for claim in gold.values():
        seen, at = set(), claim
        while at.parent is not None and at.id not in seen:
            seen.add(at.id)
            at = gold[at.parent]
        assert at.parent is None


@pytest.mark.parametrize("share", ["1/2", "1/3", "0", "-1", "3/2"])
def test_half_is_no_majority(tmp_path: Path, share: str) -> None:
    with Project.create(tmp_path / "x.db") as project, pytest.raises(InputError, match="majority"):
        project.adjudicate().decide(share=Fraction(share))


def test_every_reason_has_words() -> None:
    assert len(set(WHY.values())) == len(WHY)
    assert MOST.enough(2, 3)
    assert not MOST.enough(1, 2)
