"""Words that decide where a sentence ends: abbreviations, sentence openers, reporting verbs.

The lists are closed on purpose. An abbreviation is listed only when its full stop is commoner than
the same word at a sentence's end, so "sat." or "mind." never hold two sentences together.
Apostrophes are straight: a word is looked up with its curly ones replaced.
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES: Final = _words(
    """Mr Mrs Ms Mx Dr Drs Prof Profs Gen Gens Brig Sen Sens Rep Reps Gov Govs Lt Lts Col Cols Capt
    Capts Cmdr Cmdrs Comdr Cpl Sgt Sgts Maj Pvt Pfc Spc Adm Adms Ens Rev Revs Hon Pres Atty Attys
    Supt Supts Det Dets Insp Msgr Msgrs Messrs Mme Mmes Mlle Mlles MM Hr Frl Dipl Sra Srta Dña
    Dott Sig Amb Asst Ald Secy Treas Cllr mr mrs ms dr gov sen rep gen lt col sgt prof"""
)
"""Titles stand before a name: never the end of a sentence."""

PLACES: Final = _words("St Ste Sts Mt Mts Ft Pt Fr st")
"""They stand before a name ("St. Paul") or after one ("Wall St."): an opener word ends them."""

NUMBERED: Final = _words(
    """No no Nos nos Nr nr Núm núm Vol vol Vols vols Fig fig Figs figs Art art Arts arts Sec sec
    Secs secs Ch ch Chap chap Sect sect p pp P pg Pg Rm Apt apt Par par Para para Abs Bd Kap Hs
    col ex Ex Op op Tel tel Ext ext Bldg Rte rte Hwy Cl cl Sch Reg reg Regs § §§ n° N° S s Z Rs c
    b d"""
)
"""An abbreviation only before a number: "No. 1", "Art. 5"."""

GENERAL: Final = _words(
    """Inc Corp Co Cos Ltd Bros Plc Pty Cie Mfg Intl Natl Dept Depts Dist Div Assn Assns Assoc Univ
    Inst Acad Comm Cmte Subcomm Govt Bldg Ave Av Blvd Rd Ln Hwy Sq Pkwy Expy Tpke
    Jr Jnr Sr Snr Esq Ret inc corp co ltd dept ave blvd jr sr
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Okt Dez
    Ala Ariz Ark Calif Cal Colo Conn Del Fla Ga Ill Ind Kan Kans Ky La Md Mass Mich Minn Miss Mo
    Mont Neb Nebr Nev Okla Ore Oreg Pa Penn Tenn Tex Vt Va Wash Wis Wisc Wyo Ont Que Alta Sask
    ed eds Eds trans repr approx est govt incl excl avg misc al Stat Supp Cir Cong Ct Cty Cnty Twp
    Pct pct Mio Mrd Jh Str geb gest bzgl evtl ggf inkl exkl zzgl vorm nachm lfd allg
    boul apr réf env Cía Hnos aprox pág págs Ud Uds"""
)
"""The end of a sentence only when an opener word ("The", "He", "In") follows."""

NEVER_FINAL: Final = _words(
    """vs Vs v cf Cf viz Viz i.e e.g I.e E.g i.a a.k.a z.B d.h u.a o.ä z.T i.d.R s.o ca Ca circa
    c.f resp Resp ibid op.cit bzw sog vgl Vgl p.ej p.ex c.à.d ebd"""
)
"""Something always follows in the same sentence."""

TIMES: Final = _words("a.m p.m A.M P.M")

AFTER_TIMES: Final = _words(
    """Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Tues Wed Thu Thurs Fri Sat
    Sun January February March April May June July August September October November December Jan
    Feb Mar Apr Aug Sept Oct Nov Dec Eastern Central Mountain Pacific Atlantic Alaska Hawaii
    Greenwich London Beijing Moscow Paris Tokyo Berlin ET EST EDT CT CST CDT MT MST MDT PT PST PDT
    GMT UTC BST CET CEST AEST AEDT IST JST"""
)
"""What may follow "8 p.m." inside the sentence."""

LABELLED: Final = _words(
    """Plan Section Grade Title Part Type Group Class Schedule Exhibit Appendix Annex Vitamin
    vitamin hepatitis Hepatitis Team Option Malcolm Line Block Division League Serie Channel
    Article Chapter Point Gate Terminal Category Level Phase Table Figure Model"""
)
"""Before a single capital that is a name, not an initial: "Plan B."."""

OPENERS: Final = _words(
    """He She It They We You I This That These Those There Here Who What Whose Why How Which
    Whoever Whatever
    The A An His Her Its Their Our My Your Some Many Most Several Both Each Every All Any No
    Another Such Few Neither Either One Two Three None Nobody Everyone Everybody Someone Nothing
    Something Everything Others
    But And Or So Yet Nor If When While As Although Though Because Since Unless Until Before
    After Once Where Whether However Meanwhile Moreover Instead Still Also Then Now Today Tonight
    Yesterday Tomorrow Even Just Only Perhaps Maybe Nevertheless Nonetheless Therefore Thus
    Indeed Later Earlier Recently Finally Additionally Furthermore Afterward Afterwards
    Ultimately Eventually Initially Previously Currently Similarly Likewise Otherwise Hence
    Apparently Clearly Obviously Unfortunately Fortunately Sometimes Often Overall Rather
    In On At By For From With Without To Of About Among Between During Despite Under Over
    Through Throughout Against According Like Unlike Amid Across Along Around Given Within
    Upon Toward Towards Besides Beyond Except Regarding Following Based Asked Told Speaking
    Is Are Was Were Do Does Did Has Have Had Can Could Would Should Must Am Not Never Let
    Please Yes Well Oh Too Much More Less Last Next Again Ever Almost Nearly Roughly
    It's He's She's That's There's Here's What's I'm I've I'd I'll We're We've We'll We'd
    They're They've They'll They'd You're You've You'll You'd Don't Didn't Isn't Wasn't Who's
    Let's He'd She'd He'll She'll It'll It'd
    Der Die Das Ein Eine Einen Einer Er Sie Es Wir Ihr Ich Im In Am An Auf Aus Bei Beim Mit Nach
    Von Vom Vor Zu Zum Zur Für Gegen Über Unter Durch Und Oder Aber Denn Doch Wenn Weil Dass Als
    Auch Dies Diese Dieser Dieses Dabei Dazu Damit Dort Da Danach Dann Jedoch Laut So Wie Was Wer
    Bereits Nun Seit Während Trotz Den Dem Des Seine Ihre Insgesamt Allerdings
    Le Les La Un Une Il Elle Ils Elles On Nous Vous Je Ce Cette Ces Mais Et Ou Dans Pour Sur Avec
    Selon Depuis En Au Aux
    El Los Las Una Pero Y Por Para Con Según Desde Su Sus"""
)
"""Closed-class words that begin sentences and hardly ever continue a name."""

CONNECTORS: Final = _words(
    """the a an and or but nor so yet of to in on at by for from with without about into onto over
    under between than that which who whom whose if because my your his her its our their this
    these those is are was were be been am not very as like just"""
)
"""Before "..." they leave the sentence open, whatever follows."""

MONTHS: Final = _words(
    """Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember
    Jan Feb Apr Jun Jul Aug Sept Sep Okt Nov Dez Jahrhundert Jahrhunderts Weltkrieg"""
)
"""What follows an ordinal written with a full stop: "9. November", "20. Jahrhundert"."""

GERMAN: Final = _words(
    "der die das den dem des und ist nicht im am zum zur wird wurde ein eine auf"
)
ENGLISH: Final = _words("the and of to is was that in for")
"""Tell German, where "21." before a noun is an ordinal, from English."""

REPORTING: Final = _words(
    """said says asked asks told wrote writes tweeted tweets added adds replied replies responded
    shouted yelled screamed exclaimed cried demanded wondered joked quipped declared mused
    concluded continued argued insisted recalled remarked noted thundered bellowed chanted urged
    retorted answered snapped whispered muttered complained boasted warned explained commented
    implored pleaded posted stated roared hollered inquired offered observed countered questioned
    scoffed lamented announced vowed taunted laughed sighed"""
)
"""Verbs of a clause that ends a quotation: `"Why?" Smith asked.`"""

ADDRESSING: Final = _words("asked asks told urged implored demanded")
"""Reporting verbs that take the person addressed: `"Why?" Smith asked reporters.`"""

EXCLAIMING: Final = _words("Yahoo Jeopardy Jeb")
"""Names that carry an exclamation mark."""

WEB: Final = _words("Com Org Net Js Io Gov Edu Uk")
"""After a full stop without a space they are parts of a name, not of a sentence."""

SMALL: Final = _words(
    """a an and as at but by for from in into is nor of off on or over per the to up via vs vs. v.
    with de la le der die das und von van el y e du des"""
)
"""Words that stay small in a title."""

LEAD_WORDS: Final = _words(
    """the a an was were had been i it it's its this that there he she they we you his her their my
    our your is are have has"""
)
"""A full sentence nearly always has one of these; a headline with a full stop seldom."""
