"""Articles put right and left out: one action each, counted wherever they are not, undone whole."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.domain.errors import AnnotatorError, ConflictError, InputError, NotFoundError
from annotator.domain.ids import new_id
from annotator.domain.model import Annotation, ArticleDraft, Batch, Change, Fragment
from annotator.project import Project
from annotator.project.adding import add_drafts
from annotator.project.article_records import FIELDS, fields_of_table, put_splits, set_fields
from annotator.project.frames import columns_of
from annotator.project.gold_standard import gold_documents
from annotator.project.layouts import Layouts
from annotator.project.second_pass import articles_to_read_again
from annotator.store import Store

TEXTS = [
    f"Ida Vos, number {n}, gave the school a bike today. The mayor spoke." for n in range(1, 5)
]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Four articles, each with a claim of anna and of ben; the first and last share a sentence."""
    with Project.create(tmp_path / "a.db", "anna") as made:
        fill(made)
        yield made


def fill(made: Project) -> None:
    drafts = [
        ArticleDraft(text, name=f"a{n}", title=f"Bike {n}", outlet="Post", meta={"section": "News"})
        for n, text in enumerate(TEXTS, start=1)
    ]
    add_drafts(made, drafts, Layouts("blank:en"))
    for who in ("anna", "ben"):
        made.add_annotator(who)
        claims = tuple(
            Change(
                None,
                Annotation(
                    *(new_id(), "claim", uid, who, (Fragment("content", 0, 7),)),
                    {"stance": "favor"},
                ),
            )
            for uid in made.uids()
        )
        made.apply(Batch(new_id(), who, "2026-01-01T00:00:00.000Z", "import", "", claims))


def states(project: Project) -> dict[str, dict[str, object]]:
    return {uid: project.article_state(uid) for _, uid, _ in project.article_names()}


NEW = st.dictionaries(
    st.sampled_from((*FIELDS, "section", "beat", "date", "words of our own")),
    st.sampled_from(("", "Post", "2026-11-29", "=1+1", "a\nb", "été 😀")),
    max_size=4,
).filter(lambda d: not {"date", "published"} <= d.keys())


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(actions=st.lists(st.dictionaries(st.integers(1, 4), NEW, min_size=1), max_size=4))
def test_what_is_set_is_there_and_each_undo_takes_one_action_back(
    tmp_path_factory: pytest.TempPathFactory, actions: list[dict[int, dict[str, str]]]
) -> None:
    folder = tmp_path_factory.mktemp("set")
    with Project.create(folder / "a.db", "anna") as project:
        fill(project)
        seen = [states(project)]
        for changes in actions:
            before = seen[-1]
            done = project.set_metadata(changes)
            now = states(project)
            assert len(done.changed) + done.same == len(changes)
            assert done.changed == tuple(
                n for n in sorted(changes) if now[project.resolve(n)] != before[project.resolve(n)]
            )
            for number, fields in changes.items():
                article = project.article(number)
                for name, value in fields.items():
                    name = {"date": "published"}.get(name, name)
                    if name in FIELDS:
                        assert getattr(article, name) == value
                    else:
                        assert article.meta.get(name, "") == value
            others = {project.resolve(n) for n in changes}
            assert {u: s for u, s in now.items() if u not in others} == {
                u: s for u, s in before.items() if u not in others
            }
            if done.changed:
                seen.append(now)
        with Store.open(folder / "a.db") as store:
            assert store.replay(folder / "b.db") == []
        with Project.open(folder / "b.db") as again:
            assert states(again) == seen[-1]
        assert not [f for f in project.findings() if f.problems]
        for before in reversed(seen[:-1]):
            assert project.undo() is not None
            assert states(project) == before
        for after in seen[1:]:
            assert project.redo() is not None
            assert states(project) == after


FIELD = st.sampled_from(("title", "outlet", "section"))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    actions=st.lists(st.tuples(st.sampled_from(("anna", "ben")), FIELD), max_size=6),
    undone=st.lists(st.sampled_from(("anna", "ben")), max_size=8),
)
def test_what_others_changed_stays_when_one_takes_something_back(
    tmp_path_factory: pytest.TempPathFactory,
    actions: list[tuple[str, str]],
    undone: list[str],
) -> None:
    """Of a field, the newest action may be taken back, whoever changed other fields since."""
    folder = tmp_path_factory.mktemp("two")
    with Project.create(folder / "a.db", "anna") as project:
        fill(project)
        uid = project.uids()[0]

        def field(name: str) -> object:
            state = project.article_state(uid)
            return dict(state["meta"])[name] if name == "section" else state[name]  # type: ignore[call-overload]

        stacks: dict[str, list[str]] = {n: [str(field(n))] for n in ("title", "outlet", "section")}
        done: dict[str, list[tuple[str, str]]] = {"anna": [], "ben": []}
        for i, (who, name) in enumerate(actions):
            project.annotator = who
            project.set_metadata({1: {name: f"new {i}"}})
            stacks[name].append(f"new {i}")
            done[who].append((name, f"new {i}"))
        for who in undone:
            if not done[who]:
                continue
            project.annotator = who
            name, value = done[who][-1]
            if stacks[name][-1] == value:
                assert project.undo() is not None
                stacks[name].pop()
                done[who].pop()
            else:
                with pytest.raises(ConflictError, match=f"article 1: {name} was changed"):
                    project.undo()
            for each, values in stacks.items():
                assert field(each) == values[-1]
        assert not [f for f in project.findings() if f.problems]
        with Store.open(folder / "a.db") as store:
            assert store.replay(folder / "b.db") == []
        with Project.open(folder / "b.db") as again:
            assert states(again) == states(project)


def test_a_split_does_not_keep_one_from_taking_back_an_exclusion(project: Project) -> None:
    project.exclude([2], "an advertisement")
    project.annotator = "ben"
    put_splits(project, dict.fromkeys(project.uids(), "train"))
    project.annotator = "anna"
    project.undo()
    assert not project.excluded()
    assert {u: s for u, s in project.splits().items() if s} == {
        uid: "train" for uid in project.uids() if project.number_of(uid) != 2
    }


EVERYWHERE: dict[str, Callable[[Project], Any]] = {
    "uids": lambda p: p.uids(),
    "numbers": lambda p: list(p.numbers().values()),
    "order": lambda p: list(p.order().uids(0, 9)),
    "titled": lambda p: list(p.titled("bike").uids(0, 9)),
    "titles": lambda p: [uid for uid, _ in p.titles()],
    "summaries": lambda p: [a.uid for a in p.summaries()],
    "texts": lambda p: [uid for uid, *_ in p.texts()],
    "texts by number": lambda p: [uid for uid, *_ in p.texts([1, 2, 3, 4])],
    "heads": lambda p: [h.article for h in p.heads()],
    "heads by number": lambda p: [h.article for h in p.heads([1, 2, 3, 4])],
    "articles": lambda p: [a.uid for a in p.articles()],
    "annotated": lambda p: [p.resolve(n) for n in sorted(p.annotated())],
    "readers": lambda p: sorted({str(r["article"]) for r in p.readers()}, key=p.number_of),
    "shared": lambda p: p.shared_with("anna", ["ben"]),
    "columns": lambda p: [a.uid for a in p.read_columns()[0]],
    "columns of some": lambda p: [
        a.uid for a in p.read_columns([uid for _, uid, _ in p.article_names()])[0]
    ],
    "annotations as columns": lambda p: sorted(p.read_columns()[1].articles, key=p.number_of),
    "search": lambda p: [line.article for line in p.search("school").lines],
    "concordance": lambda p: [line.article for line in p.concordance("school").lines],
    "phrases": lambda p: sorted(
        {m.article for m in p.phrases.find("The mayor spoke.").found}, key=p.number_of
    ),
    "role texts": lambda p: list(
        dict.fromkeys(t.article for t in p.role_texts("content", "anna"))
    ),
    "repeated": lambda p: sorted(
        {p.resolve(n) for _, n, *_ in p.repeated_sentences()}, key=p.number_of
    ),
    "agree": lambda p: [a.uid for a in p.agree().corpus.articles],
    "frames": lambda p: list(dict.fromkeys(columns_of(p, "claims")["uid"])),
    "unsure": lambda p: sorted((u.uid for u in p.uncertainties()), key=p.number_of),
    "waiting for suggestions": lambda p: p._store.without_suggestions("an engine"),
    "learning": lambda p: [p.resolve(d.name) for d in gold_documents(str(p.path), "anna")],
    "again": lambda p: sorted(articles_to_read_again(p, "anna"), key=p.number_of),
    "split": lambda p: sorted(p.split(write=False).split.of, key=p.number_of),
    "adjudicate": lambda p: p.adjudicate("gold").shared,
}  # fmt: skip


@pytest.mark.parametrize("where", EVERYWHERE)
def test_what_is_left_out_is_nowhere_and_comes_back(project: Project, where: str) -> None:
    look = EVERYWHERE[where]
    every = look(project)
    assert [project.number_of(uid) for uid in dict.fromkeys(every)] == [1, 2, 3, 4]
    out = project.resolve(2)
    done = project.exclude([2], "an advertisement")
    assert (done.changed, done.same) == ((2,), 0)
    assert look(project) == [uid for uid in every if uid != out]
    assert [(a.number, a.reason) for a in project.excluded()] == [(2, "an advertisement")]
    project.include([2])
    assert look(project) == every
    assert project.excluded() == []


@pytest.mark.parametrize("form", ["jsonl", "csv", "claims", "brat"])
def test_an_export_leaves_them_out_and_says_so(project: Project, tmp_path: Path, form: str) -> None:
    project.exclude([1, 3], "off topic")
    report = project.export(form, tmp_path / ("out" if form == "brat" else "out.csv"))
    assert (report.articles, report.annotations) == (2, 4)
    assert "articles that are left out (excluded): 2" in report.remarks


def test_counts_and_labels_are_without_them(project: Project) -> None:
    project.exclude([4], "off topic")
    assert {r["annotator"]: r["claims"] for r in project.stats()} == {"anna": 3, "ben": 3}
    assert [r["n"] for r in project.label_counts() if r["name"] == "stance"] == [3, 3]
    assert project.progress("anna").claims == 3


def test_one_that_is_left_out_is_refused_where_it_is_named(project: Project) -> None:
    project.exclude([2], "an advertisement")
    for ask in (
        lambda: project.select(articles=[1, 2]),
        lambda: project.agree(articles=[1, 2]),
        lambda: project.adjudicate("gold").decide(articles=[2]),
    ):
        with pytest.raises(InputError, match="article 2 is left out: an advertisement") as refused:
            ask()
        assert refused.value.hint == "`annotator article include 2` takes it in again"


def test_a_reason_is_asked_for_and_one_action_holds_many(project: Project) -> None:
    with pytest.raises(InputError, match="for a reason"):
        project.exclude([1], "  ")
    done = project.exclude([1, 2, 3], "off topic")
    assert project.exclude([2, 3, 4], "off topic").same == 2
    assert done.changed == (1, 2, 3)
    assert len(project.excluded()) == 4
    project.undo()
    assert [a.number for a in project.excluded()] == [1, 2, 3]
    project.undo()
    assert project.excluded() == []


def test_a_split_is_an_action_and_its_undo_brings_the_earlier_one(project: Project) -> None:
    project.exclude([4], "off topic")
    project.split({"train": 1.0}, unfinished=True)
    first = project.splits()
    assert len(first) == 3
    project.split({"test": 1.0}, unfinished=True)
    assert set(project.splits().values()) == {"test"}
    project.undo()
    assert project.splits() == first
    assert not [f for f in project.findings() if f.problems]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"text": "x"}, "text of an article cannot be set"),
        ({"excluded": "x"}, "excluded of an article cannot be set"),
        ({"outlet": 3}, "outlet: 3 is no text"),
        ({"outlet": "a\udc80"}, "half a surrogate pair"),
        ({"outlet": "a\0"}, "NUL"),
        ({" ": "x"}, "cannot be the name of a field"),
        ({"a\x1b[31m": "x"}, "cannot be the name of a field"),
    ],
)
def test_what_cannot_be_is_refused_whole(
    project: Project, fields: dict[str, object], message: str
) -> None:
    before = states(project)
    with pytest.raises(InputError, match=message):
        project.set_metadata({1: {"title": "new"}, 2: fields})
    assert states(project) == before
    with pytest.raises(NotFoundError):
        project.set_metadata({1: {"title": "new"}, 99: {"title": "x"}})
    assert states(project) == before


def test_nobody_named_is_said_before_anything_is_written(project: Project) -> None:
    project.annotator = None
    with pytest.raises(AnnotatorError, match="nobody is named"):
        project.set_metadata({1: {"title": "new"}})


def table(path: Path, rows: list[list[str]], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_changes_what_its_cells_say(
    project: Project, tmp_path: Path, delimiter: str
) -> None:
    path = table(
        tmp_path / "new.csv",
        [
            ["number", "name", "outlet", "date", "beat"],
            ["1", "", "The Gazette", "", "=1+1"],
            ["", "a3", "", "2026-11-29", ""],
            ["", "", "", "", ""],
            ["4", "a4", "", "", "trade; ports, ships"],
        ],
        delimiter,
    )
    done = set_fields(project, fields_of_table(project, path))
    assert (done.changed, done.same) == ((1, 3, 4), 0)
    assert set(done.fields) == {"outlet", "published", "beat"}
    found = [project.article(n) for n in (1, 2, 3, 4)]
    assert [a.outlet for a in found] == ["The Gazette", "Post", "Post", "Post"]
    assert [a.published for a in found] == ["", "", "2026-11-29", ""]
    assert [a.meta.get("beat") for a in found] == ["=1+1", None, None, "trade; ports, ships"]
    assert all(a.meta["section"] == "News" for a in found)
    project.undo()
    assert {a.outlet for a in project.articles()} == {"Post"}


def test_columns_are_called_as_add_reads_them(project: Project, tmp_path: Path) -> None:
    path = table(
        tmp_path / "new.csv",
        [
            ["Number", "Headline", "SOURCE", "Publication date", "Section", "Beat", "title_de"],
            ["1", "  New head ", "The Gazette", "29 November 2026", " ", "trade", "Neu"],
        ],
    )
    done = set_fields(project, fields_of_table(project, path))
    assert set(done.fields) == {"title", "outlet", "published", "Beat", "title_de"}
    found = project.article(1)
    assert (found.title, found.outlet) == ("New head", "The Gazette")
    assert found.published == "2026-11-29"
    assert found.meta["section"] == "News"  # blanks are an empty cell
    project.set_metadata(
        {1: {"byline": "Ida"}, "1": {"url": "u"}, project.resolve(1): {"beat": "x"}}
    )
    found = project.article(1)
    assert (found.byline, found.url, found.meta["beat"]) == ("Ida", "u", "x")
    project.set_metadata({1: {"Outlet": "Herald", "DATE": "3 May 2026", "Section": "Sport"}})
    found = project.article(1)
    assert (found.outlet, found.published) == ("Herald", "2026-05-03")
    assert found.meta["section"] == "Sport"
    assert {"Outlet", "DATE", "Section"}.isdisjoint(found.meta)


def test_every_wrong_row_of_a_table_is_named_and_nothing_is_taken(
    project: Project, tmp_path: Path
) -> None:
    before = states(project)
    path = table(
        tmp_path / "new.csv",
        [
            ["number", "name", "outlet"],
            ["1", "", "The Gazette"],
            ["9", "", "x"],
            ["2", "a3", "x"],
            ["1", "a1", "x"],
            ["", "", "x"],
            ["3", "", "x", "y"],
        ],
    )
    with pytest.raises(InputError) as refused:
        set_fields(project, fields_of_table(project, path))
    assert refused.value.message.split("\n")[1:] == [
        "line 3: no article has the number '9'",
        "line 4: number 2 and name a3 are different articles",
        "line 5: the same article as in line 2",
        "line 6: names no article",
        "line 7: 4 cells, but 3 columns",
    ]
    assert states(project) == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"outlet\nx\n", "no column says which article"),
        (b"number,outlet,outlet\n1,a,b\n", "names the column 'outlet' twice"),
        (b"number,date,published\n1,a,b\n", "names the column 'published' twice"),
        (b"number,\n1,a\n", "a column without a name"),
        (b"number,outlet\n1,\xff\n", "is not UTF-8"),
        (b'number,outlet\n1,"a\n', "unexpected end of data"),
        (b"number,text\n1,a\n", "text of an article cannot be set"),
        (b"number,Body\n1,a\n", "text of an article cannot be set"),
        (b"number,Outlet,outlet\n1,a,b\n", "names the column 'outlet' twice"),
        (b"number,outlet\n", "has no row"),
        (b"number,outlet\n,\n\n", "has no row"),
        (b"number,name\n1,a1\n", "no column holds a field"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(
    project: Project, tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "new.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        fields_of_table(project, path)
    with pytest.raises(InputError, match="cannot be read"):
        fields_of_table(project, tmp_path / "none.csv")
