"""Data on stdout, talk on stderr; whatever comes from outside is made safe to print."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from annotator.domain.errors import AnnotatorError
from annotator.domain.losses import Loss
from annotator.text.safe import json_safe, safe_line, safe_text

if TYPE_CHECKING:
    from annotator.project.codebook import LeftBehind
    from annotator.project.types import Outside

NAMED: Final = 20
"""How many kinds of strangers to the scheme are named on the screen."""

GAP: Final = "  "
GAP_CELLS: Final = 3
"""Cells between two columns of a drawn table."""
LEAST_CELLS: Final = 6
"""What is left of a long column at least."""


def counted(n: int, noun: str) -> str:
    """ "1 place", "2 places"."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def and_more(names: Sequence[str], most: int = 5) -> str:
    """ "anna, ben and 3 more"."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def say(text: str) -> None:
    """Talk: one line on stderr, for people; after the data that was printed before it."""
    sys.stdout.flush()
    print(safe_line(text), file=sys.stderr, flush=True)


def say_error(message: str, hint: str = "") -> None:
    """Report a failure as an `error:` line and, when there is one, a `hint:` line.

    Further lines of the message (a list of bad records) follow, indented.
    """
    first, *others = message.split("\n")
    say(f"error: {first}")
    for line in others:
        print(f"  {safe_line(line)}", file=sys.stderr)
    if hint:
        say(f"hint: {hint}")


def report(error: AnnotatorError) -> None:
    """Report an error that the user can mend."""
    say_error(error.message, error.hint)


def ask(question: str) -> str:
    """Ask on stderr and return one line of stdin; AnnotatorError at its end.

    (`input` would put its prompt on stdout, where data goes.)
    """
    print(f"{question} ", end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline()
    if not answer:
        raise AnnotatorError("stopped before the end")
    return answer.strip()


def emit(line: str = "") -> None:
    """Data: one line on stdout, made safe to show; its blanks stay as they are."""
    print(safe_text(line))


def emit_json(value: object) -> None:
    """Data: one JSON document on stdout, UTF-8, the same bytes for the same value.

    Control, bidirectional and invisible characters stand as `\\uXXXX`, so that JSON shown in a
    terminal is as harmless as any other output.
    """
    print(json_safe(json.dumps(value, ensure_ascii=False, indent=2)))


def emit_long_json(value: Mapping[str, object]) -> None:
    """Data: one JSON object with a line for each entry of its lists, where they are long.

    Indented JSON is written by Python itself, lines by the encoder in C: ten times as fast.
    """
    last = len(value) - 1
    print("{")
    for i, (name, part) in enumerate(value.items()):
        comma = "" if i == last else ","
        if isinstance(part, list) and part:
            print(f"{_line(name)}: [")
            print(",\n".join(map(_line, part)))
            print(f"]{comma}")
        else:
            print(f"{_line(name)}: {_line(part)}{comma}")
    print("}")


def losses_record(losses: Iterable[Loss]) -> list[dict[str, object]]:
    """The losses as every `--json` has them."""
    return [{"kind": x.kind, "count": x.count, "examples": x.examples} for x in losses]


def say_losses(what: str, losses: Iterable[Loss]) -> None:
    """Talk: a line for each kind of thing that was not kept, with where the first of them are.

    Args:
        what: How the lines begin: "not held by brat", "not taken over from doccano".
    """
    for loss in losses:
        examples = ", ".join(loss.examples[:3])
        say(f"{what}: {loss.kind}: {loss.count}" + (f" ({examples})" if examples else ""))


def say_outside(found: list[Outside]) -> None:
    """Talk: what annotations hold that the scheme in force does not have."""
    for what, count, article in ((o.what, o.count, o.article) for o in found[:NAMED]):
        say(f"outside the scheme, kept as it is: {what}: {count} (first in article {article})")
    if len(found) > NAMED:
        say(f"... and {len(found) - NAMED} more kinds (`annotator doctor --json` names all)")


def say_left_behind(found: Sequence[LeftBehind]) -> None:
    """Talk: what annotations are called under earlier versions of the scheme in force."""
    for one in found[:NAMED]:
        say(
            f"of an earlier version of the scheme: {one.was} ({one.now} now):"
            f" {counted(one.annotations, 'annotation')}"
        )
    if found:
        say("`annotator scheme migrate` brings them to the version in force")


def _line(value: object) -> str:
    return json_safe(json.dumps(value, ensure_ascii=False))


def is_terminal() -> bool:
    """Whether people read stdout as it comes."""
    return sys.stdout.isatty()


def emit_table(
    headings: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Iterable[int] = (),
    wrap: Iterable[int] = (),
) -> None:
    """Print a table: with rules and colour in a terminal, plain aligned columns elsewhere.

    Args:
        headings: One word or two for each column.
        rows: The cells; anything that is not a string is printed as `str` has it.
        right: Columns (from 0) to align on the right.
        wrap: Columns of prose, which go over several lines where the terminal is narrow; the
            others are cut, so that a row is a line.
    """
    cells = [[safe_line(str(c)) for c in row] for row in rows]
    numeric = frozenset(right)
    if is_terminal():
        _rich_table(headings, cells, numeric, frozenset(wrap))
    else:
        _plain_table(headings, cells, numeric)


def _plain_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], right: frozenset[int]
) -> None:
    from rich.cells import cell_len

    table = [[h.upper() for h in headings], *rows]
    widths = [max(cell_len(row[i]) for row in table) for i in range(len(headings))]
    for row in table:
        padded = (
            " " * (width - cell_len(cell)) + cell
            if i in right
            else cell + " " * (width - cell_len(cell))
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print(GAP.join(padded).rstrip())


def _rich_table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: frozenset[int],
    wrap: frozenset[int],
) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    widths = [max(cell_len(row[i]) for row in (headings, *rows)) for i in range(len(headings))]
    room = console.width - GAP_CELLS * len(headings)
    while sum(widths) > room and max(widths) > LEAST_CELLS:
        widths[widths.index(max(widths))] -= 1
    for i, heading in enumerate(headings):
        # The longest columns give way: cut, or over several lines where they are prose.
        table.add_column(
            Text(heading),
            justify="right" if i in right else "left",
            width=widths[i],
            no_wrap=i not in wrap,
            overflow="fold" if i in wrap else "ellipsis",
        )
    for row in rows:
        # Text objects, so that "[red]" in a title is not taken for markup.
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
