"""What an export takes: finished readings for training, splits of what is exported, and never
nothing without a word."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from spacy.tokens import DocBin
from spacy.vocab import Vocab

from annotator.domain.ids import new_id
from annotator.domain.model import Annotation, Fragment, Provenance
from annotator.project import Project
from annotator.store import Store
from tests.cli.conftest import Call
from tests.store.support import add, batch, claim

TRAINING = ("spacy", "parquet", "conll", "prodigy")
training = pytest.mark.parametrize("form", TRAINING)


def article(store: Store, number: int) -> str:
    return add(store, f"Item {number} of them.\n\nAna said it is {number}.", name=f"a{number}")


def annotate(
    store: Store,
    uid: str,
    who: str,
    *,
    read: int = 2,
    claims: int = 1,
    provenance: Provenance = "human",
) -> None:
    """Mark the first sentences as reviewed, and make claims in the last one."""
    store.add_annotator(who)
    found = store.article(uid)
    made: list[Annotation] = []
    base = replace(claim(uid, annotator=who), fragments=(), scheme=store.scheme().version)
    for s in found.layout.sentences[:read]:
        piece = (Fragment("span", s.start, s.end),)
        made.append(replace(base, id=new_id(), layer="sentence", fragments=piece, reviewed=True))
    for _ in range(claims):
        start = found.text.index("it is")
        piece = (Fragment("content", start, len(found.text) - 1),)
        made.append(replace(base, id=new_id(), fragments=piece, provenance=provenance))
    store.apply(batch(*((None, a) for a in made)))


@pytest.fixture
def project(cli: Call) -> Path:
    """Eight articles: 1 to 4 read to the end by ann, 5 half, 6 by ben, 7 and 8 by nobody."""
    path = Path("annotations.db")
    with Store.create(path) as store:
        uids = [article(store, n) for n in range(1, 9)]
        for uid in uids[:4]:
            annotate(store, uid, "ann")
        annotate(store, uids[4], "ann", read=1, claims=0)
        annotate(store, uids[0], "ben", read=1, claims=0)
        annotate(store, uids[5], "ben")
    return path


def texts(form: str, target: Path) -> list[str]:
    """The texts of what was exported."""
    if form == "spacy":
        return [d.text for d in DocBin().from_disk(target).get_docs(Vocab())]
    if form == "prodigy":
        return [json.loads(x)["text"] for x in target.read_text("utf-8").splitlines()]
    if form == "conll":
        found = (target / "content.conll").read_text("utf-8").split("-DOCSTART-")[1:]
        return [" ".join(x.split()[0] for x in d.splitlines()[1:] if x) for d in found]
    import pyarrow.parquet as pq

    return [str(t) for p in target.glob("spans/*") for t in pq.read_table(p)["text"].to_pylist()]


def numbers(form: str, target: Path) -> list[int]:
    return sorted(int(t.split()[1]) for t in texts(form, target))


@training
def test_training_takes_what_its_annotator_has_finished(
    cli: Call, project: Path, form: str
) -> None:
    done = cli("export", form, "out", "--by", "ann")
    assert done.code == 0, done.err
    assert numbers(form, Path("out")) == [1, 2, 3, 4]
    said = "left out: 4 articles not finished by ann: 5, 6, 7, 8 (--unfinished takes them)"
    assert said in done.err.splitlines()
    place = Path("out/manifest.json") if Path("out").is_dir() else Path("out.manifest.json")
    told = json.loads(place.read_text("utf-8"))["left_out"]
    assert told["articles_not_finished"] == [5, 6, 7, 8]
    every = cli("export", form, "all", "--by", "ann", "--unfinished")
    assert every.code == 0, every.err
    assert numbers(form, Path("all")) == list(range(1, 9))
    assert "left out" not in every.err


@training
def test_half_read_readings_of_others_are_left_out_and_named(
    cli: Call, project: Path, form: str
) -> None:
    done = cli("export", form, "out")
    assert done.code == 0, done.err
    assert numbers(form, Path("out")) == [1, 2, 3, 4, 6]
    assert "left out: 3 articles not finished by anybody: 5, 7, 8" in done.err
    assert "left out: what ben annotated in 1 article and did not finish: 1" in done.err


@pytest.mark.parametrize("form", ["jsonl", "brat", "csv", "doccano"])
def test_other_formats_take_everything_unless_asked(cli: Call, project: Path, form: str) -> None:
    done = cli("export", form, "out")
    assert "8 articles" in done.err
    assert "left out" not in done.err
    finished = cli("export", form, "done", "--finished", "--by", "ann")
    assert "4 articles" in finished.err
    assert "left out: 4 articles" in finished.err


@training
def test_nothing_finished_is_refused_with_what_to_do(cli: Call, project: Path, form: str) -> None:
    with Store.open(project) as store:
        store.add_annotator("zoe")
    refused = cli("export", form, "out", "--by", "zoe")
    assert refused.code == 1
    assert "no article is finished by zoe: 8 articles left out" in refused.err
    assert "--unfinished" in refused.err
    assert not Path("out").exists()


@training
def test_imported_annotations_count_as_finished_until_somebody_reviews(
    cli: Call, form: str
) -> None:
    """PolNeAR, say: nobody marks a sentence as reviewed in brat."""
    Path("in").mkdir()
    for n in (1, 2):
        text = f"Item {n} of them.\n\nAna said it is {n}.\n\nNobody else spoke."
        Path(f"in/a{n}.txt").write_text(text, encoding="utf-8")
        start = text.index("it is")
        line = (
            f"T1\tContent {start} {start + 5}\tit is\nT2\tAttribution {start} {start + 5}\tit is\n"
        )
        Path(f"in/a{n}.ann").write_text(f"{line}E1\tAttribution:T2 Content:T1\n", encoding="utf-8")
    assert cli("import", "brat", "in", "--as", "kim").code == 0
    done = cli("export", form, "out")
    assert done.code == 0, done.err
    assert numbers(form, Path("out")) == [1, 2]
    said = "taken as finished: 2 articles with imported annotations, where nobody began to review"
    assert f"{said}: 1, 2" in done.err
    with Store.open("annotations.db") as store:
        annotate(store, store.resolve("1"), "kim", read=1, claims=0)
    done = cli("export", form, "again")
    assert numbers(form, Path("again")) == [2]
    assert "left out: 1 article not finished by anybody: 1" in done.err


def test_claims_that_came_in_the_native_format_count_as_imported(cli: Call, project: Path) -> None:
    record = {
        "record": "article",
        "text": "Ana said it is late. Nobody else spoke.",
        "claims": [{"id": "x", "annotator": "kim", "content": [{"start": 9, "end": 19}]}],
    }
    header = {"record": "header", "format": "annotator", "version": 1, "offset_unit": "codepoint"}
    lines = "\n".join(map(json.dumps, (header, {"record": "annotator", "name": "kim"}, record)))
    Path("in.jsonl").write_text(lines, encoding="utf-8")
    imported = cli("import", "jsonl", "in.jsonl")
    assert imported.code == 0, imported.err
    done = cli("export", "spacy", "out.spacy", "--by", "kim")
    assert (done.code, "taken as finished: 1 article" in done.err) == (0, True), done.err


def gold(store: Store, number: int, *, decided: bool) -> None:
    """A decision of gold's about the claims of an article."""
    from annotator.session.adjudication_cases import digest

    uid = store.resolve(str(number))
    readings = [a for a in store.annotations(uid) if a.layer == "claim"]
    store.add_annotator("gold")
    made = replace(readings[0], id=new_id(), annotator="gold", provenance="adjudicated")
    based_on = " ".join(f"{a.id}:{digest(a)}" for a in readings)
    said = {"adjudication": "taken", "claim": made.id, "based_on": based_on}
    verdict = replace(made, id=new_id(), layer="verdict", attributes=said)
    changes = [(None, made), (None, verdict)] if decided else [(None, made)]
    store.apply(batch(*changes))


@pytest.mark.parametrize("options", [("--by", "gold"), ("--provenance", "adjudicated")])
def test_gold_is_finished_where_no_case_is_open(
    cli: Call, project: Path, options: Sequence[str]
) -> None:
    with Store.open(project) as store:
        gold(store, 2, decided=True)
        gold(store, 3, decided=False)
    done = cli("export", "spacy", "out", *options)
    assert done.code == 0, done.err
    assert numbers("spacy", Path("out")) == [2]
    assert "left out: 7 articles not finished by gold: 1, 3, 4, 5, 6, 7, 8" in done.err


# ------------------------------------------------------------------------------------------ splits


def test_a_split_divides_what_is_exported(cli: Call, project: Path) -> None:
    done = cli("split", "--by", "ann", "--train", ".5", "--dev", ".25", "--test", ".25", "--json")
    assert done.code == 0, done.err
    assert done.json["sizes"] == {"train": 2, "dev": 1, "test": 1}
    assert done.json["left_out"]["articles_not_finished"] == [5, 6, 7, 8]
    assert "in no split: 4 articles not finished by ann: 5, 6, 7, 8" in done.err
    out = cli("export", "spacy", "out", "--by", "ann", "--by-split")
    assert out.code == 0, out.err
    assert sum(len(texts("spacy", p)) for p in Path("out").glob("*.spacy")) == 4
    assert {p.name for p in Path("out").glob("*.spacy")} == {
        "train.spacy",
        "dev.spacy",
        "test.spacy",
    }
    everything = cli("split", "--unfinished", "--json")
    assert sum(everything.json["sizes"].values()) == 8


def test_an_empty_part_is_said_when_it_is_made(cli: Call, project: Path) -> None:
    done = cli("split", "--by", "ben", "--train", ".8", "--dev", ".1", "--test", ".1")
    assert done.code == 0, done.err
    assert "nothing in dev: 1 article in 1 groups" in done.err
    assert "nothing in test: 1 article in 1 groups" in done.err
    nobody = cli("split", "--by", "zoe")
    assert (nobody.code, "no annotator 'zoe'" in nobody.err) == (1, True)


def test_a_split_before_anybody_is_done_divides_all_and_says_so(cli: Call) -> None:
    with Store.create("annotations.db") as store:
        for n in range(1, 5):
            article(store, n)
    done = cli("split", "--json")
    assert sum(done.json["sizes"].values()) == 4
    assert "no article is finished by anybody yet: all of them are divided" in done.err


@pytest.mark.parametrize("form", [*TRAINING, "jsonl", "brat", "csv"])
def test_dividing_without_a_split_is_refused(cli: Call, project: Path, form: str) -> None:
    refused = cli("export", form, "out", "--by-split")
    assert refused.code == 1
    assert "is in a split" in refused.err
    assert "hint: `annotator split`" in refused.err
    assert not Path("out").exists()


@pytest.mark.parametrize("form", [*TRAINING, "jsonl"])
def test_an_empty_part_and_articles_in_no_split_are_said(
    cli: Call, project: Path, form: str
) -> None:
    with Project.open(project, "ann") as opened:
        parts = ((1, "train"), (2, "dev"), (7, "test"))
        opened.put_splits({opened.resolve(n): name for n, name in parts})
    done = cli("export", form, "out", "--by-split", "--by", "ann", "--finished")
    assert done.code == 0, done.err
    assert "nothing in test: no exported article is in that split" in done.err
    assert "articles that are in no split: 2" in done.err


def test_parquet_is_one_configuration_with_all_splits(cli: Call, project: Path) -> None:
    assert cli("split", "--by", "ann", "--train", ".5", "--dev", ".25", "--test", ".25").code == 0
    for target, more in (("a", ("--by-split",)), ("b", ())):
        assert cli("export", "parquet", target, "--by", "ann", *more).code == 0
    card = Path("a/README.md").read_text("utf-8")
    assert card.count("config_name: spans") == card.count("config_name: token_class") == 1
    for name in ("train", "validation", "test"):
        assert card.count(f'split: "{name}"') == 2
    files = [sorted(p.relative_to(d) for p in d.rglob("*")) for d in (Path("a"), Path("b"))]
    assert files[0] == files[1]


def test_datasets_sees_every_split(cli: Call, project: Path, tmp_path: Path) -> None:
    """The consumer itself; it is no dependency, so this is skipped where it is not installed."""
    datasets = pytest.importorskip("datasets")
    assert cli("split", "--by", "ann", "--train", ".5", "--dev", ".25", "--test", ".25").code == 0
    assert cli("export", "parquet", "hf", "--by", "ann", "--by-split").code == 0
    for config in ("spans", "token_classification"):
        loaded = datasets.load_dataset("./hf", config, cache_dir=str(tmp_path / "cache"))
        assert set(loaded) == {"train", "validation", "test"}
    assert {k: len(v) for k, v in loaded.items()} == {"train": 4, "validation": 2, "test": 2}


# ------------------------------------------------------------------------ nothing without a word


@pytest.mark.parametrize(
    ("options", "told", "hint"),
    [
        (("--label", "stance=zzz"), "no annotation has the label stance=zzz", "favor"),
        (("--label", "zzz=favor"), "no annotation has the label zzz=favor", "there are: "),
        (("--label", "stance=favor"), "no annotation is chosen by --label stance=favor", ""),
        (("--layer", "mark", "--by", "ann"), "chosen by --by ann --layer mark", ""),
        (("--split", "zz"), "no article is in a split 'zz'", "annotator split"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "jsonl", "brat", "spacy"])
def test_a_choice_of_nothing_writes_no_file(
    cli: Call, project: Path, form: str, options: Sequence[str], told: str, hint: str
) -> None:
    refused = cli("export", form, "out", *options)
    assert (refused.code, told in refused.err, hint in refused.err) == (1, True, True), refused.err
    assert {p.name for p in Path().iterdir()} == {"annotations.db"}


# --------------------------------------------------------------------------------- configurations


def test_a_span_categorizer_can_reach_what_is_there(cli: Call, project: Path) -> None:
    done = cli("export", "spacy", "x.spacy", "--by", "ann", "-o", "config=spancat")
    assert done.code == 0, done.err
    assert "spancat: ngrams of 3 to 3 tokens can reach 100.0 % of the spans (4 of 4)" in done.err
    config = Path("x.spacy.config.cfg").read_text("utf-8")
    assert "spacy.ngram_range_suggester.v1" in config
    remarks = json.loads(Path("x.spacy.manifest.json").read_text("utf-8"))["remarks"]
    assert remarks[0].startswith("spancat: ngrams of 3 to 3")
    done = cli(
        *("export", "spacy", "y.spacy", "--by", "ann", "-o", "config=spancat"),
        *("-o", "suggester=span_finder"),
    )
    config = Path("y.spacy.config.cfg").read_text("utf-8")
    assert "spacy.preset_spans_suggester.v1" in config
    assert "span_finder of 3 to 3 tokens" in done.err


def test_an_entity_recognizer_has_entities_to_learn_from(cli: Call, project: Path) -> None:
    done = cli("export", "spacy", "x.spacy", "--by", "ann", "-o", "config=ner")
    assert done.code == 0, done.err
    docs = list(DocBin().from_disk("x.spacy").get_docs(Vocab()))
    assert [len(d.ents) for d in docs] == [1, 1, 1, 1]
    assert "ner: doc.ents holds 100.0 % of the spans" in done.err


def test_nothing_to_learn_from_is_said(cli: Call, project: Path) -> None:
    done = cli("export", "spacy", "x.spacy", "--by", "ann", "-o", "config=textcat")
    assert "textcat: there are no labels of articles (or of sentences) to learn from" in done.err


# -------------------------------------------------------------------------------- the trials' cases


def test_the_example_can_be_learnt_from(cli: Call) -> None:
    """F17: 24 of 27 contents and 10 of 18 sources were longer than three tokens."""
    example = Path(__file__).parent.parent.parent / "docs" / "example.jsonl"
    assert cli("import", "jsonl", example, "--as", "anna").code == 0
    done = cli("export", "spacy", "x.spacy", "-o", "config=spancat", "--layer", "claim")
    assert done.code == 0, done.err
    config = Path("x.spacy.config.cfg").read_text("utf-8")
    assert "sizes = [1, 2, 3]" not in config
    docs = list(DocBin().from_disk("x.spacy").get_docs(Vocab()))
    longest = max(s.end - s.start for d in docs for s in d.spans["sc"])
    assert f"max_length = {longest}" in config
    assert "can reach 100.0 % of the spans" in done.err


def test_fragments_of_wrapped_lines_begin_and_end_with_words(cli: Call) -> None:
    """F19: blanks and a tab at the line ends of a wrapped span."""
    text = "She said the dam  \n    was dry and   \n\tempty. No more."
    start, end = text.index("the dam"), text.index(". No")
    record = {"text": text, "label": [[start, end, "content"]]}
    Path("in.jsonl").write_text(json.dumps(record), encoding="utf-8")
    assert cli("import", "doccano", "in.jsonl", "--as", "tess").code == 0
    done = cli("export", "brat", "out")
    assert "white space inside a span, trimmed: 1 " in done.err
    (sheet,) = Path("out").glob("*.ann")
    line = next(x for x in sheet.read_text("utf-8").splitlines() if "\tContent " in x)
    _, places, words = line.split("\t")
    assert places == "Content 9 16;23 34;39 44"
    assert words == "the dam was dry and empty"
    assert cli("--db", "back.db", "import", "brat", "out", "--as", "tess").code == 0
    with Store.open("back.db") as store:
        (back,) = store.annotations()
        assert [(f.start, f.end) for f in back.fragments] == [(start, end)]
