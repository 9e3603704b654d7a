"""The native JSON lines bring everything back, and name every record that is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from annotator import formats
from annotator.domain.errors import InputError
from annotator.domain.exchange import BadRecord, Document, SchemeRecord
from annotator.domain.scheme import DEFAULT_SCHEME
from annotator.store import Store
from annotator.store.transfer import (
    ExportSelection,
    ImportRefusedError,
    dataset,
    documents,
    import_items,
    rows,
    snapshot,
)
from tests.formats.support import (
    article_of,
    claim,
    export_given,
    filled,
    find,
    read_back,
    state,
    stored_documents,
)

NATIVE = formats.get("jsonl")


def exported(store: Store, target: Path, selection: ExportSelection | None = None) -> bytes:
    with snapshot(store):
        export_given(
            NATIVE,
            target,
            documents=lambda: documents(store, selection),
            rows=lambda: rows(store, selection),
            dataset=dataset(store, selection),
        )
    return target.read_bytes()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stored_documents())
def test_everything_comes_back_and_the_bytes_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, found: list[Document]
) -> None:
    folder = tmp_path_factory.mktemp("native")
    with filled(found) as store, Store.create(":memory:") as copy:
        custom = DEFAULT_SCHEME.read_text(encoding="utf-8") + "\n# changed\n"
        store.set_scheme(custom)
        first = exported(store, folder / "a.jsonl")
        result = import_items(copy, formats.read(NATIVE, folder / "a.jsonl"), actor="zoe")
        assert result.bad_count == 0
        assert state(copy) == state(store)
        assert copy.scheme() == store.scheme()
        assert [p for p in copy.findings() if p.problems] == []
        assert exported(copy, folder / "b.jsonl") == first


def two() -> tuple[Document, Document]:
    text = "“It is late,” she said. “Go home.”\nHe agreed 👩‍👩‍👧 with “her”."
    one = article_of(text, 1, title="Late")
    first = claim(
        one,
        find(text, "“It is late,”", "content"),
        find(text, "she", "source"),
        find(text, "“Go home.”", "content"),
        find(text, "said", "cue"),
        attributes={"stance": "neutral"},
        note="a\u2028b",
    )
    inner = claim(one, find(text, "“her”", "content"), parent=first.id, annotator="ben")
    other = article_of("Nothing here.", 2)
    return Document(one, (first, inner)), Document(other, ())


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def rewritten(path: Path, change: Callable[[list[dict[str, Any]]], None]) -> None:
    records = lines_of(path)
    change(records)
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with filled(two()) as store:
        exported(store, tmp_path / "x.jsonl")
    return tmp_path / "x.jsonl"


def test_a_record_has_the_documented_shape(file: Path) -> None:
    header, scheme, *_, article, _bare = lines_of(file)
    assert header == {
        "record": "header",
        "format": "annotator",
        "version": 1,
        "offset_unit": "codepoint",
    }
    assert scheme["record"] == "scheme"
    assert scheme["in_force"] is True
    first = article["claims"][0]
    assert [c["text"] for c in first["content"]] == ["“It is late,”", "“Go home.”"]
    assert first["source"] == [{"start": 14, "end": 17, "text": "she", "span": 0}]
    assert first["fragments"] == ["content", "source", "content", "cue"]
    assert "fragments" not in article["claims"][1]
    assert article["marks"] == []


def test_the_order_of_fragments_across_roles_survives(file: Path) -> None:
    document = next(i for i in read_back("jsonl", file) if isinstance(i, Document))
    assert document.annotations[0].fragments == two()[0].annotations[0].fragments


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda r: r[-2]["claims"][0]["cue"][0].update(start=19), "cue [19, 22) is 'aid' in"),
        (lambda r: r[-2]["claims"][0]["cue"][0].update(end=5000), "does not fit a text of"),
        (lambda r: r[-2]["claims"][0]["cue"][0].update(start=True), "'start' is true or false"),
        (lambda r: r[-2]["claims"][0].update(colour="red"), "unknown field 'colour'"),
        (lambda r: r[-2]["claims"][0].update(fragments=["cue"]), "does not fit the roles"),
        (lambda r: r[-2]["claims"][0].update(attributes={"a": 1}), "expected str"),
        (lambda r: r[-2]["claims"][1].pop("id"), "'id' is missing"),
        (lambda r: r[-2]["claims"][1].update(parent="nobody"), "its parent 'nobody' is not there"),
        (lambda r: r[-2]["claims"][0].update(parent=r[-2]["claims"][1]["id"]), "own parent"),
        (lambda r: r[-2].update(sha256="0" * 64), "not the one that sha256 was taken of"),
        (lambda r: r[-2].update(text="other"), "not the one that sha256"),
        (lambda r: r[-2].update(uid="x"), "is not that of the text"),
        (lambda r: r[-2].update(sentences=[{"start": 0, "end": 9, "paragraph": 5}]), "crosses its"),
        (lambda r: r[-2].update(paragraphs=[[5, 2]]), "expected [start, end]"),
        (lambda r: r[-2].update(surprise=1), "unknown field 'surprise'"),
        (lambda r: r[1].update(toml="name = 3"), "not a string"),
        (lambda r: r.append({"record": "poem"}), "unknown record 'poem'"),
        (lambda r: r.append([]), "expected an object"),
        (lambda r: r[-1].update(text="a\0b", sha256=None), "is not that of the text"),
    ],
)
def test_each_wrong_record_is_named_and_nothing_is_written(
    file: Path, change: Callable[[list[dict[str, Any]]], None], told: str
) -> None:
    rewritten(file, change)
    with Store.create(":memory:") as store:
        with pytest.raises(ImportRefusedError) as caught:
            import_items(store, formats.read(NATIVE, file), actor="zoe")
        assert told in caught.value.message
        assert store.uids() == []
        assert store.annotators() == []


def test_skip_bad_keeps_the_rest(file: Path) -> None:
    rewritten(file, lambda r: r[-2]["claims"][1]["content"][0].update(start=0))
    with Store.create(":memory:") as store:
        result = import_items(store, formats.read(NATIVE, file), actor="zoe", skip_bad=True)
        assert (result.articles, result.annotations, result.bad_count) == (2, 1, 1)
        where, message = result.bad[0]
        number = len(lines_of(file)) - 1
        assert where == f"x.jsonl:{number}"
        assert "claims[1]" in message
        assert len(store.annotations()) == 1


def test_undo_takes_back_the_whole_import_in_one_step(file: Path) -> None:
    with Store.create(":memory:") as store:
        import_items(store, formats.read(NATIVE, file), actor="zoe", label="import x.jsonl")
        undone = store.undo("zoe")
        assert undone is not None
        assert (undone.kind, len(undone.changes)) == ("undo", 2)
        assert store.annotations() == []
        store.redo("zoe")
        assert len(store.annotations()) == 2


def test_importing_twice_changes_nothing(file: Path) -> None:
    with Store.create(":memory:") as store:
        import_items(store, formats.read(NATIVE, file), actor="zoe")
        again = import_items(store, formats.read(NATIVE, file), actor="zoe")
        assert (again.annotations, again.unchanged, again.known) == (0, 2, 2)
        assert again.batch is None
        copies = import_items(store, formats.read(NATIVE, file), actor="zoe", new_ids=True)
        assert copies.annotations == 2
        parents = {a.id: a.parent for a in store.annotations()}
        assert len({p for p in parents.values() if p}) == 2
        assert all(p is None or p in parents for p in parents.values())


def test_an_annotation_that_differs_from_the_one_here_is_refused(file: Path) -> None:
    with Store.create(":memory:") as store:
        import_items(store, formats.read(NATIVE, file), actor="zoe")
        rewritten(file, lambda r: r[-2]["claims"][0].update(note="changed"))
        with pytest.raises(ImportRefusedError, match="with other content"):
            import_items(store, formats.read(NATIVE, file), actor="zoe")


def test_a_selection_chooses_articles_and_annotations(tmp_path: Path) -> None:
    with filled(two()) as store:
        chosen = ExportSelection(annotators=frozenset({"ben"}), annotated=True)
        exported(store, tmp_path / "x.jsonl", chosen)
        articles = [r for r in lines_of(tmp_path / "x.jsonl") if r["record"] == "article"]
        assert [(a["number"], len(a["claims"])) for a in articles] == [(1, 1)]
        people = [r for r in lines_of(tmp_path / "x.jsonl") if r["record"] == "annotator"]
        assert [p["name"] for p in people] == ["ben"]
        by_label = ExportSelection(labels=(("stance", "neutral"),))
        assert [len(d.annotations) for d in documents(store, by_label)] == [1, 0]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "its first line is no header"),
        (b'{"text": "a"}\n', "its first line is no header"),
        (b"\xff\xfe\n", "its first line is no header"),
        (b'{"record":"header","format":"annotator","version":2}\n', "newer annotator"),
    ],
)
def test_a_file_that_is_no_export_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "x.jsonl").write_bytes(content)
    with pytest.raises(InputError, match=told):
        read_back("jsonl", tmp_path / "x.jsonl")


def test_a_line_that_is_too_long_is_named_and_the_next_one_read(file: Path) -> None:
    with file.open("ab") as stream:
        stream.write(b'{"record":"article","text":"' + b"a" * (2 << 20) + b'"}\n')
        stream.write(b'{"record":"article","text":"' + b"b" * 90 + b'"}\n')
        stream.write(b"[" * 100_000 + b"\n")
    *_, long, short, deep = read_back("jsonl", file, max_line_mb="1")
    assert isinstance(long, BadRecord)
    assert "longer than 1 MB" in long.message
    assert isinstance(short, Document)
    assert isinstance(deep, BadRecord)


def test_the_scheme_in_force_is_not_changed_in_a_database_in_use(file: Path) -> None:
    custom = DEFAULT_SCHEME.read_text(encoding="utf-8") + "\n# mine\n"
    with filled([Document(article_of("Mine."))]) as store:
        mine = store.set_scheme(custom)
        import_items(store, formats.read(NATIVE, file), actor="zoe")
        assert store.scheme() == mine
        scheme = next(i for i in read_back("jsonl", file) if isinstance(i, SchemeRecord))
        assert store.scheme(scheme.version).version == scheme.version
