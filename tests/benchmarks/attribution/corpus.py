"""PolNeAR with its parses, kept in a cache outside the project between runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from annotator.attribution.gold import read_gold
from annotator.attribution.parse import Parse, load_pipeline, parse_text
from annotator.attribution.result import Document


def shared() -> Path:
    """The folder that holds `corpora/`, or exit saying what is missing."""
    root = Path(os.environ.get("ANNOTATOR_SHARED", Path(__file__).parents[4] / "shared"))
    if not (root / "corpora" / "polnear").is_dir():
        sys.exit("PolNeAR not found: set ANNOTATOR_SHARED to the folder that holds corpora/")
    return root


def gold_parses(part: str) -> list[tuple[Document, Parse]]:
    """Documents of "train" or "dev" with their parses, in order of name."""
    nlp = load_pipeline()
    return [
        (document, parse_text(document.text, nlp))
        for document in read_gold(shared() / "corpora" / "polnear" / part)
    ]
