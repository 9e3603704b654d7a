"""Label Studio's JSON-MIN as tasks: a flat record for each annotation of a task.

https://labelstud.io/guide/export: fields of the data and answers stand side by side, by name; an
answer that is one string looks like a datum, and only the labelling configuration tells. JSON-MIN
has no relations, and does not say of which region a single choice was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from annotator.domain.losses import Losses
from annotator.formats.label_studio_config import LabellingConfiguration
from annotator.formats.support.article_fields import METADATA
from annotator.formats.support.jsonio import Fields

_RECORD: Final = frozenset(
    {"id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time", "history"}
    | {"agreement", "was_cancelled", "ground_truth"}
)
"""What Label Studio says of the annotation."""
_SAYING: Final = ("choices", "text", "rating", "number", "datetime", "taxonomy")


def is_minimal(task: Mapping[str, object]) -> bool:
    """Whether a record is one of JSON-MIN."""
    return "annotation_id" in task and "data" not in task and "annotations" not in task


def task_of(
    record: Fields, config: LabellingConfiguration | None, losses: Losses, text_key: str = ""
) -> Fields:
    """The task with its one annotation, as the full JSON has it.

    Args:
        text_key: The field that is known to be the text.
    """
    data: dict[str, object] = {}
    results: list[dict[str, Any]] = []
    places: dict[str, str] = {}
    for name, value in record.value.items():
        if name in _RECORD:
            continue
        control = config.controls.get(name) if config else None
        answers = list(_answers(name, value, control.kind if control else ""))
        if not answers:
            data[name] = value
            if not config and isinstance(value, str) and name not in ("text", text_key, *METADATA):
                why = "an answer? -o config=FILE tells"
                losses.add(f"field {name} taken for a datum ({why})", record.where)
            continue
        for answer in answers:
            if control and control.region and "start" not in answer["value"]:
                losses.add(f"{name} of a region that JSON-MIN does not name", record.where)
                continue
            results.append(answer)
    for i, result in enumerate(results):
        place = f"{result['value'].get('start')} {result['value'].get('end')}"
        if result["type"].endswith("labels"):
            places.setdefault(place, f"region {i}")
            result["id"] = f"region {i}"
    for i, result in enumerate(results):
        place = f"{result['value'].get('start')} {result['value'].get('end')}"
        result.setdefault("id", places.get(place, f"answer {i}"))
    entry: dict[str, object] = {"completed_by": record.value.get("annotator"), "result": results}
    for name in ("was_cancelled", "ground_truth"):
        if name in record.value:
            entry[name] = record.value[name]
    return Fields({"data": data, "annotations": [entry]}, record.where)


def _answers(name: str, value: object, kind: str) -> Iterator[dict[str, Any]]:
    """The results that a field holds; none for a datum."""
    for found in value if isinstance(value, list) else [value]:
        said: dict[str, Any] | None = None
        if isinstance(found, dict):
            labels = next((k for k in found if k.endswith("labels")), "")
            key = labels or next((k for k in _SAYING if k in found and _is_answer(found, k)), "")
            if key:
                said, kind_ = found, {"text": "textarea"}.get(key, key)
        elif kind and not kind.endswith("labels") and isinstance(found, (str, int, float)):
            key = {"textarea": "text"}.get(kind, kind)
            said, kind_ = {key: [found] if key in ("choices", "text") else found}, kind
        if said is not None:
            yield {"from_name": name, "type": kind_, "value": said}


def _is_answer(found: Mapping[str, object], key: str) -> bool:
    """Whether an object is an answer, and no datum with such a field: it has nothing else."""
    return not found.keys() - {key, "start", "end", "text", "type"}
