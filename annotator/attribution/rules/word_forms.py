"""The lexicon as word forms: for text objects, which read an article without a parse."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from annotator.attribution.rules.lexicon import Lexicon, load_lexicon, total_of
from annotator.text.speech_words import SpeechWords, forms

_CUE: Final = 0.5
"""Share of a verb's uses that are cues from which its forms are taken for one."""


@lru_cache(maxsize=1)
def known_words() -> SpeechWords:
    """The forms of the lexicon's cues and verbs.

    Forms that are as often a noun ("report", "plans") stand in neither: without a parse they would
    cut noun phrases apart. Their other forms ("reported") do.
    """
    lexicon = load_lexicon()
    cues: set[str] = {"according"}
    verbs: set[str] = set()
    bases: set[str] = set()
    either: set[str] = set()
    lemmas = (set(lexicon.counts) | set(lexicon.attitudes) | lexicon.words["speech"]) - {"*"}
    for lemma in lemmas:
        hits, seen = lexicon.counts.get(lemma, {}).get(total_of("dobj"), (0, 0))
        if not lemma.isalpha() or (not seen and lemma not in lexicon.attitudes):
            continue
        nouns = _noun_forms(lemma) if _is_noun(lexicon, lemma, seen) else set()
        own = set(forms(lemma)) - nouns
        either |= nouns
        verbs |= own
        bases |= own & {lemma}
        if lemma in lexicon.words["speech"] or (seen and hits / seen >= _CUE):
            cues |= own
    noun_cues = lexicon.words["noun_cue"]
    return SpeechWords(
        frozenset(cues),
        frozenset(verbs),
        frozenset(bases),
        frozenset(either - verbs),
        noun_cues | {f"{noun}s" for noun in noun_cues},
        read=True,
    )


def _noun_forms(lemma: str) -> set[str]:
    """What a noun looks like: the first two forms, as it is and with an s."""
    return {lemma, *[form for form in forms(lemma) if form.endswith("s")]}


def _is_noun(lexicon: Lexicon, lemma: str, seen: int) -> bool:
    """Whether the lemma stands as a noun about as often as as a verb."""
    rows = lexicon.counts.get(lemma, {})
    nouns = sum(rows.get(total_of(kind), (0, 0))[1] for kind in ("n:", "n-"))
    return 2 * nouns >= max(seen, 1)
