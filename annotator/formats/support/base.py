"""What a format is: its name, its options, how it writes and reads, and what it cannot hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from annotator.domain.errors import InputError, MissingExtraError
from annotator.domain.exchange import Dataset, Document, Item, Rows
from annotator.domain.extras import missing
from annotator.domain.left_out import Unfinished
from annotator.domain.losses import Loss, Losses
from annotator.domain.model import Layer
from annotator.formats.support.output import Output, WrittenFile

_TRUE: Final = frozenset({"yes", "true", "on", "1"})
_FALSE: Final = frozenset({"no", "false", "off", "0"})


@dataclass(frozen=True, slots=True)
class Option:
    """A setting of one format, given as `-o NAME=VALUE`."""

    name: str
    default: str
    help: str
    choices: tuple[str, ...] = ()
    """Values that are allowed; empty for any. `("yes", "no")` makes it a flag."""


class Options:
    """The settings of one run, checked against what the format declares.

    Raises:
        InputError: for an unknown name, or a value that is not among the choices.
    """

    def __init__(self, declared: Iterable[Option], given: Mapping[str, str] | None = None) -> None:
        known = {o.name: o for o in declared}
        self._values = {name: o.default for name, o in known.items()}
        for name, value in (given or {}).items():
            option = known.get(name)
            if option is None:
                raise InputError(
                    f"this format has no option {name!r}",
                    f"it has: {', '.join(sorted(known)) or 'none'}",
                )
            if option.choices == ("yes", "no") and value.lower() in _TRUE | _FALSE:
                value = "yes" if value.lower() in _TRUE else "no"
            if option.choices and value not in option.choices:
                raise InputError(f"option {name}: {value!r} is none of {', '.join(option.choices)}")
            self._values[name] = value

    def text(self, name: str) -> str:
        """The value as it was given."""
        return self._values[name]

    def flag(self, name: str) -> bool:
        """The value of a yes/no option."""
        return self._values[name] == "yes"

    def number(self, name: str) -> int:
        """The value as a whole number; InputError when it is none."""
        try:
            return int(self._values[name])
        except ValueError as error:
            raise InputError(f"option {name}: {self._values[name]!r} is not a number") from error

    def names(self, name: str) -> tuple[str, ...]:
        """The value as a list: "a, b" is ("a", "b")."""
        return tuple(v.strip() for v in self._values[name].split(",") if v.strip())


def split_of(document: Document) -> str:
    """The split (train, dev, test) that an article belongs to: `split` of its metadata, or ""."""
    return str(document.article.meta.get("split", ""))


Writer = Callable[[Iterable[Document], Dataset, Output, Options, Losses], None]
RowsWriter = Callable[[Iterable[Rows], Dataset, Output, Options, Losses], None]
Reader = Callable[[Path, Options, Losses], Iterator[Item]]


@dataclass(frozen=True, slots=True)
class Format:
    """One file format. A module of `annotator.formats` makes one and calls it FORMAT.

    `write(documents, dataset, out, options, losses)` takes documents as they stream by, and puts
    bytes into `out.open(name)`. It must not keep documents, write times of day, or depend on the
    order of a set or dictionary that the input does not fix: equal input is equal bytes.

    `read(path, options, losses)` yields documents, and a BadRecord for each record that cannot be
    used; it raises InputError when the file as a whole cannot be. What it passes over, joins or
    rewrites goes to `losses`: labels in the file = labels in the documents + labels counted there.
    """

    name: str
    """What is typed: `annotator export NAME OUT`."""
    title: str
    suffix: str
    """Of the file it writes, with the dot; empty when it writes a folder."""
    holds: str
    """What comes back after export and import, in a few words."""
    loses: str
    """What does not, and is counted."""
    unit: str
    """How offsets are counted in the file: codepoint, utf-16, token, none."""
    write: Writer | None = None
    read: Reader | None = None
    options: tuple[Option, ...] = ()
    extra: str = ""
    """The optional extra that its library sits in."""
    front_matter: Callable[[Iterable[WrittenFile]], list[str]] | None = None
    """Makes further lines of the card's head; a format that has them always has a card."""
    text_of_card: str = ""
    """How to load it, for the data card."""
    verdicts: bool = False
    """Whether it holds what people decided about suggestions. Others are not given verdicts: these
    say nothing about the text, so an export without them lacks nothing."""
    layer: Layer | None = None
    """The one layer that it is about: it is not given the others, which lose nothing by it. How
    many they are is a remark of the export."""
    splits: bool = False
    """Whether it divides articles by their split itself, so that nobody else needs to."""
    training: bool = False
    """Whether programs learn from it: what is not annotated in it is taken for a negative, so by
    default only readings that are finished are exported."""
    suffix_option: str = ""
    """The option that names the suffix (without the dot), for formats of several kinds of file."""
    write_rows: RowsWriter | None = None
    """Writes the same bytes as `write`, from rows; for formats that hold all of a database."""

    def suffix_with(self, options: Options) -> str:
        """Of the file that it writes with these settings, with the dot."""
        asked = options.text(self.suffix_option) if self.suffix_option else ""
        return f".{asked}" if asked else self.suffix

    @property
    def folder(self) -> bool:
        """Whether it writes several files."""
        return not self.suffix


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export held, and what the format could not hold."""

    format: str
    articles: int
    annotations: int
    spans: int
    """Fragments."""
    losses: tuple[Loss, ...]
    files: tuple[WrittenFile, ...]
    """Empty for an export to stdout."""
    remarks: tuple[str, ...] = ()
    """What whoever exports should know besides; it stands in the manifest as well."""
    empty: tuple[str, ...] = ()
    """Splits of the database that no exported article is in, where the export is split."""
    left_out: Unfinished | None = None
    """What was left out as not finished; None where that was not asked."""


def needs(package: str, extra: str) -> MissingExtraError:
    """The error for a package that sits in an extra which is not installed."""
    return missing(f"this format needs the package {package}", extra)
