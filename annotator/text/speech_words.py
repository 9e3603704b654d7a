"""Words that report what somebody said, and other verbs: what text objects are cut by.

Their forms are made here by the rules of English spelling. Which lemmas there are, the attribution
lexicon says; until it is read, and in other languages, `COMMON` has to do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

_IRREGULAR: Final = {
    row[0]: row[1:]
    for row in (
        line.split()
        for line in """say says said saying
tell tells told telling
write writes wrote written writing
speak speaks spoke spoken speaking
think thinks thought thinking
know knows knew known knowing
see sees saw seen seeing
find finds found finding
feel feels felt feeling
hold holds held holding
hear hears heard hearing
read reads read reading
show shows showed shown showing
give gives gave given giving
make makes made making
take takes took taken taking
go goes went gone going
come comes came come coming
get gets got gotten getting
put puts put putting
let lets let letting
cut cuts cut cutting
hit hits hit hitting
set sets set setting
keep keeps kept keeping
leave leaves left leaving
lead leads led leading
mean means meant meaning
meet meets met meeting
pay pays paid paying
run runs ran running
send sends sent sending
sell sells sold selling
buy buys bought buying
build builds built building
begin begins began begun beginning
bring brings brought bringing
become becomes became becoming
break breaks broke broken breaking
choose chooses chose chosen choosing
draw draws drew drawn drawing
drive drives drove driven driving
fall falls fell fallen falling
fight fights fought fighting
forget forgets forgot forgotten forgetting
foresee foresees foresaw foreseen foreseeing
grow grows grew grown growing
hang hangs hung hanging
lie lies lied lay lain lying
lose loses lost losing
mislead misleads misled misleading
overhear overhears overheard overhearing
rise rises rose risen rising
see sees saw seen seeing
seek seeks sought seeking
shake shakes shook shaken shaking
shoot shoots shot shooting
sing sings sang sung singing
sit sits sat sitting
stand stands stood standing
strike strikes struck stricken striking
swear swears swore sworn swearing
teach teaches taught teaching
understand understands understood understanding
wear wears wore worn wearing
win wins won winning
withdraw withdraws withdrew withdrawn withdrawing""".splitlines()
    )
}
_VOWELS: Final = frozenset("aeiou")
_DOUBLED: Final = frozenset(
    """admit refer quip beg nod rip slam plan commit submit concur defer infer rebut chat blog
    permit prefer regret drop stop brag dub trap snap rap spot tip tap wrap shrug pat pan plot
    grab jab flog""".split()  # noqa: SIM905
)


def forms(lemma: str) -> Iterator[str]:
    """The forms of an English verb: say, says, said, saying."""
    if lemma in _IRREGULAR:
        yield lemma
        yield from _IRREGULAR[lemma]
        return
    yield lemma
    before = lemma[-2:-1]
    if lemma.endswith("e"):
        yield from (f"{lemma}s", f"{lemma}d")
        yield f"{lemma}ing" if lemma.endswith("ee") else f"{lemma[:-1]}ing"
    elif lemma.endswith("y") and before not in _VOWELS:
        yield from (f"{lemma[:-1]}ies", f"{lemma[:-1]}ied", f"{lemma}ing")
    else:
        hisses = lemma.endswith(("s", "x", "z", "ch", "sh"))
        yield f"{lemma}es" if hisses else f"{lemma}s"
        stem = lemma + lemma[-1:] if lemma in _DOUBLED else lemma
        yield from (f"{stem}ed", f"{stem}ing")


@dataclass(frozen=True, slots=True)
class SpeechWords:
    """Word forms, lower case.

    `cues` report speech more often than not; `verbs` are all that are known as verbs, those too;
    `bases` their first forms (say); `either` are as often nouns; `noun_cues` are nouns for what
    somebody says or thinks (opposition, view). `read` is False for what is known without lexicon.
    """

    cues: frozenset[str]
    verbs: frozenset[str]
    bases: frozenset[str] = frozenset()
    either: frozenset[str] = frozenset()
    noun_cues: frozenset[str] = frozenset()
    read: bool = False


def speech_words(
    cues: Collection[str], verbs: Collection[str], *, read: bool = True
) -> SpeechWords:
    """The forms of these lemmas; what is no verb (`according`) stands in `cues` as it is."""
    said = frozenset(form for lemma in cues for form in forms(lemma))
    lemmas = [*cues, *verbs]
    every = frozenset(form for lemma in lemmas for form in forms(lemma))
    return SpeechWords(said, every, frozenset(lemmas), read=read)


COMMON: Final = speech_words(
    """say tell add write announce report note claim argue ask warn think believe according call
    explain describe insist suggest show find state admit acknowledge deny declare predict
    tweet""".split(),  # noqa: SIM905
    """be have do make go get take come see know want give use look become""".split(),  # noqa: SIM905
    read=False,
)
"""What is known before the lexicon is read."""
