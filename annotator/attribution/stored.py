"""From what an engine found in a text to what the database keeps; where a model lies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.attribution.result import Suggestions
from annotator.domain.ids import new_id
from annotator.domain.suggestion import StoredSuggestion

if TYPE_CHECKING:
    from spacy.language import Language


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


SPEECH: Final = "+speech"
"""Ends the name of an engine that was asked for reported speech alone."""


def engine_of(model: Path | None, nlp: Language, *, speech: bool = False) -> str:
    """What the suggestions of the rules, or of a model, name as their engine."""
    from annotator.attribution.engine import engine_id
    from annotator.attribution.learn.model import describe

    scope = SPEECH if speech else ""
    if model is None:
        return engine_id(nlp) + scope
    about = describe(model)
    return f"model-{about.id}+{about.pipeline}{scope}"
