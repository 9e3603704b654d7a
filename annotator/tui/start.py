"""Everything between the command line and the first paint."""

from __future__ import annotations

import os
from pathlib import Path

from annotator.domain.errors import AnnotatorError, NotFoundError
from annotator.store import Store
from annotator.tui.app import AnnotatorApp, Options
from annotator.tui.terminal.compat import patch_textual
from annotator.tui.terminal.ending import run_to_the_end


def start(
    store: Store, annotator: str, article: str | None, *, options: Options, tour: Path | None
) -> None:
    """Check what was asked for, then run the application until the user quits."""
    store.add_annotator(annotator)
    if not store.has_articles():
        raise NotFoundError(f"{store.path}: no articles yet", "`annotator add FILE...` adds some")
    if os.environ.get("SSH_CONNECTION"):
        os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    patch_textual()
    app = AnnotatorApp(store, annotator, options)
    if options.theme and options.theme not in app.available_themes:
        raise AnnotatorError(
            f"there is no theme {options.theme!r}",
            f"there are {', '.join(sorted(app.available_themes))}",
        )
    if article is not None:
        app.first = store.resolve(article)
    if tour is not None:
        from annotator.tui.tour import Tour, load_tour

        name, steps = load_tour(tour)
        app.tour, app.first = Tour(steps), store.resolve(name)
        store.set_bookmark(annotator, app.first, 0)
    run_to_the_end(app)
