"""Annotations of another format into the project: all of them, or (on any bad record) none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final, Literal

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document, Item
from annotator.domain.losses import Losses
from annotator.formats.in_scheme import in_scheme
from annotator.formats.support.span_layers import SPANS, has_layers
from annotator.project.layouts import Layouts
from annotator.project.scheme_from_data import LabelsSeen, scheme_from

if TYPE_CHECKING:
    from annotator.formats import Format
    from annotator.project.data import ProjectData
    from annotator.store.imported import Imported

Whose = Literal["field", "suffix", "importer"]
"""Whose the annotations of a file are: what it says, what its name ends with, or whoever imports
it."""
FROM: Final = "annotator-from"
"""The option of formats that find themselves the text that belongs to NAME_anna."""
UNNAMED: Final = "import"
"""Stands in the journal for whoever imports and does not say who they are."""


def import_annotations(
    project: ProjectData,
    format_name: str,
    source: str | Path,
    options: Mapping[str, str] | None = None,
    *,
    annotator: str | None = None,
    whose: Whose | None = None,
    skip_bad: bool = False,
    new_ids: bool = False,
    apart: str = "",
    strict: bool = False,
    pipeline: str = "",
    scheme_from_data: bool = False,
    scheme_file: str | Path | None = None,
    reserved: Mapping[str, str] | None = None,
    progress: Callable[[], None] | None = None,
) -> Imported:
    """Read a file or folder into a project, as one action that one undo takes back.

    Args:
        project: Gets the articles that are not there yet, and the annotations.
        format_name: One of those in `annotator formats`.
        source: A file or folder; "-" is standard input.
        options: The format's own, by name.
        annotator: Who imports: the annotator of the action, and of annotations that name none.
            None for nobody: then all of them must name theirs.
        whose: Whose the annotations are; None for what is usual with the format.
        skip_bad: Pass over records that cannot be used; they are named in the result.
        new_ids: New ids for every annotation: a copy beside the old ones.
        apart: Keep them apart from what is here: as new annotations, anna's as anna-NAME's.
        strict: Refuse when something would not be taken over.
        pipeline: What finds the tokens of new articles (see `Layouts`).
        scheme_from_data: Put in force a scheme that has what the files hold, in the same action;
            where there are annotations already, the one in force with what it lacks.
        scheme_file: Where that scheme is written too; a file that is there is not written over.
        reserved: Characters that cannot be keys of labels -> what they do; None for the usual.
        progress: Called after each document.

    Raises:
        InputError: for a format, option or file that cannot be used, bad records without
            `skip_bad`, or losses with `strict`; nothing is written.
        AnnotatorError: when the annotations are the importer's, and nobody is named.
    """
    from annotator import formats
    from annotator.store import transfer

    form = formats.get(format_name)
    given = dict(options or {})
    if takes_importer(form, given, whose):
        annotator = project.who(annotator)
    if whose and _finds_texts(form):
        given[FROM] = "suffix" if whose == "suffix" else "importer"
        whose = None
    reads_spans = SPANS.name not in given and any(o.name == SPANS.name for o in form.options)
    if reads_spans and (scheme_from_data or has_layers(project.scheme())):
        given[SPANS.name] = "layers"
    losses = Losses()

    def nothing_lost() -> None:
        if strict and losses.total:
            told = "; ".join(f"{loss.kind}: {loss.count}" for loss in losses)
            raise InputError(
                f"not everything would be taken over from {format_name}, so nothing was: {told}",
                "leave out --strict to import the rest",
            )

    store = project._store
    toml = _scheme_of(project, form, source, given, reserved, losses) if scheme_from_data else ""
    items = attributed(transfer.bound(store, formats.read(form, source, given, losses)), whose)
    if given.get(SPANS.name) == "layers" and not scheme_from_data:
        items = in_scheme(items, project.scheme())
    with _written(toml, scheme_file):
        return transfer.import_items(
            store,
            owned(items) if annotator is None else items,
            actor=UNNAMED if annotator is None else annotator,
            layout=Layouts(pipeline).of_draft,
            skip_bad=skip_bad,
            new_ids=new_ids,
            apart=apart,
            losses=losses,
            check=nothing_lost,
            label=f"import {format_name} {source}",
            progress=progress,
            scheme=toml,
        )


def _scheme_of(
    project: ProjectData,
    form: Format,
    source: str | Path,
    options: Mapping[str, str],
    reserved: Mapping[str, str] | None,
    losses: Losses,
) -> str:
    """The source of the scheme that the files are to be under.

    Raises:
        InputError: when the files cannot be read twice, or hold no label at all.
        ImportRefusedError: when they hold none because no record can be used.
    """
    from annotator import formats
    from annotator.session.actions import reserved_keys
    from annotator.store import transfer
    from annotator.store.imported import ImportRefusedError

    if str(source) == "-":
        raise InputError(
            "a scheme from data needs a file: it is read twice, and standard input only once",
            "save it, and name the file",
        )
    seen = LabelsSeen()
    bad: list[BadRecord] = []
    for item in transfer.bound(project._store, formats.read(form, source, options)):
        seen.add(item)
        if isinstance(item, BadRecord):
            bad.append(item)
    if not seen.anything:
        if bad:  # no label was found because nothing could be read
            raise ImportRefusedError(bad, len(bad), Counter())
        raise InputError(f"{source}: no label to make a scheme of", "leave out --scheme-from-data")
    stem = PurePath(source).stem or form.name
    return scheme_from(
        seen,
        name="".join(c if c.isalnum() else "_" for c in stem) or form.name,
        title=f"{stem}, from {form.name}" if stem.isprintable() else form.name,
        reserved=reserved_keys() if reserved is None else reserved,
        base=project.scheme().toml if project._store.size() else "",
        losses=losses,
    )


@contextmanager
def _written(toml: str, target: str | Path | None) -> Iterator[None]:
    """A scheme's file, which goes again when what is done meanwhile fails.

    Raises:
        InputError: when there is another file of that name, or it cannot be written.
    """
    if target is None or not toml:
        yield
        return
    path = Path(target)
    try:
        if path.is_file() and path.read_bytes() == toml.encode():
            yield
            return
        with path.open("x", encoding="utf-8", newline="") as stream:
            stream.write(toml)
    except FileExistsError as error:
        raise InputError(f"{path}: is there already", "name another file") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})") from error
    try:
        yield
    except BaseException:
        path.unlink()
        raise


def takes_importer(form: Format, options: Mapping[str, str], whose: Whose | None) -> bool:
    """Whether the annotations become those of whoever imports them, who must be named then."""
    if whose is None:
        return options.get(FROM) == "importer"
    return whose == "importer" or (whose == "field" and _finds_texts(form))


def _finds_texts(form: Format) -> bool:
    return any(o.name == FROM for o in form.options)


def attributed(items: Iterable[Item], whose: Whose | None) -> Iterator[Item]:
    """The items with the annotator that their file's name ends with, or with none."""
    for item in items:
        if isinstance(item, Document) and whose in ("suffix", "importer"):
            stem = PurePath(item.where.partition(":")[0]).stem
            name = stem.rpartition("_")[2] if whose == "suffix" and "_" in stem else ""
            made = tuple(replace(a, annotator=name) for a in item.annotations)
            item = replace(item, annotations=made)
        yield item


def owned(items: Iterable[Item]) -> Iterator[Item]:
    """The items as they are.

    Raises:
        InputError: for an annotation that names no annotator.
    """
    for item in items:
        if isinstance(item, Document) and not all(a.annotator for a in item.annotations):
            raise InputError(
                f"{item.where}: annotations that name no annotator, and nobody is named here",
                "say whose they are: --as NAME, or ANNOTATOR_NAME, or name in the configuration",
            )
        yield item
