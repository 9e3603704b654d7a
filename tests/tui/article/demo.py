"""A small app around the view, to look at it and to measure it by hand.

    python -m tests.tui.article.demo [SENTENCES] [THEME] [brackets]

j and k move by sentence, h and l by token, a makes the sentence's claim active, space reviews,
f flags, pagedown and pageup page, z centres, q quits. The mouse selects.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Static

from annotator.domain.model import Article
from annotator.tui.article.state import PaintedSpan, SentenceMark, SpanSet, ViewState
from annotator.tui.article.view import ArticleView
from tests.tui.article.build import make_article, many_sentences, span

SHOWPIECE = "\n".join(
    (
        "Minister denies cutting the number",
        "By Ana Prieto",
        "The finance minister said on Tuesday that the plan would cut emissions by half. "
        "Critics called the figure “invented”.",
        "The ministry, according to two people familiar with the talks, has no study to support "
        "it. “We never wrote that number,” a spokesperson said. “It was, if anything, a hope,” "
        "she added, “and hopes are not plans.”",
        "A crowd outside the ministry in March. Photo: Lena Okafor",
        "Those networks, he said, were positioning themselves for a long winter. Officials "
        "insisted that the outrageous scheme was legal; researchers said leaked documents showed "
        "that companies had boasted of it. Farmers protested on Monday.",
        "東京の新しい計画は、昨日発表された。Ünïcödé, naïve and e\u0301, a "
        "\U0001f469\u200d\U0001f469\u200d\U0001f467 family and a \U0001f1e8\U0001f1ed flag, "
        "tab\there, escape \x1b[31m and \u202eoverride\u202c.",
        "The vote is due in May.",
    )
)


def showpiece() -> tuple[Article, ViewState]:
    """An article with everything the view can paint, and a state that paints it."""
    text = SHOWPIECE
    article = make_article(text, {0: "heading", 1: "byline", 4: "caption"})
    sentences = article.layout.sentences

    def claim(
        owner: str, key: str, place: str, *parts: tuple[str, str], active: bool = False
    ) -> list[PaintedSpan]:
        at = text.index(place)
        return [
            span(text, words, role, owner, active=active, key=key, after=at)
            for role, words in parts
        ]

    spans = [
        *claim(
            "c1",
            "1f",
            "The finance",
            ("source", "The finance minister"),
            ("cue", "said"),
            ("content", "the plan would cut emissions by half"),
        ),
        *claim(
            "c2",
            "4a",
            "The ministry,",
            ("content", "The ministry"),
            ("cue", "according to"),
            ("source", "two people familiar with the talks"),
            ("content", "has no study to support it"),
        ),
        *claim("c4", "?", "“We never", ("content", "“We never wrote that number,”")),
        *claim(
            "c3",
            "2?",
            "“It was",
            ("content", "“It was, if anything, a hope,”"),
            ("source", "she"),
            ("cue", "added"),
            ("content", "“and hopes are not plans.”"),
            active=True,
        ),
        *claim(
            "c5",
            "9n",
            "Those networks",
            ("content", "Those networks"),
            ("source", "he"),
            ("cue", "said"),
            ("content", "were positioning themselves for a long winter"),
        ),
        *claim(
            "c6",
            "4f",
            "researchers said",
            ("source", "researchers"),
            ("cue", "said"),
            ("content", "leaked documents showed that companies had boasted of it"),
        ),
        *claim(
            "c7",
            "5",
            "leaked documents",
            ("source", "leaked documents"),
            ("cue", "showed"),
            ("content", "companies had boasted of it"),
        ),
        *claim("c8", "7", "companies had", ("source", "companies"), ("cue", "boasted")),
        *claim("m1", "l", "outrageous", ("span", "outrageous")),
    ]
    marks = {
        i: SentenceMark(reviewed=i < 5, flagged=i in (3, 9), skipped=s.kind != "body")
        for i, s in enumerate(sentences)
    }
    here = next(i for i, s in enumerate(sentences) if "It was, if" in text[s.start : s.end])
    she = span(text, "she", after=text.index("a hope"))
    hits = [(at, at + 6) for at in range(len(text)) if text.startswith("number", at)]
    state = ViewState(
        cursor=(she.start, she.end),
        sentence=(sentences[here].start, sentences[here].end),
        spans=SpanSet(spans),
        marks=marks,
        hits=hits,
        current_hit=hits[-1],
        selection=(text.index("Farmers"), text.index(" on Monday")),
    )
    return article, state


def large(count: int) -> tuple[Article, ViewState]:
    """An article of so many sentences with a claim in every other one."""
    text = many_sentences(count)
    article = make_article(text)
    spans: list[PaintedSpan] = []
    for i, s in enumerate(article.layout.sentences):
        if i % 2:
            at = text.index(" that ", s.start) + 6
            spans.append(PaintedSpan(at, s.end, 0, f"c{i}", key="2f"))
            spans.append(PaintedSpan(s.start, s.start + 3, 1, f"c{i}", key="2f"))
    marks = {i: SentenceMark() for i in range(count)}
    first = article.layout.sentences[0]
    return article, ViewState(
        cursor=(0, 3), sentence=(first.start, first.end), spans=SpanSet(spans), marks=marks
    )


class Demo(App[None]):
    """Status line, article, footer line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("j", "sentence(1)"),
        ("k", "sentence(-1)"),
        ("l", "token(1)"),
        ("h", "token(-1)"),
        ("a", "activate"),
        ("space", "review"),
        ("f", "flag"),
        ("pagedown", "page(1)"),
        ("pageup", "page(-1)"),
        ("z", "centre"),
        ("q", "quit"),
    ]

    def __init__(self, article: Article, state: ViewState, step: int = 0) -> None:
        super().__init__()
        self.article, self.state, self.step = article, state, step
        self.view = ArticleView()
        self.status = Static("", markup=False)
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.status
        yield self.view

    def on_mount(self) -> None:
        self.view.set_article(self.article)
        self.put(self.state)
        self.view.focus()

    def put(self, state: ViewState) -> None:
        self.state = state
        self.view.show(state)
        self.view.reveal(*state.sentence, step=self.step)

    def sentence_index(self) -> int:
        starts = [s.start for s in self.article.layout.sentences]
        return starts.index(self.state.sentence[0])

    def go(self, offset: int) -> None:
        from bisect import bisect_right

        layout = self.article.layout
        t = max(bisect_right(layout.token_starts, offset) - 1, 0)
        s = layout.sentences[
            max(bisect_right(layout.sentences, offset, key=lambda s: s.start) - 1, 0)
        ]
        cursor = layout.token_starts[t], layout.token_ends[t]
        self.put(replace(self.state, cursor=cursor, sentence=(s.start, s.end)))

    def action_sentence(self, by: int) -> None:
        from bisect import bisect_right

        sentences = self.article.layout.sentences
        at = bisect_right(sentences, self.state.sentence[0], key=lambda s: s.start) - 1
        self.go(sentences[min(max(at + by, 0), len(sentences) - 1)].start)

    def action_token(self, by: int) -> None:
        from bisect import bisect_right

        starts = self.article.layout.token_starts
        at = bisect_right(starts, self.state.cursor[0]) - 1
        self.go(starts[min(max(at + by, 0), len(starts) - 1)])

    def action_activate(self) -> None:
        lo, hi = self.state.sentence
        spans = tuple(
            replace(s, active=not s.active) if lo <= s.start < hi else s for s in self.state.spans
        )
        self.put(replace(self.state, spans=SpanSet(spans)))

    def _mark(self, **changes: bool) -> None:
        at = self.sentence_index()
        mark = replace(self.state.marks.get(at, SentenceMark()), **changes)
        self.put(replace(self.state, marks={**self.state.marks, at: mark}))

    def action_review(self) -> None:
        self._mark(reviewed=True)

    def action_flag(self) -> None:
        self._mark(flagged=True)

    def action_page(self, by: int) -> None:
        self.go(self.view.page(by))

    def action_centre(self) -> None:
        self.view.centre()

    def on_article_view_pointed(self, message: ArticleView.Pointed) -> None:
        self.heard.append(message)
        self.go(message.offset)

    def on_article_view_dragged(self, message: ArticleView.Dragged) -> None:
        self.heard.append(message)
        ends = sorted((message.anchor, message.head))
        self.view.show(replace(self.state, selection=(ends[0], ends[1])))

    def on_article_view_word_picked(self, message: ArticleView.WordPicked) -> None:
        self.heard.append(message)

    def on_article_view_gutter_picked(self, message: ArticleView.GutterPicked) -> None:
        self.heard.append(message)
        self.status.update(str(message), layout=False)


def main() -> None:
    """Run the demo as the module's docstring says."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    app = Demo(*(large(count) if count else showpiece()), step=int("step" in sys.argv) * 10)
    if len(sys.argv) > 2 and sys.argv[2] != "-":
        app.theme = sys.argv[2]
    if "brackets" in sys.argv:
        app.state = replace(app.state, brackets=True)
    app.run()


if __name__ == "__main__":
    main()
