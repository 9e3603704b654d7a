"""The terminal interface; only this part imports Textual, and only when it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from annotator.domain.result_row import ResultRow


def run(
    db: Path,
    annotator: str,
    article: str | None = None,
    *,
    theme: str = "",
    emoji: str = "full",
    keymap: Mapping[str, str] | None = None,
    layout: str = "",
    tour: Path | None = None,
    suggest: bool = True,
    order: Sequence[str] = (),
    errors: Sequence[ResultRow] = (),
    others: bool = False,
) -> None:
    """Open the annotation screen on a database and return when the user quits.

    Args:
        db: The database file.
        annotator: Who annotates; made known to the database when new.
        article: Number, name or uid of the article to open; None resumes where the annotator was.
        theme: Name of a Textual theme; empty for the default.
        emoji: "full", or "simplify" for terminals that draw emoji sequences too wide.
        keymap: Action id -> "key,key" from the configuration.
        layout: The keyboard's preset from the configuration; empty for none.
        suggest: Let the engine propose claims, in the background.
        order: The uids in the order in which to go through the articles; as added when empty.
        errors: Places to list at once; a key brings the list back.
        others: Show how other annotators labelled repeated phrases; blind without.
        tour: The TOML file of a guided session; None for none.

    Raises:
        AnnotatorError: for a database, article, theme or key that cannot be used.
    """
    from annotator.tui.terminal.gc_tuning import none_at_start

    with none_at_start():
        from annotator.project import Project
        from annotator.tui.options import options_from
        from annotator.tui.start import start

        with Project.open(db, annotator) as project:
            start(
                project,
                article,
                options=options_from(
                    theme,
                    emoji,
                    keymap or {},
                    layout,
                    suggest=suggest,
                    others=others,
                    order=order,
                    errors=errors,
                ),
                tour=tour,
            )
