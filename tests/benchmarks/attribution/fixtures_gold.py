"""The fixtures' gold as documents: the only gold with source types that the project may hold."""

from __future__ import annotations

from annotator.attribution.result import AttributedText, Suggestion
from fixtures.author import stored_texts
from tests.robot.gold import fixture, fixture_names


def fixture_documents() -> list[AttributedText]:
    """Every fixture with gold, its claims with their labels and nesting."""
    texts = stored_texts()
    out: list[AttributedText] = []
    for name in fixture_names():
        found = fixture(name, texts[name])
        claims = [
            a
            for a in found.annotations
            if a.layer == "claim" and a.attributes.get("form") != "not_attribution"
        ]
        place = {a.id: i for i, a in enumerate(claims)}
        out.append(
            AttributedText(
                name,
                found.text,
                tuple(
                    Suggestion(
                        a.fragments,
                        dict(a.attributes),
                        parent=place.get(a.parent) if a.parent else None,
                    )
                    for a in claims
                ),
            )
        )
    return out
