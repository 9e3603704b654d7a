"""A trained model on disk: `weights.npz` and `model.json`, read without running any code."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
from spacy.language import Language

from annotator.attribution.calibration import read_off
from annotator.attribution.engine import Kinds, attribute_parse
from annotator.attribution.learn.arrays import read_arrays, write_arrays, write_json
from annotator.attribution.learn.decode import DecodingSettings
from annotator.attribution.learn.features import encode
from annotator.attribution.learn.network import Network, NetworkShape
from annotator.attribution.learn.training import propose
from annotator.attribution.parse import Parse, parse_text, pipeline_id
from annotator.attribution.result import Suggestion, Suggestions, overlaps
from annotator.attribution.rules.lexicon import load_lexicon
from annotator.domain.errors import InputError
from annotator.text.language import is_english

FORMAT: Final = 3
WEIGHTS: Final = "weights.npz"
DESCRIPTION: Final = "model.json"
_LARGEST: Final = 4096
"""What no size of a network comes near."""
UNLABELLED: Final = "The text is not in English: source types and attitudes were left out."


@dataclass(frozen=True, slots=True)
class Description:
    """What `model.json` says: how the model was made, how good it is, whether it is in use."""

    id: str
    """Names the training data and settings; part of the engine string of its suggestions."""
    shape: NetworkShape
    settings: DecodingSettings
    curve: tuple[tuple[float, float], ...]
    pipeline: str
    articles: int
    claims: int
    held_out: dict[str, Any]
    """`model` and `engine`: evaluation reports on the same articles that neither has seen."""
    enabled: bool = False
    format: int = FORMAT


@dataclass(slots=True)
class Model:
    """A network ready to propose claims."""

    network: Network
    about: Description

    @property
    def engine(self) -> str:
        """Name and version, as stored with suggestions."""
        return f"model-{self.about.id}+{self.about.pipeline}"

    def attribute(
        self, text: str, nlp: Language, sentence_kinds: Kinds | None = None, language: str = ""
    ) -> Suggestions:
        """Propose the claims of a text; confidences are calibrated.

        In another language than English the model proposes what it learned there; the labels that
        English word lists would give are left out.
        """
        found = self.attribute_parse(parse_text(text, nlp), sentence_kinds)
        used = pipeline_id(nlp)
        notes: list[str] = []
        if not is_english(text, language):
            notes.append(UNLABELLED)
            found = replace(found, claims=tuple(_form_alone(c) for c in found.claims))
        if used != self.about.pipeline:
            notes.append(f"The model was trained with {self.about.pipeline}, not with {used}.")
        return replace(found, notes=tuple(notes))

    def attribute_parse(self, parse: Parse, sentence_kinds: Kinds | None = None) -> Suggestions:
        """Propose the claims of a parsed text."""
        lexicon = load_lexicon()
        article = encode(parse, lexicon, sentence_kinds)
        found = propose(self.network, article, lexicon, self.about.settings)
        claims = [
            replace(claim, confidence=read_off(self.about.curve, claim.confidence))
            for claim in found
        ]
        claims = with_quotations(claims, attribute_parse(parse, sentence_kinds).claims)
        return Suggestions(tuple(claims), self.engine)


def _form_alone(claim: Suggestion) -> Suggestion:
    kept = {name: value for name, value in claim.attributes.items() if name == "form"}
    return replace(claim, attributes=kept)


def with_quotations(
    claims: Sequence[Suggestion], by_rules: Sequence[Suggestion]
) -> list[Suggestion]:
    """Add the rules' quotations that the model left unattributed, in order of start.

    A person would rather reject one than mark it by hand, and the rules seldom err there.
    """
    taken = [span for claim in claims for span in claim.ranges("content")]
    extra = [
        replace(claim, parent=None)
        for claim in by_rules
        if claim.parent is None
        and (claim.evidence == "no-cue" or (claim.evidence == "quote" and claim.role("source")))
        and claim.attributes.get("form") == "direct"
        and not overlaps(claim.ranges("content"), taken)
    ]
    if not extra:
        return list(claims)
    everything = [*claims, *extra]
    order = sorted(range(len(everything)), key=lambda k: (everything[k].start, k))
    place = {old: new for new, old in enumerate(order)}
    return [
        replace(
            everything[k],
            parent=None if everything[k].parent is None else place[everything[k].parent or 0],
        )
        for k in order
    ]


def save(folder: Path, network: Network, about: Description) -> None:
    """Write a model; each file is replaced whole."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {
        # The encoder's weights are many; half precision changes no score.
        name: value.astype(np.float16) if name.startswith("e") else value
        for name, value in network.state().items()
    }
    write_arrays(folder / WEIGHTS, arrays)
    write_json(folder / DESCRIPTION, asdict(about))


def describe(folder: Path) -> Description:
    """Read what a model says of itself, without its weights.

    Raises:
        InputError: there is no model, or a newer program wrote it.
    """
    path = folder / DESCRIPTION
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"no model in {folder}", "train one with: annotator learn") from error
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: cannot be read ({error})", "train the model again") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise InputError(f"{path}: written by another version", "train the model again")
    try:
        data["shape"] = _typed(NetworkShape, data["shape"])
        data["settings"] = _typed(DecodingSettings, data["settings"])
        data["curve"] = tuple((float(a), float(b)) for a, b in data["curve"])
        about = _typed(Description, data)
        _check(about)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise InputError(f"{path}: not as it was written ({error})", "train the model again") from (
            error
        )
    return about


_Described = TypeVar("_Described", NetworkShape, DecodingSettings, Description)
_KINDS: Final[dict[str, type | tuple[type, ...]]] = {
    "int": int,
    "float": (int, float),
    "bool": bool,
    "str": str,
    "dict[str, Any]": dict,
}


def _typed(kind: type[_Described], data: object) -> _Described:
    """Make a part of the description; raise TypeError for a value of another type."""
    if not isinstance(data, dict):
        raise TypeError(f"{kind.__name__.lower()} is no object")
    for field in fields(kind):
        wanted, value = _KINDS.get(str(field.type)), data.get(field.name)
        is_bool = isinstance(value, bool) != (wanted is bool)
        if wanted and field.name in data and (not isinstance(value, wanted) or is_bool):
            raise TypeError(f"{field.name} is {str(value)[:40]!r}")
    return kind(**data)


def _check(about: Description) -> None:
    """Raise ValueError for sizes that no network has."""
    for name, size in asdict(about.shape).items():
        if not 0 <= size <= _LARGEST:
            raise ValueError(f"{name} is {size}")
    if not about.shape.hidden or not about.shape.pair or not about.curve:
        raise ValueError("an empty network or curve")
    if not all(map(math.isfinite, (x for point in about.curve for x in point))):
        raise ValueError("the curve is not finite")


def load(folder: Path) -> Model:
    """Read a model.

    Raises:
        InputError: there is none, it is damaged, or another version wrote it.
    """
    about = describe(folder)
    network = Network(about.shape)
    try:
        network.restore(read_arrays(folder / WEIGHTS))
    except (ValueError, KeyError) as error:
        raise InputError(
            f"{folder / WEIGHTS}: cannot be used ({error})", "train the model again"
        ) from error
    return Model(network, about)


def switch(folder: Path, *, on: bool) -> Description:
    """Put a model into use or out of it."""
    about = replace(describe(folder), enabled=on)
    write_json(folder / DESCRIPTION, asdict(about))
    return about
