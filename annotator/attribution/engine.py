"""Rules over a parse: who said what, in which form, how, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from annotator.attribution.calibration import Basis, stratum
from annotator.attribution.parse import Parse, load_pipeline, parse_doc, parse_text, pipeline_id
from annotator.attribution.result import Range, Suggestion, Suggestions
from annotator.attribution.rules.candidates import Candidate, candidates, finished
from annotator.attribution.rules.colons import colon_candidates
from annotator.attribution.rules.fragments import fragments_of
from annotator.attribution.rules.kinds import kind_of_tokens
from annotator.attribution.rules.lexicon import Lexicon, load_lexicon, words
from annotator.attribution.rules.loose import Unowned
from annotator.attribution.rules.quoting import link
from annotator.attribution.rules.rivals import each_their_own
from annotator.attribution.rules.signs import signs_of
from annotator.attribution.rules.speech import is_reported
from annotator.attribution.rules.syntax import Tree
from annotator.attribution.rules.typing_rules import attributes_of
from annotator.domain.errors import MissingExtraError
from annotator.domain.model import Fragment
from annotator.text.flow import flowing
from annotator.text.language import is_english
from annotator.text.normal import SINGLE
from annotator.text.quotations import chains, quotations

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

VERSION: Final = "rules-2"
THRESHOLD: Final = 0.45
"""Candidates less likely than this to be cues are not proposed."""
NO_PIPELINE: Final = (
    "No spaCy pipeline is installed: only quotations were read, without cues and sources."
    " `annotator doctor` says how to add one."
)
NOT_ENGLISH: Final = (
    "The text is not in English, which is all that the rules read: only quotations were proposed, "
    "without cues, sources and their types."
)
_NO_CUE: Final = 0.3
_UNSPACED: Final = re.compile(f"[{SINGLE}]")
Kinds = Sequence[tuple[int, int, str]]
"""Ranges in code points with the kind of sentence: body, heading, byline, caption, ..."""


def attribute(
    text_or_doc: str | Doc, sentence_kinds: Kinds | None = None, language: str = ""
) -> Suggestions:
    """Propose the claims of a text.

    Args:
        text_or_doc: A text, which is parsed with the first pipeline installed, or a spaCy
            document that has a dependency parse.
        sentence_kinds: What sentences are in the page; found by rules when None. Nothing is
            proposed inside bylines, captions, credits and footers.
        language: What the article says of its language; see `is_english`.

    Returns:
        Claims sorted by start. Without a pipeline (or a document without a parse), and for a
        text in another language than English, only quotations, with a note that says so.
        Accepts any text; linear in its length.
    """
    if isinstance(text_or_doc, str):
        try:
            nlp = load_pipeline()
        except MissingExtraError:
            return quotations_only(text_or_doc, NO_PIPELINE)
        return attribute_with(text_or_doc, nlp, sentence_kinds, language)
    if not text_or_doc.has_annotation("DEP"):
        return quotations_only(text_or_doc.text, NO_PIPELINE)
    if not is_english(text_or_doc.text, language):
        return quotations_only(text_or_doc.text, NOT_ENGLISH)
    return attribute_parse(parse_doc(text_or_doc), sentence_kinds)


def attribute_with(
    text: str, nlp: Language, sentence_kinds: Kinds | None = None, language: str = ""
) -> Suggestions:
    """Propose the claims of a text with a pipeline that is already loaded."""
    if not is_english(text, language):
        return quotations_only(text, NOT_ENGLISH)
    parse = parse_text(text, nlp)
    parse.engine = pipeline_id(nlp)
    return attribute_parse(parse, sentence_kinds)


def engine_id(nlp: Language) -> str:
    """What `Suggestions.engine` says for a pipeline."""
    return f"{VERSION}+{pipeline_id(nlp)}"


def quotations_only(text: str, note: str) -> Suggestions:
    """What typography alone can tell: quotations of four words or more, as contents."""
    text = flowing(text).text
    found = quotations(text)
    claims: list[Suggestion] = []
    for chain in chains(found):
        pieces = [(found[i].start, found[i].end) for i in chain]
        if sum(_length(text[a:b]) for a, b in pieces) < 4:
            continue
        fragments = tuple(Fragment("content", a, b) for a, b in pieces)
        claims.append(Suggestion(fragments, {"form": "direct"}, _NO_CUE, None, "quotation"))
    return Suggestions(tuple(claims), f"{VERSION}+quotations", (note,))


def _length(text: str) -> int:
    """Words between spaces, or letters in scripts that set none, about two to a word."""
    return max(len(text.split()), len(_UNSPACED.findall(text)) // 2)


def attribute_parse(
    parse: Parse, sentence_kinds: Kinds | None = None, *, lexicon: Lexicon | None = None
) -> Suggestions:
    """Propose the claims of a parsed text; `lexicon` replaces the packaged one."""
    found = grounded(parse, sentence_kinds, lexicon=lexicon)
    return Suggestions(tuple(claim for claim, _ in found), f"{VERSION}+{parse.engine or 'doc'}")


def grounded(
    parse: Parse, sentence_kinds: Kinds | None = None, *, lexicon: Lexicon | None = None
) -> list[tuple[Suggestion, Basis]]:
    """The claims of `attribute_parse`, each with what its confidence is read from."""
    tree = Tree(parse, quotations(parse.text))
    lexicon = lexicon or load_lexicon()
    body = kind_of_tokens(tree, sentence_kinds)
    chosen, unowned = choose(tree, lexicon, body)
    return _claims(tree, lexicon, chosen, unowned, body)


def scored_candidates(
    tree: Tree, lexicon: Lexicon, body: Sequence[bool]
) -> tuple[list[Candidate], list[Unowned]]:
    """Every candidate with its score and settled content, likely or not, in text order."""
    found = [c for c in candidates(tree) if body[c.token]]
    unowned = link(tree, found, lexicon)
    by_colon = [c for c in colon_candidates(tree, found) if body[c.token]]
    found.extend(by_colon)
    # A signed or introduced quotation has its speaker after all.
    spoken = {tree.quote_of[k] for c in by_colon for span in c.content for k in span[:1]}
    unowned = [loose for loose in unowned if loose.quoted.index not in spoken]
    for candidate in found:
        finished(tree, candidate)
        if candidate.pattern == "colon":
            continue
        candidate.score = lexicon.probability(candidate.lemma, candidate.pattern)
        if candidate.pattern == "quote":
            candidate.score = max(candidate.score, 0.6)
    return found, unowned


def choose(
    tree: Tree, lexicon: Lexicon, body: Sequence[bool], threshold: float = THRESHOLD
) -> tuple[list[Candidate], list[Unowned]]:
    """Keep the candidates that are likely to be cues and have a content."""
    found, unowned = scored_candidates(tree, lexicon, body)
    kept = [c for c in found if c.score >= threshold and c.content]
    each_their_own(tree, kept, lexicon)
    _merge_chains(tree, kept)
    return kept, unowned


def _merge_chains(tree: Tree, kept: list[Candidate]) -> None:
    """ "appeared to imply that ...": one cue, not one inside the other."""
    by_token = {c.token: c for c in kept}
    for outer in list(kept):
        if outer.lemma not in words("chain") or "xcomp" not in outer.pattern:
            continue
        complements = [k for k in tree.kids(outer.token, "xcomp") if k in by_token]
        if not complements:
            continue
        inner = by_token[complements[0]]
        inner.cue = (outer.cue[0], inner.cue[1])
        inner.source, inner.source_head = outer.source, outer.source_head
        kept.remove(outer)


def nesting(tree: Tree, kept: list[Candidate]) -> tuple[list[Candidate], list[int | None]]:
    """Drop one of two claims that lie in each other's content; find what each is nested in.

    Contents are painted over the tokens from the largest to the smallest, so that a cue's token
    shows the smallest content around it.
    """

    def size(candidate: Candidate) -> int:
        return sum(hi - lo for lo, hi in candidate.content)

    order = sorted(range(len(kept)), key=lambda i: -size(kept[i]))
    dropped: set[int] = set()
    for _ in range(2):
        cover = [-1] * len(tree.parse)
        for i in order:
            if i in dropped:
                continue
            for lo, hi in kept[i].content:
                cover[lo:hi] = [i] * (hi - lo)
        parent: list[int | None] = [None] * len(kept)
        clashed = False
        for i, candidate in enumerate(kept):
            j = cover[candidate.token]
            if i in dropped or j < 0 or j == i:
                continue
            if any(lo <= kept[j].token < hi for lo, hi in candidate.content):
                dropped.add(i if candidate.score <= kept[j].score else j)
                clashed = True
            elif size(kept[j]) > size(candidate):
                parent[i] = j
        if not clashed:
            break
    keep = [i for i in range(len(kept)) if i not in dropped]
    place = {old: new for new, old in enumerate(keep)}
    parents: list[int | None] = []
    for i in keep:
        outer = parent[i]
        parents.append(place.get(outer) if outer is not None else None)
    return [kept[i] for i in keep], parents


def _claims(
    tree: Tree,
    lexicon: Lexicon,
    kept: list[Candidate],
    unowned: Sequence[Unowned],
    body: Sequence[bool],
) -> list[tuple[Suggestion, Basis]]:
    kept, parents = nesting(tree, kept)
    out: list[tuple[Suggestion, int]] = []
    bases: list[Basis] = []
    covered = [False] * len(tree.parse)
    for candidate in kept:
        for lo, hi in candidate.content:
            covered[lo:hi] = [True] * (hi - lo)
    for index, candidate in enumerate(kept):
        fragments = fragments_of(tree, candidate)
        if not fragments:
            continue
        attributes = attributes_of(tree, lexicon, candidate, _contents_of(fragments))
        basis = Basis(
            stratum(candidate.pattern, source=_has_source(fragments)),
            candidate.score,
            signs_of(tree, candidate, nested=parents[index] is not None),
        )
        claim = Suggestion(
            tuple(fragments),
            attributes,
            lexicon.calibration.confidence(basis),
            parents[index],
            candidate.pattern,
            is_reported(candidate),
        )
        out.append((claim, index))
        bases.append(basis)
    for loose in unowned:
        first, last = loose.quoted.span
        if not body[first] or (loose.quoted.words < 4 and loose.cue is None):
            continue
        if not loose.quoted.opens_sentence and (not loose.completes or any(covered[first:last])):
            continue
        found = _loose(tree, lexicon, loose)
        if found is not None:
            out.append((found[0], -1))
            bases.append(found[1])
    return _in_order(out, bases)


def _loose(tree: Tree, lexicon: Lexicon, loose: Unowned) -> tuple[Suggestion, Basis] | None:
    """A quotation that no verb reports, with whoever seems to speak it."""
    stand_in = Candidate(loose.quoted.span[0], "", "no-cue", (0, 0), [loose.quoted.span])
    if loose.cue is not None and loose.source is not None:
        stand_in.lemma, stand_in.pattern, stand_in.cue = ":", "colon", loose.cue
    stand_in.source, stand_in.source_head = loose.source, loose.source_head
    fragments = fragments_of(tree, stand_in)
    if not fragments:
        return None
    attributes = attributes_of(tree, lexicon, stand_in, _contents_of(fragments))
    basis = Basis(stratum("no-cue", source=_has_source(fragments)), _NO_CUE, None)
    sure = lexicon.calibration.confidence(basis)
    return Suggestion(tuple(fragments), attributes, sure, None, "no-cue"), basis


def _has_source(fragments: Sequence[Fragment]) -> bool:
    return any(f.role == "source" for f in fragments)


def _contents_of(fragments: Sequence[Fragment]) -> list[Range]:
    return [(f.start, f.end) for f in fragments if f.role == "content"]


def _in_order(
    found: list[tuple[Suggestion, int]], bases: Sequence[Basis]
) -> list[tuple[Suggestion, Basis]]:
    """Sort by start and renumber parents."""
    order = sorted(range(len(found)), key=lambda k: (found[k][0].start, k))
    place = {found[old][1]: new for new, old in enumerate(order) if found[old][1] >= 0}
    out: list[tuple[Suggestion, Basis]] = []
    for old in order:
        claim = found[old][0]
        if claim.parent is not None:
            claim = replace(claim, parent=place.get(claim.parent))
        out.append((claim, bases[old]))
    return out
