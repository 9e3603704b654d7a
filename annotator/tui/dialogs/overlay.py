"""A box above a screen that gets every key until it closes.

A modal screen would do the same, but Textual draws the screen under it, tinted, and itself several
times over: 60 kB to open and close one, where a box sends its own cells only.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from annotator.tui.widgets.lines import Lines


class Overlay(Lines):
    """Lines in a box in the middle of the screen.

    Raises no message when it closes: what it is for, it does within the key press.
    """

    DEFAULT_CSS = """
    Overlay {
        overlay: screen;
        border: round $primary;
        background: $surface;
        padding: 0 1;
    }
    """
    COLUMNS: ClassVar[int] = 76
    ROWS: ClassVar[int] = 20
    """Cells of the box, borders included, where the screen has so many."""

    def on_mount(self) -> None:
        """Draw when the size is known."""
        self.fill_when_drawn(self.paint)

    def settle(self, width: int, height: int) -> None:
        """Take a place on a screen of that size: before it is mounted, or it is drawn twice."""
        columns, rows = self.extent(width, height)
        self.styles.width, self.styles.height = columns, rows
        self.styles.offset = (width - columns) // 2, self.top(width, height, rows)
        # Else Textual finds out after the first layout pass, and makes a second one.
        self.set_reactive(Widget.virtual_size, Size(columns, rows))

    def extent(self, width: int, height: int) -> tuple[int, int]:
        """Columns and rows of the box on a screen of that size."""
        return min(self.COLUMNS, width), min(self.ROWS, height)

    def top(self, width: int, height: int, rows: int) -> int:
        """The row of a screen of that size where the box of so many rows begins."""
        del width
        return (height - rows) // 2

    def paint(self) -> None:
        """Show the lines as they are now."""
        raise NotImplementedError

    def handle_key_event(self, event: events.Key) -> None:
        """Do what a key means here; no key is heard by what is under the box."""
        raise NotImplementedError

    def close(self) -> None:
        """Leave the screen to what is under the box."""
        if isinstance(self.screen, OverlayScreen):
            self.screen.close_overlay(self)

    def leave(self) -> None:
        """What a click beside the box does."""
        self.close()


class OverlayHost(Widget):
    """Holds the overlay of a screen, and fills no cell itself.

    What is mounted on the screen itself makes Textual draw all of the screen again.
    """

    DEFAULT_CSS = """
    OverlayHost {
        layer: overlay;
        dock: top;
        height: 0;
    }
    """


class OverlayScreen(Screen[None]):
    """A screen that can have an overlay, which gets the keys then."""

    _overlays: tuple[Overlay, ...] = ()
    """The boxes above it; a question that cannot wait may come above another box."""

    @property
    def overlay(self) -> Overlay | None:
        """The box that gets the keys."""
        return self._overlays[-1] if self._overlays else None

    def _extend_compose(self, widgets: list[Widget]) -> None:
        super()._extend_compose(widgets)
        widgets.append(OverlayHost())

    def open_overlay(self, overlay: Overlay) -> None:
        """Put a box above the screen; it gets the next key, drawn or not."""
        self._overlays = (*self._overlays, overlay)
        overlay.settle(*self.size)
        self.query_one(OverlayHost).mount(overlay)

    def close_overlay(self, overlay: Overlay) -> None:
        """Take a box away; a question that came above it meanwhile stays."""
        if overlay in self._overlays:
            self._overlays = tuple(o for o in self._overlays if o is not overlay)
            overlay.remove()

    def handle_key_event(self, event: events.Key) -> bool:
        """Give a key to the overlay, else to the screen; False when it means nothing here."""
        if self.overlay is not None:
            self.overlay.handle_key_event(event)
            return True
        return self.handle_key_here(event)

    def on_key(self, event: events.Key) -> None:
        """A key that came before this screen was there."""
        if self.handle_key_event(event):
            event.stop()
            event.prevent_default()

    def handle_key_here(self, event: events.Key) -> bool:
        """Do what a key means to the screen itself."""
        raise NotImplementedError

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A click beside the box leaves it."""
        if self.overlay is not None and not self.overlay.region.contains(
            event.screen_x, event.screen_y
        ):
            self.overlay.leave()

    def on_resize(self) -> None:
        """The boxes keep their place."""
        for overlay in self._overlays:
            if overlay.is_mounted:
                overlay.settle(*self.size)
                self.call_after_refresh(overlay.paint)
