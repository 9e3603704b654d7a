"""Take the pictures in the documents: the real screen on the sample article.

`make picture` writes docs/screen.svg, the claims of who annotated it, and docs/suggestions.svg,
what is proposed to who did not yet. The fonts that Textual would fetch from the network are left
out; the reader's own monospaced font is used.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

from annotator import formats
from annotator.project import Project
from annotator.store import Store
from annotator.store.transfer import import_items
from annotator.text.engine import load_engine
from annotator.tui.app import AnnotatorApp
from annotator.tui.options import ScreenOptions

ROOT: Final = Path(__file__).resolve().parent.parent
KEYS: Final = ("j", "j", "j", "J", "J", "J", "space", "u", "J", "J", "J")


class Picture(NamedTuple):
    """Whose screen, in which theme and size (cells), after which keys, and where it is kept."""

    annotator: str
    theme: str
    size: tuple[int, int]
    keys: tuple[str, ...]
    target: Path


PICTURES: Final = (
    Picture("anna", "textual-light", (112, 32), KEYS, ROOT / "docs" / "screen.svg"),
    Picture("bea", "textual-dark", (80, 24), ("j",) * 3, ROOT / "docs" / "suggestions.svg"),
)
_OUTSIDE: Final = re.compile(r"@font-face \{.*?\}\s*|<!--.*?-->", re.DOTALL)


async def _shot(store: Store, picture: Picture) -> str:
    project = Project(store, picture.annotator)
    suggest = picture.annotator != "anna"
    if suggest:
        for found in project.propose():
            project.put_suggestions(found.article, found.engine, found.suggestions)
    app = AnnotatorApp(project, ScreenOptions(theme=picture.theme, suggest=suggest))
    async with app.run_test(size=picture.size) as pilot:
        await pilot.pause()
        await pilot.press(*picture.keys)
        await pilot.pause(1)
        return app.export_screenshot(title="annotator")


def main() -> None:
    """Open the sample article, go to a place, and keep what the screen shows."""
    with tempfile.TemporaryDirectory() as folder, Store.create(Path(folder, "news.db")) as store:
        engine = load_engine()
        items = formats.read(formats.get("jsonl"), ROOT / "docs" / "example.jsonl")
        import_items(store, items, actor="anna", layout=lambda draft: engine.layout(draft.text))
        store.add_annotator("bea")
        for picture in PICTURES:
            svg = _OUTSIDE.sub("", asyncio.run(_shot(store, picture)))
            svg = svg.replace("Fira Code", "monospace")
            if "http" in svg.replace("http://www.w3.org", ""):
                raise SystemExit("the picture still names an address")
            picture.target.write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
