"""Where the words at hand stand again, as the panel draws it."""

from __future__ import annotations

from typing import Final

from annotator.project.phrase_matches import PhraseMatches, Query
from annotator.session.commands import Do
from annotator.tui.widgets.fitting import wrapped
from annotator.tui.widgets.lines import Line, StyledText

PROPAGATE: Final = Do("phrase.carry")


def propagate_pieces(query: Query, propagate_key: str, claim_key: str) -> list[StyledText]:
    """The key that propagates; or what must be done before there is something to propagate."""
    if query.layer:
        return [
            StyledText(f"{propagate_key} ", "key", PROPAGATE),
            StyledText("carry", "plain", PROPAGATE),
        ]
    return [
        StyledText(f"{claim_key} ", "key"),
        StyledText("makes a claim of it, then ", "dim"),
        StyledText(f"{propagate_key} ", "key"),
        StyledText("carries", "dim"),
    ]


def match_lines(found: PhraseMatches, width: int, rows: int, keys: tuple[str, str]) -> list[Line]:
    """The panel's lines about it: the source string, how often, where, and the key that propagates.

    `keys` are the keys of propagating and of a claim's content.
    """
    lines: list[Line] = []
    if found.source:
        lines.append(
            [StyledText("source ", "dim", PROPAGATE), StyledText(f"string {found.source}")]
        )
    if not found.matches.found:
        return lines
    title = StyledText(f"STANDS AGAIN {found.matches.shown}x", "title")
    how = propagate_pieces(found.query, *keys)
    if found.query.layer:
        lines.append([title, StyledText("  "), *how])
    else:
        lines += [[title], how]
    for one in found.shown:
        match = one.match
        # The date first: it is short, and an outlet's name may be cut.
        where = " ".join(p for p in (match.published[:10], match.outlet) if p)
        entry: list[Line] = [
            [
                StyledText(f"{match.score:3.0f} ", "strong"),
                StyledText(f"art {match.number} "),
                StyledText(f"{match.kind} {where}", "dim"),
            ]
        ]
        words = wrapped(one.changed, max(10, width - 4), 1 if match.score == 100 else 3)
        entry += [[StyledText("    "), StyledText(r)] for r in words]
        if one.labels:
            entry.append([StyledText("    "), StyledText(one.labels, "warn")])
        if len(lines) + len(entry) > rows and len(lines) > 2:
            break
        lines += entry
    return lines


def match_pieces(found: PhraseMatches, keys: tuple[str, str]) -> list[StyledText]:
    """The same in a word, where there is room for no more."""
    if not found.matches.found:
        return []
    query, (propagate_key, claim_key) = found.query, keys
    again = f"  again {found.matches.shown}x"
    if query.layer:
        return [StyledText(f"{again} {propagate_key}", "key", PROPAGATE)]
    return [
        StyledText(again, "strong"),
        StyledText(f" ({claim_key}, then {propagate_key})", "dim"),
    ]
