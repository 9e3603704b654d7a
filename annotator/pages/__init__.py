"""The HTML pages: one frame, one style, one rule for what may stand in them.

A page is a template beside this file that fills `base.html.j2`. Whatever a template puts out goes
through `text.safe` (no control, no invisible or bidirectional character) and is then escaped, in
texts and in attributes alike; no template says `safe`. A page has no script, asks nobody for
anything and tells the browser so.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from annotator.text.safe import safe_lines

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _environment() -> Environment:
    # Loaded where a page is written, which most runs of the program do not.
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    def shown(value: object) -> object:
        """What a template puts out, made safe to look at; jinja escapes it after that."""
        # Markup is what a template of ours made of such values already: a macro, a block.
        return value if isinstance(value, Markup) else safe_lines(str(value))

    return Environment(
        loader=PackageLoader("annotator", "pages"),
        autoescape=True,
        finalize=shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(page: str, **values: object) -> str:
    """The whole of a page.

    Args:
        page: Its template's name without ending: "report".
        values: What the template asks for; one that it misses is an error.
    """
    return "".join(stream(page, **values))


def stream(page: str, **values: object) -> Iterator[str]:
    """The same in pieces, each made when it is asked for: iterators among the values stay lazy."""
    return _environment().get_template(f"{page}.html.j2").generate(**values)
