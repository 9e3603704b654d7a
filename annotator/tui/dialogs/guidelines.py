"""The guidelines of every role and label; a label's key jumps to its own."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from annotator.domain.scheme import Scheme
from annotator.text.safe import safe_line
from annotator.tui.dialogs.direct import DirectScreen, act_on
from annotator.tui.keymap import key_name


class GuidelinesScreen(ModalScreen[None], DirectScreen[None]):
    """Reads the scheme aloud, so to speak: what each label means, in the scheme's own words."""

    CSS_PATH = "modal.tcss"

    def __init__(self, scheme: Scheme) -> None:
        super().__init__()
        self._scheme = scheme
        self._places: dict[str, int] = {}
        """Textual's key name -> index of the entry."""

    def entries(self) -> list[tuple[str, str, str]]:
        """Key, name and guideline of every role, attribute and value, in order."""
        found = [(r.key, f"role {r.name}", r.guideline) for r in self._scheme.roles]
        for attribute in self._scheme.attributes:
            found.append(("", f"{attribute.layer}: {attribute.title}", attribute.guideline))
            found += [(v.key, f"{attribute.title} {v.name}", v.guideline) for v in attribute.values]
        return found

    def compose(self) -> ComposeResult:
        """A block for each entry."""
        with VerticalScroll(id="box"):
            yield Static(
                Content.assemble(
                    (f"{safe_line(self._scheme.title)}\n", "bold $text-primary"),
                    ("A label's key jumps to it; arrows scroll; Esc goes back.\n", "dim"),
                )
            )
            for i, (key, name, guideline) in enumerate(self.entries()):
                if key:
                    self._places[key_name(key)] = i
                yield Static(
                    Content.assemble(
                        (f"{key or ' '} ", "bold $text-accent"),
                        (f"{safe_line(name)}  ", "bold"),
                        safe_line(guideline),
                    ),
                    id=f"entry-{i}",
                )

    def on_mount(self) -> None:
        """Arrow keys scroll."""
        self.query_one("#box").focus()

    def handle_key_event(self, event: events.Key) -> bool:
        """A label's key goes to its guideline."""
        box = self.query_one("#box", VerticalScroll)
        place = self._places.get(event.key)
        if place is None:
            if not act_on(box, event.key):
                self.dismiss()
            return True
        for widget in self.query("Static.-here"):
            widget.remove_class("-here")
        target = self.query_one(f"#entry-{place}")
        target.add_class("-here")
        box.scroll_to_widget(target, animate=False, top=True)
        return True
