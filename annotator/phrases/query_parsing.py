"""The query language of the concordance: what is typed to what is looked for, or a clear error.

    query  = every ("OR" every)*
    every  = one (["AND"] one)*            conditions may simply follow
    one    = "NOT" one | near
    near   = item ("NEAR" ["/" number] item)*
    item   = "(" query ")" | field ":" value | words
    words  = (word | word "*" | "quoted words")+      as they follow each other in a text

Operators are capitals; everything else is words or a condition. Nothing of it reaches SQL.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from annotator.domain.errors import InputError
from annotator.phrases.corpus_query import (
    FIELDS,
    IS,
    All,
    Condition,
    Either,
    Near,
    Node,
    Not,
    QueryWord,
    WordSequence,
    finds,
    has_words,
    is_about_article,
)
from annotator.text.normal import words

LONGEST: Final = 1_000
"""Characters of a query."""
DEEPEST: Final = 40
"""Parentheses and NOTs inside each other."""
NEAR: Final = 10
"""Words on either side, unless NEAR/n says how many."""
WIDEST: Final = 1_000
"""The greatest n of NEAR/n."""

_QUOTES: Final = '"“”„‟«»″〝〞＂'
_ON_OTHERS: Final = ("Mn", "Mc", "Me", "Cf")
_MEANT: Final = re.compile(rf"[{_QUOTES}*]")
_TOKEN: Final = re.compile(rf"\s+|[()]|[{_QUOTES}]|[^\s(){_QUOTES}]+")
_FIELD: Final = re.compile(r"([A-Za-z_]+):(.*)", re.DOTALL)
_NEAR: Final = re.compile(r"NEAR(?:/(.*))?")
_DATE: Final = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?")


class QueryError(InputError):
    """A query that cannot be read: `at` is the character where, from 0."""

    def __init__(self, message: str, hint: str, at: int) -> None:
        super().__init__(f"query, character {at + 1}: {message}", hint)
        self.at = at
        self.what = message


def in_quotes(text: str) -> str:
    """The query for words as they stand in a text: its own marks and stars mean nothing in it."""
    return f'"{" ".join(_MEANT.sub(" ", text).split())}"'


def parse(typed: str) -> Node:
    """Read a query.

    Raises:
        QueryError: saying where and what, for one that cannot be read or finds nothing by itself.
    """
    if len(typed) > LONGEST:
        raise QueryError(f"longer than {LONGEST} characters", "", LONGEST)
    parser = _Parser(typed)
    node = parser.query()
    if not finds(node):
        raise QueryError(
            "it does not say what to look for: NOT, outlet: and date: only narrow down",
            "add words or a condition such as label:NAME=VALUE",
            0,
        )
    return node


class _Token(NamedTuple):
    text: str
    at: int
    quoted: bool = False
    joined: bool = False
    """No blank stands before it."""


def _tokens(typed: str) -> Iterator[_Token]:
    at, joined = 0, False
    while at < len(typed):
        found = _TOKEN.match(typed, at)
        assert found is not None  # noqa: S101 - the pattern takes any character
        text = found[0]
        if text in _QUOTES:
            end = next((i for i in range(at + 1, len(typed)) if typed[i] in _QUOTES), -1)
            if end < 0:
                raise QueryError("this quotation mark is not closed", 'write "like this"', at)
            yield _Token(typed[at + 1 : end], at, quoted=True, joined=joined)
            at = end + 1
        else:
            if not text.isspace():
                yield _Token(text, at, joined=joined)
            at = found.end()
        joined = not text.isspace()


class _Parser:
    def __init__(self, typed: str) -> None:
        self._typed = typed
        self._tokens = list(_tokens(typed))
        self._next = 0
        self._depth = 0

    # ------------------------------------------------------------------------------ tokens

    @property
    def _token(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    @property
    def _at(self) -> int:
        return self._token.at if self._token else len(self._typed)

    def _is(self, *texts: str) -> bool:
        return self._token is not None and not self._token.quoted and self._token.text in texts

    def _is_near(self) -> bool:
        token = self._token
        return token is not None and not token.quoted and bool(_NEAR.fullmatch(token.text))

    def _take(self) -> _Token:
        token = self._tokens[self._next]
        self._next += 1
        return token

    # ------------------------------------------------------------------------------ grammar

    def query(self) -> Node:
        if not self._tokens:
            raise QueryError("there is nothing to search for", "type words or a condition", 0)
        node = self._either()
        if self._token is not None:  # only a parenthesis ends what can be read
            raise QueryError("this parenthesis was not opened", "", self._at)
        return node

    def _deeper(self, at: int) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise QueryError(f"more than {DEEPEST} levels deep", "", at)

    def _either(self) -> Node:
        start = self._at
        nodes = [self._all()]
        while self._is("OR"):
            self._take()
            nodes.append(self._all())
        if len(nodes) == 1:
            return nodes[0]
        kinds = {is_about_article(n) for n in nodes}
        if len(kinds) > 1:
            raise QueryError(
                "OR cannot join a condition on the article with another thing",
                "write the words on both sides: (tax outlet:post) OR (tax by:anna)",
                start,
            )
        if not all(map(is_about_article, nodes)) and not all(map(finds, nodes)):
            raise QueryError(
                "a side of this OR leads to no place by itself",
                "NOT needs something beside it: (tax NOT cut) OR law",
                start,
            )
        return Either(tuple(nodes))

    def _all(self) -> Node:
        nodes = [self._one()]
        while True:
            if self._is("AND"):
                self._take()
            elif self._token is None or self._is("OR", ")"):
                break
            nodes.append(self._one())
        if len(nodes) == 1:
            return nodes[0]
        # What only narrows down narrows this, with or without parentheses.
        flat = [n.nodes if isinstance(n, All) and not finds(n) else (n,) for n in nodes]
        return All(tuple(n for some in flat for n in some))

    def _one(self) -> Node:
        if not self._is("NOT"):
            return self._near()
        at = self._take().at
        self._deeper(at)
        node = self._one()
        self._depth -= 1
        if isinstance(node, Not):
            return node.node
        if has_words(node) and not finds(node):
            raise QueryError("this NOT is about no words of its own", "NOT (tax NOT cut)", at)
        return Not(node, at)

    def _near(self) -> Node:
        start = self._at
        node = self._item()
        while self._is_near():
            token = self._take()
            found = _NEAR.fullmatch(token.text)
            given = found[1] if found else None
            distance = NEAR
            if given is not None:
                if not (given.isascii() and given.isdigit() and 1 <= int(given) <= WIDEST):
                    raise QueryError(
                        f"NEAR/ needs a number of words, 1 to {WIDEST}",
                        "minister NEAR/5 tax",
                        token.at,
                    )
                distance = int(given)
            at = self._at
            other = self._item()
            for side, where in ((node, start), (other, at)):
                if not _is_words(side):
                    raise QueryError(
                        "NEAR stands between words",
                        "words, or words joined by OR: (minister OR mayor) NEAR/5 tax",
                        where,
                    )
            node = Near(node, other, distance)
        return node

    def _item(self) -> Node:
        token = self._token
        if token is None or self._is("OR", "AND", "NOT", ")") or self._is_near():
            what = f"before {token.text}" if token else "at the end"
            raise QueryError(
                f"words are missing {what}",
                'the words themselves stand in quotation marks: "and", or in small letters',
                self._at,
            )
        if self._is("("):
            opened = self._take().at
            self._deeper(opened)
            node = self._either()
            if not self._is(")"):
                raise QueryError("this parenthesis is not closed", "", opened)
            self._take()
            self._depth -= 1
            return node
        field = None if token.quoted else _FIELD.fullmatch(token.text)
        return self._condition(field) if field else self._words()

    def _words(self) -> WordSequence:
        at = self._at
        found: list[QueryWord] = []
        while (token := self._token) is not None:
            operator = self._is("AND", "OR", "NOT", "(", ")") or self._is_near()
            if operator or (not token.quoted and _FIELD.fullmatch(token.text)):
                break
            self._take()
            star = self._token
            if token.quoted and star and star.joined and star.text == "*" and not star.quoted:
                self._take()
                token = token._replace(text=f"{token.text}*")
            found += _words_of(token)
        return WordSequence(tuple(found), at)

    def _condition(self, field: re.Match[str]) -> Condition:
        token = self._take()
        name, value = field[1].lower(), field[2]
        if name not in FIELDS:
            raise QueryError(
                f"{field[1]}: is no condition; there are {', '.join(f'{f}:' for f in FIELDS)}",
                f'words with a colon stand in quotation marks: "{token.text}"',
                token.at,
            )
        after = self._token
        if after is not None and after.quoted and after.joined and (value[-1:] in ("", "=")):
            value += self._take().text
        label = ""
        if name == "label":
            label, _, value = value.partition("=")
            if not label.strip():
                raise QueryError("label: needs a name", "label:NAME=VALUE", token.at)
        elif not value.strip():
            raise QueryError(f"{name}: needs a value", f"{name}:VALUE, * for any", token.at)
        _check(name, value, token.at)
        return Condition(name, value.strip(), token.at, label.strip())


def _check(name: str, value: str, at: int) -> None:
    """Refuse values that no scheme and no project can make sense of."""
    if name == "is" and value not in IS:
        raise QueryError(f"is:{value} is none of {', '.join(IS)}", "", at)
    if name == "date":
        dates = value.split("..")
        given = [d for d in dates if d]
        if len(dates) > 2 or not given or not all(map(_DATE.fullmatch, given)):
            raise QueryError(
                f"date:{value} is no date", "date:2024, date:2024-03..2024-06 or date:2024..", at
            )
        first, last = given[0], given[-1]
        if first[: len(last)] > last[: len(first)]:
            raise QueryError(f"date:{value} ends before it begins", f"date:{last}..{first}", at)


def _is_words(node: Node) -> bool:
    match node:
        case WordSequence() | Near():
            return True
        case Either(nodes):
            return all(map(_is_words, nodes))
        case _:
            return False


def _words_of(token: _Token) -> Sequence[QueryWord]:
    """The words of a token; only the last one of a chunk may be begun."""
    found: list[QueryWord] = []
    for chunk in token.text.split():
        begun = chunk.endswith("*")
        plain = chunk.rstrip("*")
        held = words(plain)
        if "*" in plain or (begun and (not held or not words(_last_letter(plain)))):
            raise QueryError("* stands at the end of a word only: minist*", "", token.at)
        found += map(QueryWord, held)
        if begun:
            found[-1] = QueryWord(found[-1].text, begun=True)
    if not found:
        raise QueryError(
            "there is no word in this: marks do not count",
            "`annotator search` looks for text as it is typed",
            token.at,
        )
    return found


def _last_letter(text: str) -> str:
    """The last character that is no accent or vowel sign on another, and can be seen."""
    return next((c for c in reversed(text) if unicodedata.category(c) not in _ON_OTHERS), "")
