"""Title, byline, outlet and date from the first lines of a text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.model import ArticleDraft
from annotator.text.characters import one_line
from annotator.text.metadata import Metadata, completed, find_metadata, iso_date

TITLE = "Council Closes Old Bridge"
BODY = (
    "The council voted on Monday to close the bridge for a year. The mayor left.\n\n"
    "“We asked for help,” said Ida Holm, who owns a shop on the north bank of the river."
)


@pytest.mark.parametrize(
    ("line", "byline", "outlet", "published"),
    [
        ("By Ann Lee", "Ann Lee", "", ""),
        ("By Ann Lee, The River Post", "Ann Lee", "The River Post", ""),
        ("Authored by Ann Lee via The Post (emphasis ours),", "Ann Lee", "The Post", ""),
        ("By ANN LEE and BO CHAN", "ANN LEE and BO CHAN", "", ""),
        ("By Ann Lee, Bo Chan and Cy Dee, Associated Press", "Ann Lee, Bo Chan and Cy Dee",
         "Associated Press", ""),
        ("BY ABBY COLBY, TOBY ASHBY AND RUBY KIRBY", "ABBY COLBY, TOBY ASHBY AND RUBY KIRBY", "",
         ""),
        ("BY ABBY COLBY, TOBY ASHBY, AND RUBY KIRBY", "ABBY COLBY, TOBY ASHBY, AND RUBY KIRBY", "",
         ""),
        ("BY ABBY COLBY AND TOBY ASHBY, THE RIVER POST", "ABBY COLBY AND TOBY ASHBY",
         "THE RIVER POST", ""),
        ("By ABBY COLBY, TOBY ASHBY & RUBY KIRBY | REUTERS", "ABBY COLBY, TOBY ASHBY & RUBY KIRBY",
         "REUTERS", ""),
        ("BY ABBY COLBY FOR THE RIVER POST", "ABBY COLBY", "THE RIVER POST", ""),
        ("BY ABBY COLBY, STAFF WRITER", "ABBY COLBY", "", ""),
        ("BY ABBY COLBY AND TOBY ASHBY NOVEMBER 9, 2017", "ABBY COLBY AND TOBY ASHBY", "",
         "2017-11-09"),
        ("By Jane Monroe and Sunil Friedman, The Post", "Jane Monroe and Sunil Friedman",
         "The Post", ""),
        ("By Ann Lee, Staff Writer", "Ann Lee", "", ""),
        ("By Ann Lee, Senior Political Reporter, The Post", "Ann Lee", "The Post", ""),
        ("By Ann Lee, @annlee, RIVER TODAY", "Ann Lee", "RIVER TODAY", ""),
        ("By Ann Lee | Reuters", "Ann Lee", "Reuters", ""),
        ("By Ann Lee for The Post", "Ann Lee", "The Post", ""),
        ("By Ann Lee, River Tribune November 15, 2018:", "Ann Lee", "River Tribune", "2018-11-15"),
        ("Written by Ann Lee on Nov. 3, 2020", "Ann Lee", "", "2020-11-03"),
        ("By Ann Lee Wed, 09/04/2024 - 02:00", "Ann Lee", "", ""),
        ("BYLINE: Ann Lee.", "Ann Lee", "", ""),
        ("May 3, 2021 Updated: May 4, 2021", "", "", "2021-05-03"),
        ("Updated: May 4, 2021 | Published: May 3, 2021", "", "", "2021-05-04"),
        ("Updated May 4, 2021", "", "", "2021-05-04"),
        ("Monday, 3 May 2021, 10:15 a.m.", "", "", "2021-05-03"),
        ("2021-05-03T10:15:00Z", "", "", "2021-05-03"),
        ("3. März 2021", "", "", "2021-03-03"),
    ],
)  # fmt: skip
def test_bylines_and_dates(line: str, byline: str, outlet: str, published: str) -> None:
    found = find_metadata(f"{TITLE}\n\n{line}\n\n{BODY}")
    assert found == Metadata(TITLE, byline, outlet, published)


def test_byline_and_date_on_two_lines() -> None:
    text = f"{TITLE}\n\nBy Ann Lee, The River Post\nMay 3, 2021 Updated: May 4, 2021\n\n{BODY}"
    assert find_metadata(text) == Metadata(TITLE, "Ann Lee", "The River Post", "2021-05-03")


@pytest.mark.parametrize(
    "line",
    ["10.42am GMT", "10:42", "10:42 Uhr", "10.42 Uhr", "14h32", "11:05 p.m. ET", "LIVE 10:42",
     "Updated 10.42 BST", "5 minutes ago", "vor 5 Minuten", "Just now",
     "Monday 4 March 2030, 10:42", "4 March 2030", "10:42 (CET)", "10:42:07 UTC+1", "2h ago",
     "9am"],
)  # fmt: skip
def test_a_time_is_no_title(line: str) -> None:
    title = "Transport minister says trains will run by noon"
    body = "The transport minister has just told the chamber that the line will be open by noon."
    assert find_metadata(f"{line}\n\n{title}\n\n{body}").title == title
    assert find_metadata(f"{line}\n\n{body}\n\n{BODY}").title == ""


@pytest.mark.parametrize(
    "title",
    ["12 dead in bridge collapse", "10 Downing Street shut", "2020 Democrats meet in Ellery",
     "March of the 5,000", "Live from the bridge", "24 hours later", "9/11 report is out"],
)  # fmt: skip
def test_a_title_with_a_number_is_one(title: str) -> None:
    assert find_metadata(f"{title}\n\n{BODY}").title == title


@pytest.mark.parametrize("text", ["", " \n", BODY, "x", f"By 2026, it closes.\n\n{BODY}"])
def test_what_is_not_shown_is_not_found(text: str) -> None:
    assert find_metadata(text) == Metadata()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2021-05-03", "2021-05-03"), ("2021-05-03T23:00:00+02:00", "2021-05-03"),
        ("May 3, 2021", "2021-05-03"), ("Sept. 9th 2021", "2021-09-09"),
        ("3 May 2021", "2021-05-03"),
        ("June 31, 2020", ""), ("June 31, 2020 or July 1, 2020", "2020-07-01"), ("11/09/2021", ""),
        ("2021", ""), ("", ""), ("March of 2021", ""), ("0000-00-00", ""),
        ("9. Mai 2020", "2020-05-09"),
        ("Mon, 03 May 2021 10:00:00 GMT", "2021-05-03"), ("20210503", ""),
    ],
)  # fmt: skip
def test_dates(value: str, expected: str) -> None:
    assert iso_date(value) == expected


def test_what_is_known_is_kept() -> None:
    draft = ArticleDraft(f"{TITLE}\n\nBy Ann Lee, The Post\n\n{BODY}", title="Mine", outlet="Ours")
    filled = completed(draft)
    assert (filled.title, filled.byline, filled.outlet) == ("Mine", "Ann Lee", "Ours")
    assert filled.text == draft.text


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_one_line_is_printable(value: str) -> None:
    line = one_line(value, 50)
    assert line.isprintable()
    assert len(line) <= 50
    assert line == " ".join(line.split())


def test_one_line_drops_what_a_terminal_would_obey() -> None:
    assert one_line("a\x1b[31mb\r\n\tc\u202ed\x00e\ud800f\u200bg") == "a[31mb cdefg"


@given(st.text(st.characters(exclude_characters="\0"), max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text(text: str) -> None:
    found = find_metadata(text)
    for value in (found.title, found.byline, found.outlet, found.published):
        assert value.isprintable()
