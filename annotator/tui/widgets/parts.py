"""The styles of a widget that draws itself, matched when they are first drawn with."""

from __future__ import annotations

import re
from typing import ClassVar, Final

from rich.color import Color
from rich.style import Style
from textual.color import Color as ThemeColour
from textual.css.styles import RenderStyles
from textual.dom import DOMNode
from textual.theme import Theme
from textual.widget import Widget

from annotator.tui.widgets.legible import blend
from annotator.tui.widgets.role_colours import ANSI_DARK, ANSI_LIGHT, role_colours

_OF_A_ROLE: Final = re.compile(r"--(?:role|suggested|mark)-(\d)$")
SENTENCE_SHARE: Final = 0.08
"""How far the ground of the cursor's sentence is from the page to the text (see article/style)."""


class Parts(Widget):
    """A widget with component classes that costs nothing until it draws with them.

    Textual matches every name in COMPONENT_CLASSES against all style sheets each time the style of
    the widget may have changed: before the first paint of the annotation screen that would be some
    90 names four times each, of which a dozen are drawn. The rules are ordinary ones
    (`& > .lines--title { ... }`), and so are themes, `:ansi` and `:nocolor`; only the names stand
    in `PARTS` instead.
    """

    PARTS: ClassVar[frozenset[str]] = frozenset()
    """The component classes of the widget, with their prefix."""

    def get_component_styles(self, *names: str) -> RenderStyles:
        """The styles of component classes, combined.

        Raises:
            KeyError: for a name that is not in `PARTS`.
        """
        for name in names:
            if name in self._component_styles:
                continue
            if name not in self.PARTS:
                raise KeyError(f"no {name!r} in PARTS of {type(self).__name__}")
            # As Stylesheet.apply does it for COMPONENT_CLASSES: a node that exists for its styles.
            part = DOMNode(classes=name)
            part._attach(self)
            self.app.stylesheet.apply(part, animate=False)
            self._component_styles[name] = part.styles
        return super().get_component_styles(*names)

    def part_style(self, name: str) -> Style:
        """What a component class adds: only what its rules set, colours blended by Textual.

        A background never brings a foreground along: in some themes that would be the same
        colour, and the text would vanish.
        """
        own = self.get_component_rich_style(name, partial=True)
        full = self.get_component_rich_style(name)
        role = _OF_A_ROLE.search(name)
        return Style(
            color=self._role_colour(int(role[1]))
            if role
            else full.color
            if own.color is not None
            else None,
            bgcolor=full.bgcolor if own.bgcolor is not None else None,
            bold=own.bold,
            dim=own.dim,
            italic=own.italic,
            underline=own.underline,
            reverse=own.reverse,
            strike=own.strike,
        )

    def _role_colour(self, number: int) -> Color | None:
        """The colour of a role or of marks, the same in every widget; None without colours."""
        if self.app.no_color:
            return None
        theme = self.app.current_theme
        if theme.ansi:
            return Color.parse((ANSI_DARK if theme.dark else ANSI_LIGHT)[number])
        names = ("foreground", "background")
        text, page = (
            ThemeColour.parse(self.app.theme_variables[n]).rich_color.get_truecolor() for n in names
        )
        found = role_colours(text, (page, blend(page, text, SENTENCE_SHARE)))
        return Color.from_triplet(found[number])

    def notify_style_update(self) -> None:
        """Match anew what is drawn from now on."""
        self._component_styles.clear()
        super().notify_style_update()

    def on_mount(self) -> None:
        """Draw again in another theme, where only the parts may look different."""
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)

    def _theme_changed(self, _: Theme) -> None:
        self.refresh()
