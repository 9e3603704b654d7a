"""`annotator search`: a concordance, every place of some words with what stands around it."""

from __future__ import annotations

import contextlib
import re
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from functools import partial
from types import FrameType
from typing import Annotated, Final

import typer

from annotator.cli.context import Project
from annotator.cli.output import counted, emit_json, emit_table, is_terminal, say
from annotator.domain.errors import AnnotatorError
from annotator.domain.graphemes import next_boundary, previous_boundary
from annotator.text.normal import fold, literal, places

app = typer.Typer(rich_markup_mode=None)

CONTEXT: Final = 40
"""Code points shown on either side unless asked otherwise; in a terminal, as many as fit."""
_MARGIN: Final = 24
"""Cells of a row that number, start and the gaps between the columns take."""
LONGEST_PATTERN: Final = 1000
SECONDS: Final = 10.0
"""How long a regular expression may take over one article."""


def regular(query: str) -> re.Pattern[str]:
    """Compile the user's own regular expression; AnnotatorError when it cannot be used."""
    if len(query) > LONGEST_PATTERN:
        raise AnnotatorError(f"the pattern is longer than {LONGEST_PATTERN} characters")
    try:
        return re.compile(query, re.IGNORECASE | re.MULTILINE)
    except (re.error, RecursionError, OverflowError) as error:
        raise AnnotatorError(
            f"not a regular expression: {error}",
            "leave out --regex to search for the words as they are",
        ) from error


class _TooSlowError(Exception):
    """The alarm rang while a pattern was being matched."""


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Stop a pattern that backtracks without end, where the system has alarms (not Windows)."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not (
        threading.main_thread()
    ):
        yield
        return

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise _TooSlowError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except _TooSlowError:
        raise AnnotatorError(
            f"the pattern takes longer than {seconds:g} s over one article",
            "avoid repetitions inside repetitions, such as (a+)+",
        ) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def matches(pattern: re.Pattern[str], text: str, seconds: float) -> list[tuple[int, int]]:
    """Every match as a range of code points, not overlapping; empty matches are left out."""
    with _alarm(seconds):
        return [m.span() for m in pattern.finditer(text) if m.end() > m.start()]


def around(text: str, start: int, end: int, size: int) -> tuple[str, str]:
    """What stands before and after a range: `size` code points each, no grapheme cut."""
    left = max(0, start - size)
    right = min(len(text), end + size)
    if left:
        left = next_boundary(text, left - 1)
    if right < len(text):
        right = previous_boundary(text, right + 1)
    return text[min(left, start) : start], text[end : max(right, end)]


def fitting(found: int) -> int:
    """Code points on either side that leave room for what is found on one line."""
    columns = shutil.get_terminal_size().columns
    return min(max((columns - _MARGIN - found) // 2, 10), 1000)


@app.command()
def search(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="Words, in any case.")],
    regex: Annotated[
        bool, typer.Option("--regex", help="QUERY is a regular expression (Python's).")
    ] = False,
    context: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=1000,
            help=f"Characters shown on either side. [default: {CONTEXT}; in a terminal what fits]",
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="How many places; 0 for all.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="One JSON array on stdout.")] = False,
) -> None:
    """Find words in every article, each place with its context.

    Case, line breaks, the style of quotation marks and dashes, ligatures, how an accent is stored,
    soft hyphens and zero-width characters make no difference (with --regex the text is matched as
    it is stored). Offsets are Unicode code points of the stored text, half-open.
    """
    if not (query if regex else fold(query)).strip():
        raise typer.BadParameter("there is nothing to search for")
    find: Callable[[str], list[tuple[int, int]]] = (
        partial(matches, regular(query), seconds=SECONDS)
        if regex
        else partial(places, literal(query))
    )
    if context is None:
        context = fitting(len(query)) if is_terminal() and not json else CONTEXT
    from annotator.phrases.narrow import candidates
    from annotator.store.phrases import PhraseIndex, is_current

    found: list[dict[str, object]] = []
    with Project.of(ctx).read() as store:
        articles = len(store.order())
        # Without a phrase index of this version every text is read.
        narrow = not regex and is_current(store.conn)
        numbers = candidates(PhraseIndex(store.conn), query) if narrow else None
        for uid, number, name, title, text in store.texts(numbers):
            for start, end in find(text):
                before, after = around(text, start, end, context)
                found.append(
                    {
                        "article": uid,
                        "number": number,
                        "name": name,
                        "title": title,
                        "start": start,
                        "end": end,
                        "text": text[start:end],
                        "before": before,
                        "after": after,
                    }
                )
                if len(found) == limit:
                    break
            if limit and len(found) == limit:
                break
    if json:
        emit_json(found)
        return
    if found:
        emit_table(
            ("no", "start", "before", "found", "after"),
            ((f["number"], f["start"], f["before"], f["text"], f["after"]) for f in found),
            right=(0, 1, 2),
        )
    hits = len({f["article"] for f in found})
    say(f"{counted(len(found), 'place')} in {hits} of {counted(articles, 'article')}")
