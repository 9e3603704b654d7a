"""Web annotations as other programs write them: containers, bodies, selectors, texts from here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from annotator import formats
from annotator.domain.exchange import BadRecord, Document, Unbound
from annotator.domain.losses import Losses
from annotator.domain.model import Annotation
from annotator.store import Store
from annotator.store.transfer import ImportRefusedError, import_items
from tests.formats.support import article_of, claim, filled, find, lay_out, read_back, written

FOREIGN = Path(__file__).parent / "foreign"
TEXT = "Ida Vos gave the school a bike. Ida Vos left."
SOURCE = "http://example.org/a"


def place(start: int, end: int) -> dict[str, Any]:
    return {"type": "TextPositionSelector", "start": start, "end": end}


def quote(exact: str, **more: str) -> dict[str, Any]:
    return {"type": "TextQuoteSelector", "exact": exact, **more}


def note(*bodies: Any, selector: Any = None, **more: Any) -> dict[str, Any]:
    target: Any = {"source": SOURCE, "selector": selector} if selector else SOURCE
    return {
        "id": f"#{len(bodies)}",
        "type": "Annotation",
        "body": [*bodies],
        "target": target,
    } | more


def tag(value: Any, purpose: str | None = "tagging", **more: Any) -> dict[str, Any]:
    return {
        "type": "TextualBody",
        "value": value,
        **({"purpose": purpose} if purpose else {}),
    } | more


def reading(tmp_path: Path, value: Any, *, by_line: bool = False) -> tuple[Any, dict[str, int]]:
    """What a file says about TEXT, and what was counted."""
    path = tmp_path / "x.json"
    lines = [json.dumps(v) for v in value] if by_line else [json.dumps(value, indent=1)]
    path.write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "text.txt").write_text(TEXT, encoding="utf-8")
    losses = Losses()
    given = {"text": str(tmp_path / "text.txt")}
    items = list(formats.read(formats.get("w3c"), path, given, losses))
    return items, {x.kind: x.count for x in losses}


def taken_from(items: Any) -> tuple[Annotation, ...]:
    (document,) = items
    assert isinstance(document, Document)
    assert document.article.text == TEXT
    return document.annotations


def said(a: Annotation) -> tuple[object, ...]:
    words = tuple(TEXT[f.start : f.end] for f in a.fragments)
    return (a.layer, words, dict(a.attributes), a.note, a.annotator)


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda notes: notes,
        lambda notes: {"type": "AnnotationPage", "items": notes},
        lambda notes: {"type": "AnnotationCollection", "first": {"items": notes}},
        lambda notes: {"@context": "x", "@graph": notes},
        lambda notes: [{"items": notes[:1]}, {"items": notes[1:]}],
    ],
)
def test_every_container_and_order_of_selectors(tmp_path: Path, wrapped: Any) -> None:
    notes = [
        note(tag("Person"), selector=[quote("Ida Vos"), place(0, 7)]),
        note(tag("Gift"), selector=[place(24, 30), quote("a bike")], id="#2"),
        note(tag("Place"), selector=quote("school"), id="#3"),
        note(tag("Act"), selector=place(8, 12), id="#4"),
    ]
    items, counted = reading(tmp_path, wrapped(notes))
    assert counted == {}
    assert [said(a)[1:3] for a in taken_from(items)] == [
        (("Ida Vos",), {"type": "Person"}),
        (("a bike",), {"type": "Gift"}),
        (("school",), {"type": "Place"}),
        (("gave",), {"type": "Act"}),
    ]


def test_one_annotation_a_line_and_one_alone(tmp_path: Path) -> None:
    notes = [note(tag("A"), selector=quote("school")), note(tag("B"), selector=quote("left"))]
    items, _ = reading(tmp_path, notes, by_line=True)
    assert [a.attributes["type"] for a in taken_from(items)] == ["A", "B"]
    items, _ = reading(tmp_path, notes[0])
    assert [a.attributes["type"] for a in taken_from(items)] == ["A"]


def test_bodies_for_every_purpose(tmp_path: Path) -> None:
    bodies = [
        tag("Person", creator={"id": "http://x", "name": "kim"}),
        tag({"label": "Teacher", "uri": "http://y"}),
        tag("source"),
        tag("who?", "commenting"),
        tag("indeed", "replying"),
        tag("plain", None),
        {"type": "SpecificResource", "purpose": "identifying", "source": {"id": "http://wiki/Q1"}},
        tag("x", "moderating"),
        tag("", "tagging"),
    ]
    items, counted = reading(tmp_path, [note(*bodies, selector=[place(0, 7)])])
    link = {"identifying": "http://wiki/Q1"}
    notes = "who?\nindeed\nplain"
    assert [said(a) for a in taken_from(items)] == [
        ("mark", ("Ida Vos",), link | {"type": "Person"}, notes, "kim"),
        ("mark", ("Ida Vos",), link | {"type": "Teacher"}, "", "kim"),
        ("claim", ("Ida Vos",), link, "", "kim"),
    ]
    assert counted == {"body for moderating": 1, "body for tagging that says nothing": 1}


def test_whole_texts_several_places_and_other_selectors(tmp_path: Path) -> None:
    notes = [
        note(tag("News"), tag("good", "commenting")),
        note(
            tag("Twice"),
            id="#b",
            target=[
                {"source": SOURCE, "selector": place(0, 7)},
                {"source": SOURCE, "selector": quote("Ida Vos", prefix="bike. ")},
            ],
        ),
        note(tag("Chars"), id="#c", target=f"{SOURCE}#char=17,23"),
        note(
            tag("Refined"),
            id="#d",
            selector={"type": "XPathSelector", "value": "/p", "refinedBy": quote("left")},
        ),
        note(
            tag("Path"),
            id="#e",
            selector={"type": "XPathSelector", "value": "/p", "refinedBy": place(0, 3)},
        ),
        note(tag("gave to"), id="#f", motivation="linking", target=[{"id": "#b"}, {"id": "#c"}]),
        note(tag("Bad"), id="#g", selector=quote("nowhere")),
    ]
    items, counted = reading(tmp_path, notes)
    bad = items.pop(0)
    assert isinstance(bad, BadRecord)
    assert "'nowhere' stands nowhere" in bad.message
    assert [said(a)[:4] for a in taken_from(items)] == [
        ("article", (), {"News": "yes"}, "good"),
        ("mark", ("Ida Vos", "Ida Vos"), {"type": "Twice"}, ""),
        ("mark", ("school",), {"type": "Chars"}, ""),
        ("mark", ("left",), {"type": "Refined"}, ""),
    ]
    assert taken_from(items)[1].fragments[1].start == 32
    assert counted == {"place by XPathSelector alone": 1, "relation gave to": 1}


@pytest.mark.parametrize(
    ("motivation", "labels", "told"),
    [
        ("tagging", {"type": "Person"}, ""),
        ("oa:tagging", {"type": "Person"}, ""),
        ("commenting", {}, "Person"),
        (None, {}, "Person"),
    ],
)
def test_a_plain_body_is_what_the_annotation_is_for(
    tmp_path: Path, motivation: str | None, labels: dict[str, str], told: str
) -> None:
    one = note("Person", selector=place(0, 7), motivation=motivation)
    items, counted = reading(tmp_path, [one])
    ((_, _, attributes, notes, _),) = map(said, taken_from(items))
    assert (attributes, notes, counted) == (labels, told, {})


def test_rows_of_hypothesis(tmp_path: Path) -> None:
    row = {
        "id": "h1",
        "user": "acct:kim@hypothes.is",
        "uri": SOURCE,
        "text": "why?",
        "tags": ["doubt"],
        "target": [{"source": SOURCE, "selector": [quote("school"), place(17, 23)]}],
    }
    items, _ = reading(tmp_path, {"total": 1, "rows": [row]})
    assert [said(a) for a in taken_from(items)] == [
        ("mark", ("school",), {"type": "doubt"}, "why?", "kim@hypothes.is")
    ]


def test_foreign_annotations_in_a_page_that_brings_its_text(tmp_path: Path) -> None:
    article = article_of(TEXT)
    one = claim(article, find(TEXT, "school", "content"))
    written("w3c", [Document(article, (one,))], tmp_path / "x.jsonl")
    page = json.loads((tmp_path / "x.jsonl").read_text(encoding="utf-8"))
    page["items"].append(note(tag("Person"), selector=[quote("Ida Vos"), place(0, 7)]))
    (tmp_path / "x.jsonl").write_text(json.dumps(page) + "\n", encoding="utf-8")
    (document,) = read_back("w3c", tmp_path / "x.jsonl")
    assert isinstance(document, Document)
    assert [a.layer for a in document.annotations] == ["claim", "mark"]


def test_the_text_is_the_article_that_is_here() -> None:
    other = article_of("Ida Vos stayed.", 1)
    named = article_of("Ida Vos gave the school a bike.", 2, url=SOURCE)
    file = FOREIGN / "recogito_like.json"
    with filled([Document(other), Document(named)]) as store:
        items = formats.read(formats.get("w3c"), file)
        result = import_items(store, items, actor="zoe", layout=lay_out)
        assert (result.articles, result.annotations) == (0, 1)
        assert [a.article for a in store.annotations()] == [named.uid]
    with filled([Document(other)]) as store:  # the only one with these words
        items = formats.read(formats.get("w3c"), file)
        assert import_items(store, items, actor="zoe", layout=lay_out).annotations == 1
    for here, told in (([], "add it first"), ([other, article_of("Ida Vos.", 2)], "1, 2")):
        with filled([Document(a) for a in here]) as store:
            items = formats.read(formats.get("w3c"), file)
            with pytest.raises(ImportRefusedError, match=told):
                import_items(store, items, actor="zoe", layout=lay_out)
    assert [type(i) for i in formats.read(formats.get("w3c"), file)] == [Unbound]
    with Store.create(":memory:") as store:
        given = {"text": str(FOREIGN / "brat_arg" / "a.txt")}
        items = formats.read(formats.get("w3c"), file, given)
        assert import_items(store, items, actor="zoe", layout=lay_out).articles == 1


def test_places_in_several_texts_are_not_all_taken_to_be_in_the_one_given(tmp_path: Path) -> None:
    notes = [
        note(tag("A"), selector=place(0, 7)),
        note(tag("B"), selector=[quote("school"), place(17, 23)]),
        note(tag("C"), selector=place(0, 7)),
    ]
    for made, source in zip(notes, (SOURCE, SOURCE, "http://example.org/other"), strict=True):
        made["target"]["source"] = source
    items, _ = reading(tmp_path, notes)
    assert [type(i) for i in items] == [BadRecord, BadRecord, Document]
    assert [said(a)[1] for a in taken_from(items[2:])] == [("school",)]


def test_links_to_annotations_that_are_not_there_are_counted(tmp_path: Path) -> None:
    link = {"id": "#r", "motivation": "linking", "body": [tag("says")]}
    items, told = reading(tmp_path, [link | {"target": [{"id": "#a"}, {"id": "#b"}]}])
    assert (items, told) == ([], {"relation says": 1})
