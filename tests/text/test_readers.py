"""Reading files: the good ones come through as they are, each bad one is named."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.domain.errors import InputError
from annotator.domain.model import ArticleDraft
from annotator.text.readers import ReadOptions, ReadResult, find_sources, read_sources

TEXT = (
    "Council Closes Bridge\r\n\r\nBy Ann Lee, The Post\r\n\r\n"
    "“Nobody came,” she said. Cafe\u0301.\r\n"
)


def write(path: Path, data: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def read(*paths: str | Path, options: ReadOptions | None = None) -> list[ReadResult]:
    return list(read_sources(list(paths), options))


def one(*paths: str | Path, options: ReadOptions | None = None) -> ArticleDraft:
    (result,) = read(*paths, options=options)
    assert result.error is None, result.error
    assert result.draft is not None
    return result.draft


def fault(*paths: str | Path, options: ReadOptions | None = None) -> InputError:
    (result,) = read(*paths, options=options)
    assert result.draft is None
    assert result.error is not None
    return result.error


def split(results: Iterable[ReadResult]) -> tuple[list[ArticleDraft], list[InputError]]:
    results = list(results)
    return [r.draft for r in results if r.draft], [r.error for r in results if r.error]


# ---------------------------------------------------------------------------------- plain text


def test_a_text_is_kept_exactly(tmp_path: Path) -> None:
    path = write(tmp_path / "bridge.txt", TEXT)
    draft = one(path)
    assert draft == ArticleDraft(
        text=TEXT,
        name="bridge",
        title="Council Closes Bridge",
        byline="Ann Lee",
        outlet="The Post",
        origin=str(path),
    )


def test_metadata_can_be_left_alone(tmp_path: Path) -> None:
    draft = one(write(tmp_path / "a.txt", TEXT), options=ReadOptions(metadata=False))
    assert (draft.title, draft.byline, draft.text) == ("", "", TEXT)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"]
)
def test_unicode_by_its_mark(tmp_path: Path, encoding: str) -> None:
    mark = "\ufeff" if encoding.endswith(("le", "be")) else ""
    (result,) = read(write(tmp_path / "a.txt", (mark + TEXT).encode(encoding)))
    assert result.draft is not None
    assert result.draft.text == TEXT
    assert result.notes == ()


@pytest.mark.parametrize(
    ("text", "encoding", "guessed"),
    [
        ("The minister’s office said that “nobody knew” — not the mayor. He paid £5.",
         "cp1252", "cp1252"),
        ("Der Minister sagte am Montag, daß niemand es wußte. Das Café schloß früh.",
         "cp1252", "cp1252"),
        ("Министр заявил в понедельник, что никто не знал. Кафе закрылось.", "cp1251", "cp1251"),
        ("大臣は月曜日に「だれもしらなかった」とのべた。かどのカフェはへいてんした。",
         "cp932", "cp932"),
        ("部长星期一说：“没有人知道。”街角的咖啡馆关门了。没有人说话。", "gb18030", "gb18030"),
    ],
)  # fmt: skip
def test_other_encodings_are_guessed_and_told(
    tmp_path: Path, text: str, encoding: str, guessed: str
) -> None:
    path = write(tmp_path / "a.txt", (text * 3).encode(encoding))
    (result,) = read(path)
    assert result.draft is not None
    assert result.draft.text == text * 3
    (note,) = result.notes
    assert note.startswith(f"{path}: not UTF-8 (byte ")
    assert f"read as {guessed}" in note


@pytest.mark.parametrize(
    ("data", "text", "said"),
    [
        (b"The caf\xc3\xa9 is shut.\n\nThe clerk said \x93no\x94.\n",
         "The café is shut.\n\nThe clerk said “no”.\n",
         "UTF-8, but 2 bytes are not (at byte 35, 38); read as cp1252 there: “ ”"),
        (b"\xef\xbb\xbfShe paid \xe2\x82\xac5 at the caf\xe9, he said.",
         "She paid €5 at the café, he said.", "UTF-8, but 1 byte is not (at byte 27)"),
        ("“Größe”, sagte Müller. ".encode() + "„Maß“, fand Ida.".encode("cp1252"),
         "“Größe”, sagte Müller. „Maß“, fand Ida.", "3 bytes are not"),
        ("“Nobody came” – she. ".encode() * 99_999 + "He left the café”.".encode("cp1252"),
         "“Nobody came” – she. " * 99_999 + "He left the café”.", "2 bytes are not"),
    ],
    ids=("two", "mark", "fits", "far"),
)  # fmt: skip
@pytest.mark.parametrize("suffix", [".txt", ".csv"])
def test_two_encodings_in_one_file(
    tmp_path: Path, data: bytes, text: str, said: str, suffix: str
) -> None:
    """Every letter comes out right, and what was taken for which is said."""
    path = tmp_path / f"a{suffix}"
    if suffix == ".csv":
        data = b'text\n"' + data.removeprefix(b"\xef\xbb\xbf") + b'"\n'
        said = said.partition(" (at")[0]
    (result,) = read(write(path, data))
    assert result.draft is not None
    assert result.draft.text == text
    assert said in result.notes[0]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("大臣は「だれもしらなかった」とのべた。".encode()[:-2], "1 byte is not (at byte 54)"),
        ("“Nobody” – “no”".encode() + b" \x81\x8d came.", "2 bytes are not (at byte 26, 27)"),
        ("“Nobody” came to the café".encode()[:-1], "1 byte is not (at byte 28)"),
        ("Größe".encode() + b"\xff\xfe\xfd\xfc" + "ü“”–…".encode(), "4 bytes are not"),
    ],
    ids=("cut", "undefined", "end", "run"),
)
def test_what_is_cut_or_broken_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    error = fault(write(tmp_path / "a.txt", data))
    assert f"a.txt: UTF-8, but {said}" in error.message
    assert "mend" in error.hint


LETTERS = st.sampled_from("aeinorst ,.éèàüöäßçñ“”‘’–—…€£«»")


@given(
    parts=st.lists(st.tuples(st.booleans(), st.text(LETTERS, min_size=1, max_size=30)), max_size=9)
)
@settings(max_examples=300, deadline=None)
def test_a_mixture_is_read_right_or_refused(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[bool, str]]
) -> None:
    """Parts in UTF-8 and in cp1252: never one letter wrong without a word about it."""
    path = tmp_path_factory.getbasetemp() / "mixed.txt"
    text = "".join(part for _, part in parts)
    data = b"".join(part.encode("cp1252" if old else "utf-8") for old, part in parts)
    (result,) = read(write(path, b"The caf\xc3\xa9. " + data + b" She left."))
    if result.draft is not None and result.draft.text != f"The café. {text} She left.":
        # What fits UTF-8 as a whole cannot be told apart from it; all else is said.
        assert result.notes or data.decode("utf-8")


def test_an_error_far_into_the_file_is_still_guessed(tmp_path: Path) -> None:
    text = "Plain words only. " * 100_000 + "He paid £5 at the café."
    (result,) = read(write(tmp_path / "a.txt", text.encode("cp1252")))
    assert result.draft is not None
    assert result.draft.text == text


def test_the_encoding_can_be_given(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "Łódź".encode("cp1250"))
    assert one(path, options=ReadOptions(encoding="cp1250")).text == "Łódź"
    assert "does not fit utf-8" in fault(path, options=ReadOptions(encoding="utf8")).message


@pytest.mark.parametrize("encoding", ["no-such", "hex", "a\0b", ""])
def test_an_unknown_encoding_is_refused_at_once(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(InputError, match="no encoding"):
        read_sources([tmp_path], ReadOptions(encoding=encoding))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b" \r\n\t\xc2\xa0\n", "only white space"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\xe2\x80\x8b\n", "only white space"),
        (b"abc\0def", "NUL"),
        ("Nobody came.".encode("utf-16-le"), "NUL"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"PK\x03\x04...", "office document"),
        (b"{\\rtf1 ...", "RTF"),
        (b"\x89PNG\r\n...", "picture"),
        (b"\x1f\x8b\x08", "gzip"),
        (bytes(range(1, 256)) * 40, "binary"),
        (b"\xff\xfeA\xd8", "does not fit utf-16"),
        (b"\xff\xfe\x00\x00A", "does not fit utf-32"),
        ("a\0b".encode("utf-16"), "NUL character (at character 1)"),
    ],
)
def test_what_is_no_text(tmp_path: Path, data: bytes, said: str) -> None:
    path = write(tmp_path / "a.txt", data)
    error = fault(path)
    assert error.message.startswith(f"{path}: ")
    assert said in error.message


def test_a_large_file_is_read_and_a_larger_one_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "word " * 2_000_000)
    assert len(one(path).text) == 10_000_000
    error = fault(path, options=ReadOptions(article_limit=5_000_000))
    assert "larger than" in error.message
    assert "the limit of one article" in error.message
    assert error.hint


def test_names_are_made_safe(tmp_path: Path) -> None:
    path = write(tmp_path / "a\x1b[31m\u202eb\n.txt", "Nobody came.")
    draft = one(path)
    assert draft.name == "a[31mb"
    assert draft.origin.isprintable()
    bad = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")
    Path(bad).write_bytes(b"Nobody came.")
    assert one(bad).origin.isprintable()
    assert one(bad).name == "article"


# --------------------------------------------------------------------------- files and folders


def test_one_bad_file_among_many(tmp_path: Path) -> None:
    for i in range(5):
        write(tmp_path / f"{i}.txt", f"Nobody came {i}.")
    write(tmp_path / "2.txt", b"%PDF-")
    write(tmp_path / "sub" / "3.md", "Nobody.")
    results = read(tmp_path, tmp_path / "missing.txt")
    drafts, errors = split(results)
    assert [d.name for d in drafts] == ["0", "1", "3", "4", "3"]
    assert [e.message.partition(": ")[0] for e in errors] == [
        str(tmp_path / "missing.txt"),
        str(tmp_path / "2.txt"),
    ]
    assert results[-1].position == find_sources([tmp_path]).size


def test_what_a_folder_means(tmp_path: Path) -> None:
    for name in (
        "b.txt",
        "a.TXT",
        "c.html",
        "x.ann",
        ".hidden.txt",
        "d/e.md",
        ".git/f.txt",
        "z.pdf",
    ):
        write(tmp_path / name, "<p>Nobody came.</p>")
    sources = find_sources([tmp_path])
    assert [s.origin for s in sources.files] == [
        str(tmp_path / n) for n in ("a.TXT", "b.txt", "c.html", "d/e.md")
    ]
    assert sources.skipped == (str(tmp_path / "x.ann"), str(tmp_path / "z.pdf"))
    assert sources.size == sum(s.size for s in sources.files) == 4 * len("<p>Nobody came.</p>")
    assert sources.faults == ()


def test_patterns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("b.txt", "a.txt", "c.html", "d/e.txt", ".h.txt", "[x].txt"):
        write(tmp_path / name, "Nobody came.")
    monkeypatch.chdir(tmp_path)
    assert [s.origin for s in find_sources(["*.txt"]).files] == ["[x].txt", "a.txt", "b.txt"]
    assert [s.origin for s in find_sources(["**/e.txt", "[x].txt"]).files] == ["d/e.txt", "[x].txt"]
    assert [s.origin for s in find_sources([f"{tmp_path}/[ab].txt"]).files] == [
        f"{tmp_path}/a.txt",
        f"{tmp_path}/b.txt",
    ]
    for pattern in ("*.none", "**x*", "a[", "?" * 300):
        (result,) = find_sources([pattern]).faults
        assert result.error is not None
        assert "matches no file" in result.error.message


def test_a_file_without_a_known_suffix_is_text(tmp_path: Path) -> None:
    assert one(write(tmp_path / "README", "Nobody came.")).text == "Nobody came."
    assert one(write(tmp_path / "a.xyz", "Nobody came.")).name == "a"


def test_a_loop_of_links(tmp_path: Path) -> None:
    write(tmp_path / "in" / "a.txt", "Nobody came.")
    (tmp_path / "in" / "loop").symlink_to(tmp_path)
    (tmp_path / "in" / "self.txt").symlink_to(tmp_path / "in" / "self.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "twin").symlink_to(tmp_path / "in")
    drafts, errors = split(read(tmp_path))
    assert {d.origin for d in drafts} == {
        str(tmp_path / "in" / "a.txt"),
        str(tmp_path / "twin" / "a.txt"),
    }
    assert sum("folder that it lies in" in e.message for e in errors) == 2
    assert any("gone.txt: there is no such file" in e.message for e in errors)
    assert any("self.txt: cannot be read" in e.message for e in errors)


def test_what_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.txt", "Nobody came.")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert "no regular file" in fault(pipe).message
    assert "no path" in fault("").message
    assert "no path" in fault("a\0b").message
    assert "no such file" in fault(path / "b.txt").message

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    sources = find_sources([path])
    monkeypatch.setattr(Path, "open", refuse)
    (result,) = read_sources(sources)
    assert result.error is not None
    assert result.error.message == f"{path}: cannot be read (Permission denied)"


def test_a_file_that_goes_away_meanwhile(tmp_path: Path) -> None:
    first, second = (write(tmp_path / n, "Nobody came.") for n in ("a.txt", "b.txt"))
    results = read_sources(find_sources([first, second]))
    assert next(results).draft
    second.unlink()
    assert "b.txt: cannot be read" in str(next(results).error)


def test_standard_input() -> None:
    (result,) = read_sources(["-"], stdin=io.BytesIO(TEXT.encode()))
    assert result.draft is not None
    assert (result.draft.text, result.draft.name, result.draft.origin) == (TEXT, "stdin", "-")
    options = ReadOptions(format="jsonl")
    lines = b'{"text": "Nobody came."}\n{"text": "She left."}\n'
    results = list(read_sources(["-"], options, io.BytesIO(lines)))
    assert [r.draft.text for r in results if r.draft] == ["Nobody came.", "She left."]
    assert [r.origin for r in results] == ["-:1", "-:2"]


# ------------------------------------------------------------------------------------ markdown


def test_front_matter(tmp_path: Path) -> None:
    text = (
        '---\r\ntitle: "Nobody: came"\r\nauthors:\r\n  - Ann Lee\r\n  - Bo Chan\r\n'
        "date: 2021-05-03\r\n"
        "tags: [a, b]\r\n---\r\n\r\n# Head\r\n\r\nNobody *came*.\r\n"
    )
    draft = one(write(tmp_path / "a.md", text))
    assert draft.text == "\r\n# Head\r\n\r\nNobody *came*.\r\n"
    assert (draft.title, draft.byline, draft.published) == (
        "Nobody: came", "Ann Lee, Bo Chan", "2021-05-03",
    )  # fmt: skip
    assert draft.meta == {"tags": ["a", "b"]}


def test_toml_front_matter(tmp_path: Path) -> None:
    text = '+++\ntitle = "Nobody"\ndate = 2021-05-03T10:00:00Z\nn = 3\n+++\nNobody came.\n'
    draft = one(write(tmp_path / "a.md", text))
    assert (draft.text, draft.title, draft.published) == ("Nobody came.\n", "Nobody", "2021-05-03")
    assert draft.meta == {"n": 3}


YAML = """---
# made
title: >-
  Bridge: shut
  "for good"
subtitle: 'It''s over'
authors:
  - name: Ann Lee
    email: ann@a.example
  - {name: Bo Chan}
date: 2021-05-03T00:30:00+02:00
draft: no
rank: 3
seen: 2021-05-04
tags: [a, "b, c"]
"""


@pytest.mark.parametrize("end", ["---\n", "...\n", "... \r\n", "---"])
@pytest.mark.parametrize("breaks", ["\n", "\r\n", "\r"])
def test_yaml_is_read_as_yaml(tmp_path: Path, end: str, breaks: str) -> None:
    rest = "" if end == "---" else "\n# Head\n\nNobody *came*.\n"
    source = (YAML.replace("\n", breaks) + end + rest).encode()
    if not rest:
        assert "is empty" in fault(write(tmp_path / "a.md", source)).message
        return
    draft = one(write(tmp_path / "a.md", source))
    assert draft.text == rest
    assert (draft.title, draft.byline, draft.published) == (
        'Bridge: shut "for good"', "Ann Lee, Bo Chan", "2021-05-03",
    )  # fmt: skip
    assert draft.meta == {
        "subtitle": "It's over",
        "authors": [{"name": "Ann Lee", "email": "ann@a.example"}, {"name": "Bo Chan"}],
        "draft": "no", "rank": 3, "seen": "2021-05-04", "tags": ["a", "b, c"],
    }  # fmt: skip


LAUGHS = "a0: &a0 [x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 20)
)
MERGES = "a0: &a0 {k: 1}\n" + "".join(
    f"a{i}: &a{i} {{k{i}: 1, <<: [{', '.join([f'*a{i - 1}'] * 9)}]}}\n" for i in range(1, 20)
)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("title: Bridge: shut\n", "line 2: mapping values are not allowed here"),
        ("title: 'x\nb: 1\n", "YAML"),
        ("a: 1\ntitle: x\na: 2\n", "duplicate key"),
        ("a: !!python/object/apply:os.system [ls]\n", "could not determine a constructor"),
        ("a: !!binary aGk=\n", "bytes"),
        ("a: &x [*x]\n", "refers to its own parts"),
        (LAUGHS, "refers to its own parts"),
        (MERGES, "refers to its own parts"),
        ("a: " + "[" * 9000 + "\n", "recursion"),
        ("a: " + "9" * 5000 + "\n", "digits"),
        ("a: 2021-13-45\n", "month"),
        ("a:\n\t- b\n", "cannot start any token"),
        ("a: @b\n", "line 2: found character '@'"),
    ],
)
def test_bad_yaml_is_an_error_that_says_where(tmp_path: Path, source: str, said: str) -> None:
    error = fault(write(tmp_path / "a.md", f"---\n{source}---\nNobody came.\n"))
    assert "a.md: its front matter is no YAML that can be read: " in error.message
    assert said in error.message
    assert "---" in error.hint


@pytest.mark.parametrize(
    "source", ["a = ", "a = " + "[" * 9000, "a = 1\na = 2", "a = " + "9" * 5000]
)
def test_bad_toml_is_an_error(tmp_path: Path, source: str) -> None:
    error = fault(write(tmp_path / "a.md", f"+++\n{source}\n+++\nNobody came.\n"))
    assert "its front matter is no TOML that can be read" in error.message


def test_front_matter_that_does_not_end_is_said(tmp_path: Path) -> None:
    text = "---\ntitle: Bridge\n\nNobody came.\n"
    (result,) = read(write(tmp_path / "a.md", text))
    assert result.draft is not None
    assert result.draft.text == text
    assert "begins as front matter that does not end" in result.notes[0]


def test_a_text_in_the_front_matter_is_not_lost(tmp_path: Path) -> None:
    draft = one(write(tmp_path / "a.md", "---\ntext: short\nauthor: {first: Ann}\n---\nLong."))
    assert draft.text == "Long."
    assert draft.meta == {"text of the front matter": "short", "author": {"first": "Ann"}}


@pytest.mark.parametrize(
    "text",
    [
        "---\nNobody came.\n---\nShe left.", "---\nkey: value\nNobody came.",
        "+++\nno toml\n+++\nx",
        "Nobody.\n---\na: b\n---\n", "----\na: b\n----\nNobody.", "---\n---\nNobody.",
    ],
)  # fmt: skip
def test_what_only_looks_like_front_matter_is_text(tmp_path: Path, text: str) -> None:
    assert one(write(tmp_path / "a.md", text)).text == text


# ---------------------------------------------------------------------------------------- html

PAGE = """<!DOCTYPE html><html lang="en"><head><title>Bridge &amp; Co | Post</title>
<meta property="og:title" content="Bridge &amp; Co"><meta name="author" content="Ann Lee">
<meta property="og:site_name" content="The Post">
<meta property="article:published_time" content="2021-05-03T10:00:00Z">
<style>.never{color:red}</style><script>var never = "<p>never</p>";</script></head>
<body><nav>beside</nav><article><h1>Bridge &amp; Co</h1>
<p>The council voted on
   Monday to close the <b>old</b> bridge.</p><p>&ldquo;Nobody came,&rdquo; she
said.<br>Then she left.</p>
<!-- never --><noscript>beside</noscript></article><aside>beside</aside><footer>beside</footer>
<script>never()</script></body></html>"""

SIMPLE = (
    "Bridge & Co\n\nThe council voted on Monday to close the old bridge.\n\n"
    "“Nobody came,” she said.\n\nThen she left."
)


@pytest.fixture
def plain_html(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_: str) -> tuple[str, dict[str, str]]:
        raise ImportError

    monkeypatch.setattr("annotator.text.readers.html._extract", absent)


@pytest.mark.usefixtures("plain_html")
def test_the_simple_html_reader(tmp_path: Path) -> None:
    (result,) = read(write(tmp_path / "a.html", PAGE))
    draft = result.draft
    assert draft is not None
    assert draft.text == SIMPLE
    assert (draft.title, draft.byline, draft.outlet, draft.published, draft.language) == (
        "Bridge & Co", "Ann Lee", "The Post", "2021-05-03", "en",
    )  # fmt: skip
    assert "read by the simple reader" in result.notes[0]


def test_html_by_trafilatura(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", exc_type=ImportError)
    more = "".join(
        f"<p>Paragraph {i} says that nobody came to the bridge on that day.</p>" for i in range(9)
    )
    page = PAGE.replace("<!-- never -->", more)
    (result,) = read(write(tmp_path / "a.html", page))
    draft = result.draft
    assert draft is not None
    assert result.notes == ()
    lines = draft.text.split("\n\n")
    assert "The council voted on Monday to close the old bridge." in lines
    assert lines[-1] == "Paragraph 8 says that nobody came to the bridge on that day."
    assert "never" not in draft.text
    assert "beside" not in draft.text
    assert (draft.title, draft.outlet, draft.published) == ("Bridge & Co", "The Post", "2021-05-03")


def test_a_short_page_keeps_its_paragraphs(tmp_path: Path) -> None:
    """trafilatura runs them together; whatever is installed, they stay apart."""
    assert one(write(tmp_path / "a.html", PAGE)).text == SIMPLE


def test_a_page_that_breaks_the_extractor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> tuple[str, dict[str, str]]:
        raise AssertionError  # lxml's drop_tree, on "<svg><html>..."

    monkeypatch.setattr("annotator.text.readers.html._extract", broken)
    (result,) = read(write(tmp_path / "a.html", PAGE))
    assert result.draft is not None
    assert result.draft.text == SIMPLE
    assert "is broken" in result.notes[0]


@pytest.mark.usefixtures("plain_html")
@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>One.<p>Two.", "One.\n\nTwo."),
        ("One.<br/>Two.", "One.\n\nTwo."),
        ("<html><head><title>T</title><p>One.</p>", "One."),
        ("<nav>Only this.</nav>", "Only this."),
        ("<p>a < b and c > d &amp; e &lt;</p>", "a < b and c > d & e <"),
        ("<p>One.</p><![CDATA[x]]><p>Two.</p><!broken>", "One.\n\nTwo."),
        ("<p>One.<script>never</p><p>never", "One."),
        ("<p>One.</p><script>1<2</script><style>x</style><svg><title>never</title></svg>", "One."),
        ("<div><div><p>A<b>B</b>C</p></div>D</div>", "ABC\n\nD"),
        ("<ul><li>One</li><li>Two</li></ul>", "One\n\nTwo"),
        ("<p>\u00a0One\u00a0two.</p>", "One\u00a0two."),
    ],
)
def test_html_shapes(tmp_path: Path, page: str, text: str) -> None:
    assert one(write(tmp_path / "a.htm", page)).text == text


def test_html_in_the_encoding_it_declares(tmp_path: Path) -> None:
    page = '<meta charset="iso-8859-2"><p>Nikt nie wiedział, że Łódź zamknęła most.</p>'
    (result,) = read(write(tmp_path / "a.html", page.encode("iso-8859-2")))
    assert result.draft is not None
    assert "Łódź zamknęła" in result.draft.text
    lying = '<meta charset="utf-16"><p>The mayor’s office closed the bridge — for “a year”.</p>'
    assert "mayor’s office" in one(write(tmp_path / "b.html", lying.encode())).text


@pytest.mark.parametrize(
    "page",
    [
        "<",
        "<!--",
        "<a ",
        '<a b="',
        "&#",
        "</",
        "<div>",
        "<![",
        "<?",
        "<script>",
        "<nav></aside>",
        "<!a",
    ],
)
@pytest.mark.usefixtures("plain_html")
def test_html_that_never_ends(tmp_path: Path, page: str) -> None:
    """Nothing here is quadratic: the standard parser alone takes minutes for some of these."""
    results = read(write(tmp_path / "a.html", page * 20_000))
    assert len(results) == 1


# -------------------------------------------------------------------------------------- tables


def test_jsonl(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": 7, "Body": "Nobody came.", "Headline": "Bridge", "author": ["Ann", "Bo"],
                    "date": "May 3, 2021", "source": "The Post",
                    "extra": {"a": [1, None, float("nan")]}}),
        "", "{broken", "[1]", '{"text": 5}', '{"title": "x"}', '{"text": " "}',
        '{"text": "a\\u0000b"}',
        '{"text": "a\\ud800b"}', '{"text": "\\ud83d\\ude00 fine"}', "\xff",
        '{"text": ["One.", "Two."]}',
        "[" * 100_000, '{"text": "x", "n": ' + "9" * 5000 + "}", '{"text": "last"}',
    ]  # fmt: skip
    data = "\n".join(lines).encode("latin-1", "replace")
    path = write(tmp_path / "a.jsonl", b"\xef\xbb\xbf" + data)
    results = read(path)
    drafts, errors = split(results)
    assert [d.text for d in drafts] == ["Nobody came.", "😀 fine", "One.\n\nTwo.", "last"]
    first = drafts[0]
    assert (first.name, first.title, first.byline, first.published, first.outlet) == (
        "7", "Bridge", "Ann, Bo", "2021-05-03", "The Post",
    )  # fmt: skip
    assert first.meta == {"extra": {"a": [1, None, None]}}
    assert [(d.origin, d.name) for d in drafts[1:]] == [
        (f"{path}:{n}", f"a-{n}") for n in (10, 12, 15)
    ]
    said = [e.message.removeprefix(f"{path}:") for e in errors]
    assert [s.partition(":")[0] for s in said] == [
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "9",
        "11",
        "13",
        "14",
    ]
    for message, part in zip(
        said,
        ("no valid JSON", "no object (list)", "no text (int)", "no column holds the text",
         "only white space", "NUL", "lone surrogate", "not UTF-8", "nested too deeply", "digits"),
        strict=True,
    ):  # fmt: skip
        assert part in message


def test_a_huge_line_is_refused_and_the_next_one_read(tmp_path: Path) -> None:
    options = ReadOptions(article_limit=1000)
    lines = ['{"text": "one"}', '{"text": "' + "x" * 5000 + '"}', '{"text": "' + "y" * 1500 + '"}',
             '{"text": "two"}']  # fmt: skip
    drafts, errors = split(read(write(tmp_path / "a.jsonl", "\n".join(lines)), options=options))
    assert [d.text for d in drafts] == ["one", "two"]
    assert [
        "a.jsonl:2: is larger" in errors[0].message,
        "a.jsonl:3: is larger" in errors[1].message,
    ]
    assert len(errors) == 2


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_jsonl_with_a_mark(tmp_path: Path, encoding: str) -> None:
    data = '{"text": "Łódź 😀"}\r\n{"text": "two"}'.encode(encoding)
    assert [d.text for d in split(read(write(tmp_path / "a.jsonl", data)))[0]] == ["Łódź 😀", "two"]


def test_utf16_jsonl_that_breaks_off_or_runs_on(tmp_path: Path) -> None:
    lines = '{"text": "one"}\n{"text": "' + "x" * 5000 + '"}\n{"text": "two"}\n'
    path = write(tmp_path / "a.jsonl", (lines + "x").encode("utf-16")[:-1])
    drafts, errors = split(read(path, options=ReadOptions(article_limit=1000)))
    assert [d.text for d in drafts] == ["one", "two"]
    assert "a.jsonl:2: is larger" in errors[0].message
    assert "does not fit utf-16" in errors[1].message


def test_a_file_of_records_that_is_something_else(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", "Nobody came.\n" * 5000)
    _, errors = split(read(path))
    assert len(errors) == 101
    assert "the rest was not read" in errors[-1].message
    assert "PDF" in fault(write(tmp_path / "b.jsonl", b"%PDF-1.4")).message
    assert "holds no record" in fault(write(tmp_path / "c.jsonl", "\n\n")).message


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ({"text": "One."}, ["One."]),
        ([{"text": "One."}, {"content": "Two."}], ["One.", "Two."]),
        ({"articles": [{"text": "One."}, {"text": "Two."}], "total": 2}, ["One.", "Two."]),
        ({"text": "One.", "tags": ["a"]}, ["One."]),
        ({"text": "One.", "author": {"@type": "Person", "name": "Ann"}}, ["One."]),
    ],
)
def test_json(tmp_path: Path, value: object, texts: list[str]) -> None:
    drafts, errors = split(read(write(tmp_path / "a.json", json.dumps(value))))
    assert [d.text for d in drafts] == texts
    assert errors == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("{\n  \"text\": 'x'\n}", "line 2, column 11"),
        ("[]", "empty list"),
        ("3", "holds no record"),
        ("[" * 200_000, "nested too deeply"),
        ("[1" + "0" * 5000 + "]", "digits"),
        ('{"titel": "x"}', "no column holds the text"),
        ("", "is no valid JSON"),
    ],
)
def test_broken_json(tmp_path: Path, data: str, said: str) -> None:
    assert said in fault(write(tmp_path / "a.json", data)).message


def test_a_bad_item_among_good_ones(tmp_path: Path) -> None:
    value = [{"text": "One."}, 5, {"text": ""}, {"text": "Two."}]
    path = write(tmp_path / "a.json", json.dumps(value))
    drafts, errors = split(read(path))
    assert [d.origin for d in drafts] == [f"{path}:1", f"{path}:4"]
    assert [e.message for e in errors] == [f"{path}:2: is no object (int)", f"{path}:3: is empty"]
    assert "larger than" in fault(path, options=ReadOptions(json_limit=10)).message


@pytest.mark.parametrize(
    ("name", "header"),
    [("a.csv", "ID,Article Text,Head-Line"), ("a.csv", "ID;Article Text;Head-Line"),
     ("a.tsv", "ID\tArticle Text\tHead-Line"), ("a.csv", "\ufeffID|Article Text|Head-Line")],
)  # fmt: skip
def test_csv(tmp_path: Path, name: str, header: str) -> None:
    delimiter = header.lstrip("\ufeff")[2]
    quoted = f'"Nobody{delimiter} ""came"".\r\n\r\nShe left."'
    rows = [
        header,
        delimiter.join(["x1", quoted, "Bridge"]),
        "",
        delimiter.join(["x2", "Two.", ""]),
    ]
    path = write(tmp_path / name, "\r\n".join(rows) + "\r\n")
    drafts, errors = split(read(path))
    assert errors == []
    assert [d.text for d in drafts] == [f'Nobody{delimiter} "came".\r\n\r\nShe left.', "Two."]
    assert [d.name for d in drafts] == ["x1", "x2"]
    assert [d.title for d in drafts] == ["Bridge", ""]
    assert [d.origin for d in drafts] == [f"{path}:2", f"{path}:6"]


def test_columns_by_option(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "text,words,who\nsummary,Nobody came.,Ann\n")
    options = ReadOptions(columns={"text": "Words", "byline": "who"})
    draft = one(path, options=options)
    assert (draft.text, draft.byline, draft.meta) == ("Nobody came.", "Ann", {"text": "summary"})
    error = fault(path, options=ReadOptions(columns={"text": "missing"}))
    assert "there is no column 'missing'" in error.message
    assert "columns: text, words, who" in error.hint
    assert "no field" in fault(path, options=ReadOptions(columns={"txt": "words"})).message


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("a,b\n1,2\n", "no column holds the text"),
        ("text,text\n1,2\n", "stands twice"),
        ("text\n", "holds no record"),
        ("text\na,b,c\n", "has 3 cells, the header 1"),
        ('text\n"unclosed\nmore\n', "no valid table row"),
        ('text\n"a"b\n', "no valid table row"),
        ("text\na\0b\n", "NUL"),
    ],
)
def test_broken_csv(tmp_path: Path, data: str, said: str) -> None:
    assert said in fault(write(tmp_path / "a.csv", data)).message


def test_a_bad_row_among_good_ones(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "id,text\n1,One.\n2,\n3,a,b\n4\n5,Five.\n")
    drafts, errors = split(read(path))
    assert [d.text for d in drafts] == ["One.", "Five."]
    assert [e.message.partition(": ")[0] for e in errors] == [f"{path}:{n}" for n in (3, 4, 5)]


def test_a_large_cell_and_another_encoding(tmp_path: Path) -> None:
    text = "Das Café schloß früh. " * 10_000
    path = write(tmp_path / "a.csv", f"text\n{text}\nZwei.\n".encode("cp1252"))
    results = read(path)
    assert [r.draft.text for r in results if r.draft] == [text, "Zwei."]
    assert "read as cp1252" in results[0].notes[0]
    assert results[1].notes == ()
    options = ReadOptions(article_limit=1000)
    assert "field larger" in fault(path, options=options).message


@pytest.mark.parametrize("delimiter", ["", "ab", "\n", '"'])
def test_a_delimiter_that_cannot_be(tmp_path: Path, delimiter: str) -> None:
    with pytest.raises(InputError, match="not one character"):
        read_sources([tmp_path], ReadOptions(delimiter=delimiter))


def test_records_are_streamed(tmp_path: Path) -> None:
    """Results come while the file is still being read, with their place in it."""
    line = json.dumps({"text": "Nobody came. " * 100}) + "\n"
    path = write(tmp_path / "a.jsonl", line * 300)
    results = read_sources([path])
    positions = [next(results).position for _ in range(150)]
    assert positions[0] < positions[-1] < len(line) * 300
    assert list(results)[-1].position == len(line) * 300


# ------------------------------------------------------------------------------- anything else


@given(
    data=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")),
        st.lists(st.sampled_from(['{"text": "a"}', "{", "}", "[", '"', ",", "\n", "\0", "text",
                                  "\r",
                                  "<p>", "<script>", "---\n", "a: b\n", "\ufeff", "é", "\ud83d"]),
                 max_size=20).map(lambda p: "".join(p).encode("utf-8", "surrogatepass")),
    ),
    suffix=st.sampled_from([".txt", ".md", ".html", ".jsonl", ".json", ".csv", ".tsv", ".xyz"]),
)  # fmt: skip
@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_bytes(tmp_path: Path, data: bytes, suffix: str) -> None:
    """Whatever a file holds, it is an article or an error that names it."""
    path = write(tmp_path / f"x{suffix}", data)
    results = read(path)
    assert results
    for result in results:
        assert (result.draft is None) != (result.error is None)
        if result.error:
            assert str(path) in result.error.message
        if result.draft:
            assert "\0" not in result.draft.text
            result.draft.text.encode()
            json.dumps(dict(result.draft.meta), allow_nan=False).encode()
            for value in (result.draft.name, result.draft.title, result.draft.origin):
                assert value.isprintable()
