"""The sample articles of `annotator demo`, with example readings by three invented annotators."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.domain.errors import AnnotatorError
from annotator.domain.exchange import Document
from annotator.domain.records import annotation_from_record
from annotator.project.adding import add_sources
from annotator.project.layouts import Layouts

if TYPE_CHECKING:
    from annotator.project.data import ProjectData

_PACKAGE: Final = Path(__file__).resolve().parents[1]


def samples() -> Path:
    """The folder with `articles/` and `tour.toml`: in the package, or in a checkout's fixtures.

    Raises:
        AnnotatorError: when neither is there.
    """
    for folder in (_PACKAGE / "_demo", _PACKAGE.parent / "fixtures"):
        if (folder / "articles").is_dir():
            return folder
    raise AnnotatorError("the sample articles are missing", "install annotator again")


def add_samples(project: ProjectData, pipeline: str = "", *, readings: bool = False) -> None:
    """Put the sample articles into a new project, and with `readings` those of some of them.

    Raises:
        AnnotatorError: when they are missing or cannot be read.
    """
    articles = sorted(str(p) for p in (samples() / "articles").iterdir())
    outcome = add_sources(project, articles, Layouts(pipeline))
    if readings:
        load_readings(project, samples() / "readings")
    if outcome.failed:
        raise AnnotatorError("the sample articles cannot be read", "install annotator again")


def load_readings(project: ProjectData, folder: Path) -> int:
    """Bring the readings of `a`, `b` and `c` into a project that holds the sample articles.

    Args:
        project: Gets the readings.
        folder: With one JSON file per article, `{"article": NAME, "annotations": [record, ...]}`;
            articles that are not in it are passed over.

    Returns:
        How many annotations were added; 0 when they were there already. One undo of the annotator
        `examples` takes them back.
    """
    from annotator.store import transfer

    if project.annotations(annotator="a"):
        return 0
    result = transfer.import_items(
        project._store, _documents(project, folder), actor="examples", label="example readings"
    )
    return result.annotations


def _documents(project: ProjectData, folder: Path) -> Iterator[Document]:
    numbers = {name: uid for uid, _, name, _, _ in project.texts()}
    for path in sorted(folder.glob("*.json")):
        reading = json.loads(path.read_text(encoding="utf-8"))
        uid = numbers.get(reading["article"])
        if uid is not None:
            found = (annotation_from_record(r, path.name) for r in reading["annotations"])
            annotations = tuple(replace(a, article="", scheme="") for a in found)
            yield Document(project.article(uid), annotations, path.name)
