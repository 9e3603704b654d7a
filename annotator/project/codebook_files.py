"""A scheme as a file that other people and programs read, and theirs as a scheme.

lost = write_codebook(scheme, Path("codebook.html"))     # or .csv, .qdc, .toml
toml, lost = read_codebook(Path("theirs.qdc"))           # or .csv, .toml
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from annotator.codebook import table
from annotator.codebook.lost import count_lost
from annotator.codebook.page import codebook_page
from annotator.codebook.refi import (
    child,
    children,
    codebook_as_xml,
    local,
    read_codes,
    vocabulary_of,
)
from annotator.domain.errors import InputError, SchemeError
from annotator.domain.losses import Losses
from annotator.domain.scheme import Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.formats.qdpx_archive import parsed
from annotator.formats.support.output import Output, write_page
from annotator.project.scheme_from_data import LabelsSeen, scheme_from
from annotator.session.actions import reserved_keys
from annotator.version import __version__

WRITTEN: Final = (".html", ".csv", ".qdc", ".toml")
READ: Final = (".qdc", ".csv", ".toml")
_LIMIT: Final = 64 << 20
_QDC: Final[Mapping[str, tuple[str, ...]]] = {
    "role": ("name", "guideline"),
    "span": ("name", "guideline"),
    "attribute": ("name", "layer", "guideline", "values", "text"),
    "relation": ("name", "guideline"),
    "value": ("name", "guideline"),
}
"""What a codebook of REFI-QDA holds: names, how they stand under each other, and descriptions."""


def write_codebook(scheme: Scheme, target: Path, *, force: bool = False) -> Losses:
    """Write a scheme as a page, a table, a codebook of REFI-QDA, or as its source.

    Args:
        scheme: What is written.
        target: Its ending says as what: .html, .csv, .qdc or .toml.
        force: Write over a file that annotator did not write.

    Returns:
        What the file does not hold of it.

    Raises:
        InputError: for another ending, or a target that cannot be written.
    """
    losses = Losses()
    match target.suffix.lower():
        case ".html":
            write_page(target, codebook_page(scheme), force=force)
            return losses
        case ".csv":
            text = "\ufeff" + table.table_of(scheme, losses)
        case ".qdc":
            count_lost(scheme, _QDC, losses, top=("name",))
            text = codebook_as_xml(scheme, f"annotator {__version__}")
        case ".toml":
            text = scheme.toml
        case ending:
            raise InputError(
                f"{target}: a scheme is not written as {ending or 'a file without an ending'}",
                f"end the name in {', '.join(WRITTEN)}",
            )
    with Output(target, force=force) as out, out.open() as stream:
        stream.write(text.encode())
    return losses


def read_codebook(source: Path, reserved: Mapping[str, str] | None = None) -> tuple[str, Losses]:
    """The source (TOML) of the scheme that a codebook of REFI-QDA, or our table, describes.

    Codes of another program become the labels of the span layer `code`, each called by the whole
    way to it, with its description as guideline; the keys that are free go to them in their order.

    Args:
        source: A .qdc, .csv or .toml file.
        reserved: Characters that cannot be keys -> what they do; None for those of the program.

    Returns:
        The source, and what was not taken over.

    Raises:
        InputError: for a file that cannot be used.
        SchemeError: when what it describes is no sound scheme.
    """
    losses = Losses()
    reserved = reserved_keys() if reserved is None else reserved
    data = _bytes(source)
    name = "".join(c if c.isalnum() else "_" for c in source.stem) or "codebook"
    try:
        match source.suffix.lower():
            case ".qdc":
                toml = _from_qdc(data, source, name, reserved, losses)
            case ".csv":
                toml = table.scheme_of_table(_text(data), name, losses)
            case ".toml":
                toml = _text(data)
            case ending:
                raise InputError(
                    f"a scheme is not read from {ending or 'a file without an ending'}",
                    f"it is read from {', '.join(READ)}",
                )
        parse_scheme(toml, reserved)
    except InputError as error:
        raise InputError(f"{source}: {error.message}", error.hint) from error
    except SchemeError as error:
        raise SchemeError(f"{source}: {error.message}", error.hint) from error
    return toml, losses


def _bytes(source: Path) -> bytes:
    try:
        with source.open("rb") as stream:
            data = stream.read(_LIMIT + 1)
    except OSError as error:
        raise InputError(f"{source}: cannot be read ({error.strerror})") from error
    if len(data) > _LIMIT:
        raise InputError(f"{source}: larger than {_LIMIT >> 20} MB, which no codebook is")
    return data


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 ({error.reason})") from error


def _from_qdc(
    data: bytes, source: Path, name: str, reserved: Mapping[str, str], losses: Losses
) -> str:
    root = parsed(data, source.name)
    if local(root) != "CodeBook":
        raise InputError(f"no codebook of REFI-QDA, but a <{local(root)}>")
    try:
        codes = read_codes(child(root, "Codes"))
    except RecursionError as error:
        raise InputError("nested too deeply to be read") from error
    if not codes:
        raise InputError("there is no code in it")
    for node in children(child(root, "Sets"), "Set"):
        losses.add("set", node.get("name") or node.get("guid") or "")
    seen = LabelsSeen()
    seen.add(vocabulary_of(codes))
    title = source.stem if source.stem.isprintable() else name
    return scheme_from(seen, name=name, title=title, reserved=reserved, losses=losses)
