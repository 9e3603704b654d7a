"""The report's parts against the measures themselves and against one another."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from annotator.agreement.alpha import alpha
from annotator.agreement.chance_corrected import gwet, percent
from annotator.agreement.units import Units
from annotator.domain.errors import NotFoundError
from annotator.domain.ids import new_id
from annotator.domain.model import Annotation, Batch, Change, Fragment
from annotator.domain.scheme import DEFAULT_SCHEME
from annotator.domain.scheme_file import parse_scheme
from annotator.report import PARTS, Corpus, Report, build, gather
from annotator.report.build import ReportOptions
from annotator.report.disagreement_list import differences
from annotator.report.interpretation import category_words, level
from annotator.report.kinds import KINDS
from annotator.report.questions import Questions
from annotator.report.render.tables import tables
from annotator.store import Store
from tests.agreement.two_annotators import decompose
from tests.report.conftest import QUICK, corpus_of
from tests.session.build import article

SCHEME = parse_scheme(DEFAULT_SCHEME.read_text(encoding="utf-8"), {})


def claim(who: str, start: int, end: int, number: int = 0, **attributes: str) -> Annotation:
    """A claim with one piece of content."""
    pieces = (Fragment("content", start, end),)
    return Annotation(f"{who}{start}{number}", "claim", "uid", who, pieces, attributes)


def small(*annotations: Annotation) -> Corpus:
    """One article and its annotations."""
    return gather([article()], annotations, SCHEME)


def test_counts_of_the_readings(report: Report) -> None:
    header = report.header
    assert header.annotators == ("a", "b", "c")
    assert (header.articles, header.read_by) == (5, ((3, 5),))
    assert dict(dict(header.annotations)["c"])["claim"] == 116


def test_kinds_documents_and_rows_add_up(report: Report) -> None:
    rows = report.disagreements.rows
    total = sum(row.pairs for row in rows)
    assert total > 0
    assert set(report.confusions.counts) == set(KINDS)
    total = sum(report.confusions.counts.values())
    shares = {share.subject: share for share in report.confusions.shares}
    for kind, count in report.confusions.counts.items():
        assert shares[kind].value == pytest.approx(count / total)
        assert shares[kind].n == total
    assert all(count > 0 for count in report.confusions.counts.values())
    assert sum(report.confusions.counts.values()) == total
    assert sum(document.disagreements for document in report.documents) == total
    assert sum(document.share for document in report.documents) == pytest.approx(1)


def test_two_annotators_disagree_as_the_decomposition_says(store: Store) -> None:
    for pair in combinations("abc", 2):
        corpus = corpus_of(store, *pair)
        names = [a.name for a in corpus.choices("claim")]
        expected = decompose(corpus.documents("claim"), *pair, attributes=names)
        found = differences(Questions(corpus, ("claims",)), None)
        assert dict(found.counts) == dict(expected.counts)
        assert len(found.rows) == len(expected.items)
        assert found.identical == expected.identical


def test_the_order_of_pieces_is_no_disagreement() -> None:
    pieces = (Fragment("content", 30, 40), Fragment("content", 50, 60))
    one = Annotation("1", "claim", "uid", "a", pieces)
    other = Annotation("2", "claim", "uid", "b", tuple(reversed(pieces)))
    cut = Annotation("3", "claim", "uid", "c", (*pieces[:1], Fragment("content", 50, 55),
                                                Fragment("content", 55, 60)))  # fmt: skip
    found = differences(Questions(small(one, other, cut), ("claims",)), None)
    assert (list(found.rows), found.identical) == ([], 1)


def test_each_kind_is_told_apart() -> None:
    corpus = small(
        replace(claim("a", 22, 40, stance="favor", source_type="media"), parent="a500"),
        claim("b", 22, 42, stance="against", source_type="data"),
        claim("a", 50, 80),
        claim("b", 50, 80),
        claim("a", 100, 110),
    )
    found = differences(Questions(corpus, ("claims",)), None)
    kinds = sorted((row.kind, row.subject) for row in found.rows)
    assert kinds == [
        ("boundary", "content"),
        ("link", "parent"),
        ("missed", "claim"),
        ("stance", "stance"),
        ("type", "source_type"),
    ]


def test_numbers_are_the_library_s(report: Report, corpus: Corpus) -> None:
    questions = Questions(corpus)
    by_title = {line.title: line for line in report.layers}
    for question in questions.all:
        results = by_title[question.title].results
        found = next(r for r in results if r.measure == "alpha_nominal")
        expected = alpha(question.units, resampling=QUICK.resampling)
        assert (found.value, found.n, found.interval) == (
            expected.value, expected.n, expected.interval,
        )  # fmt: skip


def test_every_number_has_an_interval_or_a_reason(report: Report) -> None:
    from annotator.report.render.json import results_of

    found = results_of(report)
    assert len(found) > 200
    for part, what, result in found:
        where = f"{part} {what} {result.measure}"
        if result.value is None:
            assert result.undefined, where
        else:
            assert (result.interval is None) == bool(result.no_interval), where
            assert result.n > 0, where


def test_the_same_data_give_the_same_report_whatever_their_order(corpus: Corpus) -> None:
    backwards = gather(
        corpus.articles, reversed(corpus.annotations), corpus.scheme, annotators=["c", "a", "b"]
    )
    assert backwards.fingerprint == corpus.fingerprint
    options = replace(QUICK, layers=("sentences", "claims"))
    first, second = build(corpus, options), build(backwards, options)
    assert first.layers == second.layers
    assert [r.sides for r in first.disagreements.rows] == [
        r.sides for r in second.disagreements.rows
    ]


def test_an_article_is_shared_when_two_have_any_annotation_in_it() -> None:
    reviewed = Annotation("r", "sentence", "uid", "b", (Fragment("span", 22, 66),), reviewed=True)
    corpus = small(claim("a", 30, 40), reviewed)
    assert corpus.readers == {"uid": ("a", "b")}
    found = differences(Questions(corpus, ("claims",)), None)
    assert [(r.kind, r.who) for r in found.rows] == [("missed", "a: a claim | b: no claim")]
    # b began to review and left sentences open; a never reviewed, and is taken to have read all.
    assert corpus.unfinished == (("uid", "b"),)
    left = gather([article()], corpus.annotations, SCHEME, finished=True)
    assert left.articles == ()
    assert {item.reason: item.count for item in left.left_out} == {
        "articles read by one annotator only": 1,
        "articles begun and not finished": 1,
        "annotations in articles not shared": 2,
    }


def test_nothing_shared_says_so() -> None:
    report = build(small(claim("a", 30, 40)), QUICK)
    assert report.header.articles == 0
    assert report.layers == ()
    assert list(report.disagreements.rows) == []


def test_a_name_without_annotations_is_refused(corpus: Corpus) -> None:
    with pytest.raises(NotFoundError, match="nobody-here"):
        gather(corpus.articles, corpus.annotations, corpus.scheme, annotators=["a", "nobody-here"])


def test_a_rare_label_is_named() -> None:
    rows = [("no", "no")] * 118 + [("no", "yes")] * 5 + [("yes", "no")] * 2
    units = Units.from_rows(rows, ("no", "yes"), ("a", "b"), [str(i % 25) for i in range(125)])
    found = {r.measure: r for r in (alpha(units), percent(units), gwet(units))}
    words = " ".join(category_words(units, found))
    assert "High percentage (94%), low alpha" in words
    assert "97% of all labels are “no”" in words
    assert "AC1 (0.94)" in words


def test_the_limits_are_named() -> None:
    rows = [("x", "x"), ("y", "y")] * 40 + [("x", "y")] * 4
    units = Units.from_rows(rows, ("x", "y"), ("a", "b"), [str(i % 21) for i in range(84)])
    assert level(alpha(units)).startswith("Reliable by the customary limit of .80")
    assert level(alpha(units.only(["a"]))) == "undefined: no shared units (n=0)."


def test_rounds_are_compared_in_pairs(corpus: Corpus) -> None:
    uids = [a.uid for a in corpus.articles]
    options = ReportOptions(
        ("claims",), QUICK.resampling, rounds=(tuple(uids[:3]), tuple(uids[2:]))
    )
    rows = {row.title: row for row in build(corpus, options).rounds}
    change = rows["stance: alpha_nominal"].change
    assert change.first.documents == change.second.documents == 3
    assert change.value == pytest.approx(
        (change.second.value or 0) - (change.first.value or 0), abs=1e-12
    )
    assert (change.paired, change.unpaired) == (1, 4)


def test_merging_the_most_confused_labels_gains_what_the_merged_units_say(corpus: Corpus) -> None:
    questions = Questions(corpus, ("claims",))
    units = next(t for t in questions.all if t.name == "stance").units
    report = build(corpus, ReportOptions(("claims",), QUICK.resampling))
    row = next(row for row in report.merges if row.title == "stance")
    pair = (row.merge.first, row.merge.second)
    merged = alpha(units.renamed(lambda x: pair[0] if x in pair else x), resampling=None)
    assert row.merge.alpha == pytest.approx(merged.value)
    assert row.now == pytest.approx(alpha(units, resampling=None).value)


def test_feedback_shows_sentences_on_which_both_labels_were_given(report: Report) -> None:
    stance = next(f for f in report.guidelines if f.confused.title == "stance")
    assert stance.first
    assert stance.second
    assert 1 <= len(stance.examples) <= 5
    for example in stance.examples:
        assert [label for label, _ in example.said] == [
            stance.confused.first, stance.confused.second,
        ]  # fmt: skip
        assert all(names for _, names in example.said)
        assert example.text


def test_agr_of_sources_is_told_with_and_without_claims_that_have_none() -> None:
    both = (Fragment("content", 0, 8), Fragment("source", 10, 14))
    one = replace(claim("a", 0, 8), fragments=both)
    other = replace(claim("b", 0, 8), fragments=both)
    corpus = small(one, other, claim("a", 30, 38), claim("b", 30, 38))
    lines = {line.title: line for line in build(corpus, QUICK).layers}
    values = {r.measure: r.value for r in lines["source"].results}
    assert (values["agr_mean"], values["agr_over_claims"]) == (1.0, 0.5)
    assert "agr_over_claims" not in {r.measure for r in lines["content"].results}
    whole = {r.measure: r for r in lines["claims as wholes"].results}
    assert whole["agr_attribution"].value == 1.0


def sentence(who: str, at: int, **labels: str) -> Annotation:
    return Annotation(f"{who}{at}", "sentence", "uid", who, (Fragment("span", at, at + 1),), labels)


def test_ordered_labels_are_compared_as_steps_of_a_scale() -> None:
    rows = [("factual", "mixed"), ("mixed", "opinion"), ("factual", "factual"), ("opinion",) * 2]
    tags = [
        sentence(who, i, factuality=value)
        for i, pair in enumerate(rows)
        for who, value in zip("ab", pair, strict=True)
    ]
    (line,) = (x for x in build(small(*tags), QUICK).layers if x.title == "factuality")
    order = ["factual", "mixed", "opinion"]
    units = Units.from_rows(rows, labels=order)
    assert line.results[0].measure == "alpha_ordinal"
    assert line.results[0].value == alpha(units, "ordinal", resampling=None).value
    assert line.results[1].value == alpha(units, resampling=None).value
    assert "factual < mixed < opinion" in line.words[0]


def test_labels_beside_the_scale_are_left_out_and_numbers_are_an_interval_scale() -> None:
    toml = SCHEME.toml.replace(
        'values = [{ name = "factual" }, { name = "mixed" }, { name = "opinion" }]',
        'values = ["0", "1", "4", "unsure"]',
    ).replace("ordered = true", 'ordered = ["0", "1", "4"]')
    rows = [("0", "1"), ("1", "4"), ("0", "0"), ("4", "unsure"), ("4", "4")]
    tags = [
        sentence(who, i, factuality=value)
        for i, pair in enumerate(rows)
        for who, value in zip("ab", pair, strict=True)
    ]
    corpus = gather([article()], tags, parse_scheme(toml, {}))
    (line,) = (x for x in build(corpus, QUICK).layers if x.title == "factuality")
    numbers = Units.from_rows([(0, 1), (1, 4), (0, 0), (4, None), (4, 4)], labels=[0, 1, 4])
    assert line.results[0].measure == "alpha_interval"
    assert line.results[0].value == alpha(numbers, "interval", resampling=None).value
    assert {x.reason: x.count for x in line.results[0].left_out}["labels beside the scale"] == 1


def test_notes_of_annotators_are_no_marks_to_agree_on() -> None:
    def mark(who: str, start: int, **labels: str) -> Annotation:
        pieces = (Fragment("span", start, start + 4),)
        return Annotation(f"m{who}{start}", "mark", "uid", who, pieces, labels)

    biased = [mark(who, 0, type="lexical") for who in "ab"]
    notes = [mark("a", 20, type="Discuss"), mark("a", 30, type="Discard")]
    corpus = small(*biased, *notes)
    (line,) = (x for x in build(corpus, QUICK).layers if x.title == "marks")
    assert {r.measure: r.value for r in line.results}["f1_exact"] == 1.0
    assert {x.reason: x.count for x in corpus.left_out} == {"marks with labels of no scheme": 2}


def test_a_scheme_that_changed_between_readings_is_said(store: Store) -> None:
    assert store.scheme_use() == []
    store.set_scheme(SCHEME.toml + "\n# a second version\n")
    assert store.scheme_use() == []
    uid = store.uids()[0]
    old = store.annotations(uid, "a")[0]
    made = replace(old, id=new_id(), scheme=store.scheme().version, annotator="a", parent=None)
    store.apply(Batch(new_id(), "a", "2026-01-01", "edit", "x", (Change(None, made),)))
    versions = {version for _, version, _ in store.scheme_use()}
    assert len(versions) > 1
    articles = [store.article(uid) for uid in store.uids()]
    corpus = gather(articles, store.annotations(), store.scheme(), scheme_use=store.scheme_use())
    (table,) = tables(build(corpus, QUICK), corpus)["header"]
    assert any("The scheme changed between readings: 2 versions" in note for note in table.notes)


def test_gamma_of_very_many_annotators_is_left_out_and_said(corpus: Corpus) -> None:
    """Each pair has random continua of its own: 200 annotators of two claims took minutes."""
    crowd = small(*(claim(f"p{i:03}", start, start + 8) for i in range(200) for start in (0, 30)))
    made: list[int] = []
    report = build(crowd, QUICK, made.append)
    assert sum(made) == len(PARTS)
    (line,) = (x for x in report.layers if x.title == "all roles")
    assert not any(r.measure.startswith("gamma") for r in line.results)
    assert "gamma was left out (19900 pairs of annotators take long): --gamma" in line.words[-1]
    (line,) = (x for x in build(corpus, QUICK).layers if x.title == "all roles")
    assert any(r.measure.startswith("gamma") for r in line.results) or "fragments" in line.words[-1]
