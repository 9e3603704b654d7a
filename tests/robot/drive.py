"""The real application, driven by key presses alone, and what its database holds afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass

from textual import events
from textual.app import App

from annotator.domain.model import Annotation, ArticleDraft
from annotator.project import Project
from annotator.store import Store
from annotator.text.engine import LayoutEngine
from annotator.tui.app import AnnotatorApp
from annotator.tui.keymap import key_character
from tests.robot.gold import GoldArticle
from tests.robot.planner import Plan, Planner, in_reading_order, spans_of

ANNOTATOR = "robot"
SIZE = (80, 60)
"""Tall enough that far pieces are in view together; else two more keys lead back to a claim."""


class Divergence(AssertionError):
    """The application did something else by a key than the session alone does."""


@dataclass(frozen=True, slots=True)
class Done:
    """One article, reproduced: the keys per annotation and what differs from the gold."""

    article: GoldArticle
    plans: tuple[Plan, ...]
    differences: tuple[str, ...]


def add_bare(store: Store, articles: Iterable[GoldArticle], engine: LayoutEngine) -> list[str]:
    """Add texts without any annotation; their uids in order."""
    uids: list[str] = []
    for gold in articles:
        draft = ArticleDraft(gold.text, name=gold.name, title=gold.name)
        uids.append(store.add_article(draft, engine.layout(gold.text)).uid)
    return uids


async def reproduce(store: Store, articles: Sequence[GoldArticle]) -> AsyncIterator[Done]:
    """Annotate every article of a database, in its order, through the application.

    Args:
        store: A database with just these articles, bare.
        articles: The gold, in the order in which the texts were added.

    Raises:
        Unsayable: when no keys make an annotation.
        Divergence: when a key does not do in the application what it does to a session.
    """
    app = AnnotatorApp(Project(store, ANNOTATOR))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        for number, (uid, gold) in enumerate(zip(store.uids(), articles, strict=True)):
            if number:
                await press(app, ["f8"])
            if app.screen_annotate.session.article.uid != uid:
                raise Divergence(f"{gold.name}: F8 did not open it")
            plans = [plan async for plan in _annotate(app, gold)]
            found = store.annotations(uid, ANNOTATOR)
            yield Done(gold, tuple(plans), tuple(differences(gold.annotations, found)))


async def press(app: App[None], keys: Iterable[str]) -> None:
    """Put keys into the application's queue, all at once, and wait until they are dealt with.

    `Pilot.press` waits until the whole process is idle, 40 ms at least for each of thousands of
    keys. The application takes one key after the other from its own queue, so that a key meets
    what the one before it opened; waiting for that queue is enough. Dialogs are drawn as they open,
    the rest when the keys are done: as often as the clock says, it is half of the work.
    """
    with app.batch_update():
        for key in keys:
            event = events.Key(key, key_character(key) or None)
            event.set_sender(app)
            app.post_message(event)
        done = asyncio.Event()
        app.call_later(done.set)
        await done.wait()


async def _annotate(app: AnnotatorApp, gold: GoldArticle) -> AsyncIterator[Plan]:
    session = app.screen_annotate.session
    await app.workers.wait_for_complete()  # the words of speech are read once, in the background
    planner = Planner(
        session.article,
        session.scheme,
        app.screen_annotate.controller.quotations_of(session.article),
        session.sources.elsewhere,
        session.known_words(),
    )
    planner.see(app.screen_annotate.in_view())
    for plan in planner.plans(gold.annotations):
        await press(app, plan.keys)
        mine, hand = app.screen_annotate.session, planner.hand.session
        pieces = [a.active.fragments if a.active else None for a in (mine, hand)]
        shown = app.screen_annotate.overlay or app.screen
        if shown is not app.screen_annotate or mine.cursor != hand.cursor:
            where = f"{type(shown).__name__}, cursor {mine.cursor}, not {hand.cursor}"
            raise Divergence(f"{plan.gold.id}: {' '.join(plan.keys)}: {where}")
        if pieces[0] != pieces[1]:
            raise Divergence(f"{plan.gold.id}: {' '.join(plan.keys)}: {pieces[0]}, not {pieces[1]}")
        planner.see(app.screen_annotate.in_view())
        yield plan


Form = tuple[object, ...]


def _forms(annotations: Sequence[Annotation]) -> dict[Form, Annotation]:
    """Everything that an annotation says, without its id and times; a parent is what it says."""
    by_id = {a.id: a for a in annotations}

    def form(a: Annotation) -> Form:
        roles = sorted({f.role for f in a.fragments})
        return (
            a.layer,
            tuple((r, tuple(map(tuple, spans_of(a.fragments, r)))) for r in roles),
            tuple(sorted(a.attributes.items())),
            a.reviewed,
            a.flagged,
            a.note,
            form(by_id[a.parent]) if a.parent else None,
        )

    return {(*form(a), _nth(a, annotations)): a for a in annotations}


def _nth(annotation: Annotation, annotations: Sequence[Annotation]) -> int:
    """Tells annotations apart that say the same: 0 for the first of them, 1 for the next."""
    same = [
        a.id
        for a in annotations
        if (a.layer, a.attributes, a.note) == (annotation.layer, annotation.attributes, a.note)
        and sorted(a.fragments) == sorted(annotation.fragments)
    ]
    return same.index(annotation.id)


def differences(gold: Sequence[Annotation], found: Sequence[Annotation]) -> list[str]:
    """What stands in the gold and not in the database, and the other way round."""
    wanted, made = _forms(in_reading_order(gold)), _forms(found)
    out = [f"missing: {wanted[f].id}: {f}" for f in wanted.keys() - made.keys()]
    return sorted(out + [f"not in the gold: {f}" for f in made.keys() - wanted.keys()])
