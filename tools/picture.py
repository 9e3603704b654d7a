"""Take the picture in the README: the real screen on the annotated sample article.

`make picture` writes docs/screen.svg. The fonts that Textual would fetch from the network are left
out; the reader's own monospaced font is used.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path
from typing import Final

from annotator import formats
from annotator.project import Project
from annotator.store import Store
from annotator.store.transfer import import_items
from annotator.text.engine import load_engine
from annotator.tui.app import AnnotatorApp
from annotator.tui.options import ScreenOptions

ROOT: Final = Path(__file__).resolve().parent.parent
TARGET: Final = ROOT / "docs" / "screen.svg"
SIZE: Final = (112, 32)
KEYS: Final = ("j", "j", "j", "J", "J", "J", "space", "u", "J", "J", "J")
_OUTSIDE: Final = re.compile(r"@font-face \{.*?\}\s*|<!--.*?-->", re.DOTALL)


async def _shot(store: Store) -> str:
    app = AnnotatorApp(Project(store, "anna"), ScreenOptions(theme="textual-light"))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*KEYS)
        await pilot.pause(1)
        return app.export_screenshot(title="annotator")


def main() -> None:
    """Open the sample article as anna, go to a claim, and keep what the screen shows."""
    with tempfile.TemporaryDirectory() as folder, Store.create(Path(folder, "news.db")) as store:
        engine = load_engine()
        items = formats.read(formats.get("jsonl"), ROOT / "docs" / "example.jsonl")
        import_items(store, items, actor="anna", layout=lambda draft: engine.layout(draft.text))
        svg = asyncio.run(_shot(store))
    svg = _OUTSIDE.sub("", svg).replace("Fira Code", "monospace")
    if "http" in svg.replace("http://www.w3.org", ""):
        raise SystemExit("the picture still names an address")
    TARGET.write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
