"""PolNeAR with its parses, kept in a cache outside the project between runs."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
from spacy.language import Language

from annotator.attribution.evaluation.gold import read_gold
from annotator.attribution.parse import Parse, load_pipeline, parse_text
from annotator.attribution.result import AttributedText


def shared() -> Path:
    """The folder that holds `corpora/`, or exit saying what is missing."""
    root = Path(os.environ.get("ANNOTATOR_SHARED", Path(__file__).parents[4] / "shared"))
    if not (root / "corpora" / "polnear").is_dir():
        sys.exit("PolNeAR not found: set ANNOTATOR_SHARED to the folder that holds corpora/")
    return root


def gold_parses(part: str) -> list[tuple[AttributedText, Parse]]:
    """Documents of "train" or "dev" with their parses, in order of name."""
    nlp = load_pipeline()
    cache = os.environ.get("ANNOTATOR_CACHE")
    out: list[tuple[AttributedText, Parse]] = []
    for document in read_gold(shared() / "corpora" / "polnear" / part):
        if cache is None:
            out.append((document, parse_text(document.text, nlp)))
        else:
            out.append((document, _cached(document, nlp, Path(cache) / part)))
    return out


def _cached(document: AttributedText, nlp: Language, folder: Path) -> Parse:
    symbols, vectors = folder / f"{document.name}.json", folder / f"{document.name}.npy"
    if symbols.is_file() and vectors.is_file():
        stored = json.loads(symbols.read_text(encoding="utf-8"))
        parse = Parse(tensor=np.load(vectors, allow_pickle=False), **stored)
        parse.sentences = [(a, b) for a, b in parse.sentences]
        parse.aside = [(a, b) for a, b in parse.aside]
        return parse
    parse = parse_text(document.text, nlp)
    folder.mkdir(parents=True, exist_ok=True)
    names = [f.name for f in fields(Parse) if f.name != "tensor"]
    tensor = np.zeros((0, 96), np.float32) if parse.tensor is None else parse.tensor
    np.save(vectors, tensor.astype(np.float32))
    symbols.write_text(json.dumps({name: getattr(parse, name) for name in names}))
    return parse
