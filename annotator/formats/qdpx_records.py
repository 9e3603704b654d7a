"""Variables and cases of a REFI-QDA project, as metadata of its texts; the rest is counted."""

from __future__ import annotations

from annotator.codebook.refi import Node, child, children, guid, guid_of, local
from annotator.domain.losses import Losses
from annotator.formats.qdpx_selections import CodedSource
from annotator.formats.support.article_fields import METADATA

_KINDS = {"TextValue": "Text", "BooleanValue": "Boolean", "IntegerValue": "Integer"}
_CASE = "case"


class SourceMetadata:
    """What is known of the sources besides their texts."""

    def __init__(self, root: Node, losses: Losses, where: str) -> None:
        self._losses = losses
        self._names: dict[str, str] = {}
        self._ours: set[str] = set()
        for v in children(child(root, "Variables"), "Variable"):
            at, name = guid_of(v.get("guid")), v.get("name") or ""
            self._names[at] = name
            if at == guid("variable", name, v.get("typeOfVariable") or ""):
                self._ours.add(at)
        self._of_source: dict[str, dict[str, object]] = {}
        for case in children(child(root, "Cases"), "Case"):
            self._case(case, f"{where}: {case.get('name') or case.get('guid')}")
        for group, kind in (("Sets", "Set"), ("Graphs", "Graph")):
            for node in children(child(root, group), kind):
                losses.add(kind.lower(), f"{where}: {node.get('name') or node.get('guid')}")

    def of(self, source: CodedSource) -> dict[str, object]:
        """The metadata of a source: its own, and that of the cases it belongs to."""
        out = dict(self._of_source.get(source.guid, {}))
        for node in source.nodes:
            for value in children(node, "VariableValue"):
                self._take(value, out, source.where)
            described = child(node, "Description")
            if described is not None and (described.text or "").strip():
                out.setdefault("description", described.text or "")
        return out

    def _case(self, case: Node, where: str) -> None:
        sources = [guid_of(ref.get("targetGUID")) for ref in children(case, "SourceRef")]
        for name in ("CodeRef", "SelectionRef"):
            if found := children(case, name):
                self._losses.add(f"{name} of a case", where, len(found))
        described = child(case, "Description")
        if described is not None and (described.text or "").strip():
            self._losses.add("description of a case", where)
        if not sources:
            self._losses.add("case of no text", where)
            return
        said: dict[str, object] = {}
        for value in children(case, "VariableValue"):
            self._take(value, said, where)
        for source in sources:
            known = self._of_source.setdefault(source, {})
            name = case.get("name") or ""
            known[_CASE] = f"{known[_CASE]}; {name}" if known.get(_CASE) else name
            for key, what in said.items():
                if known.setdefault(key, what) != what:
                    self._losses.add(f"second value of the variable {key}", where)

    def _take(self, node: Node, out: dict[str, object], where: str) -> None:
        ref = child(node, "VariableRef")
        at = guid_of(ref.get("targetGUID")) if ref is not None else ""
        value = next((v for v in node if local(v).endswith("Value")), None)
        text = (value.text or "") if value is not None else ""
        name = self._names.get(at, "")
        if value is None or (not text and at not in self._ours):
            return
        if not name:
            self._losses.add("value of a variable that is not there", where)
            return
        kind = _KINDS.get(local(value), "")
        what: object = text
        if kind == "Boolean":
            what = text.strip() in ("true", "1")
        elif kind == "Integer":
            try:
                what = int(text)
            except ValueError:
                what = text
        # A field of an article is only what we wrote as one: "title" may mean anything.
        if name in METADATA and at not in self._ours:
            name = f"variable {name}"
        if out.setdefault(name, what) != what:
            self._losses.add(f"second value of the variable {name}", where)
