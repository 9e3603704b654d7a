"""Patterns of a news page's furniture, read by sentence kinds and by metadata.

All of them are matched against single short lines; repeated groups are possessive, so that no line
can make them slow.
"""

from __future__ import annotations

import re
from typing import Final

_MONTH: Final = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?|"
    r"Januar|Februar|Mär(?:z)?|Mai|Juni|Juli|Okt(?:ober)?|Dez(?:ember)?)\b\.?"
)
_WEEKDAY: Final = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,?\s+)?"
_DATE: Final = (
    rf"{_WEEKDAY}(?:{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?\s+{_MONTH},?\s+\d{{4}}"
    r"|\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?)"
)
_TIME: Final = (
    r"(?:(?:at\s+)?\d{1,2}[:.]\d{2}(?:\s*[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\.?)"
    r"(?:\s+(?:[A-Z]{2,4}|[A-Z]\.[A-Z]\.T\.))?"
)
_STAMP: Final = (
    r"(?:first\s+)?(?:published|updated|posted|modified|created|last\s+(?:updated|modified))"
    r"(?:\s+(?:on|at))?\s*:?"
)
DATE: Final = re.compile(_DATE, re.IGNORECASE)
"""A day with its year."""
DATE_LINE: Final = re.compile(
    rf"(?=.*(?:{_DATE}|(?:updated|published|posted).*\d|\d+\s+min))"
    rf"(?>{_STAMP}|{_DATE}|{_TIME}|\d+\s+min(?:ute)?s?\s+read|[|•·,;–—/()-]|\s)++\.?",
    re.IGNORECASE,
)
"""A whole line of dates: "November 9, 2017 Updated: November 18, 2017"."""
CLOCK: Final = re.compile(r"\d{1,2}(?:[:.]\d{2})?\s*[ap]\.?m\.?(?:\s+[A-Z]{2,4})?:?", re.IGNORECASE)
"""A whole line that is a time of day: the heading of an entry in a live report."""
_ZONE: Final = (
    r"(?-i:(?:GMT|UTC|[A-Z]?[BCEMP]?[SD]?ST|CEST|CET|[CEMP][SD]?T|MEZ|MESZ|JST)\b|Z\b)"
    r"(?:\s?[+-]\d{1,2}(?::?\d\d)?)?"
)
_AGO: Final = (
    r"\d+\s*(?:h|hrs?|hours?|m|min(?:ute)?s?|sec(?:ond)?s?|d|days?)\s+ago|just\s+now"
    r"|vor\s+\d+\s+(?:Min(?:uten?)?|Std|Stunden?|Tag(?:en)?)\.?"
)
WHEN_LINE: Final = re.compile(
    rf"(?=.*\d|.*\bjust\s+now)(?>{_STAMP}|{_DATE}|{_WEEKDAY}{_MONTH}\s+\d{{1,2}}\b|{_AGO}"
    rf"|(?:at\s+|um\s+)?\d{{1,2}}(?:[:.h]\d\d){{1,2}}(?:\s*(?:[ap]\.?m\b\.?|Uhr\b|h\b)|\b)"
    rf"|\d{{1,2}}\s*(?:[ap]\.?m\b\.?|Uhr\b)|{_ZONE}|(?:live|breaking|update|posted)\b"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|[|•·,;:–—/()\[\]-]|\s)++\.?",
    re.IGNORECASE,
)
"""A whole line that says when: the time over an entry of a live report is not its title."""
DATELINE: Final = re.compile(r"[^\W\d_a-z][^.!?—–]{1,60}(?:\([^)]{2,40}\)\s*)?\s(?:—|–|--|-)\s")
"""The start of a report's first sentence: "LAGOS, Nigeria (AP) — "."""

BYLINE: Final = re.compile(
    r"(?:(?:By|BY|by|BYLINE|Byline)|(?:Authored|Co-authored|Written|Posted|Submitted|Reported|"
    r"Compiled|Story|Words|Text|Analysis|Commentary|Opinion|Column|Interview|Review)\s+by)"
    r"(?:\s*:\s*|\s+)(?P<who>[^\W\d_a-z].{2,140})"
)
"""A line that names its author; the caller checks that what follows looks like names."""

SOCIAL: Final = (
    r"(?:Twitter|Facebook|Instagram|LinkedIn|YouTube|Telegram|Threads|Bluesky|Mastodon|TikTok|"
    r"Gab|Parler|Truth\s+Social|Gettr|Snapchat|Substack|X)\b"
)
AGENCY: Final = (
    r"(?:AFP|Getty(?:\s+Images)?|Reuters|REUTERS|AP(?:\s+(?:Photo|Images?))?|EPA(?:-EFE)?|UPI|dpa|"
    r"DPA|Xinhua|VCG|TASS|Shutterstock|iStock(?:photo)?|Alamy|Flickr|Wikimedia(?:\s+Commons)?|"
    r"Unsplash|Pixabay|Pexels|Bloomberg|Zuma(?:\s+Press)?|Anadolu|Pool|Handout|Screenshot|Courtesy|"
    r"The\s+Epoch\s+Times|NTD|Associated\s+Press|NurPhoto|Corbis|MEGA|PA\s+(?:Images|Wire)|"
    r"Rex\s+Features|Sipa|SIPA|ANI|PTI|CNP|CQ\s+Roll\s+Call|Public\s+[Dd]omain|CC[ -]BY\S*)"
)
_PICTURE: Final = (
    r"(?:(?:File\s+)?(?:Photo|Image|Picture|Illustration|Graphic|Screenshot|Video|Cover|Photograph|"
    r"Cartoon|Map)s?|Credit|Courtesy|Source)"
)
_NAMES: Final = r"(?:[^\W_a-z][\w.’'/&-]*+[\s,/]*+|(?:of|the|via|and|for|by|courtesy)\s++)"

CREDIT: Final = re.compile(
    rf"""[(\[]?\s*(?:
      {_PICTURE}(?:\s+(?:credit|courtesy|source|illustration|by|via|of))*\s*[:/]?\s*
        (?:(?<=[:/])|(?<=[:/]\s)|(?<=by\s)|(?<=via\s)|(?<=of\s)|(?<=courtesy\s)){_NAMES}{{1,12}}+
    | (?:\S+\s+){{0,7}}?\S*?(?:\bvia\s+{AGENCY}|/\s*{AGENCY}|\b{AGENCY}\s*/\s*{_NAMES}{{1,4}}+)
    | {AGENCY}
    | ©\s*{_NAMES}{{1,5}}+
    )\s*[.)\]]*""",
    re.VERBOSE,
)
"""A whole line or sentence that says whose a picture is."""
CAPTION_START: Final = re.compile(
    r"[(\[]?(?:FILE\s*(?:PHOTO)?\s*(?:-|–|—|:)|(?:In|On)\s+this\s+.{0,40}?\b(?:photo|photograph|"
    r"image|picture|screen\s?(?:shot|grab)|frame\s+grab|video\s+image)\b|Pictured\b|"
    r"(?:Photo|Image|Caption|Picture)\s*:\s*\S|File\s+photo\b|"
    rf"©\s*(?:Provided\s+by\s+)?(?:{AGENCY}|[A-Z]\w+)\b.{{20}})"
)
POSED: Final = re.compile(
    r"\b(?:speaks?|attends?|stands?|walks?|waves?|looks?\s+on|arrives?|listens?|gestures?|holds?|"
    r"poses?|sits?|departs?|address(?:es)?|delivers?|shakes?|greets?|reacts?|"
    r"(?:is|are)\s+(?:seen|shown|pictured))\b.*\b(?:19|20)\d\d\b"
)
"""How captions tell what a picture shows: present tense, with a year."""

FOOTER: Final = re.compile(
    rf"""[(\[*]*+(?:
      Follow\b.{{0,120}}?(?:\bon\s+{SOCIAL}|@\w+)
    | (?:On\s+)?{SOCIAL}\s*(?::|follow\b).{{0,80}}(?:@\w|https?:)
    | (?:E-?mail|Contact|Reach|Write\s+to)\b.{{0,80}}\S@\S+\.\w+
    | Contributing:
    | [A-Z].{{2,120}}\bcontributed\s+(?:reporting|to\s+this\s+(?:report|story|article|post))
    | (?:With\s+|Additional\s+)?[Rr]eporting\s+(?:by|from)\s+[A-Z]
    | (?:This|The)\s+(?:story|article|post|piece|report|column|transcript)\s+(?:has\s+been|was|is)
      \s+(?:(?:first|originally|last|also|since|been)\s+)*(?:updated|published|produced|syndicated)\b
    | (?:This|The)\s+(?:story|article|post|piece|column)\s+(?:first|originally)\s+(?:appeared|ran)\b
    | (?:Originally|First)\s+(?:published|appeared|posted)\b
    | (?:Copyright\s+(?:©|\(c\)|\d{{4}}|(?:by\s+)?[A-Z])|©\s*\d{{4}}|\(c\)\s*\d{{4}})
    | All\s+rights\s+reserved
    | (?:Sign\s+up|Subscribe|Click\s+here|Tap\s+here)\b.{{0,60}}\b(?:here|newsletter|email|e-mail|
      now|podcast|updates|inbox|channel|to\s+(?:read|see|view|watch|listen|get|subscribe|sign))
    | Enter\s+your\s+e-?mail
    | (?:Read|See|Find)\s+(?:more|the\s+(?:full|whole|rest|original|entire|latest))\b.{{0,80}}?
      (?:\bhere\b|\bbelow\b|:\s*https?|[.…]{{2,}}|:$|\bat\s+\S+\.\w{{2,}})
    | Read\s+more(?:\s+(?:here|at|from|on|about)\b.*)?[.:…]*$
    | (?:Watch|Listen\s+to|See|View)\b.{{0,100}}\b(?:above|below|here)\b\s*[.:]?[\"”]?$
    | Like\s+(?:us\s+on|the\s+page)\b
    | (?:Share\s+this|Print\s+this|Advertisement|ADVERTISEMENT|Sponsored|SPONSORED|Hide\s+Caption|
      Story\s+[Cc]ontinue[sd]\s+[Bb]elow|\d+\s+SHARES|Skip\s+(?:to|past))\b[^.]{{0,30}}$
    | (?:Related|Also\s+on\s+[\w\s]{{2,30}}|More\s+(?:on|from)\s+[\w\s]{{2,30}}|
      See\s+also|Read\s+also|Recommended|Tags?|Topics?|Filed\s+under)\s*:
    )""",
    re.VERBOSE,
)
"""The start of a line that belongs to the site, not to the report."""
