"""How an article looks: one rule per component class, in theme variables only."""

from __future__ import annotations

from typing import Final

# Background says where the cursor, the selection and the search are; everything else is said by
# the gutter, underlines, bold and italic, and by colour only on top of those.
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
    & > .article--role { color: $text-secondary; text-style: underline; }
    & > .article--content { text-style: underline; }
    & > .article--source { color: $text-primary; text-style: underline; }
    & > .article--cue { color: $text-warning; text-style: italic underline; }
    & > .article--mark { color: $text-error; text-style: italic; }
    & > .article--suggestion { color: $foreground-muted; text-style: italic; }
    & > .article--active { text-style: bold underline; }
    & > .article--selection { background: $primary-muted; }
    & > .article--hit { background: $warning-muted; }
    & > .article--current-hit { text-style: bold reverse; }
    & > .article--cursor { background: $foreground 25%; }

    & > .article--label { background: $warning; color: $background; text-style: bold; }
    & > .article--label-inside { background: $warning; color: $background; text-style: bold; }

    & > .article--gutter { color: $foreground-muted; }
    & > .article--gutter-cursor { color: $text-primary; }
    & > .article--gutter-done { color: $text-success 60%; }
    & > .article--gutter-flag { color: $text-error; text-style: bold; }
    & > .article--gutter-key { color: $foreground; }
    & > .article--gutter-active { color: $foreground; text-style: bold; }

    /* The sixteen colours of the terminal cannot be blended: no backgrounds but reverse. */
    &:ansi {
        & > .article--quiet { color: ansi_default; text-style: dim; }
        & > .article--role { color: $text-accent; }
        & > .article--source { color: $text-secondary; }
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
        & > .article--role { color: $foreground; text-style: dim underline; }
        & > .article--source { color: $foreground; text-style: bold; }
        & > .article--cue { color: $foreground; }
        & > .article--mark { color: $foreground; }
        & > .article--suggestion { color: $foreground; text-style: italic dim; }
        & > .article--selection { text-style: reverse; }
        & > .article--hit { text-style: reverse; }
        & > .article--current-hit { text-style: bold reverse underline; }
        & > .article--cursor { text-style: bold reverse; }
        & > .article--label { text-style: bold reverse; }
        & > .article--label-inside { text-style: bold underline; }
    }
}
"""
