"""Suggestions: what the rules or a learned model propose for articles, one workflow for everybody.

Nothing counts as an annotation until a person accepts it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from annotator.domain.errors import AnnotatorError, SchemeError
from annotator.domain.ids import new_id
from annotator.domain.suggestion import StoredSuggestion
from annotator.domain.terms import UNSAID, terms

if TYPE_CHECKING:
    from annotator.attribution.engine import Kinds
    from annotator.attribution.learn.model import Model
    from annotator.attribution.result import Suggestions
    from annotator.domain.model import Article
    from annotator.project.data import ProjectData

SPEECH: Final = "+speech"
"""Ends the name of an engine that was asked for reported speech alone."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an engine proposes for one article."""

    article: str
    """Its uid."""
    engine: str
    suggestions: list[StoredSuggestion]
    notes: tuple[str, ...]
    """Sentences for the user, such as that there is no pipeline for the article's language."""


@dataclass(slots=True)
class Suggested:
    """What became of a run over many articles."""

    engine: str
    articles: int
    """Read in this run; those that this engine had read before are not read again."""
    speech_only: bool
    suggestions: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    """Sentences for the user, and in how many articles each is true."""


class Uncertainty(NamedTuple):
    """How much a look at an article would teach a model."""

    article: int
    uid: str
    suggestions: int
    bits: float
    """Entropy of its suggestions."""


class SuggestionPlan(NamedTuple):
    """What is to be read, and by which engine."""

    engine: str
    model: Path | None
    """The folder of the learned model; None for the rules."""
    speech: bool
    uids: list[str]


def plan(
    project: ProjectData,
    articles: Iterable[str | int] | None = None,
    *,
    rules: bool = False,
    again: bool = False,
) -> SuggestionPlan:
    """Say which articles (None: all) are to be read, and by which engine.

    Args:
        articles: As `Project.resolve` takes them.
        rules: The rules, even when a learned model is in use.
        again: Also articles that this engine has read.

    Raises:
        SchemeError: when the scheme does not say which of its roles are the engine's.
        MissingExtraError: when there is no pipeline.
        InputError: when the model cannot be used.
    """
    if terms(project.scheme()) is None:
        raise SchemeError(*UNSAID)
    model = None if rules else enabled_model(project.path)
    speech = project.speech_only()
    engine = engine_name(model, speech=speech)
    store = project._store
    if articles is None:
        chosen = project.uids() if again else store.without_suggestions(engine)
    else:
        chosen = project._resolved_each(articles)
        if not again:
            chosen = [uid for uid in chosen if not store.has_suggestions(uid, engine)]
    return SuggestionPlan(engine, model, speech, chosen)


def propose(project: ProjectData, run: SuggestionPlan, *, processes: int = 1) -> Iterator[Proposal]:
    """Let the engine read what was planned, article by article, in order; nothing is written.

    Args:
        processes: More than one starts that many workers, each with its own pipeline.
    """
    read = (project.article(uid) for uid in run.uids)
    found_in = suggestions_for(read, model=run.model, processes=processes, speech=run.speech)
    for uid, found in found_in:
        yield Proposal(uid, run.engine, to_stored(uid, found), found.notes)


def suggest(
    project: ProjectData,
    articles: Iterable[str | int] | None = None,
    *,
    rules: bool = False,
    again: bool = False,
    speech: bool | None = None,
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Suggested:
    """Propose claims for articles and store them, each article when it was read.

    Interrupted, the same call goes on where it stopped.

    Args:
        articles, rules, again: As for `plan`.
        speech: Reported speech alone, or wants, plans and attitudes too; remembered with the
            project. None for what is remembered.
        processes: As for `propose`.
        progress: Told how many articles are done, of how many.

    Raises:
        SchemeError, MissingExtraError, InputError: as for `plan`.
    """
    if terms(project.scheme()) is None:
        raise SchemeError(*UNSAID)
    if speech is not None:
        project._store.set_speech_only(wanted=speech)
    run = plan(project, articles, rules=rules, again=again)
    out = Suggested(run.engine, len(run.uids), run.speech)
    told = progress or (lambda _done, _total: None)
    told(0, out.articles)
    for done, found in enumerate(propose(project, run, processes=processes), start=1):
        out.notes.update(found.notes)
        out.suggestions += project.put_suggestions(found.article, run.engine, found.suggestions)
        told(done, out.articles)
    return out


def uncertainties(
    project: ProjectData, articles: Iterable[str | int] | None = None
) -> list[Uncertainty]:
    """Articles (None: all), those first whose suggestions the engine is least sure of."""
    from annotator.attribution.calibration import uncertainty

    numbers = {uid: number for number, uid in project.numbers().items()}
    wanted = None if articles is None else set(project._resolved_each(articles))
    rows = []
    for uid, number in numbers.items():
        if wanted is None or uid in wanted:
            sure = [s.confidence for s in project.suggestions(uid)]
            rows.append(Uncertainty(number, uid, len(sure), uncertainty(sure)))
    return sorted(rows, key=lambda row: -row.bits)


def unsure_first(project: ProjectData) -> list[str]:
    """Every article, those first whose suggestions the engine is least sure of.

    Raises:
        AnnotatorError: when there is nothing to be unsure of.
    """
    rows = uncertainties(project)
    if not any(row.bits for row in rows):
        raise AnnotatorError("no suggestions yet to be unsure of", "annotator suggest")
    return [row.uid for row in rows]


# ---------------------------------------------------------------------------------- the engine


def model_folder(database: Path | str) -> Path:
    """Where the model learned from a database lies: beside it."""
    return Path(database).with_suffix(".model")


def enabled_model(database: Path | str) -> Path | None:
    """The folder of the learned model when it is switched on; None for the rules alone.

    Raises:
        InputError: the model is there but cannot be read.
    """
    from annotator.attribution.learn.model import DESCRIPTION, describe

    folder = model_folder(database)
    return folder if (folder / DESCRIPTION).is_file() and describe(folder).enabled else None


def engine_name(model: Path | None, *, speech: bool = False) -> str:
    """What the suggestions of the rules, or of a model, name as their engine.

    Raises:
        MissingExtraError: when there is no pipeline.
    """
    from annotator.attribution.engine import engine_id
    from annotator.attribution.learn.model import describe
    from annotator.attribution.parse import load_pipeline

    nlp = load_pipeline()
    scope = SPEECH if speech else ""
    if model is None:
        return engine_id(nlp) + scope
    about = describe(model)
    return f"model-{about.id}+{about.pipeline}{scope}"


def to_stored(article: str, found: Suggestions) -> list[StoredSuggestion]:
    """Give every suggestion an id; parents become ids."""
    ids = [new_id() for _ in found.claims]
    return [
        StoredSuggestion(
            id=id_,
            article=article,
            engine=found.engine,
            confidence=min(1.0, max(0.0, s.confidence)),
            fragments=s.fragments,
            attributes=s.attributes,
            parent=None if s.parent is None else ids[s.parent],
            evidence=s.evidence,
        )
        for id_, s in zip(ids, found.claims, strict=True)
    ]


_Task = tuple[str, str, "Kinds", str, Path | None, bool]


def suggestions_for(
    articles: Iterable[Article],
    *,
    model: Path | None = None,
    processes: int = 1,
    speech: bool = False,
) -> Iterator[tuple[str, Suggestions]]:
    """Propose claims for many articles, in order, as (uid, suggestions).

    Args:
        articles: Read lazily with one process.
        model: Folder of a trained model; the rules alone when None.
        processes: More than one starts that many workers, each with its own pipeline.
        speech: Reported speech alone, without wants, plans and attitudes.

    Raises:
        InputError: the model cannot be used.
    """
    from annotator.attribution.documents import kinds_of

    tasks = ((a.uid, a.text, kinds_of(a), a.language, model, speech) for a in articles)
    if processes <= 1:
        yield from map(_read, tasks)
        return
    with ProcessPoolExecutor(max_workers=processes) as pool:
        yield from pool.map(_read, tasks, chunksize=4)


def _read(task: _Task) -> tuple[str, Suggestions]:
    from annotator.attribution.engine import attribute
    from annotator.attribution.rules.speech import reported_only

    uid, text, kinds, language, folder, speech = task
    if folder is None:
        found = attribute(text, kinds, language)
    else:
        from annotator.attribution.parse import load_pipeline

        found = _model(folder).attribute(text, load_pipeline(), kinds, language)
    return uid, replace(found, claims=tuple(reported_only(found.claims))) if speech else found


@lru_cache(maxsize=1)
def _model(folder: Path) -> Model:
    from annotator.attribution.learn.model import load

    return load(folder)
