"""A concordance of a project: every place of a query in all articles, with what stands around it.

What is found is counted to the end; of the places themselves no more are kept than are asked for,
the first ones in the order that is asked for. So memory does not grow with the corpus.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias, get_args

from annotator.domain.errors import InputError
from annotator.domain.graphemes import next_boundary, previous_boundary
from annotator.domain.model import RELATION_TYPE
from annotator.domain.terms import source_words
from annotator.phrases.corpus_query import ABOUT_ANNOTATION, Condition, Node, leaves
from annotator.phrases.query_parsing import QueryError, parse
from annotator.phrases.query_places import (
    ANY_DATE,
    ArticleText,
    Place,
    has_date,
    places,
    possible,
)
from annotator.text.normal import fold, words

if TYPE_CHECKING:
    from annotator.domain.occurrence import ArticleHead
    from annotator.domain.scheme import Scheme
    from annotator.project.data import ProjectData

Order = Literal["article", "date", "left", "right", "found"]
ORDERS: Final = get_args(Order)
"""By place; by date; by the words before, nearest first; by the words after; by what was found."""
CONTEXT: Final = 40
"""Code points shown on either side unless asked otherwise."""
LIMIT: Final = 1_000
"""Places that are kept unless asked otherwise; all are counted."""
_SORTED_BY: Final = 80
"""Code points on either side that decide about the order."""
Finder: TypeAlias = Callable[["ArticleHead", str], Iterable[Place]]
SortKey: TypeAlias = tuple[object, ...]


class ConcordanceLine(NamedTuple):
    """A place of a concordance: `[start, end)` are code points of the article's text."""

    article: str
    """Uid."""
    number: int
    name: str
    title: str
    start: int
    end: int
    text: str
    before: str
    after: str
    outlet: str
    published: str
    annotations: tuple[str, ...] = ()
    """Ids of the annotations that conditions of the query are about."""


class Concordance(NamedTuple):
    """Places that were found, and how many there are."""

    lines: list[ConcordanceLine]
    """Of the places as many as were asked for."""
    articles: int
    """How many there are in the project."""
    places: int
    """How many were found, shown or not."""
    hits: int
    """In how many articles something was found."""
    complete: bool = True
    """Whether everything was read; what was found is a lower bound otherwise."""
    undated: int = 0
    """Articles that a condition on the date left out because they have none."""

    @property
    def told(self) -> str:
        """How much was found, for people: "1,204 places in 88 of 240 articles"."""
        more = "" if self.complete else "+"
        noun = "place" if (self.places, more) == (1, "") else "places"
        of = "article" if self.articles == 1 else "articles"
        return f"{self.places:,}{more} {noun} in {self.hits:,}{more} of {self.articles:,} {of}"


class Gathering:
    """Places as they are found, article by article; `result` can be asked for at any time.

    Args:
        articles: How many there are in the project.
        order: In which order the lines are wanted.
        context: Code points on either side.
        limit: How many lines are kept; 0 for all.
    """

    def __init__(self, articles: int, order: Order, context: int, limit: int) -> None:
        self._articles = articles
        self._order = order
        self._context = context
        self._limit = limit
        self._kept: list[tuple[SortKey, ConcordanceLine]] = []
        self._places = self._hits = 0
        self.undated = 0

    def take(self, head: ArticleHead, text: str, found: Iterable[Place]) -> None:
        """Count and keep the places of an article."""
        before = self._places
        for place in found:
            self._places += 1
            if self._order == "article" and self._limit and len(self._kept) >= self._limit:
                continue
            start, end, ids = place
            left, right = around(text, start, end, self._context)
            line = ConcordanceLine(
                article=head.article,
                number=head.number,
                name=head.name,
                title=head.title,
                start=start,
                end=end,
                text=text[start:end],
                before=left,
                after=right,
                outlet=head.outlet,
                published=head.published,
                annotations=ids,
            )
            self._kept.append((sort_key(self._order, text, line), line))
            if self._limit and len(self._kept) >= 2 * self._limit:
                self._cut()
        self._hits += self._places > before

    def _cut(self) -> None:
        self._kept.sort(key=lambda kept: kept[0])
        if self._limit:
            del self._kept[self._limit :]

    def result(self, *, complete: bool) -> Concordance:
        """What was found so far."""
        self._cut()
        lines = [line for _, line in self._kept]
        found = self._articles, self._places, self._hits, complete, self.undated
        return Concordance(lines, *found)


def sort_key(order: Order, text: str, line: ConcordanceLine) -> SortKey:
    """What a line is sorted by; the place decides between equals."""
    here = line.number, line.start, line.end
    match order:
        case "article":
            return here
        case "date":
            # Articles without a date come last.
            return (not line.published, line.published, *here)
        case "left":
            before = words(text[max(0, line.start - _SORTED_BY) : line.start])
            return (before[::-1], *here)
        case "right":
            return (words(text[line.end : line.end + _SORTED_BY]), *here)
        case "found":
            return (words(line.text), *here)


def gather(
    project: ProjectData, numbers: Iterable[int] | None, find: Finder, into: Gathering
) -> Iterator[None]:
    """Read the articles of some numbers (None: all); yields after each, so that one can stop."""
    for head in project.heads(numbers):
        text = project.text_of(head.article)
        into.take(head, text, find(head, text))
        yield


class CorpusSearch:
    """A query, ready to be run on a project: read, and held against its scheme and people.

    Args:
        project: Open for the thread that runs it.
        typed: The query; docs/concordance.md has the language.
        order: In which order the lines are wanted.
        context: Code points on either side.
        limit: How many lines are kept; 0 for all.
        whose: Whose annotations conditions are about; None for everybody's.

    Raises:
        QueryError: saying where and what, for a query that cannot be read, or that names a label,
            role or annotator that is not there.
        InputError: for another order.
    """

    def __init__(
        self,
        project: ProjectData,
        typed: str,
        *,
        order: Order = "article",
        context: int = CONTEXT,
        limit: int = LIMIT,
        whose: str | None = None,
    ) -> None:
        if order not in ORDERS:
            raise InputError(f"no order {order!r}", f"there are: {', '.join(ORDERS)}")
        self.query = parse(typed)
        self._project = project
        self._scheme = project.scheme()
        self._whose = whose
        _check(project, self._scheme, self.query, whose)
        self._into = Gathering(len(project.order()), order, context, limit)

    def run(self) -> Iterator[None]:
        """Read the articles that can hold a place; yields after each, so that one can stop."""
        project, query = self._project, self.query
        numbers: Iterable[int] | None = self._numbers()
        narrowed = _by_article(query)
        if narrowed:
            kept: list[int] = []
            for head in project.heads(numbers):
                if possible(query, head.outlet, head.published):
                    kept.append(head.number)
                elif not has_date(head.published) and possible(query, head.outlet, ANY_DATE):
                    self._into.undated += 1
            numbers = kept
        yield from gather(project, numbers, self._find, self._into)

    def result(self, *, complete: bool = True) -> Concordance:
        """What was found so far, or (complete) at the end."""
        return self._into.result(complete=complete)

    def _numbers(self) -> set[int] | None:
        from annotator.phrases.narrow import articles_for

        project = self._project
        if not project.phrases_indexed():
            return None  # another version's index: every text is read
        return articles_for(
            project.phrase_index(), self.query, lambda: project.annotated(self._whose)
        )

    def _find(self, head: ArticleHead, text: str) -> list[Place]:
        project, whose, scheme = self._project, self._whose, self._scheme
        article = ArticleText(
            *(text, head.outlet, head.published),
            lambda: project.annotations(head.article, whose),
            source_words(scheme)[1],
            scheme.content_name,
            lambda: project.relations(head.article, whose),
        )
        return places(self.query, article)


def concordance(
    project: ProjectData,
    query: str,
    *,
    order: Order = "article",
    context: int = CONTEXT,
    limit: int = LIMIT,
    whose: str | None = None,
) -> Concordance:
    """Every place of a query, counted to the end; see `CorpusSearch`."""
    search = CorpusSearch(project, query, order=order, context=context, limit=limit, whose=whose)
    for _ in search.run():
        pass
    return search.result()


def _conditions(query: Node) -> Iterator[Condition]:
    return (leaf for leaf in leaves(query) if isinstance(leaf, Condition))


def _by_article(query: Node) -> set[str]:
    """The fields of the conditions on the article."""
    return {c.field for c in _conditions(query)} - set(ABOUT_ANNOTATION)


def _check(project: ProjectData, scheme: Scheme, query: Node, whose: str | None) -> None:
    """Refuse names that nothing has: they would find nothing, and say nothing of it."""
    for condition in _conditions(query):
        value, name = condition.value, condition.name
        match condition.field:
            case "label":
                named = [a for a in scheme.attributes if a.name == name]
                values = [v.name for a in named for v in a.values]
                free = any(a.text for a in named)
                if named and (free or value in ("", "*") or _named(value, values)):
                    continue
                _must_be_used(project, condition, f"{name}={value}" if value else name)
            case "source":
                _, label = source_words(scheme)
                attribute = scheme.attribute("claim", label)
                if attribute is None:
                    raise QueryError(
                        "the scheme has no label for the kind of source",
                        "label:NAME=VALUE asks for any label",
                        condition.at,
                    )
                if value != "*" and not _named(value, [v.name for v in attribute.values]):
                    raise _unknown(condition, [v.name for v in attribute.values])
            case "claim" | "mark" | "sentence" as layer:
                marks = [s.name for s in scheme.span_layers] if layer == "mark" else []
                attributes = [a for name in dict.fromkeys([layer, *marks])
                              for a in scheme.of_layer(name)]  # fmt: skip
                values = [v.name for a in attributes for v in a.values]
                if value != "*" and not _named(value, values):
                    _must_be_used(project, condition, value)
            case "relation":
                known = [r.name for r in scheme.relations]
                if value != "*" and not _named(value, known):
                    _must_be_used(project, condition, value)
            case "in":
                spans = (s.name for s in scheme.span_layers)
                known = [*(r.name for r in scheme.roles), "claim", "mark", "sentence", *spans]
                if value not in known:
                    raise _unknown(condition, known)
            case "by":
                if whose and value != whose:
                    raise QueryError(
                        f"only {whose}'s annotations are looked at here", "", condition.at
                    )
                if value not in (people := project.annotators()):
                    raise _unknown(condition, people)
            case _:
                pass


def _named(value: str, names: Iterable[str]) -> bool:
    return fold(value) in map(fold, names)


def _must_be_used(project: ProjectData, condition: Condition, said: str) -> None:
    """A label that the scheme in force does not have may be an older one's; else it is refused."""
    for row in project.label_counts():
        label, value, layer = str(row["name"]), str(row["value"]), str(row["layer"])
        if condition.field == "label":
            if label == condition.name and condition.value in ("", "*"):
                return
            if label == condition.name and fold(value) == fold(condition.value):
                return
        elif layer == "relation" and label != RELATION_TYPE:
            continue
        elif layer == condition.field and fold(value) == fold(condition.value):
            return
    raise _no_label(project.scheme(), condition, said)


def _no_label(scheme: Scheme, condition: Condition, said: str) -> QueryError:
    if condition.field == "relation":
        return _unknown(condition, [r.name for r in scheme.relations])
    if condition.field != "label":
        attributes = [a for a in scheme.attributes if a.layer == condition.field]
        known = [v.name for a in attributes for v in a.values]
        return _unknown(condition, known)
    named = [a for a in scheme.attributes if a.name == condition.name]
    known = [v.name for a in named for v in a.values] or [a.name for a in scheme.attributes]
    return QueryError(
        f"no label {said}, in the scheme or in the articles",
        f"there are: {', '.join(dict.fromkeys(known))}",
        condition.at,
    )


def _unknown(condition: Condition, known: Iterable[str]) -> QueryError:
    named = ", ".join(dict.fromkeys(known))
    return QueryError(
        f"{condition.field}:{condition.value} is not there",
        f"there are: {named}" if named else "there is none yet",
        condition.at,
    )


def around(text: str, start: int, end: int, size: int) -> tuple[str, str]:
    """What stands before and after a range: `size` code points each, no grapheme cut."""
    left = max(0, start - size)
    right = min(len(text), end + size)
    if left:
        left = next_boundary(text, left - 1)
    if right < len(text):
        right = previous_boundary(text, right + 1)
    return text[min(left, start) : start], text[end : max(right, end)]
