"""Which language a text is in, as far as rules need it: English or not, and its function words."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SAMPLE: Final = 20_000
"""Code points from the beginning that are looked at: more would not change the answer."""
_MANY: Final = 30
"""Words from which a text without English function words is not English."""
_TELLS: Final = 8
"""Words from which a short text has a function word of its language: fewer are a headline."""
_LEAST: Final = 0.06
"""Share of function words that no English prose falls below; a third is usual."""

ENGLISH: Final = frozenset(
    """the of and to that for with it his her by they from this which have has had were was be been
    are is not but who their would could should about into after when than there said says an as at
    he she we you on or if its will what more over because while where these those""".split()  # noqa: SIM905
)
OTHERS: Final = tuple(
    frozenset(words.split())
    for words in (
        # German, Dutch, the Scandinavian languages
        """der die das und ist nicht ein eine einen einem einer den dem des mit von zu
        auf für sich auch wird wurde werden dass sie er es im am bei nach aus über haben
        sei zum zur noch wie""",
        """het een van en de dat niet zijn te voor met op aan door ook maar bij naar uit
        om hij zij heeft werd worden wordt over als dan nog wel""",
        """och att det som på är av för med den till inte har ett jag sig från men var
        hon han ikke det og af at er en til på med som har de var seg ble blir skal
        efter etter ved""",
        # French, Spanish, Portuguese, Italian, Romanian
        """le la les des et est une dans que qui pour pas sur ce il elle au aux avec
        sont plus par ne se du ont été cette mais comme nous vous leur a à son sa ses""",
        """el los las y del por con una un que en se su al lo como más para es está ha
        han pero sus le ya fue este esta entre cuando sobre también""",
        """o os as um uma não com para que de do da dos das em no na nos nas por mais
        foi se ao ou ele ela é são como mas à""",
        """il lo gli di che e è un una per non del della dei delle nel nella con si da
        ha sono più anche al alla come ma questo""",
        """și în la cu de pe nu este un o care din pentru mai că au sunt ca fost să""",
        # Polish, Czech, Croatian; Turkish, Finnish, Hungarian, Indonesian
        """nie jest się na z że do i w o jak po co ale od za przez są dla się je to ve
        na že se s""",
        """i je u da se na su za od koji što nije kao s iz bi ali""",
        """ve bir bu da de için ile olarak çok daha gibi ne var olan""",
        """ja on ei että se oli hän ovat myös mutta kun joka ole""",
        """a az és hogy nem is egy volt meg de ez csak mint""",
        """yang dan di itu dengan untuk tidak ini dari dalam akan pada juga ke adalah""",
    )
)


def is_english(text: str, language: str = "") -> bool:
    """Whether English rules may read a text.

    Args:
        text: The article; its function words decide, since a page's own word is often wrong.
        language: What the article says of itself ("de", "en-GB", "German"); it decides where the
            text is too short to.
    """
    words = [w.casefold() for w in _WORD.findall(text[:_SAMPLE])]
    counted = Counter(words)
    english = sum(counted[w] for w in ENGLISH)
    other = max(sum(counted[w] for w in words_) for words_ in OTHERS)
    if len(words) >= _MANY:
        return english > other and english >= _LEAST * len(words)
    said = language.strip().casefold()
    if said:
        return said.startswith("en")
    letters = sum(ch.isalpha() for ch in text[:_SAMPLE])
    latin = sum(ch.isalpha() and ch < "\u0250" for ch in text[:_SAMPLE])
    if letters and latin < letters / 2:
        return False
    if english:
        return 2 * english >= other
    return other < 2 and len(words) < _TELLS


def own_function_words(text: str) -> frozenset[str]:
    """The function words of the language that the text has most of; none where it has none."""
    words = Counter(w.casefold() for w in _WORD.findall(text[:_SAMPLE]))
    best = max((ENGLISH, *OTHERS), key=lambda listed: sum(words[w] for w in listed))
    return best if any(words[w] for w in best) else frozenset()
