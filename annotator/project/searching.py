"""Words as they are typed, or a regular expression, in every article: the plain concordance.

What it finds is gathered, counted and shown as `annotator.project.concordance` does it.
"""

from __future__ import annotations

import contextlib
import re
import signal
import threading
from collections.abc import Callable, Iterator
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Final

from annotator.domain.errors import AnnotatorError, InputError
from annotator.phrases.query_places import Place
from annotator.project.concordance import CONTEXT, Concordance, Gathering, gather
from annotator.text.normal import fold, literal, places

if TYPE_CHECKING:
    from annotator.project.data import ProjectData

LONGEST_PATTERN: Final = 1000
SECONDS: Final = 10.0
"""How long a regular expression may take over one article."""

Finder = Callable[[str], list[tuple[int, int]]]


def search(
    project: ProjectData, query: str, *, regex: bool = False, context: int = CONTEXT, limit: int = 0
) -> Concordance:
    """Find words in every article, each place with its context.

    Case, line breaks, typography, how an accent is stored and characters without width make no
    difference, except to a regular expression, which is matched against the text as it is stored.

    Args:
        project: With the articles.
        query: Words, or a regular expression.
        regex: Whether `query` is a regular expression (Python's), without regard to case.
        context: Code points on either side.
        limit: How many places are kept, all are counted; 0 for all.

    Raises:
        InputError: when there is nothing to search for.
        AnnotatorError: for a pattern that cannot be used, or takes too long.
    """
    from annotator.phrases.narrow import candidates

    if is_empty(query, regex=regex):
        raise InputError("there is nothing to search for")
    find = finder(query, regex=regex)
    # Without a phrase index of this version every text is read.
    narrow = not regex and project.phrases_indexed()
    numbers = candidates(project.phrase_index(), query) if narrow else None
    found = Gathering(len(project.order()), "article", context, limit)
    for _ in gather(project, numbers, lambda _, text: (Place(*p) for p in find(text)), found):
        pass
    return found.result(complete=True)


def is_empty(query: str, *, regex: bool = False) -> bool:
    """Whether there is nothing in a query to search for."""
    return not (query if regex else fold(query)).strip()


def finder(query: str, *, regex: bool = False) -> Finder:
    """What finds all ranges of a query in a text; AnnotatorError for a pattern of no use."""
    if regex:
        return partial(matches, regular(query), seconds=SECONDS)
    return partial(places, literal(query))


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
