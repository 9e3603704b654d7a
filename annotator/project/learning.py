"""A model of the project's own: trained on accepted claims, compared with the rules, put to use.

The model lies beside the database, so these take the database's path: gold claims may come from
elsewhere, and then there need not be a database yet.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.domain.errors import InputError
from annotator.project.gold_standard import gold_documents
from annotator.project.suggesting import model_folder

if TYPE_CHECKING:
    from annotator.attribution.learn.model import Description, Model


def learn(
    database: Path,
    source: str | None = None,
    annotator: str | None = None,
    *,
    epochs: int = 3,
    scored: bool = True,
    progress: Callable[[str, int, int], None] | None = None,
) -> Model:
    """Train a model (minutes), beside the database and switched off; interrupted, it goes on.

    Args:
        database: Beside which the model is kept.
        source: `brat:DIR` or the path of a database with gold claims; None for `database`.
        annotator: Whose claims; None where no article was read by two.
        epochs: Passes over many articles; few get more.
        scored: Hold articles out and score on them, beside the rules.
        progress: Told of every stage: what, done, of how many.

    Raises:
        InputError: when there is too little to learn from, or an article has several readings.
        MissingExtraError: when there is no pipeline.
    """
    from annotator.attribution.learn.learn import TrainingOptions
    from annotator.attribution.learn.learn import learn as train
    from annotator.attribution.parse import load_pipeline

    documents = gold_documents(source or str(database), annotator)
    folder = model_folder(database)
    folder.parent.mkdir(parents=True, exist_ok=True)
    options = TrainingOptions(epochs=epochs, scored=scored)
    return train(documents, folder, load_pipeline(), options=options, progress=progress)


def switch_model(database: Path, *, on: bool, anyway: bool = False) -> Description:
    """Put the learned model into use, or go back to the rules.

    Args:
        database: Beside which the model lies.
        on: Whether it is to be used.
        anyway: Also a model that the rules beat.

    Raises:
        InputError: when there is no model, or the rules are better and not `anyway`.
    """
    from annotator.attribution.learn.model import describe, switch
    from annotator.attribution.learn.verdict import verdict

    folder = model_folder(database)
    if on and not anyway and verdict(describe(folder).held_out) == "worse":
        raise InputError(
            f"{comparison(describe(folder).held_out)}: it was not switched on",
            "annotate more articles and learn again, or: annotator learn --on --anyway",
        )
    return switch(folder, on=on)


def comparison(held_out: dict[str, Any]) -> str:
    """One sentence on which is better, the model or the rules, and how sure that is."""
    from annotator.attribution.learn.verdict import verdict

    model, rules = (held_out[name]["attribution"]["f"] for name in ("model", "engine"))
    interval = held_out.get("advantage", {}).get("f_interval")
    between = f", difference {interval[0]:+.3f} to {interval[1]:+.3f} (95 %)" if interval else ""
    n = held_out["model"]["n"]["documents"]
    said = {
        "better": "the model is better than the rules here",
        "unsure": "the model may be better than the rules here, which is not sure",
        "worse": "the rules are better here, or as good",
    }[verdict(held_out) or "worse"]
    return f"{said}: whole claims F {model:.3f} against {rules:.3f} on {n} articles{between}"
