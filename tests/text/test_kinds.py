"""What each sentence is in the page. The pages are our own, in the shapes that news pages have."""

from __future__ import annotations

import pytest

from annotator.text.engine import LayoutEngine, load_engine

BODY = (
    "The council voted on Monday to close the old bridge for a year, and the mayor said that "
    "nobody had a better plan."
)
QUOTE = "“We asked for help. Nobody came,” said Ida Holm, who owns a shop on the north bank."


@pytest.fixture(scope="module")
def engine() -> LayoutEngine:
    return load_engine("blank:en")


def kinds(engine: LayoutEngine, *paragraphs: str) -> list[str]:
    """The kinds of a page's sentences."""
    return [s.kind for s in engine.layout("\n\n".join(paragraphs)).sentences]


def kinds_of(engine: LayoutEngine, *paragraphs: str, line: int) -> list[str]:
    layout = engine.layout("\n\n".join(paragraphs))
    return [s.kind for s in layout.sentences if s.paragraph == line]


def test_a_whole_page(engine: LayoutEngine) -> None:
    text = """Council Closes Old Bridge After Crash

By Ann Lee, The River Post
May 3, 2021 Updated: May 4, 2021

The council voted on Monday to close the old bridge. The mayor said nobody had a better plan.

An engineer looks at a pillar of the bridge in Riverton on May 2, 2021. Bo Chan/AFP via Getty Images

“We asked for help. Nobody came,” said Ida Holm, who owns a shop.

‘No Way Across’

For the north bank, the bridge has been the only way across since the ferry stopped.

A broken lamp on the bridge. U.S. Park Service

According to a report by Apex Inc., repairs will cost $3.5 million.

Follow Ann on Twitter: @annlee_example"""
    layout = engine.layout(text)
    assert [(s.kind, text[s.start : s.start + 12]) for s in layout.sentences] == [
        ("heading", "Council Clos"),
        ("byline", "By Ann Lee, "),
        ("byline", "May 3, 2021 "),
        ("body", "The council "),
        ("body", "The mayor sa"),
        ("caption", "An engineer "),
        ("credit", "Bo Chan/AFP "),
        ("body", "“We asked fo"),
        ("body", "Nobody came,"),
        ("heading", "‘No Way Acro"),
        ("body", "For the nort"),
        ("caption", "A broken lam"),
        ("credit", "U.S. Park Se"),
        ("body", "According to"),
        ("footer", "Follow Ann o"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "By Ann Lee", "By ANN LEE and BO CHAN", "By Ann Lee, Staff Writer", "by Ann van der Lee",
        "Written by Ann Lee", "Authored by Ann Lee via The Post (emphasis ours),",
        "BYLINE: Ann Lee.",
        "By Ann Lee, Bo Chan and Cy Dee, The River Post", "Published May 3, 2021 at 10:15 a.m. ET",
        "3 May 2021", "2021-05-03", "Updated: 10:15 a.m., May 3, 2021 | 4 min read",
        "By Ann Lee, River Tribune November 15, 2018:",
    ],
)  # fmt: skip
def test_bylines(engine: LayoutEngine, line: str) -> None:
    assert kinds(engine, "A Title For The Page", line, BODY, QUOTE)[1] == "byline"


@pytest.mark.parametrize(
    "line",
    [
        "By contrast, Trump and Clinton agreed.", "By 2026, the deficit will pass $1 trillion.",
        "By Monday morning, the bridge was closed and the police had left.",
        "By then Ann Lee had left the room, and nobody asked why.",
        "By Sanders's own argument, the rule does not hold for anyone in the party.",
        "Written off by its owner, the ship sank.", "On May 3, 2021, the bridge fell.",
        "In May 2021 the bridge fell.", "2,500 people came.", "2021 was worse.",
    ],
)  # fmt: skip
def test_no_bylines(engine: LayoutEngine, line: str) -> None:
    assert set(kinds_of(engine, "A Title For The Page", line, BODY, line=1)) == {"body"}


@pytest.mark.parametrize(
    "line",
    [
        "Follow Ann Lee on Twitter @annlee.", "Follow @annlee on X", "Twitter: @annlee.",
        "Contact Ann Lee at ann@example.org.", "Reach him directly at bo@example.org.",
        "Contributing: Bo Chan.", "Bo Chan contributed reporting.",
        "Bo Chan and Cy Dee contributed to this report.",
        "(Reporting by Ann Lee; Editing by Bo Chan)", "Additional reporting by Cy Dee in Reno",
        "This story has been updated with comments from the mayor.",
        "This article was originally published by The Post.", "Originally published in The Post.",
        "Copyright 2021 The River Post. All rights reserved.", "© 2021 The River Post",
        "Sign up for our daily newsletter.", "Subscribe here.", "Read more here...",
        "Read the full story here.", "Watch the full interview below:", "Click here to subscribe.",
        "Related: Bridge closes", "Advertisement", "* * *", "___.", "Story Continued Below",
    ],
)  # fmt: skip
def test_footers(engine: LayoutEngine, line: str) -> None:
    assert set(kinds_of(engine, BODY, QUOTE, line, line=2)) == {"footer"}


@pytest.mark.parametrize(
    "line",
    [
        "Following the vote, the mayor left for X.", "Follow the money, he said.",
        "Contacted by the Post, the mayor declined to comment.",
        "Watch what they do, not what they say, the mayor told the council.",
        "Editor’s note: The mayor has lied about the bridge before.",
        "Correction: An earlier version misstated the mayor’s age.",
        "This report was wrong, the mayor said.", "Copyright law protects the plan, he said.",
        "Read aloud, the letter took an hour.", "Related costs rose, the council said.",
        "The story has been told many times.", "Subscribers left, the paper said.",
        "“Sign up now,” the mayor told them, “or leave.”", "She said: “Follow me.”",
        "He claimed on Twitter that the bridge was safe.", "Email records show that he knew.",
        "Reach for the stars, he told them.", "The Post writes:",
    ],
)  # fmt: skip
def test_no_footers(engine: LayoutEngine, line: str) -> None:
    assert set(kinds_of(engine, BODY, QUOTE, line, BODY, line=2)) == {"body"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("The mayor stands on the bridge on May 3, 2021. Ann Lee/Reuters", ["caption", "credit"]),
        ("The mayor on the bridge. (AP Photo/Ann Lee)", ["caption", "credit"]),
        ("The mayor on the bridge. (Photo by Ann Lee/Getty Images)", ["caption", "credit"]),
        ("The mayor on the bridge. Photo: Ann Lee", ["caption", "credit"]),
        ("The mayor on the bridge. Courtesy of Riverton Police", ["caption", "credit"]),
        ("The mayor on the bridge. Riverton Police Department", ["caption", "credit"]),
        ("FILE - The mayor on the bridge.", ["caption"]),
        ("In this May 3, 2021 file photo, the mayor stands on the bridge.", ["caption"]),
        ("Pictured: the mayor on the bridge", ["caption"]),
        ("Image: The mayor is afraid that the bridge will fall", ["caption"]),
        ("© AFP The mayor (centre) visits the bridge with the council", ["caption"]),
        ("Ann Lee/AFP via Getty Images", ["credit"]),
        ("Photo credit: Ann Lee", ["credit"]),
        ("Shutterstock", ["credit"]),
        ("© Provided by Reuters", ["credit"]),
    ],
)
def test_captions_and_credits(engine: LayoutEngine, line: str, expected: list[str]) -> None:
    assert kinds_of(engine, BODY, QUOTE, line, BODY, line=2) == expected


def test_a_caption_before_its_credit(engine: LayoutEngine) -> None:
    page = (BODY, "The mayor speaks on the bridge on May 3, 2021.", "Ann Lee/Reuters", BODY)
    assert kinds(engine, "A Title For The Page", *page) == [
        "heading", "body", "caption", "credit", "body",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "The bridge is closed. [Reuters]",
        "The mayor left. “Go home.”",
        "The mayor told Reuters that the bridge was closed.",
        "He told The Post and Getty Images that he was sorry.",
        "The mayor stands by his word, he said in 2021.",
        "The mayor left. Nobody followed him to the car",
        "The source of the money is unclear: nobody signed.",
        "Courtesy of the mayor, everyone got a day off.",
        "“Blessed are the poor.” Luke 6",
    ],
)
def test_no_captions(engine: LayoutEngine, line: str) -> None:
    assert set(kinds_of(engine, BODY, QUOTE, line, BODY, line=2)) == {"body"}


@pytest.mark.parametrize(
    "line",
    [
        "Closed for a Year", "‘Drug Warfare’", "ABSTRACT.", "10:45 a.m.",
        "A POLL SHOWS WHY", "Bridges by the Numbers", "What the council decided", "Part 2",
        "“A DISGRACE”", "Die Folgen",
    ],
)  # fmt: skip
def test_headings(engine: LayoutEngine, line: str) -> None:
    assert kinds_of(engine, BODY, line, BODY, QUOTE, line=1) == ["heading"]


@pytest.mark.parametrize(
    "line",
    [
        "The mayor writes:", "It was over.", "He said so", "“Nobody came.”", "and then nothing",
        "- the old bridge", "Who knows?", "NOBODY CAME!", "https://example.org/a",
        "Editor’s note: nothing here",
    ],
)  # fmt: skip
def test_no_headings(engine: LayoutEngine, line: str) -> None:
    found = kinds_of(engine, BODY, line, "Too short.", BODY, line=1)
    assert found == ["body"]


def test_the_last_line_is_no_heading(engine: LayoutEngine) -> None:
    assert kinds_of(engine, BODY, QUOTE, "In July, the council", line=2) == ["body"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Council Closes Old Bridge", "heading"),
        ("Council closes old bridge for a year", "heading"),
        ("Will the bridge open again? The Council Must Decide", "heading"),
        ("Council Closes Old Bridge For A Year.", "heading"),
        ("Council closes bridge, shops suffer.", "heading"),
        ("COUNCIL CLOSES BRIDGE.", "heading"),
        ("The council closed the old bridge on Monday.", "body"),
        ("RIVERTON, Ohio (AP) — Council Closes Old Bridge.", "body"),
        ("It was over.", "body"),
        ("“We asked for help,” he said.", "body"),
    ],
)
def test_titles(engine: LayoutEngine, line: str, expected: str) -> None:
    assert kinds(engine, line, BODY, QUOTE)[0] == expected


def test_one_line_alone_is_body(engine: LayoutEngine) -> None:
    assert kinds(engine, "Council Closes Old Bridge") == ["body"]
