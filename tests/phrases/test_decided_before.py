"""What was decided about a sentence elsewhere is told, and carried to it as one action."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.graphemes import is_boundary
from annotator.domain.ids import new_id
from annotator.domain.model import SPAN_ROLE, Annotation, Fragment
from annotator.project import Project
from annotator.project.decided_before import SentencePlace, carry_here, decided_before
from annotator.store import Store
from annotator.text.normal import fold, normalise, words
from tests.phrases.support import apply, corpus

SENTENCE = "“The gate,” officials said, “was left open on Thursday.”"
TYPED = '"The gate," officials said, "was left open on Thursday."'


def sentence(store: Store, number: int, which: str = "gate") -> SentencePlace:
    article = store.article(store.uids()[number])
    found = next(
        s for s in article.layout.sentences if which in article.text[s.start : s.end].lower()
    )
    return SentencePlace(article.uid, found.start, found.end, article.text[found.start : found.end])


def piece(text: str, role: str, what: str, span: int = 0) -> Fragment:
    at = text.index(what)
    return Fragment(role, at, at + len(what), span)


def decided(store: Store, number: int, stance: str = "against", mark: bool = True) -> None:
    """A claim in two pieces with source and cue, and a mark, in the sentence of an article."""
    uid = store.uids()[number]
    text = store.text_of(uid)
    quotes = ("“The gate,”", "“was left open on Thursday.”")
    if quotes[0] not in text:
        quotes = ('"The gate,"', '"was left open on Thursday."')
    claim = Annotation(
        new_id(), "claim", uid, "anna",
        (
            piece(text, "content", quotes[0]),
            piece(text, "content", quotes[1]),
            piece(text, "source", "officials"),
            piece(text, "cue", "said"),
        ),
        {"source_type": "unnamed_group", "stance": stance},
        note="mine", flagged=True,
    )  # fmt: skip
    apply(store, [claim])
    if mark:
        fragment = piece(text, SPAN_ROLE, "left open")
        apply(store, [Annotation(new_id(), "mark", uid, "anna", (fragment,), {"type": "lexical"})])


def texts(store: Store, uid: str) -> list[tuple[str, str, list[str]]]:
    text = store.text_of(uid)
    return [
        (a.layer, a.provenance, [text[f.start : f.end] for f in a.fragments])
        for a in store.annotations(uid)
    ]


def test_decided_in_several_articles_and_carried_with_other_typography() -> None:
    with corpus(
        f"One. {SENTENCE}", f"Two. {SENTENCE}", f"Three is new. {TYPED} Nobody answered."
    ) as store:
        decided(store, 0)
        decided(store, 1)
        project, scheme = Project(store, "anna"), store.scheme()
        here = sentence(store, 2)
        found = decided_before(project, here, "anna", scheme)
        assert found is not None
        assert found.told == "decided in 2 articles: unnamed group, against; mark lexical"
        assert decided_before(project, here, "ben", scheme) is None
        before = store.annotations()
        done, outside = carry_here(project, found, [], "anna", scheme)
        assert outside == 0
        assert len(done.made) == 2
        assert texts(store, here.article) == [
            (
                "claim",
                "propagated",
                ['"The gate,"', '"was left open on Thursday."', "officials", "said"],
            ),
            ("mark", "propagated", ["left open"]),
        ]
        made = next(a for a in store.annotations(here.article) if a.layer == "claim")
        assert (made.note, made.flagged) == ("", False)
        # Again: everything is there.
        own = store.annotations(here.article)
        again, _ = carry_here(project, found, own, "anna", scheme)
        assert again.batch is None
        project.undo("anna")
        assert store.annotations() == before


def test_what_was_not_decided_alike_is_told_with_counts() -> None:
    with corpus(
        f"One. {SENTENCE}", f"Two. {SENTENCE}", f"Three. {SENTENCE}", f"Four. {SENTENCE}"
    ) as store:
        decided(store, 0, "favor", mark=False)
        decided(store, 1, mark=False)
        decided(store, 2, mark=False)
        project = Project(store, "anna")
        found = decided_before(project, sentence(store, 3), "anna", store.scheme())
        assert found is not None
        assert found.told == (
            "decided in 3 articles, not alike: unnamed group, against (2);"
            " or unnamed group, favor (1)"
        )


def test_only_the_same_words_and_numbers_count() -> None:
    with corpus("It rose by 1.5 points.", "Now. It rose by 15 points.") as store:
        first, second = store.uids()
        mark = Annotation(new_id(), "mark", first, "anna", (Fragment(SPAN_ROLE, 3, 7),))
        apply(store, [mark])
        here = sentence(store, 1, "rose")
        assert here.article == second
        assert decided_before(Project(store, "anna"), here, "anna", store.scheme()) is None


def test_pieces_outside_the_sentence_are_left_out_and_counted() -> None:
    with corpus(f"Officials spoke. {SENTENCE}", f"Later. {SENTENCE}") as store:
        uid = store.uids()[0]
        text = store.text_of(uid)
        claim = Annotation(
            new_id(), "claim", uid, "anna",
            (piece(text, "content", "“The gate,”"), piece(text, "source", "Officials")),
            {"stance": "favor"},
        )  # fmt: skip
        apply(store, [claim])
        project, scheme = Project(store, "anna"), store.scheme()
        here = sentence(store, 1)
        found = decided_before(project, here, "anna", scheme)
        assert found is not None
        done, outside = carry_here(project, found, [], "anna", scheme)
        assert (len(done.made), outside) == (1, 1)
        assert texts(store, here.article) == [("claim", "propagated", ["“The gate,”"])]


def test_the_labels_of_a_sentence_are_carried_too() -> None:
    toml = (
        'name = "s"\n[[role]]\nname = "content"\nkey = "e"\n'
        '[[attribute]]\nname = "topic"\nlayer = "sentence"\nvalues = ["law", "money"]\n'
    )
    with corpus(f"One. {SENTENCE}", f"Two. {SENTENCE}") as store:
        scheme = store.set_scheme(toml)
        there, here = sentence(store, 0), sentence(store, 1)
        fragment = (Fragment(SPAN_ROLE, there.start, there.end),)
        tag = Annotation(new_id(), "sentence", there.article, "anna", fragment, {"topic": "law"})
        apply(store, [tag])
        reviewed = Annotation(
            new_id(), "sentence", here.article, "anna",
            (Fragment(SPAN_ROLE, here.start, here.end),), reviewed=True,
        )  # fmt: skip
        apply(store, [reviewed])
        project = Project(store, "anna")
        found = decided_before(project, here, "anna", scheme)
        assert found is not None
        assert found.told == "decided in 1 article: sentence law"
        done, _ = carry_here(project, found, [reviewed], "anna", scheme)
        assert [dict(a.attributes) for a in done.changed] == [{"topic": "law"}]
        assert store.annotations(here.article)[0].reviewed


def test_nested_claims_stay_nested_also_in_one_that_is_there() -> None:
    with corpus(f"One. {SENTENCE}", f"Two. {SENTENCE}") as store:
        there, here = sentence(store, 0), sentence(store, 1)
        text = store.text_of(there.article)
        inner = Annotation(
            new_id(), "claim", there.article, "anna", (piece(text, "content", "left open"),)
        )
        outer = Annotation(
            new_id(), "claim", there.article, "anna",
            (piece(text, "content", "was left open on Thursday."),), {"stance": "favor"},
        )  # fmt: skip
        apply(store, [outer])
        apply(store, [replace(inner, parent=outer.id)])
        mine = piece(store.text_of(here.article), "content", "was left open on Thursday.")
        own = Annotation(new_id(), "claim", here.article, "anna", (mine,))
        for existing in ([], [own]):
            if existing:
                apply(store, existing)
            project, scheme = Project(store, "anna"), store.scheme()
            found = decided_before(project, here, "anna", scheme)
            assert found is not None
            done, _ = carry_here(project, found, existing, "anna", scheme)
            after = {a.id: a for a in store.annotations(here.article)}
            (child,) = [a for a in after.values() if a.parent]
            assert after[child.parent or ""].attributes == {"stance": "favor"}
            assert len(done.made) == 2 - len(existing)
            project.undo("anna")


def test_marks_alone_are_carried_to_the_same_marks_or_left_out() -> None:
    for first, second, mark, carried in (
        ("He said, no.", "He said no.", ",", None),
        ("Great!", "Great", "!", None),
        ("It “is” so.", 'It "is" so!', "“", '"'),
        ("He said, (no).", "He said, no.", "(", None),
    ):
        with corpus(first, second) as store:
            uid, other = store.uids()
            found = piece(first, SPAN_ROLE, mark)
            apply(store, [Annotation(new_id(), "mark", uid, "anna", (found,))])
            project, here = Project(store, "anna"), SentencePlace(other, 0, len(second), second)
            before = decided_before(project, here, "anna", store.scheme())
            assert before is not None
            done, outside = carry_here(project, before, [], "anna", store.scheme())
            assert [second[a.start : a.end] for a in done.made] == ([carried] if carried else [])
            assert outside == (carried is None)


MARKS = st.sampled_from(["“", "”", '"', ",", "-", "–", "", " ", "\u00ad"])
WORDS = st.sampled_from(["gate", "Ca\u0301fe", "Café", "1,200", "said", "o\ufb03ce", "東京", "x"])


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_every_piece_is_on_the_same_words_whatever_the_marks(data: st.DataObject) -> None:
    found = data.draw(st.lists(WORDS, min_size=2, max_size=6))

    def spelt() -> str:
        parts = [f"{data.draw(MARKS)}{w}{data.draw(MARKS)}" for w in found]
        return " ".join(parts) + "."

    first, second = f"A. {spelt()}", f"B. {spelt()}"
    with corpus(first, second) as store:
        if len(store.uids()) < 2:
            return
        uid, other = store.uids()
        places = []
        for one in (uid, other):
            article = store.article(one)
            if len(article.layout.sentences) != 2:
                return
            s = article.layout.sentences[1]
            places.append(SentencePlace(one, s.start, s.end, article.text[s.start : s.end]))
        there, here = places
        text = store.text_of(uid)
        edges = [i for i in range(there.start, there.end + 1) if is_boundary(text, i)]
        a, b = sorted(
            data.draw(st.lists(st.sampled_from(edges), min_size=2, max_size=2, unique=True))
        )
        mark = Annotation(new_id(), "mark", uid, "anna", (Fragment(SPAN_ROLE, a, b),))
        apply(store, [mark])
        project, scheme = Project(store, "anna"), store.scheme()
        decided_ = decided_before(project, here, "anna", scheme)
        if decided_ is None:
            return  # the marks made other words of it
        done, outside = carry_here(project, decided_, [], "anna", scheme)
        assert outside == (not done.made)
        if not done.made:
            # Marks alone, which do not stand here.
            assert not words(text[a:b])
            assert there.text != here.text
            assert store.annotations(other) == []
            return
        (made,) = done.made
        shown = store.text_of(other)[made.start : made.end]
        if there.text == here.text:
            assert shown == text[a:b]
        else:
            form = normalise(there.text)
            spans = zip(form.words, form.starts, form.ends, strict=True)
            low, high = a - there.start, b - there.start
            if not words(text[a:b]):
                assert fold(shown).split() == fold(text[a:b]).split()
            assert words(shown) == [w for w, s, e in spans if s < high and low < e]
        assert here.start <= made.start < made.end <= here.end
