"""Reading one article: where the cursor is, what is selected, which claim is being worked on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Literal

from annotator.domain.model import Annotation, Article, Fragment
from annotator.domain.scheme import Scheme
from annotator.domain.spans import trimmed
from annotator.session.annotation_index import AnnotationIndex
from annotator.session.selection import Selection
from annotator.session.shown import Shown, in_view
from annotator.session.text_index import TextIndex
from annotator.session.text_objects import TextObjects, without_marks
from annotator.text.normal import Folded, literal
from annotator.text.speech_words import COMMON, SpeechWords

Step = Literal[1, -1]
TextObject = Literal["noun phrase", "clause"]


class Navigator:
    """Everything that changes nothing in the database: moving, selecting, searching, activating.

    Args:
        article: The article with its layout.
        annotations: The annotator's own annotations of it.
        scheme: The labels in force.
        quotations: The ranges of all quotations of the text, marks included (called when needed).
        position: Offset (code points) where the annotator stopped last time.
        words: The words of speech and the verbs that are known now.
    """

    def __init__(
        self,
        article: Article,
        annotations: Iterable[Annotation],
        scheme: Scheme,
        quotations: Callable[[], Sequence[tuple[int, int]]],
        position: int = 0,
        words: Callable[[], SpeechWords] = lambda: COMMON,
    ) -> None:
        self.article = article
        self.scheme = scheme
        self.page = TextIndex(article)
        self.cursor = self.page.token_at(position)
        """Index of the token under the cursor."""
        self.selection: Selection | None = None
        self.active_id: str | None = None
        self.hits: list[tuple[int, int]] = []
        self._folded: Folded | None = None
        """The text as searches read it, made for the first one."""
        self.hit: int | None = None
        """Index of the current place found."""
        self.shown: Callable[[], Shown] = lambda: None
        """What is on the screen; who draws the article replaces it."""
        self._focus: Fragment | None = None
        self._quotations = quotations
        self.known_words = words
        self.objects = TextObjects(
            self.page, lambda: self._quotations(), lambda: self.known_words()
        )
        self._picked: tuple[TextObject, int, int] | None = None
        """The text object selected last, at which token, and which of its readings."""
        self.index = AnnotationIndex(self.page, annotations, self._waits, scheme.missing)

    # ------------------------------------------------------------------------------ looking

    def _waits(self, sentence: int, tag: Annotation | None) -> bool:
        kind = (tag.attributes.get("kind") if tag else None) or self.page.sentences[sentence].kind
        return kind in self.scheme.review_kinds

    @property
    def offset(self) -> int:
        """Where the cursor is, in code points."""
        return self.page.token(self.cursor)[0]

    @property
    def sentence(self) -> int:
        """The sentence that the cursor is in."""
        return self.page.sentence_at(self.offset)

    @property
    def active(self) -> Annotation | None:
        """The claim or mark that roles and labels act on."""
        return self.index.by_id.get(self.active_id) if self.active_id else None

    @property
    def active_in_view(self) -> bool:
        """Whether there is a claim or mark at work, and a piece of it is on the screen."""
        active = self.active
        return active is not None and in_view(active.fragments, self.shown())

    def target_range(self) -> tuple[int, int]:
        """What a role key would take: the selection, or the word under the cursor."""
        return self.selection.range if self.selection else self.page.token(self.cursor)

    def quotations(self) -> Sequence[tuple[int, int]]:
        """The ranges of all quotations of the text, marks included."""
        return self._quotations()

    def at_cursor(self) -> list[Annotation]:
        """Claims and marks that touch the cursor, the smallest first."""
        start, end = self.page.token(self.cursor)
        return self.index.at(start, end)

    def nearby(self) -> list[Annotation]:
        """Claims and marks of the cursor's sentence, the nearest to the cursor first."""
        if not self.page.sentences:
            return []
        start, end = self.page.token(self.cursor)

        def distance(a: Annotation) -> int:
            return min(max(f.start - end, start - f.end, 0) for f in a.fragments)

        here = self.index.in_sentence(self.sentence)
        found = [a for a in here if a.layer in ("claim", "mark")]
        return sorted(found, key=lambda a: (distance(a), a.start, a.id))

    def article_tag(self) -> Annotation | None:
        """The annotation of the article as a whole."""
        return self.index.article_tag()

    # ------------------------------------------------------------------------------ moving

    def go(self, offset: int) -> None:
        """Put the cursor on the token at an offset."""
        self.cursor = self.page.token_at(offset)

    def move_token(self, step: Step) -> None:
        """To the next or previous token."""
        self.cursor = max(0, min(self.cursor + step, self.page.token_count - 1))

    def move_sentence(self, step: Step) -> None:
        """To the start of the next sentence, or of the previous one."""
        target = self.sentence + step
        if 0 <= target < len(self.page.sentences):
            self.cursor = self.page.first_token(target)

    def move_in_sentence(self, side: Literal["start", "end"]) -> None:
        """To the first or the last word of the sentence, past the signs before and after it."""
        if self.page.sentences:
            self.cursor = self.page.edge_word(self.sentence, side)

    def move_paragraph(self, step: Step) -> None:
        """To the start of the next or previous paragraph."""
        if not self.page.sentences:
            return
        here = self.page.sentences[self.sentence].paragraph
        wanted = here + step
        i = self.sentence
        while 0 <= i < len(self.page.sentences) and self.page.sentences[i].paragraph != wanted:
            i += step
        if 0 <= i < len(self.page.sentences):
            while i > 0 and self.page.sentences[i - 1].paragraph == wanted:
                i -= 1
            self.cursor = self.page.first_token(i)

    def move_open(self, step: Step) -> bool:
        """To the next open sentence in that direction; False when there is none."""
        i = self.sentence + step
        while 0 <= i < len(self.page.sentences):
            if i in self.index.open:
                self.cursor = self.page.first_token(i)
                return True
            i += step
        return False

    def move_claim(self, step: Step, *, incomplete: bool = False) -> bool:
        """To the next claim or mark in reading order, making it the active one.

        With `incomplete` to one that lacks something the scheme requires, round the end of the
        article. False when there is none.
        """
        here = self.active if self.active_in_view else None
        key = (here.start, here.id) if here else (self.offset, "" if step > 0 else "\uffff")
        found = self.index.beside(*key, step, incomplete=incomplete)
        if found is None:
            return False
        self.activate(found.id)
        return True

    def search(self, words: str) -> int:
        """Find every place of some words, as `annotator search` does; go to the next one.

        It is the first one that begins after the cursor's, round the end of the article.

        Returns:
            How many places there are.
        """
        self._folded = self._folded or Folded(self.article.text)
        self.hit = None
        self.hits = self._folded.places(literal(words))
        if self.hits:
            after = bisect_right(self.hits, self.offset, key=lambda place: place[0])
            self.hit = after % len(self.hits)
            self.go(self.hits[self.hit][0])
        return len(self.hits)

    def move_hit(self, step: Step) -> None:
        """To the next or previous place found, round the end."""
        if self.hits and self.hit is not None:
            self.hit = (self.hit + step) % len(self.hits)
            self.go(self.hits[self.hit][0])

    # ------------------------------------------------------------------------------ selecting

    def select(self, start: int, end: int) -> None:
        """Select a range (as it is; the caller snaps a drag to tokens)."""
        if 0 <= start < end <= len(self.article.text):
            self.selection = Selection(start, end)
            self.cursor = self.page.token_at(end - 1)

    def start_selection(self) -> None:
        """Select the token under the cursor; when a selection is there, grow or reopen it."""
        if self.selection is None:
            start, end = self.page.token(self.cursor)
            if start < end:
                self.selection = Selection(start, end)
        elif not self.selection.open:
            self.change_selection(replace(self.selection, open=True))
        else:
            start, end = self.selection.range
            quoted = [q for q in self.quotations() if q[0] <= start and end <= q[1]]
            bare = [without_marks(self.article.text, q) for q in quoted]
            here = self.objects.around(start, end)
            self.change_selection(self.selection.larger(self.page, [*here, *bare, *quoted]))

    def change_selection(self, selection: Selection) -> None:
        """Replace the selection; the cursor follows its moving end while it is open."""
        self.selection = selection
        if selection.open:
            self.cursor = self.page.token_at(selection.head)

    def select_sentence(self) -> None:
        """Select the sentence under the cursor."""
        if self.page.sentences:
            s = self.page.sentences[self.sentence]
            self.select(*trimmed(self.article.text, s.start, s.end))

    def select_quotation(self) -> bool:
        """Select the quotation at the cursor, else the next one of its paragraph.

        One that is selected: without its marks; then the one around it, or with its marks again.
        False when there is none.
        """
        quotations = sorted(self.quotations(), key=lambda q: q[1] - q[0])
        start, end = self.selection.range if self.selection else self.page.token(self.cursor)
        around = [q for q in quotations if q[0] <= start and end <= q[1] and q != (start, end)]
        text = self.article.text
        if (start, end) in quotations:
            around.insert(0, without_marks(text, (start, end)))
        elif self.selection and around and (start, end) == without_marks(text, around[0]):
            around = [*around[1:], around[0]]
        elif not around and self.selection is None and self.page.sentences:
            paragraph = self.page.sentences[self.sentence].paragraph
            limit = self.article.layout.paragraphs[paragraph].end
            around = sorted(q for q in quotations if start <= q[0] < limit)
        if around:
            self.select(*around[0])
        return bool(around)

    def select_object(self, kind: TextObject) -> tuple[int, int]:
        """Select the noun phrase or clause at the cursor; again: the next reading of it, round all.

        Returns:
            Which reading, counted from 1, of how many; 0 of 0 when there is none.
        """
        token, reading = self.cursor, 0
        if self._picked and self._picked[0] == kind and self.selection:
            found = self._readings(kind, self._picked[1])
            if self._picked[2] < len(found) and self.selection.range == found[self._picked[2]]:
                token, reading = self._picked[1], (self._picked[2] + 1) % len(found)
        found = self._readings(kind, token)
        if not found:
            return 0, 0
        self._picked = kind, token, reading
        self.select(*found[reading])
        if self.selection:
            self.selection = replace(self.selection, grown=(self.page.token(token),))
        return reading + 1, len(found)

    def _readings(self, kind: TextObject, token: int) -> list[tuple[int, int]]:
        objects = self.objects
        return objects.clauses(token) if kind == "clause" else objects.noun_phrases(token)

    def back(self) -> bool:
        """Leave, one after the other: the search, the selection, the claim. False: nothing left."""
        if self.hits:
            self.hits, self.hit = [], None
        elif self.selection is not None:
            self.selection = None
        elif self.active_id is not None:
            self.active_id = self._focus = None
        else:
            return False
        return True

    # ------------------------------------------------------------------------------ activating

    def activate(self, id_: str | None) -> None:
        """Make a claim or mark the active one and put the cursor on it when it is elsewhere."""
        self.active_id, self._focus = id_, None
        active = self.active
        if active and not active.touches(*self.page.token(self.cursor)):
            first = self.scheme.anchor(active)
            self.go(min(f.start for f in first))

    def work_on_piece(self, id_: str, piece: Fragment | None) -> None:
        """Make a claim the active one, and a piece of it what the keys for its ends move."""
        self.active_id, self._focus = id_, piece

    def open_claim(self) -> bool:
        """Go back to the claim at work, or work on the smallest one under the cursor.

        Where none is, on the nearest of the sentence. False when there is none either.
        """
        if self.active is not None and not self.active_in_view:
            self.activate(self.active_id)
            return True
        found = self.at_cursor() or self.nearby()
        if found:
            self.activate(found[0].id)
        return bool(found)

    def cycle(self, step: Step) -> bool:
        """Work on the next of the claims that overlap at the cursor."""
        found = [a.id for a in self.at_cursor()]
        if not found:
            return False
        here = found.index(self.active_id) if self.active_id in found else (-1 if step > 0 else 0)
        self.activate(found[(here + step) % len(found)])
        return True
