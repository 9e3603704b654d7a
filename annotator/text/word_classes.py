"""What each word of a sentence may be to a noun phrase: closed classes, verbs, punctuation.

No tagger: English function words are a closed list, verbs those that the attribution lexicon
knows, and a few neighbours decide where a form is noun and verb. In another language its function
words end a phrase, and all other words belong to one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, Literal

from annotator.text.speech_words import SpeechWords

Class = Literal[
    "noun",  # whatever is none of the others: nouns, names, adjectives, numbers
    "determiner",
    "pronoun",
    "verb",
    "auxiliary",
    "preposition",
    "and",
    "subordinator",
    "adverb",
    "genitive",
    "joint",  # a hyphen inside a word
    "comma",
    "dash",
    "open",
    "close",
    "quote",
    "stop",
]

_LISTS: Final[dict[Class, str]] = {
    "determiner": """the a an this these those his her their its our my your some any many most
        several few all both each every no one two three four five six seven eight nine ten another
        other such more fewer less half either neither""",
    "pronoun": """he she they we i it you him them us me himself herself themselves itself
        myself ourselves who everyone everybody someone somebody anyone nobody others what whoever
        there""",
    "auxiliary": """is are was were be been being am has have had do does did will would can could
        may might must shall should ca wo n't n’t 'll ’ll 've ’ve 'd ’d 're ’re 'm ’m not never
        isn't wasn't don't doesn't didn't""",
    "preposition": """of in on at for from to by with about against among amid as after before
        during under over between into through without within since until despite toward towards
        upon like near via than per around across behind beyond outside inside throughout along
        above below off out up down according because""",
    "and": "and or & nor",
    "subordinator": """that when while if although though where how whether why whom whose which
        but yet so then unless once whereas""",
    "adverb": """also still already just even only again later recently now today yesterday
        tomorrow tonight soon ever here instead meanwhile however thus often always sometimes
        rather quite too very well ago first""",
}
FUNCTION_WORDS: Final = {w: name for name, listed in _LISTS.items() for w in listed.split()}
_MAY_BE_NAMES: Final = frozenset({"may", "will", "us", "it", "more", "do"})
_ADJECTIVES: Final = frozenset("last past late next own lead key light open clear head".split())  # noqa: SIM905
"""Forms that the lexicon has as verbs, and that are something else in front of a noun."""
_MODALS: Final = frozenset(
    "will would can could may might must shall should do does did ca wo not n't n’t 'll ’ll".split()  # noqa: SIM905
)
_PLURALS: Final = frozenset(
    "people men women children police media public majority minority percent %".split()  # noqa: SIM905
)
_LY: Final = frozenset("family early daily weekly only likely elderly italy ally reply".split())  # noqa: SIM905
_GENITIVES: Final = frozenset({"'s", "’s", "'", "’"})
_QUOTES: Final = frozenset('"“”„‟«»‹›‘`「」『』') | {"``", "''"}
_DASHES: Final = frozenset("-–—―‐") | {"--"}
_WORDLIKE: Final = frozenset("$€£¥%&#@+")


def classes(words: Sequence[str], spaced: Sequence[bool], known: SpeechWords) -> list[Class]:
    """The class of each token of an English sentence.

    Args:
        words: The tokens.
        spaced: Whether a blank stands before each token.
        known: Words of speech and other verbs.
    """
    tags: list[Class] = []
    for at, word in enumerate(words):
        inside = 0 < at < len(words) - 1 and not spaced[at] and not spaced[at + 1]
        tags.append(_sign(word, tags, inside=inside) or _word(words, at, tags, known))
    for at in range(1, len(tags) - 1):
        # "The task force announced": the verb comes right after it, so that this is none.
        if (
            tags[at] == "verb"
            and tags[at + 1] in ("verb", "auxiliary", "genitive")
            and tags[at - 1] in ("noun", "determiner", "joint")
            and not words[at].endswith("ed")
            and words[at].lower() not in known.cues
        ):
            tags[at] = "noun"
    return tags


def plain_classes(
    words: Sequence[str], spaced: Sequence[bool], function_words: Collection[str]
) -> list[Class]:
    """The same for a language of which only some function words are known: they end a phrase."""
    tags: list[Class] = []
    for at, word in enumerate(words):
        inside = 0 < at < len(words) - 1 and not spaced[at] and not spaced[at + 1]
        plain: Class = "subordinator" if word.lower() in function_words else "noun"
        tags.append(_sign(word, tags, inside=inside) or plain)
    return tags


def _sign(word: str, before: Sequence[Class], *, inside: bool) -> Class | None:
    """The class of punctuation; None for a word."""
    if any(ch.isalnum() or ch in _WORDLIKE for ch in word):
        return None
    if word in _GENITIVES and before and before[-1] == "noun":
        return "genitive"
    if word in _QUOTES or word in _GENITIVES:
        return "quote"
    if word in _DASHES:
        return "joint" if inside else "dash"
    match word:
        case "/" | "·":
            return "joint"
        case "," | "、" | "،":
            return "comma"
        case "(" | "[" | "{":
            return "open"
        case ")" | "]" | "}":
            return "close"
        case _:
            return "stop"


def _word(words: Sequence[str], at: int, before: Sequence[Class], known: SpeechWords) -> Class:
    word, low = words[at], words[at].lower()
    capital = word[:1].isupper()
    last = before[-1] if before else "stop"
    if low in ("'s", "’s"):
        return "auxiliary" if last == "pronoun" else "genitive"
    name = capital and at > 0 and (low in _MAY_BE_NAMES or (word.isupper() and len(word) > 2))
    if low in FUNCTION_WORDS and not name:
        return FUNCTION_WORDS[low]
    if capital or last == "joint" or low in _ADJECTIVES:
        return "noun"
    if _is_verb(words, at, last, known):
        return "verb"
    return "adverb" if low.endswith("ly") and low not in _LY else "noun"


def _is_verb(words: Sequence[str], at: int, last: Class, known: SpeechWords) -> bool:
    """Whether a lower-case word is a verb here."""
    low = words[at].lower()
    above = words[at - 1] if at else ""
    following = words[at + 1] if at + 1 < len(words) else ""
    if last == "auxiliary" and above.lower() in _MODALS and not low.endswith(("ly", "ing", "ed")):
        return True
    if low in known.verbs:
        if following.lower() == "of" and last not in ("noun", "pronoun", "auxiliary", "adverb"):
            return False
        if _leads_to_noun(words, at, last) and low not in known.cues:
            return False
        plural = above.endswith("s") or above.lower() in _PLURALS
        if low in known.bases and last == "noun" and above[:1].islower() and not plural:
            return False  # "the congressional report": a verb would be "reports"
        return last not in ("determiner", "genitive")
    if low.endswith("ed") and len(low) > 4:
        return last not in ("determiner", "genitive")
    if low in known.either and last in ("noun", "pronoun"):
        # "Cruz hopes to", "voters claim that": something that a verb governs follows.
        governs = FUNCTION_WORDS.get(following.lower()) in (
            *("determiner", "pronoun", "subordinator", "adverb"),
        ) or following.lower() in ("to", "for", "about", "on")
        governs = governs or following in _QUOTES or following[:1].isupper()
        agrees = above[:1].isupper() or low.endswith("s") != above.endswith("s")
        return governs and agrees
    return False


def _leads_to_noun(words: Sequence[str], at: int, last: Class) -> bool:
    """Whether a form begins a phrase with the noun behind it: "to exit polls", "rising rates"."""
    following = words[at + 1] if at + 1 < len(words) else ""
    if not following[:1].isalpha() or following.lower() in FUNCTION_WORDS:
        return False
    above = words[at - 1].lower() if at else ""
    return (
        last in ("stop", "dash", "subordinator", "quote")
        or (last in ("preposition", "verb") and above not in ("to", "by"))
        or [w.lower() for w in words[max(at - 2, 0) : at]] == ["according", "to"]
    )
