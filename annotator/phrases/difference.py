"""What tells two phrases apart, word by word: shown without colour, and named by its weight.

Compared is what carries meaning: words, numbers with their signs and separators (1.5 is not 15),
signs such as % and €, and the question mark. Case, white space, other punctuation and the shape of
quotation marks make no difference. This is stricter than the normal form of the phrase index, in
which 1.5 and 15 are one word: that is made to find, this to tell apart.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from annotator.text.normal import SINGLE, Folded

Change = Literal["same", "deleted", "inserted"]
Weight = Literal["negation", "number", "sign", "words"]
"""What differs. Only "negation" is a guess, from words and prefixes of some languages: whatever
else differs is still "words"."""

_TOKEN: Final = re.compile(
    # A number with its sign and separators, or a word; a letter of a script without spaces; a sign.
    r"(?:(?<![ldmc])-(?=d))?[ldm](?:[ldm]|(?<=d)[-jq]+(?=d)|q(?=[lm]))*|cm*|s"
)
_SIGNS: Final = frozenset("%‰‱&@§?؟՞፧^")
_SINGLE: Final = re.compile(f"[{SINGLE}]")
_DENYING: Final = (
    "not no t nt never none nobody nothing nowhere neither nor without cannot hardly barely"
    " nicht kein keine keinen keinem keiner keines nie niemals niemand nichts weder ohne"
    " ne pas n jamais aucun aucune rien ni sans nunca ningún ninguno ninguna nadie nada"
    " sin non mai nessuno nessuna niente né senza não nem nenhum nenhuma ninguém sem niet geen"
    " nooit niemand niets zonder inte ingen inga aldrig ikke aldri nie żaden nigdy bez"
    " не нет ни никогда никто без няма ні není ne žádný nikdy değil yok hayır hiç tidak bukan"
    " không chưa لا لم لن ليس غير نه לא אין בלי नहीं न मत 不 没 沒 無 无 未 非 ない ず ไม่"
)
_DENYING_PREFIXES: Final = "un in im il ir dis non mis anti de a ab on ne nie bez не без"
_NEGATIONS: Final = frozenset(_DENYING.split())
_UNSPACED: Final = tuple(n for n in _NEGATIONS if _SINGLE.match(n))
"""Of scripts without spaces, whose letters are tokens: looked for in all that differs in a row."""
_PREFIXES: Final = frozenset(_DENYING_PREFIXES.split())


class DifferencePiece(NamedTuple):
    """Some words that both texts have, or only the first (deleted), or only the second."""

    change: Change
    text: str


class Token(NamedTuple):
    """A word, number or sign that carries meaning, folded, and its place in the text."""

    text: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """What of a text carries meaning, in order."""
    folded = Folded(text)
    shape = "".join(map(_kind, folded.text))
    out = []
    for match in _TOKEN.finditer(shape):
        start, end = folded.range(*match.span())
        token = folded.text[match.start() : match.end()]
        stands = text[start:end]
        if any(ch.isdigit() and not ch.isdecimal() for ch in stands):
            token = stands  # 10² is not 102, though it is folded so to be found.
        out.append(Token(token, start, end))
    return out


@lru_cache(maxsize=4096)
def _kind(ch: str) -> str:
    """One letter for what a folded character is to a token."""
    if ch.isdecimal():
        return "d"
    category = unicodedata.category(ch)
    if _SINGLE.match(ch) and category[0] != "M":
        return "c"
    if category[0] in "LN":
        return "l"
    if category[0] == "M":
        return "m"
    if ch in _SIGNS or category in ("Sm", "Sc", "So"):
        return "s"
    return "-" if ch == "-" else "q" if ch == "'" else "j" if ch in ".,:/" else " "


def same_words(first: str, second: str) -> bool:
    """Whether two texts say the same, word for word, number for number."""
    return first == second or [t.text for t in tokens(first)] == [t.text for t in tokens(second)]


def difference(first: str, second: str) -> list[DifferencePiece]:
    """Align two texts by what carries meaning (fewest words inserted and deleted).

    Words are shown as they stand, each with the marks and spaces up to the next one (marks that
    open the next one are its own); those of "same" pieces as in `second`. Marks and case alone make
    no difference.
    """
    from rapidfuzz.distance import Indel

    a, b = tokens(first), tokens(second)
    shown_a = _shown(first, [t.start for t in a])
    shown_b = _shown(second, [t.start for t in b])
    out: list[DifferencePiece] = []
    for op in Indel.opcodes([t.text for t in a], [t.text for t in b]):
        if op.tag == "delete":
            out.append(DifferencePiece("deleted", "".join(shown_a[op.src_start : op.src_end])))
        else:
            change: Change = "inserted" if op.tag == "insert" else "same"
            out.append(DifferencePiece(change, "".join(shown_b[op.dest_start : op.dest_end])))
    if second and not b:
        # Marks alone, which no word carries.
        out.append(DifferencePiece("same", second))
    return out


def weights(first: str, second: str) -> list[Weight]:
    """What kinds of things tell two texts apart, the gravest first; none: they say the same."""
    from rapidfuzz.distance import Indel

    a, b = ([t.text for t in tokens(text)] for text in (first, second))
    gone: list[str] = []
    new: list[str] = []
    found: set[Weight] = set()
    for op in Indel.opcodes(a, b):
        run = a[op.src_start : op.src_end] if op.tag == "delete" else b[op.dest_start : op.dest_end]
        if op.tag == "equal":
            continue
        (gone if op.tag == "delete" else new).extend(run)
        found.update(map(_weight, run))
        if any(n in "".join(run) for n in _UNSPACED):
            found.add("negation")
    if any(_negates(x, y) or _negates(y, x) for x in gone for y in new):
        found.add("negation")
    order: tuple[Weight, ...] = ("negation", "number", "sign", "words")
    return [w for w in order if w in found]


def _weight(token: str) -> Weight:
    if any(ch.isnumeric() for ch in token):
        return "number"
    if not _NEGATIONS.isdisjoint(token.split("'")):
        return "negation"
    return "words" if any(ch.isalnum() for ch in token) else "sign"


def _negates(one: str, other: str) -> bool:
    """Whether a word is another with a prefix that denies: unsafe, impossible, unsicher."""
    prefix = one.removesuffix(other)
    return prefix != one and prefix in _PREFIXES and len(other) > 2


def _shown(text: str, starts: list[int]) -> list[str]:
    """The text in one piece for each word; nothing of it is lost."""
    if not starts:
        return []
    bounds = [0, *(_opened(text, s) for s in starts[1:]), len(text)]
    return [text[s:e] for s, e in pairwise(bounds)]


def _opened(text: str, word: int) -> int:
    """Where the marks begin that stand right before a word, after a space: "(HB)"."""
    start = word
    while start and not text[start - 1].isalnum() and not text[start - 1].isspace():
        start -= 1
    return start if start and text[start - 1].isspace() else word


def marked(pieces: list[DifferencePiece]) -> str:
    """The pieces as one line: `[-deleted-]` and `{+inserted+}`, as wdiff writes them."""
    signs = {"same": ("", ""), "deleted": ("[-", "-]"), "inserted": ("{+", "+}")}
    out = []
    for change, text in pieces:
        words = text.rstrip()
        before, after = signs[change]
        out.append(f"{before}{words}{after}{text[len(words) :]}")
    return "".join(
        piece if i + 1 == len(out) or piece[-1:].isspace() else f"{piece} "
        for i, piece in enumerate(out)
    )
