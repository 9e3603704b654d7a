"""Reading Label Studio's JSON, ours and that of its own projects.

A region with several labels is one piece for each. What is said of a region becomes attributes of
its pieces; what is said of the task, attributes of the article. Layers that keep their names are
read as in `label_studio_layers`. The text is the field of `data` that the regions name, or `text`,
or the only one; a page of HTML is read as its text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Final

from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document, Item
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation
from annotator.formats import label_studio_layers as layers
from annotator.formats.hypertext import Page
from annotator.formats.label_studio_config import LabellingConfiguration, configuration_of
from annotator.formats.label_studio_entry import TaskEntry, results_of, value_of, who_of
from annotator.formats.label_studio_layers import Controls
from annotator.formats.label_studio_min import is_minimal, task_of
from annotator.formats.support.article_fields import METADATA
from annotator.formats.support.base import Option, Options
from annotator.formats.support.foreign import article_from
from annotator.formats.support.jsonio import Fields, whole
from annotator.formats.support.span_layers import in_layers

TEXT_KEY: Final = Option("text-key", "", "reading: the field of `data` that holds the text")
CONFIG: Final = Option(
    "config",
    "auto",
    "writing: the labelling configuration beside it (yes, no; auto: where there are layers of your"
    " own); reading: the file that holds the project's",
)
_ASKED: Final = 20
"""How many tasks, and regions of each, are asked where the text is."""
_SEVERAL: Final = frozenset({"labels", "hypertextlabels", "choices"})
"""Fields of a result that hold its values."""
_MEDIA: Final = re.compile(
    r"\S+\.(jpe?g|png|gif|bmp|webp|tiff?|svg|wav|mp3|ogg|flac|m4a|aac|mp4|webm|avi|mov|pdf)(\?\S*)?",
    re.IGNORECASE,
)
"""Where a picture, sound or film is: what stands instead of a text in tasks about one."""
_ENTRIES: Final = ("annotations", "completions", "predictions")


def read(path: Path, options: Options, losses: Losses) -> Iterator[Item]:
    """Read an export of Label Studio, or of ours: a list of tasks."""
    tasks = whole(path, options)
    config = configuration_of(options.text(CONFIG.name), tasks, path)
    if isinstance(tasks, dict):
        tasks = tasks["tasks"] if isinstance(tasks.get("tasks"), list) else [tasks]
    if not isinstance(tasks, list):
        raise InputError(f"{path}: not a list of tasks")
    key = options.text(TEXT_KEY.name)
    reader = _Reader(key, in_layers(options), config, losses, _likely_key(tasks))
    reader.controls.several |= set(_several_in(tasks))
    for i, value in enumerate(tasks):
        where = f"{path.name}[{i}]"
        try:
            document = reader.document(Fields(value, where))
            if document is not None:
                yield document
        except InputError as error:
            yield BadRecord(where, error.message.removeprefix(f"{where}: "))
    if reader.own:
        yield reader.controls.vocabulary()


@dataclass(slots=True)
class _Reader:
    """Reads the tasks of a file."""

    key: str
    """The field of `data` that holds the text, as whoever reads says."""
    own: bool
    """Whether spans are those of layers."""
    config: LabellingConfiguration | None
    losses: Losses
    likely: str = ""
    """The field that fits the regions of the file, where nothing else tells which is the text."""
    controls: Controls = field(default_factory=Controls)

    def __post_init__(self) -> None:
        if self.config:
            self.controls.declared = self.config.vocabulary()
            found = self.config.controls.values()
            self.controls.several |= {c.name for c in found if c.several}

    def document(self, task: Fields) -> Document | None:
        """The article of a task, with what all its entries say; None for one about no text."""
        losses = self.losses
        if is_minimal(task.value):
            task = task_of(task, self.config, losses, self.key or self.likely)
        if "data" not in task.value:
            raise InputError(
                f"{task.where}: no task with `data`; export as JSON or JSON-MIN, not as CSV"
            )
        data = Fields(task.table("data"), f"{task.where}: data")
        entries = [(kind, e) for kind in _ENTRIES for e in _entries(task, kind, losses)]
        results = [r for _, e in entries for r in results_of(e)]
        key = self._text_key(data, results)
        if _MEDIA.fullmatch(data.loose(key)):
            losses.add("task about a picture, sound or film", task.where)
            for result in results:
                losses.add(f"result of type {result.text('type')}", result.where)
            return None
        page = None
        if any(isinstance(value_of(r).get("start"), str) for r in results):
            page = Page(data.text(key))
        text = page.text if page else data.text(key)
        shown = self.config.shown(key) if self.config else ""
        made: list[tuple[Annotation, ...]] = []
        by: set[str] = set()
        for kind, entry in entries:
            read = TaskEntry(entry, key, shown, data, text, page, losses, self.own, self.controls)
            found = tuple(read.annotations())
            if kind == "predictions":
                found = tuple(replace(a, provenance="suggested") for a in found)
            elif entry.flag("ground_truth", False):
                found = tuple(replace(a, provenance="adjudicated") for a in found)
            who = f"{kind}: {who_of(entry)}"
            if self.own and who in by:
                losses.add("second annotation of a task by one person, joined", entry.where)
            by.add(who)
            made.append(found)
        for draft in task.items("drafts", []):
            losses.add("draft", task.where, len(Fields(draft, task.where).items("result", [])) or 1)
        for commented in [task, *(e for _, e in entries)]:
            for _ in filter(None, commented.items("comments", [])):
                losses.add("comment", commented.where)
        given = task.table("meta", {}) | data.value
        given = {k: v for k, v in given.items() if k not in (key, "uid")}
        if self.own and "uid" not in data.value:
            given[layers.SETTINGS] = {
                "text": key,
                "shown": shown or _shown(results),
                "data": list(data.value),
                "controls": _kinds_of(results),
            }
        return Document(article_from(text, given), _apart(made), task.where)

    def _text_key(self, data: Fields, results: list[Fields]) -> str:
        """The field of `data` that the regions are about."""
        texts = [k for k, v in data.value.items() if isinstance(v, str)]
        named = [str(r.value["to_name"]) for r in results if r.value.get("to_name")]
        shown = self.config.texts if self.config else {}
        told = [*(shown[n] for n in named if n in shown), *shown.values()]
        first = (k for k in (self.key, *told, *named, "text", self.likely) if k in texts)
        plain = [k for k in texts if k not in METADATA and k != "uid"]
        key = next(first, plain[0] if len(plain) == 1 else "")
        if self.key and key != self.key:
            raise InputError(f"{data.where}: no text {self.key!r}")
        if not key and plain:
            raise InputError(
                f"{data.where}: which of {', '.join(plain)} is the text? (-o {TEXT_KEY.name}=NAME)"
            )
        return key or "text"


def _shown(results: list[Fields]) -> str:
    """What the regions call that which they are about."""
    return next((r.loose("to_name") for r in results if r.value.get("to_name")), "text")


def _kinds_of(results: list[Fields]) -> dict[str, str]:
    """Control -> the kind of its results, of those that are no plain labels or choices."""
    found = {r.loose("from_name"): r.text("type") for r in results if r.value.get("from_name")}
    return {k: v for k, v in sorted(found.items()) if v not in ("labels", "choices")}


def _entries(task: Fields, kind: str, losses: Losses) -> Iterator[Fields]:
    for i, value in enumerate(task.items(kind, [])):
        where = f"{task.where}: {kind}[{i}]"
        if isinstance(value, int):
            losses.add(f"{kind} given by number only", where)
            continue
        entry = Fields(value, where)
        if entry.flag("was_cancelled", False):
            losses.add("cancelled annotation", where)
        else:
            yield entry


def _likely_key(tasks: list[object]) -> str:
    """The field in which the words of the regions stand; "" where none, or more than one, fits."""
    votes: Counter[str] = Counter()
    asked = 0
    for task in tasks:
        data = task.get("data", task) if isinstance(task, dict) else {}
        words = list(islice(_words_in(task), _ASKED))
        if not isinstance(data, dict) or not words:
            continue
        asked += 1
        for name, text in data.items():
            if isinstance(text, str) and all(text[s:e] == w for s, e, w in words):
                votes[name] += 1
        if asked == _ASKED:
            break
    fitting = [name for name, count in votes.items() if count == asked]
    return fitting[0] if len(fitting) == 1 else ""


def _several_in(value: object, name: str = "") -> Iterator[str]:
    """The controls that have several values at once, wherever a result of theirs stands."""
    if isinstance(value, dict):
        said = value.get("value", value)
        control = str(value.get("from_name") or value.get("type") or name)
        lists = said.items() if isinstance(said, dict) else ()
        if any(isinstance(v, list) and len(v) > 1 and k in _SEVERAL for k, v in lists):
            yield control
        for key, inner in value.items():
            yield from _several_in(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _several_in(inner, name)


def _words_in(value: object) -> Iterator[tuple[int, int, str]]:
    """Place and words of every region, wherever it stands in a task."""
    if isinstance(value, dict):
        match value.get("start"), value.get("end"), value.get("text"):
            case int(start), int(end), str(words):
                yield start, end, words
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        yield from _words_in(item)


def _apart(entries: list[tuple[Annotation, ...]]) -> tuple[Annotation, ...]:
    """Ids of foreign entries count from the start in each; make them unique in the task."""
    out: list[Annotation] = []
    seen: set[str] = set()
    for i, found in enumerate(entries):
        clash = any(a.id in seen for a in found)
        for a in found:
            seen.add(a.id)
            if clash:
                ends = (f"{i}:{end}" if end else end for end in (a.parent, a.head, a.tail))
                parent, head, tail = ends
                a = replace(a, id=f"{i}:{a.id}", parent=parent, head=head, tail=tail)
            out.append(a)
    return tuple(out)
