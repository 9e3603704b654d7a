"""The annotations of a project in another format: what is chosen, and whose readings are finished.

A reading is finished when every sentence is reviewed or annotated, a gold one when no case is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from annotator.domain.errors import InputError, NotFoundError
from annotator.domain.model import LAYERS, PROVENANCES, Layer, Provenance
from annotator.project.base import refuse_text
from annotator.project.readers import known_annotators

if TYPE_CHECKING:
    from annotator.formats import ExportReport
    from annotator.project.data import ProjectData
    from annotator.store.readings import Finished
    from annotator.store.transfer import ExportSelection


def select(
    project: ProjectData,
    *,
    annotators: Sequence[str] = (),
    layers: Sequence[str] = (),
    labels: Sequence[tuple[str, str]] = (),
    provenance: Sequence[str] = (),
    articles: Iterable[str | int] = (),
    splits: Sequence[str] = (),
    annotated: bool = False,
) -> ExportSelection:
    """Say which articles and annotations are meant; see `Project.select`."""
    from annotator.store.transfer import ExportSelection

    refuse_text(layers, "layers")
    refuse_text(provenance, "provenance")
    for what, given, known in (("layer", layers, LAYERS), ("provenance", provenance, PROVENANCES)):
        for name in given:
            if name not in known:
                raise InputError(f"no {what} {name!r}", f"there are: {', '.join(known)}")
    _refuse_unknown_labels(project, labels)
    _refuse_unknown_splits(project, splits)
    chosen = {
        "--by": annotators,
        "--layer": layers,
        "--label": ["=".join(pair) for pair in labels],
        "--provenance": provenance,
    }
    return ExportSelection(
        annotators=known_annotators(project, annotators),
        layers=cast("frozenset[Layer] | None", frozenset(layers) or None),
        labels=tuple(labels),
        provenance=cast("frozenset[Provenance] | None", frozenset(provenance) or None),
        articles=frozenset(project._resolved_each(articles)) or None,
        splits=frozenset(splits) or None,
        annotated=annotated,
        asked=" ".join(f"{option} {name}" for option, names in chosen.items() for name in names),
    )


def export(
    project: ProjectData,
    format_name: str,
    target: str | Path,
    options: Mapping[str, str] | None = None,
    selection: ExportSelection | None = None,
    *,
    finished: bool | None = None,
    by_split: bool = False,
    allow_leaks: bool = False,
    strict: bool = False,
    manifest: bool = True,
    card: bool = False,
    force: bool = False,
    command: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> ExportReport:
    """Write the annotations in a format: all of it, or (on any error) nothing.

    Args:
        command: What was typed, for the manifest.
        (the others): See `Project.export`.
    """
    from annotator import formats
    from annotator.project.splitting import refuse_leaks
    from annotator.store.transfer import ExportSelection, StoredContent

    form = formats.get(format_name)
    chosen = selection or ExportSelection()
    if "verdict" in (chosen.layers or ()) and not form.verdicts:
        able = ", ".join(f.name for f in formats.every() if f.verdicts and f.write)
        raise InputError(f"{form.name} holds no verdicts on suggestions", f"these do: {able}")
    if (by_split or chosen.splits) and not allow_leaks:
        refuse_leaks(project)
    if form.training if finished is None else finished:
        chosen = replace(chosen, finished=finished_of(project, chosen))
    content = StoredContent(project._store, chosen, progress)
    excluded = len(project.excluded())
    with content.snapshot():
        return formats.export(
            form,
            target,
            content,
            options,
            strict=strict,
            manifest=manifest,
            card=card,
            by_split=by_split,
            force=force,
            command=command,
            remarks=(f"articles that are left out (excluded): {excluded}",) if excluded else (),
        )


def finished_of(project: ProjectData, selection: ExportSelection) -> Finished:
    """Says which of the readings that are exported are finished."""
    from annotator.store.readings import Finished

    return Finished(project._store, _readers(project, selection))


def _readers(project: ProjectData, selection: ExportSelection) -> frozenset[str] | None:
    """Whose readings are exported: those named, or the judges where only gold is asked for."""
    gold: frozenset[Provenance] = frozenset({"adjudicated"})
    if selection.annotators is None and selection.provenance == gold:
        return frozenset(str(r["annotator"]) for r in project.readers() if r["adjudicated"])
    return selection.annotators


def _refuse_unknown_labels(project: ProjectData, labels: Sequence[tuple[str, str]]) -> None:
    """Raise NotFoundError for a label that neither the scheme nor any annotation has."""
    if not labels:
        return
    used = {(str(r["name"]), str(r["value"])) for r in project.label_counts()}
    known = used | {(a.name, v.name) for a in project.scheme().attributes for v in a.values}
    for name, value in labels:
        if (name, value) in known:
            continue
        values = sorted(v for n, v in known if n == name)
        names = sorted({n for n, _ in known})
        raise NotFoundError(
            f"no annotation has the label {name}={value}",
            f"{name} has: {', '.join(values)}" if values else f"there are: {', '.join(names)}",
        )


def _refuse_unknown_splits(project: ProjectData, names: Sequence[str]) -> None:
    """Raise NotFoundError for a split that no article is in."""
    known = sorted(set(project.splits().values())) if names else []
    for name in names:
        if name not in known:
            raise NotFoundError(
                f"no article is in a split {name!r}",
                f"there are: {', '.join(known)}" if known else "`annotator split` makes splits",
            )
