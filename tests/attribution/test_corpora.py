"""What the rules make of corpora that lie beside the project; skipped where they do not."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from spacy.language import Language

from annotator.attribution.engine import NOT_ENGLISH, attribute_parse, attribute_with
from annotator.attribution.evaluation.evaluate import evaluate
from annotator.attribution.parse import parse_texts
from annotator.attribution.result import ROLES, AttributedText, Suggestion
from annotator.attribution.rules.speech import reported_only
from annotator.domain.model import Fragment
from annotator.text.language import is_english

SHARED = Path(os.environ.get("ANNOTATOR_SHARED", Path(__file__).parents[3] / "shared"))


def corpus(*names: str) -> Path:
    path = SHARED.joinpath("corpora", *names)
    if not path.exists():
        pytest.skip(f"{'/'.join(names)} not found: set ANNOTATOR_SHARED to what holds corpora/")
    return path


def test_german_news_gets_quotations_alone(nlp: Language) -> None:
    files = sorted(corpus("german_wikinews", "dev").glob("*.json"))
    texts = [json.loads(f.read_text(encoding="utf-8"))["originalText"] for f in files]
    assert len(texts) > 100
    for text in texts:
        found = attribute_with(text, nlp)
        assert found.notes == (NOT_ENGLISH,)
        for claim in found.claims:
            assert dict(claim.attributes) == {"form": "direct"}
            assert not claim.ranges("source")
            assert not claim.ranges("cue")


def test_english_news_is_english() -> None:
    rows = corpus("ggt_sources", "articles.jsonl").read_text(encoding="utf-8").splitlines()
    assert all(is_english(json.loads(row)["text"]) for row in rows)


@pytest.mark.slow
def test_reported_speech_alone(nlp: Language) -> None:
    """A list of verbs made for this corpus comes to .834 at .3 and .809 at .8; ours is our own."""
    rows = corpus("ggt_sources", "articles.jsonl").read_text(encoding="utf-8").splitlines()
    documents: list[AttributedText] = []
    for row in map(json.loads, rows):
        claims = [
            Suggestion(tuple(Fragment(role, a, b) for role in ROLES for a, b in quote[role]))
            for quote in row["quotes"]
        ]
        documents.append(
            AttributedText(row["id"], row["text"], tuple(c for c in claims if c.fragments))
        )
    parses = dict(
        zip(
            (d.name for d in documents),
            parse_texts([d.text for d in documents], nlp),
            strict=True,
        )
    )
    found = {name: attribute_parse(parse).claims for name, parse in parses.items()}
    speech = evaluate(documents, lambda d: reported_only(found[d.name]), samples=0).report
    everything = evaluate(documents, lambda d: found[d.name], samples=0).report
    assert speech["ggt"]["0.3"]["f"] > 0.83  # type: ignore[index]
    assert speech["ggt"]["0.8"]["f"] > 0.80  # type: ignore[index]
    assert everything["ggt"]["0.3"]["f"] < 0.65  # type: ignore[index]
