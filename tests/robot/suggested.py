"""How many keys suggestions save: the robot accepts, adjusts or rejects each, then adds the rest.

    ANNOTATOR_SHARED=... python -m tests.robot.suggested [--articles 50] [--model DIR]

The same articles are reproduced through the application without suggestions, with those of the
rules and with those of a trained model, and every database is compared with the gold. Roles alone
are counted: PolNeAR has no labels.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from annotator.attribution.learn.model import switch
from annotator.domain.model import Annotation, Article, Fragment
from annotator.domain.scheme import Scheme
from annotator.domain.suggestion import StoredSuggestion
from annotator.project import Project
from annotator.project.suggesting import engine_name, model_folder, suggestions_for, to_stored
from annotator.session import Selection
from annotator.session.review import Pending, SuggestionReview
from annotator.store import Store
from annotator.text.engine import load_engine
from annotator.tui.app import AnnotatorApp
from annotator.tui.options import ScreenOptions
from tests.robot.drive import ANNOTATOR, SIZE, add_bare, press
from tests.robot.gold import GoldArticle, polnear
from tests.robot.hand import Hand
from tests.robot.pieces import PieceFinder
from tests.robot.planner import Planner, spans_of
from tests.robot.report import kinds_of, ninth_decile

MOST_STEPS = 12
"""An end is moved by so many words at most; farther off, the piece is selected anew."""

Ranges = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Step:
    """The keys of one decision or claim; `gold` is None for a rejected suggestion."""

    gold: Annotation | None
    keys: tuple[str, ...]
    how: str


class Reviewer(Planner):
    """Goes through the suggestions of an article, then plans what is missing."""

    def __init__(
        self,
        article: Article,
        scheme: Scheme,
        quotations: Sequence[tuple[int, int]],
        stored: Sequence[StoredSuggestion],
    ) -> None:
        super().__init__(article, scheme, quotations)
        self._read = article
        self._quotations = quotations
        self._suggestions = SuggestionReview(self.hand.session, stored)

    def steps(self, golds: Sequence[Annotation]) -> Iterator[Step]:
        """Yield what to press, decision by decision, then claim by claim."""
        waiting = {g.id: g for g in golds}
        while pending := self._suggestions.pending():
            keys: list[str] = []
            here = self._suggestions.offered()
            # In the order of the text; what is offered where the cursor stands needs no key.
            if here is None or here.suggestion.id != pending[0].suggestion.id:
                here = self._suggestions.next()
                keys.append(self.hand.key("suggestion.next"))
            assert here is not None
            gold = self._gold_of(here, waiting)
            accepted = gold and self._accepted(here, gold)
            if gold and accepted:
                self._suggestions.decide("accepted", here)
                for part in accepted.parts:
                    part(self.hand)
                del waiting[gold.id]
                how = "adjusted" if accepted.keys else "accepted"
                enter = self.hand.key("claim.open")
                yield Step(gold, (*keys, enter, *accepted.keys), how)
            else:
                self._suggestions.decide("rejected", here)
                yield Step(None, (*keys, self.hand.key("suggestion.reject")), "rejected")
        for plan in self.plans(list(waiting.values())):
            yield Step(plan.gold, plan.keys, "by hand")

    def _gold_of(self, here: Pending, waiting: dict[str, Annotation]) -> Annotation | None:
        """The gold claim that a suggestion is the best proposal for."""
        best = max(waiting.values(), key=lambda g: _likeness(here.suggestion, g), default=None)
        if best is None or _likeness(here.suggestion, best) <= 0:
            return None
        mine = _likeness(here.suggestion, best)
        others = (p.suggestion for p in self._suggestions.pending() if p is not here)
        return best if all(_likeness(other, best) <= mine for other in others) else None

    def _accepted(self, here: Pending, gold: Annotation) -> Adjusting | None:
        """How to adjust after Enter; None where the claim is made sooner by hand."""
        adjusting = self._trial()
        self._finder.on(adjusting)
        SuggestionReview(adjusting.session, [here.suggestion]).decide("accepted", here)
        change = Adjusting(self._finder, self._scheme, adjusting, gold)
        right = change.done()
        if right and change.keys:
            by_hand = self._trial()
            self._finder.on(by_hand)
            needed = 1 + sum(
                len(self._finder.find(by_hand.session.cursor, f.start, f.end).way) + 1
                for f in gold.fragments
            )
            right = len(change.keys) < needed
        self._finder.on(self.hand)
        return change if right else None

    def _trial(self) -> Hand:
        s = self.hand.session
        trial = Hand(
            self._read,
            s.index.by_id.values(),
            self._scheme,
            self._quotations,
            s.page.token(s.cursor)[0],
        )
        trial.session.sources.elsewhere = s.sources.elsewhere
        return trial


class Adjusting:
    """Turns the claim at work into a gold claim, piece by piece, on a trial session."""

    def __init__(self, finder: PieceFinder, scheme: Scheme, hand: Hand, gold: Annotation) -> None:
        self._finder, self._scheme = finder, scheme
        self._hand, self._gold = hand, gold
        self.keys: list[str] = []
        self.parts: list[Callable[[Hand], object]] = []
        """The same, to be done on another hand."""

    def done(self) -> bool:
        """Adjust; False where these ways do not lead there."""
        for role in self._scheme.roles:
            wanted = [(f.start, f.end) for f in self._gold.role(role.name)]
            for piece in self._pieces(role.name):
                if piece not in wanted and not any(_touch(piece, w) for w in wanted):
                    self._drop(role.name, piece)
            for target in wanted:
                if self._hand.session.active is None:
                    return False
                self._bring(role.name, role.key or "", target)
        claim = self._hand.session.active
        roles = {f.role for f in (*self._gold.fragments, *(claim.fragments if claim else ()))}
        return claim is not None and all(
            spans_of(claim.fragments, r) == spans_of(self._gold.fragments, r) for r in roles
        )

    def _pieces(self, role: str) -> Ranges:
        claim = self._hand.session.active
        return [(f.start, f.end) for f in claim.role(role)] if claim else []

    def _do(self, *way: str) -> None:
        self.keys += self._hand.follow(way)
        self.parts.append(lambda hand: hand.follow(way))

    def _go_to(self, role: str, piece: tuple[int, int]) -> None:
        """Put the cursor where boundary keys mean this piece."""
        s = self._hand.session
        claim = s.active
        assert claim is not None
        wanted = next(f for f in claim.role(role) if (f.start, f.end) == piece)
        if s.piece_at_work(claim) == wanted:
            return
        tokens = range(s.page.token_at(piece[0]), s.page.token_before(piece[1]) + 1)
        smaller = [f for f in claim.fragments if f.end - f.start < piece[1] - piece[0]]
        free = [
            t for t in tokens if not any(_touch((f.start, f.end), s.page.token(t)) for f in smaller)
        ]
        # The nearest end is where the moving starts; any free word of the piece will do.
        ways = [self._finder.way_to(s.cursor, range(t, t + 1)) for t in (free[:1] + free[-1:])]
        if ways:
            self._do(*min(ways, key=len))

    def _drop(self, role: str, piece: tuple[int, int]) -> None:
        self._go_to(role, piece)
        self._do("claim.drop_fragment")

    def _bring(self, role: str, key: str, target: tuple[int, int]) -> None:
        pieces = self._pieces(role)
        touching = [p for p in pieces if _touch(p, target)]
        if target in pieces:
            return
        if len(touching) == 1:
            steps = self._steps(touching[0], target)
            if steps is not None and self._moved(role, touching[0], steps):
                return
        for piece in touching:
            if not (target[0] <= piece[0] and piece[1] <= target[1]):
                if (
                    len(self._hand.session.active.fragments if self._hand.session.active else ())
                    < 2
                ):
                    return
                self._drop(role, piece)
        s = self._hand.session
        self._do(*self._finder.find(s.cursor, *target).way)
        self._hand.press(key)
        self.keys.append(key)
        self.parts.append(lambda hand: hand.press(key))
        self._join(role, target)

    def _moved(self, role: str, piece: tuple[int, int], steps: list[str]) -> bool:
        """Move a piece's ends where that costs less than selecting anew would."""
        if len(steps) > MOST_STEPS:
            return False
        self._go_to(role, piece)
        claim = self._hand.session.active
        held = claim and self._hand.session.piece_at_work(claim)
        if held is None or (held.role, held.start, held.end) != (role, *piece):
            return False
        self._do(*steps)
        return True

    def _steps(self, piece: tuple[int, int], target: tuple[int, int]) -> list[str] | None:
        """The boundary keys from one range to another; None where words do not end there."""
        page = self._hand.session.page
        out: list[str] = []
        start, end = piece
        for side in ("start", "end"):
            goal = target[0] if side == "start" else target[1]
            for _ in range(MOST_STEPS + 1):
                at = start if side == "start" else end
                if at == goal:
                    break
                right = goal > at
                selection = Selection(start, end, moving="start" if side == "start" else "end")
                moved = selection.moved(page, "word", 1 if right else -1)
                if moved.moving != side or moved.range == (start, end):
                    return None
                start, end = moved.range
                if (goal > (start if side == "start" else end)) != right and (
                    start if side == "start" else end
                ) != goal:
                    return None
                out.append(f"claim.{side}_{'right' if right else 'left'}")
        return out if (start, end) == target else None

    def _join(self, role: str, piece: tuple[int, int]) -> None:
        for _ in range(len(self._gold.fragments) + 1):
            claim = self._hand.session.active
            assert claim is not None
            there = {(f.start, f.end) for f in claim.role(role)}
            wanted = [f for f in self._gold.fragments if f.role == role and f[1:3] in there]
            kept = {f[1:3] for f in wanted}
            mine = [f for f in claim.fragments if f.role == role and f[1:3] in kept]
            if spans_of(mine, role) == spans_of(wanted, role):
                return
            self._do("claim.join")


def _touch(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def _likeness(found: StoredSuggestion, gold: Annotation) -> float:
    """How much of a gold claim is proposed: shared over united code points, over its roles."""
    total = 0.0
    for role in ("content", "cue", "source"):
        mine, other = found.ranges(role), sorted((f.start, f.end) for f in gold.role(role))
        common = sum(max(0, min(b, d) - max(a, c)) for a, b in mine for c, d in other)
        size = sum(b - a for a, b in mine) + sum(d - c for c, d in other) - common
        if size and role in ("content", "cue") and not common:
            total -= 0.5
        total += common / size if size else 0
    return total


# ---------------------------------------------------------------------------------- the application


async def reviewed(
    articles: Sequence[GoldArticle], model: Path | None, *, suggestions: bool
) -> list[Step]:
    """Reproduce the articles in a database of their own; raises where it differs from the gold."""
    out: list[Step] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "robot.db"
        with Store.create(path) as store:
            uids = add_bare(store, articles, load_engine())
            store.add_annotator(ANNOTATOR)
            if suggestions:
                if model is not None:
                    shutil.copytree(model, model_folder(path))
                    switch(model_folder(path), on=True)
                put_suggestions(store, model_folder(path) if model else None)
            app = AnnotatorApp(Project(store, ANNOTATOR), ScreenOptions(suggest=suggestions))
            async with app.run_test(size=SIZE) as pilot:
                await pilot.pause()
                for number, (uid, gold) in enumerate(zip(uids, articles, strict=True)):
                    if number:
                        await press(app, ["f8"])
                    session = app.screen_annotate.session
                    quotations = app.screen_annotate.controller.quotations_of(session.article)
                    stored = store.suggestions(uid) if suggestions else []
                    plan = Reviewer(session.article, session.scheme, quotations, stored)
                    for step in plan.steps(gold.annotations):
                        await press(app, step.keys)
                        out.append(step)
                    _compare(gold, store.annotations(uid, ANNOTATOR))
                    print(f"{number + 1:3} {gold.name}", flush=True)
    return out


def put_suggestions(store: Store, model: Path | None) -> None:
    """Let the engine or the model read every article of the database."""
    engine = engine_name(model)
    read = (store.article(uid) for uid in store.uids())
    for uid, found in suggestions_for(read, model=model):
        store.put_suggestions(uid, engine, to_stored(uid, found))


def _compare(gold: GoldArticle, found: Sequence[Annotation]) -> None:
    def said(annotations: Sequence[Annotation]) -> list[tuple[Fragment, ...]]:
        return sorted(tuple(sorted(_plain(a))) for a in annotations if a.layer == "claim")

    if said(found) != said(gold.annotations):
        missing = [f for f in said(gold.annotations) if f not in said(found)]
        surplus = [f for f in said(found) if f not in said(gold.annotations)]
        raise AssertionError(f"{gold.name}: missing {missing}, not asked for {surplus}")


def _plain(annotation: Annotation) -> Iterator[Fragment]:
    """The fragments, with the spans of each role numbered by what they hold."""
    for role in {f.role for f in annotation.fragments}:
        for number, span in enumerate(spans_of(annotation.fragments, role)):
            yield from (Fragment(role, a, b, number) for a, b in sorted(span))


def main() -> None:
    """Every way over the first articles of the development part, and the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.robot.suggested", description=__doc__)
    parser.add_argument("--articles", type=int, default=50)
    parser.add_argument("--model", type=Path, help="a folder that `annotator learn` wrote")
    options = parser.parse_args()
    articles = polnear(options.articles, "dev")
    texts = {c.id: a.text for a in articles for c in a.annotations}
    ways = {"none": asyncio.run(reviewed(articles, None, suggestions=False))}
    ways["rules"] = asyncio.run(reviewed(articles, None, suggestions=True))
    if options.model is not None:
        ways["model"] = asyncio.run(reviewed(articles, options.model, suggestions=True))
    print(f"{len(articles)} articles, {len(texts)} gold claims, all reproduced exactly every way")
    print(f"{'keys a claim':14} {'n':>5}" + "".join(f"  {way:>6}: median   p90" for way in ways))
    for kind in ("all", "direct", "mixed", "indirect", "discontinuous"):
        cells = []
        for steps in ways.values():
            found = [
                len(s.keys) for s in steps if s.gold and kind in kinds_of(s.gold, texts[s.gold.id])
            ]
            cells.append(f"{median(found):15.1f} {ninth_decile(found):5.1f}" if found else "")
        print(f"{kind:14} {len(found):5}  " + "  ".join(cells))
    hand = sum(len(s.keys) for s in ways["none"])
    for way, steps in ways.items():
        keys = sum(len(s.keys) for s in steps)
        print(
            f"{way}: {keys:,} keys in all, rejections included, {keys / len(texts):.1f} a claim"
            f" ({1 - keys / hand:.0%} saved)"
        )
        for how in ("accepted", "adjusted", "by hand", "rejected"):
            found = [len(s.keys) for s in steps if s.how == how]
            if found:
                print(f"  {how:10} {len(found):5}, {mean(found):5.1f} keys each")


if __name__ == "__main__":
    main()
