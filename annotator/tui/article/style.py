"""How an article looks: one rule per component class, in theme variables only."""

from __future__ import annotations

from typing import Final

# Background says where the cursor, the selection and the search are; everything else is said by
# the gutter, underlines, bold and italic, and by colour only on top of those. What is claimed is
# underlined, what is only suggested is not; of marks only what lies under several, and where one
# begins next to another. The colours of the roles are made for the theme: see
# `annotator.tui.widgets.role_colours`.
ARTICLE_CSS: Final = """
ArticleView {
    background: $background;
    color: $foreground;
    overflow-x: hidden;
    overflow-y: scroll;
    scrollbar-size-vertical: 1;
    scrollbar-background: $background;
    scrollbar-background-hover: $background;
    scrollbar-background-active: $background;
    scrollbar-color: $foreground 20%;

    & > .article--heading { text-style: bold; }
    & > .article--quiet { color: $foreground-muted; }
    & > .article--sentence { background: $foreground 8%; }
    & > .article--role-0, & > .article--role-1, & > .article--role-3, & > .article--role-4,
    & > .article--role-5, & > .article--role-6 { text-style: underline; }
    & > .article--role-2 { text-style: italic underline; }
    & > .article--mark { text-style: italic; }
    & > .article--mark-over { text-style: underline; }
    & > .article--mark-start { text-style: bold underline; }
    & > .article--active { text-style: bold underline; }
    & > .article--suggestion { text-style: italic; }
    & > .article--offered { text-style: bold; }
    & > .article--selection { background: $primary-muted; }
    & > .article--hit { background: $warning-muted; }
    & > .article--current-hit { text-style: bold reverse; }
    & > .article--cursor { background: $foreground 25%; }

    & > .article--label { background: $warning; color: $background; text-style: bold; }
    & > .article--label-inside { background: $warning; color: $background; text-style: bold; }

    & > .article--gutter { color: $foreground-muted; }
    & > .article--gutter-cursor { color: $text-primary; }
    & > .article--gutter-done { color: $text-success; }
    & > .article--gutter-flag { color: $text-error; text-style: bold; }
    & > .article--gutter-key { color: $foreground; }
    & > .article--gutter-active { color: $foreground; text-style: bold; }

    /* The sixteen colours of the terminal cannot be blended: no backgrounds but reverse. */
    &:ansi {
        & > .article--quiet { color: ansi_default; text-style: dim; }
        & > .article--gutter-cursor { color: $text-secondary; }
        & > .article--sentence { background: ansi_default; }
        & > .article--selection { background: ansi_default; text-style: reverse; }
        & > .article--hit { background: ansi_default; text-style: reverse; }
        & > .article--cursor { background: ansi_default; text-style: bold reverse; }
        & > .article--label { background: ansi_default; text-style: bold reverse; }
        & > .article--label-inside { background: ansi_default; text-style: bold underline; }
        & > .article--gutter { color: ansi_default; text-style: dim; }
        & > .article--gutter-done { color: $text-success; }
    }

    &:nocolor {
        & > .article--role-1 { text-style: bold; }
        & > .article--role-3, & > .article--role-4, & > .article--role-5, & > .article--role-6
        { text-style: bold underline; }
        & > .article--mark { text-style: bold italic; }
        & > .article--mark-start { text-style: underline; }
        & > .article--active { text-style: bold italic underline; }
        & > .article--selection { text-style: reverse; }
        & > .article--hit { text-style: reverse; }
        & > .article--current-hit { text-style: bold reverse underline; }
        & > .article--cursor { text-style: bold reverse; }
        & > .article--label { text-style: bold reverse; }
        & > .article--label-inside { text-style: bold underline; }
    }
}
"""
