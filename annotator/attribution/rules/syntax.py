"""What a verb, noun or adjective governs: the syntactic patterns in which cues appear.

Labels are those of the English CLEAR dependency scheme, which spaCy's English pipelines use.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

from annotator.attribution.parse import Parse
from annotator.attribution.rules.attachment import reattached
from annotator.attribution.rules.lexicon import words
from annotator.attribution.rules.pairs import Pair, pairs_of
from annotator.text.quotations import Quotation

Span = tuple[int, int]
"""A half-open range of token indices."""

WH_WORDS: Final = frozenset(
    ("what", "who", "whom", "whose", "which", "when", "where", "why", "how", "whether", "if")
)
_CLAUSES: Final = frozenset(("ccomp", "xcomp"))
_CONTROLLERS: Final = frozenset(("VERB", "AUX", "ADP", "SCONJ", "ADJ", "NOUN"))
_CONTROL: Final = frozenset(("xcomp", "advcl", "conj", "pcomp", "dep", "acomp", "attr", "oprd"))
_WHILE: Final = frozenset(("as", "while"))
_SUBJECTS: Final = frozenset(("nsubj", "csubj", "expl"))
_PASSIVE_SUBJECTS: Final = frozenset(("nsubjpass", "csubjpass"))


class Tree:
    """A parse with the edges of every subtree and the quotation around every token.

    `left[i]`, `right[i]` are the first token of the subtree and the one after its last.
    `quote_of[i]` is the index in `quotes` of the outermost quotation around token i, or -1.
    """

    def __init__(self, parse: Parse, quotes: Sequence[Quotation]) -> None:
        parse = reattached(parse)
        self.parse = parse
        self.quotes = quotes
        n = len(parse)
        self.left = list(range(n))
        self.right = list(range(1, n + 1))
        for i in _bottom_up(parse):
            head = parse.heads[i]
            if head != i:
                self.left[head] = min(self.left[head], self.left[i])
                self.right[head] = max(self.right[head], self.right[i])
        self.quote_of = [-1] * n
        self.quote_span: dict[int, Span] = {}
        at = 0
        for index, quotation in enumerate(quotes):
            if quotation.depth:
                continue
            while at > 0 and parse.ends[at - 1] > quotation.start:
                at -= 1
            while at < n and parse.ends[at] <= quotation.start:
                at += 1
            first = at
            while at < n and parse.starts[at] < quotation.end:
                self.quote_of[at] = index
                at += 1
            if at > first:
                self.quote_span[index] = (first, at)

    @cached_property
    def pairs(self) -> list[Pair]:
        """The marks and brackets of the text that belong together."""
        return pairs_of(self.parse.text, self.quotes)

    @cached_property
    def people(self) -> frozenset[str]:
        """The words of all names of persons in the text, so that a later surname is one too."""
        parse = self.parse
        return frozenset(
            parse.words[i]
            for i, entity in enumerate(parse.entities)
            if entity == "PERSON" and parse.pos[i] == "PROPN"
        )

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of persons in the text, lower case, as capitals before a colon may have it."""
        return frozenset(word.lower() for word in self.people)

    def kids(self, i: int, *deps: str) -> list[int]:
        """Children of a token with one of the labels, in text order."""
        return [k for k in self.parse.children[i] if self.parse.deps[k] in deps]

    def subtree(self, i: int) -> Span:
        """The range from the first to the last token of a subtree."""
        return self.left[i], self.right[i]

    def sentence(self, i: int) -> Span:
        """The token range of a token's sentence."""
        return self.parse.sentences[self.parse.sentence_of[i]]

    def is_passive(self, i: int) -> bool:
        """Whether a verb has a passive auxiliary or subject."""
        return bool(self.kids(i, "auxpass", *_PASSIVE_SUBJECTS))

    def subject(self, i: int) -> int | None:
        """The token that heads a verb's subject, followed through control and coordination.

        A participle's subject is that of the clause it modifies, a conjunct's that of the first
        conjunct; a relative clause has its own (the pronoun, or the noun when that is elided).
        """
        parse = self.parse
        for _ in range(12):
            found = [k for k in self.kids(i, *_SUBJECTS) if parse.lemmas[k] != "there"]
            if len(found) > 1 and ":" in parse.words[found[0] : i]:
                # "MUMBAI: The minister said": what stands before the colon is no subject.
                return found[1]
            if found:
                return found[0]
            passive = self.kids(i, *_PASSIVE_SUBJECTS)
            if passive:
                return self.agent(i) if self.agent(i) is not None else passive[0]
            head, dep = parse.heads[i], parse.deps[i]
            if head == i:
                return None
            if dep == "acl" and parse.pos[head] in ("NOUN", "PROPN", "PRON"):
                agent = self.agent(i)
                if parse.tags[i] == "VBN":
                    return agent
                if parse.tags[i] == "VBG":
                    return head
                if parse.tags[i] in ("VBD", "VBZ") and parse.lemmas[parse.heads[head]] in _WHILE:
                    # "as a protester chanted that ...": a clause that was read as a phrase.
                    return head
                owner = self._possessor(head)
                if owner is not None or parse.deps[head] not in ("dobj", "attr", "pobj"):
                    return owner
                # "missed no opportunity to remind": the subject of the verb above.
                i = parse.heads[head]
                continue
            if dep == "relcl":
                return None
            if dep == "pobj" or dep == "prep":
                i = head
                continue
            if dep == "advcl" and parse.tags[i] in ("VBD", "VBZ"):
                # "..., a day after a spokesman said": finite, so somebody else does it.
                return None
            if dep in _CONTROL and parse.pos[head] in _CONTROLLERS:
                if dep == "xcomp":
                    controller = self.kids(head, "dobj")
                    if controller and parse.lemmas[head] not in ("promise", "vow", "threaten"):
                        return controller[0]
                i = head
                continue
            return None
        return None

    def agent(self, i: int) -> int | None:
        """The object of a passive verb's "by"."""
        for by in self.kids(i, "agent"):
            for obj in self.kids(by, "pobj"):
                return obj
        return None

    def _possessor(self, noun: int) -> int | None:
        owners = self.kids(noun, "poss")
        return owners[0] if owners else None

    def is_time(self, i: int) -> bool:
        """Whether a modifier says when: "on Friday", "last week", "in 2012"."""
        lo, hi = self.subtree(i)
        if hi - lo > 6:
            return False
        parse = self.parse
        return any(
            parse.lemmas[k] in words("time") or parse.entities[k] in ("DATE", "TIME")
            for k in range(lo, hi)
        )


def _bottom_up(parse: Parse) -> list[int]:
    """Token indices such that every child comes before its head."""
    order: list[int] = [i for i, head in enumerate(parse.heads) if head == i]
    for i in order:
        order.extend(parse.children[i])
    order.reverse()
    return order


def verb_pattern(tree: Tree, i: int) -> str:
    """Name the complement that makes a verb a possible cue; "none" when it has none.

    One of that, ccomp, wh, inverted, inserted, as, xcomp, gerund, adj, dobj, oprd, prep:LEMMA,
    none; with "pass-" in front for passives, and "low-" for verbs in noun phrases.
    """
    parse = tree.parse
    name = _complement(tree, i)
    if tree.is_passive(i):
        name = f"pass-{name}"
    elif parse.tags[i] == "VBN" and parse.deps[i] in ("acl", "amod", "advcl"):
        name = f"part-{name}"
    return name


def _complement(tree: Tree, i: int) -> str:
    parse = tree.parse
    for k in tree.kids(i, "ccomp"):
        if k > i:
            return clause_kind(tree, k)
    head, dep = parse.heads[i], parse.deps[i]
    if any(k < i for k in tree.kids(i, "ccomp")):
        return "inverted"
    bare = not tree.kids(i, "dobj", "xcomp", "attr", "acomp")
    marked = any(parse.lemmas[k] == "as" for k in tree.kids(i, "mark", "advmod"))
    if dep == "advcl" and marked and bare:
        return "as"
    if dep == "parataxis" and head != i and not tree.kids(i, "dobj", "xcomp"):
        return "inserted"
    if dep == "ccomp" and head != i and head < i and not tree.kids(i, "dobj", "xcomp", "prep"):
        return "last"
    for k in tree.kids(i, "xcomp"):
        if k > i:
            if parse.tags[k] == "VBG":
                return "gerund"
            return "xcomp" if tree.kids(k, "aux") else "oprd"
    if tree.kids(i, "oprd"):
        return "oprd"
    objects = [k for k in tree.kids(i, "dobj") if k > i]
    prepositions = [k for k in tree.kids(i, "prep") if k > i and not tree.is_time(k)]
    if objects:
        for k in objects:
            if tree.quote_of[k] >= 0 and tree.quote_of[i] < 0:
                return "dobj-quoted"
        if prepositions and parse.lemmas[prepositions[0]] in ("of", "for", "as", "with", "about"):
            return f"dobj-{parse.lemmas[prepositions[0]]}"
        return "dobj"
    if prepositions:
        return f"prep:{parse.lemmas[prepositions[0]]}"
    if tree.kids(i, "acomp", "attr"):
        return "attr"
    return "none"


def clause_kind(tree: Tree, k: int) -> str:
    """Whether a complement clause has "that", a wh-word, or neither."""
    parse = tree.parse
    if any(parse.lemmas[m] == "that" for m in tree.kids(k, "mark")):
        return "that"
    first = tree.left[k]
    for index in range(first, min(first + 2, k + 1)):
        if parse.lemmas[index] in WH_WORDS:
            return "wh"
    return "ccomp"


def noun_pattern(tree: Tree, i: int) -> str:
    """Name the complement that makes a noun a possible cue; "none" when it has none."""
    parse = tree.parse
    for k in tree.kids(i, "acl", "ccomp", "relcl"):
        if k < i:
            continue
        if any(parse.lemmas[m] == "that" for m in tree.kids(k, "mark")):
            return "n-that"
        if parse.deps[k] == "acl" and any(parse.tags[m] == "TO" for m in tree.kids(k, "aux")):
            return "n-inf"
    for k in tree.kids(i, "prep"):
        if k > i and not tree.is_time(k):
            return f"n:{parse.lemmas[k]}"
    return "none"


def adjective_pattern(tree: Tree, i: int) -> str:
    """Name the complement of a predicative adjective: "confident that", "unaware of"."""
    parse = tree.parse
    for k in tree.kids(i, "ccomp", "xcomp"):
        if k > i:
            return "a-inf" if parse.deps[k] == "xcomp" else f"a-{clause_kind(tree, k)}"
    for k in tree.kids(i, "prep"):
        if k > i:
            return f"a:{parse.lemmas[k]}"
    return "none"
