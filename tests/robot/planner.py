"""From gold annotations to the keys that make them: short ways, each tried on a session first."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Final

from annotator.domain.model import Annotation, Article, Fragment, Layer, Sentence
from annotator.domain.scheme import Attribute, Scheme
from annotator.domain.spans import trimmed
from annotator.session.form import FLAG, NOTE, Form, Told
from annotator.tui.keymap import key_name
from tests.robot.ground import Ground
from tests.robot.hand import Hand, form_keys
from tests.robot.pieces import PieceFinder

MANY: Final = 5
"""With more pieces than this the order is chosen step by step instead of among all."""


class Unsayable(Exception):
    """No keys of the program make this annotation."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The keys for one annotation.

    `typed` of them are the words of notes and free labels, which no interface can spare.
    """

    gold: Annotation
    keys: tuple[str, ...]
    typed: int


class Planner:
    """Plans one article, keeping a session in step with what the keys will have done."""

    def __init__(
        self,
        article: Article,
        scheme: Scheme,
        quotations: Sequence[tuple[int, int]],
        sources: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Plan an article; `sources` is what the program knows of other articles' sources."""
        self.hand = Hand(article, (), scheme, quotations)
        self.hand.session.sources.elsewhere = sources or {}
        self._finder = PieceFinder(self.hand, Ground(Hand(article, (), scheme, quotations)))
        self._scheme = scheme
        self._page = self.hand.session.page
        self._made: dict[str, str] = {}
        """Gold id -> the id it has in the session."""
        self._keys: list[str] = []
        self._typed = 0

    # ------------------------------------------------------------------------------ annotations

    def plans(self, annotations: Sequence[Annotation]) -> Iterator[Plan]:
        """Yield a plan per annotation, from the top of the article, parents first.

        Raises:
            Unsayable: naming the annotation and what cannot be said.
        """
        for gold in in_reading_order(annotations):
            self._keys, self._typed = [], 0
            self._finder.forget()
            {
                "claim": self._claim,
                "mark": self._mark,
                "sentence": self._sentence,
                "article": self._article,
            }[gold.layer](gold)
            yield Plan(gold, tuple(self._keys), self._typed)

    def _press(self, *keys: str) -> None:
        for key in keys:
            self.hand.press(key)
        self._keys += keys

    def _act(self, *actions: str) -> None:
        self._press(*(self.hand.key(a) for a in actions))

    def _claim(self, gold: Annotation) -> None:
        s = self.hand.session
        labels = [v for v in self._labels(gold) if v]
        whole = self._sentence_label(gold)
        if whole is None:
            order = self._best_order(gold, s.cursor)
            for number, fragment in enumerate(order):
                self._piece(fragment.start, fragment.end)
                label_first = number == 0 and s.active is None and s.selection and labels
                if label_first and fragment.role == "content":
                    # A label takes the selection as content, so the content's own key is spared.
                    self._press(labels[0])
                else:
                    self._role(fragment, new=number == 0)
                self._join(fragment, gold, order[: number + 1])
        else:
            self._press(*whole)
        if s.active is None:
            raise Unsayable(f"{gold.id}: no claim came of it")
        self._made[gold.id] = s.active.id
        self._attributes(gold)
        self._parent(gold)
        self._note_and_flag(gold)

    def _labels(self, gold: Annotation) -> list[str]:
        """The keys of the labels that have one ("" for the others)."""
        found: list[str] = []
        for name, value in gold.attributes.items():
            attribute = self._attribute(gold, name)
            known = attribute.value(value)
            found.append(key_name(known.key) if known and known.key else "")
        return found

    def _attribute(self, gold: Annotation, name: str) -> Attribute:
        found = self._scheme.attribute(gold.layer, name)
        if found is None:
            raise Unsayable(f"{gold.id}: the scheme has no {gold.layer} attribute {name!r}")
        return found

    def _sentence_label(self, gold: Annotation) -> list[str] | None:
        """The keys when the claim is a whole sentence without roles: a label alone makes it."""
        s = self.hand.session
        labels = [v for v in self._labels(gold) if v]
        if len(gold.fragments) != 1 or gold.fragments[0].role != "content" or not labels:
            return None
        start, end, _ = gold.fragments[0][1:]
        number = self._page.sentence_at(start)
        sentence = self._page.sentences[number]
        if (start, end) != trimmed(s.article.text, sentence.start, sentence.end):
            return None
        for token in self._tokens_of(sentence):
            if not any(a.layer == "claim" for a in s.index.at(*self._page.token(token))):
                way = self._finder.way_to(s.cursor, range(token, token + 1))
                leave = ("view.back",) if s.active else ()
                return [*map(self.hand.key, (*way, *leave)), labels[0]]
        return None

    def _mark(self, gold: Annotation) -> None:
        s = self.hand.session
        if len(gold.fragments) != 1:
            raise Unsayable(f"{gold.id}: a mark of {len(gold.fragments)} pieces")
        self._piece(gold.fragments[0].start, gold.fragments[0].end)
        s.add_mark()
        self._keys.append(self.hand.key("mark.add"))
        if s.active is None:
            raise Unsayable(f"{gold.id}: no mark came of it")
        self._made[gold.id] = s.active.id
        wanted = {name: self._known(gold, name, value) for name, value in gold.attributes.items()}
        if self._scheme.of_layer("mark"):
            self._fill(lambda: [s.active] if s.active else [], 0, "mark", wanted)
        self._note_and_flag(gold)

    def _tokens_of(self, sentence: Sentence) -> range:
        first, last = (bisect_left(self._page.starts, at) for at in (sentence.start, sentence.end))
        return range(first, last)

    def _sentence(self, gold: Annotation) -> None:
        s = self.hand.session
        start, end = gold.start, gold.end
        number = self._page.sentence_at(start)
        if not self._page.sentences or self._page.sentences[number][:2] != (start, end):
            raise Unsayable(f"{gold.id}: [{start}, {end}) is not a sentence of the layout")
        if self._page.sentence_of_token(s.cursor) != number:
            tokens = self._tokens_of(self._page.sentences[number])
            self._act(*self._finder.way_to(s.cursor, tokens))
        self._pick(gold, "sentence.attributes", 0)
        tag = s.index.sentence_tag(number)
        if gold.reviewed and not (tag and tag.reviewed):
            self._act("claim.reviewed")
            tag = s.index.sentence_tag(number)
        if tag is None:
            raise Unsayable(f"{gold.id}: nothing is said of the sentence")
        self._made[gold.id] = tag.id

    def _article(self, gold: Annotation) -> None:
        s = self.hand.session
        self._pick(gold, "sentence.attributes", 1)
        tag = s.article_tag()
        if tag is None:
            raise Unsayable(f"{gold.id}: nothing is said of the article")
        self._made[gold.id] = tag.id

    # ------------------------------------------------------------------------------ labels

    def _attributes(self, gold: Annotation) -> None:
        s = self.hand.session
        assert s.active is not None
        wanted = dict(gold.attributes)
        rest = {k: v for k, v in wanted.items() if s.active.attributes.get(k) != v}
        given = {**s.last_labels, **s.sources.proposed(s.active)}
        repeated = {k: v for k, v in given.items() if k in rest}
        if gold.layer == "claim" and len(repeated) > 1 and given.items() <= wanted.items():
            self._act("claim.repeat")
        left: dict[str, str] = {}
        for name, value in wanted.items():
            known = self._attribute(gold, name).value(value)
            if s.active.attributes.get(name) == value:
                continue
            if known and known.key:
                self._press(key_name(known.key))
            else:
                left[name] = value
        if left:
            self._keys.append(self.hand.key("claim.attributes"))
            self._fill(lambda: [s.active] if s.active else [], 0, gold.layer, left)

    def _fill(
        self,
        read: Callable[[], Sequence[Annotation]],
        which: int,
        layer: Layer,
        wanted: Mapping[str, str],
    ) -> None:
        """Fill in the form that the last key has opened, and close it."""
        s = self.hand.session

        def give(subject: Annotation, attribute: Attribute, value: str | None) -> Told:
            s.fill(subject, attribute, value)
            return Told(True, "")

        for name, value in wanted.items():
            attribute = self._scheme.attribute(layer, name)
            self._typed += len(value) if name == NOTE or (attribute and attribute.text) else 0
        form = Form(self._scheme, read, give)
        try:
            keys = form_keys(form, self.hand.keymap, ((which, n, v) for n, v in wanted.items()))
        except LookupError as error:
            raise Unsayable(str(error)) from error
        self._keys += keys

    def _pick(self, gold: Annotation, action: str, which: int) -> None:
        """Give a sentence or the article its labels, note and flag through the form."""
        wanted = {name: self._known(gold, name, value) for name, value in gold.attributes.items()}
        wanted |= {NOTE: gold.note} if gold.note else {}
        wanted |= {FLAG: "yes"} if gold.flagged else {}
        if wanted:
            self._keys.append(self.hand.key(action))
            self._fill(self._tags, which, gold.layer, wanted)

    def _known(self, gold: Annotation, name: str, value: str) -> str:
        self._attribute(gold, name)
        return value

    def _tags(self) -> list[Annotation]:
        s = self.hand.session
        return [s.sentence_subject(), s.article_subject()]

    def _note_and_flag(self, gold: Annotation) -> None:
        s = self.hand.session
        assert s.active is not None
        if gold.note:
            self._keys += [self.hand.key("claim.note"), *map(key_name, gold.note), "enter"]
            self._typed += len(gold.note)
            s.set_note(s.active, gold.note)
        if gold.flagged:
            self._act("claim.flag")

    def _parent(self, gold: Annotation) -> None:
        s = self.hand.session
        if gold.parent is None:
            return
        wanted = self._made[gold.parent]
        seen: set[str] = set()
        while True:
            self._act("claim.nest")
            assert s.active is not None
            here = s.active.parent
            if here == wanted:
                return
            if here is None or here in seen:
                raise Unsayable(f"{gold.id}: cannot be nested in {gold.parent}")
            seen.add(here)

    # ------------------------------------------------------------------------------ pieces

    def _role(self, fragment: Fragment, *, new: bool) -> None:
        s = self.hand.session
        role = self._scheme.role(fragment.role)
        if role is None or not role.key:
            raise Unsayable(f"the role {fragment.role!r} has no key")
        letter = role.key.upper() if new and s.active is not None else role.key
        self._press(key_name(letter))

    def _join(self, fragment: Fragment, gold: Annotation, given: Sequence[Fragment]) -> None:
        """Make a piece a further fragment or a span of its own where the scheme does otherwise."""
        s = self.hand.session
        wanted = spans_of(given, fragment.role)
        for _ in range(len(given) + 1):
            assert s.active is not None
            if spans_of(s.active.fragments, fragment.role) == wanted:
                return
            self._act("claim.join")
        raise Unsayable(f"{gold.id}: {fragment.role} cannot be {wanted}")

    def _best_order(self, gold: Annotation, cursor: int) -> list[Fragment]:
        """The order of the pieces that costs the fewest keys; within a role it is the gold's."""
        if len(gold.fragments) > MANY:
            return self._greedy_order(gold, cursor)
        best: list[Fragment] = []
        fewest = 10**9
        for pattern in sorted(set(permutations(f.role for f in gold.fragments))):
            queues = {r: iter(gold.role(r)) for r in set(pattern)}
            order = [next(queues[r]) for r in pattern]
            cost, at = 0, cursor
            for fragment in order:
                piece = self._finder.find(at, fragment.start, fragment.end)
                cost, at = cost + len(piece.way), piece.cursor
                if cost >= fewest:
                    break
            else:
                fewest, best = cost, order
        return best

    def _greedy_order(self, gold: Annotation, cursor: int) -> list[Fragment]:
        waiting = {r: list(gold.role(r)) for r in dict.fromkeys(f.role for f in gold.fragments)}
        order: list[Fragment] = []
        while waiting:
            found = [
                (self._finder.find(cursor, p[0].start, p[0].end), p[0]) for p in waiting.values()
            ]
            piece, chosen = min(found, key=lambda item: len(item[0].way))
            order.append(waiting[chosen.role].pop(0))
            waiting = {r: pieces for r, pieces in waiting.items() if pieces}
            cursor = piece.cursor
        return order

    def _piece(self, start: int, end: int) -> None:
        """Select a range, or put the cursor on it when it is one token."""
        s = self.hand.session
        self._keys += self.hand.follow(self._finder.find(s.cursor, start, end).way)


def spans_of(fragments: Sequence[Fragment], role: str) -> list[list[tuple[int, int]]]:
    """The spans of a role, each the ranges of its fragments as given; numbers do not matter."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for f in fragments:
        if f.role == role:
            spans.setdefault(f.span, []).append((f.start, f.end))
    return sorted(spans.values())


def in_reading_order(annotations: Sequence[Annotation]) -> list[Annotation]:
    """From the top of the article to its end; what holds others comes before them."""
    by_id = {a.id: a for a in annotations}
    out: dict[str, Annotation] = {}

    def add(a: Annotation) -> None:
        if a.parent is not None:
            add(by_id[a.parent])
        out.setdefault(a.id, a)

    for a in sorted(annotations, key=lambda a: (a.start, -a.end, a.id)):
        add(a)
    return list(out.values())
