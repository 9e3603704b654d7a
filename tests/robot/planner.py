"""From gold annotations to the keys that make them: short ways, each tried on a session first."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Final

from annotator.domain.model import Annotation, Article, Fragment, Sentence
from annotator.domain.scheme import Attribute, Scheme
from annotator.domain.spans import trimmed
from annotator.domain.terms import role_said
from annotator.session.form import Form, Told
from annotator.session.form_rows import FLAG, NOTE
from annotator.text.speech_words import COMMON, SpeechWords
from annotator.tui.keymap import key_name
from tests.robot.cues import CueFirst, CueReader, placed, ranges
from tests.robot.ground import Ground, Way
from tests.robot.hand import Hand, form_keys
from tests.robot.jumps import Jumps
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
        words: SpeechWords = COMMON,
    ) -> None:
        """Plan an article.

        `sources` is what the program knows of other articles' sources, `words` of speech.
        """

        def hand() -> Hand:
            return Hand(article, (), scheme, quotations, words=words)

        self.hand = hand()
        self.hand.session.sources.elsewhere = sources or {}
        self._jumps = Jumps(hand())
        self._finder = PieceFinder(self.hand, Ground(hand()), self._jumps)
        self._cues = CueReader(hand())
        self._scheme = scheme
        self._page = self.hand.session.page
        self._made: dict[str, str] = {}
        """Gold id -> the id it has in the session."""
        self._keys: list[str] = []
        self._typed = 0

    def see(self, view: tuple[int, int]) -> None:
        """Plan for a screen that shows these code points; jumps lead there alone."""
        self._jumps.see(view)

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
        self._look()

    def _look(self) -> None:
        """Jump no more in this plan once the cursor has left the view, which has scrolled then."""
        self._finder.look(self.hand.session.cursor)

    def _act(self, *actions: str) -> None:
        self._press(*(self.hand.key(a) for a in actions))

    def _claim(self, gold: Annotation) -> None:
        s = self.hand.session
        labels = [v for v in self._labels(gold) if v]
        whole = self._sentence_label(gold)
        if whole is None:
            order = self._best_order(gold.fragments, s.cursor)
            proposal = self._cue_first(gold, self._cost(order, s.cursor) - bool(labels))
            taken = proposal is not None and self._take_proposal(proposal, labels)
            if taken and s.active:
                there = placed(s.active)
                rest = [f for f in gold.fragments if (f.role, f.start, f.end) not in there]
                order = self._best_order(rest, s.cursor)
            for number, fragment in enumerate(order):
                new = number == 0 and not taken
                self._piece(fragment.start, fragment.end)
                label_first = new and s.active is None and s.selection and labels
                if label_first and fragment.role == self._scheme.content_name:
                    # A label takes the selection as content, so the content's own key is spared.
                    self._press(labels[0])
                else:
                    self._role(fragment, new=new)
                self._join(fragment, gold)
        else:
            way, keys = whole
            self._follow(way)
            self._press(*keys)
        if s.active is None:
            raise Unsayable(f"{gold.id}: no claim came of it")
        self._made[gold.id] = s.active.id
        self._attributes(gold)
        self._parent(gold)
        self._note_and_flag(gold)

    # ------------------------------------------------------------------------------ cue first

    def _cost(self, order: Sequence[Fragment], cursor: int) -> int:
        """The keys that select some pieces one after the other and give them their roles."""
        cost = 0
        for fragment in order:
            piece = self._finder.find(cursor, fragment.start, fragment.end)
            cost, cursor = cost + len(piece.way) + 1, piece.cursor
        return cost

    def _cue_first(self, gold: Annotation, limit: int) -> CueFirst | None:
        """The cheapest way over a claim that a cue proposes, if it is below `limit` keys."""
        role = role_said(self._scheme, "cue")
        s, page, best = self.hand.session, self._page, None
        for cue in gold.role(role) if role else ():
            held = (a for a in s.index.at(cue.start, cue.end) if a.layer == "claim")
            if any(f.start < cue.end and cue.start < f.end for a in held for f in a.role(role)):
                continue
            token = page.token_at(cue.start)
            for at in {token, page.first_token(page.sentence_of_token(token))}:
                for presses, proposed in enumerate(self._cues.readings(at), start=1):
                    cues = ranges(proposed, role)
                    if not any(a < cue.end and cue.start < b for a, b, _ in cues):
                        continue
                    found = self._corrected(gold, at, presses, proposed)
                    if found and found.cost < limit and (best is None or found.cost < best.cost):
                        best = found
        return best

    def _corrected(
        self, gold: Annotation, at: int, presses: int, proposed: tuple[Fragment, ...]
    ) -> CueFirst | None:
        """What is to be put right in a proposal, and what that costs."""
        cursor = self.hand.session.cursor
        way = self._finder.way_to(cursor, range(at, at + 1))
        put: list[Fragment] = []
        left_out: list[str] = []
        later: list[Fragment] = []
        for role in self._scheme.roles:
            wanted, many = list(gold.role(role.name)), len(ranges(proposed, role.name))
            if spans_of(wanted, role.name) == spans_of(proposed, role.name):
                continue
            if not wanted:
                if many > 1:
                    return None
                left_out.append(role.name)
            elif len(wanted) == 1:
                put.append(wanted[0])
            else:
                # Further pieces come behind those that are there, in the order of the gold.
                there = spans_of(proposed, role.name) == spans_of(wanted[:many], role.name)
                put += [] if there else wanted[:1]
                later += wanted[many:] if there else wanted[1:]
        roles = len({f.role for f in proposed})
        start = min(f.start for f in proposed if f.role == role_said(self._scheme, "cue"))
        cost = len(way) + presses + self._cost([*put, *later], self._page.token_at(start))
        cost += len(left_out) * (roles // 2 + 1)
        return CueFirst(way, presses, proposed, tuple(put), tuple(left_out), cost)

    def _take_proposal(self, plan: CueFirst, labels: Sequence[str]) -> bool:
        """Propose, put right and take; False when it was dropped, being another than was read."""
        s = self.hand.session
        self._follow(plan.way)
        self._act(*("claim.cue_first",) * plan.presses)
        if s.proposal is None:
            return False
        if s.proposal.claim.fragments != plan.proposed:
            self._act("proposal.drop")
            return False
        for name in plan.left_out:
            while s.proposal.role != name:
                self._act("proposal.next")
            self._act("claim.drop_fragment")
        for fragment in plan.put:
            self._piece(fragment.start, fragment.end)
            self._role(fragment, new=False)
        if labels:
            self._press(labels[0])
        else:
            self._act("proposal.take")
        return True

    # ------------------------------------------------------------------------------ labels

    def _labels(self, gold: Annotation) -> list[str]:
        """The keys of the labels that have one ("" for the others)."""
        found: list[str] = []
        for name, value in gold.attributes.items():
            attribute = self._attribute(gold, name)
            known = attribute.value(value)
            found.append(key_name(known.key) if known and known.key else "")
        return found

    def _attribute(self, gold: Annotation, name: str) -> Attribute:
        found = self._scheme.attribute(gold.layer_name, name)
        if found is None:
            raise Unsayable(f"{gold.id}: the scheme has no {gold.layer} attribute {name!r}")
        return found

    def _sentence_label(self, gold: Annotation) -> tuple[Way, list[str]] | None:
        """The way and the keys when the claim is a whole sentence: a label alone makes it."""
        s = self.hand.session
        labels = [v for v in self._labels(gold) if v]
        content = self._scheme.content_name
        if len(gold.fragments) != 1 or gold.fragments[0].role != content or not labels:
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
                return way, [*map(self.hand.key, leave), labels[0]]
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
        if self._scheme.of_layer(gold.layer_name):
            self._fill(lambda: [s.active] if s.active else [], 0, gold.layer_name, wanted)
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
            self._follow(self._finder.way_to(s.cursor, tokens))
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
        layer: str,
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

    def _join(self, fragment: Fragment, gold: Annotation) -> None:
        """Make a piece a further fragment or a span of its own where the scheme does otherwise."""
        s = self.hand.session
        assert s.active is not None
        there = placed(s.active)
        given = [f for f in gold.role(fragment.role) if (f.role, f.start, f.end) in there]
        wanted = spans_of(given, fragment.role)
        for _ in range(len(given) + 1):
            if spans_of(s.active.fragments, fragment.role) == wanted:
                return
            self._act("claim.join")
        raise Unsayable(f"{gold.id}: {fragment.role} cannot be {wanted}")

    def _best_order(self, pieces: Sequence[Fragment], cursor: int) -> list[Fragment]:
        """The order of the pieces that costs the fewest keys; within a role it is the gold's."""
        if len(pieces) > MANY:
            return self._greedy_order(pieces, cursor)
        best: list[Fragment] = []
        fewest = 10**9
        for pattern in sorted(set(permutations(f.role for f in pieces))):
            queues = {r: iter([f for f in pieces if f.role == r]) for r in set(pattern)}
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

    def _greedy_order(self, pieces: Sequence[Fragment], cursor: int) -> list[Fragment]:
        roles = dict.fromkeys(f.role for f in pieces)
        waiting = {r: [f for f in pieces if f.role == r] for r in roles}
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
        self._follow(self._finder.find(s.cursor, start, end).way)

    def _follow(self, way: Way) -> None:
        self._keys += self.hand.follow(way)
        self._look()


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
        if a.parent in by_id:
            add(by_id[a.parent])
        out.setdefault(a.id, a)

    for a in sorted(annotations, key=lambda a: (a.start, -a.end, a.id)):
        add(a)
    return list(out.values())
