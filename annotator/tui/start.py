"""Everything between the command line and the first paint."""

from __future__ import annotations

from pathlib import Path

from annotator.domain.errors import AnnotatorError, NotFoundError
from annotator.project import Project
from annotator.tui.app import AnnotatorApp
from annotator.tui.ending import run_to_the_end
from annotator.tui.options import ScreenOptions
from annotator.tui.terminal.compat import prepare_textual


def start(
    project: Project, article: str | None, *, options: ScreenOptions, tour: Path | None
) -> None:
    """Check what was asked for, then run the application until the user quits."""
    project.add_annotator(project.who())
    if not project.has_articles():
        raise NotFoundError(f"{project.path}: no articles yet", "`annotator add FILE...` adds some")
    if article is None and tour is None and not len(project.order()):
        raise NotFoundError(
            f"{project.path}: every article is left out", "`annotator list --excluded` names them"
        )
    prepare_textual()
    app = AnnotatorApp(project, options)
    if options.theme and options.theme not in app.available_themes:
        raise AnnotatorError(
            f"there is no theme {options.theme!r}",
            f"there are {', '.join(sorted(app.available_themes))}",
        )
    if article is not None:
        app.first = project.resolve(article, included=True)
    if tour is not None:
        from annotator.tui.tour import Tour, load_tour

        name, steps = load_tour(tour)
        app.tour, app.first = Tour(steps), project.resolve(name)
        project.set_bookmark(project.who(), app.first, 0)
    run_to_the_end(app)
