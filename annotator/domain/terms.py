"""Between the words of an engine's suggestions and those of the scheme in force.

An engine proposes claims in its own terms: the roles of `ENGINE_ROLES` and labels such as
`source_type`. A scheme says which of its roles (`suggests`), labels and values (`from`) take them;
what it does not name is not offered. A scheme that says nothing of the kind is read by its names,
but only when it knows the source, the cue and the content: a lone "content" may mean anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from annotator.domain.model import Annotation, Fragment
from annotator.domain.scheme import ENGINE_ROLES, Attribute, Scheme
from annotator.domain.suggestion import StoredSuggestion

CORE: Final = ("content", "source", "cue")
"""The engine's roles that a scheme must know for its names to be taken as the engine's."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How an engine's words are said in a scheme, and back."""

    roles: Mapping[str, str]
    """The engine's role -> the scheme's. Always with "content"."""
    labels: Mapping[str, Attribute]
    """The engine's label -> the scheme's attribute of claims."""

    def scheme_value(self, label: str, value: str) -> tuple[str, str] | None:
        """The scheme's attribute and value for one of the engine's; None when it has none."""
        attribute = self.labels.get(label)
        said = None if attribute is None else value_said(attribute, value)
        if attribute is None or said is None or attribute.archived:
            return None
        named = attribute.value(said)
        return None if named and named.archived else (attribute.name, said)

    def in_scheme(self, found: StoredSuggestion) -> StoredSuggestion | None:
        """A suggestion in the scheme's words; None when nothing of its content is left."""
        fragments = tuple(
            f._replace(role=self.roles[f.role]) for f in found.fragments if f.role in self.roles
        )
        if not any(f.role == self.roles["content"] for f in fragments):
            return None
        said = (self.scheme_value(name, value) for name, value in found.attributes.items())
        return replace(found, fragments=fragments, attributes=dict(pair for pair in said if pair))

    def in_engine(self, claim: Annotation) -> tuple[tuple[Fragment, ...], dict[str, str]]:
        """A claim's fragments and labels in the engine's words, to learn from and to score."""
        role_of = {mine: theirs for theirs, mine in self.roles.items()}
        fragments = tuple(
            f._replace(role=role_of[f.role]) for f in claim.fragments if f.role in role_of
        )
        labels: dict[str, str] = {}
        for theirs, attribute in self.labels.items():
            mine = claim.attributes.get(attribute.name)
            if mine is not None:
                value = attribute.value(mine)
                labels[theirs] = value.taken_from or mine if value else mine
        return fragments, labels


def value_said(attribute: Attribute, value: str) -> str | None:
    """What an attribute calls one of the engine's values; None when it has none for it."""
    if attribute.text:
        return value
    named = [v for v in attribute.values if v.taken_from == value]
    named = named or [v for v in attribute.values if not v.taken_from and v.name == value]
    return named[0].name if named else None


UNSAID: Final = (
    "the scheme in force has no words for what engines propose",
    "`suggests` and `from` in the scheme say them (see docs/scheme.md)",
)
"""What is wrong, and the hint, where suggestions are asked for and the scheme says nothing."""


@lru_cache(maxsize=8)
def terms(scheme: Scheme) -> Terms | None:
    """How the scheme says what engines propose; None when it says nothing of it."""
    roles = {r.suggests: r.name for r in scheme.roles if r.suggests}
    claims = scheme.of_layer("claim")
    labels = {a.taken_from: a for a in claims if a.taken_from}
    if not roles:
        names = {r.name for r in scheme.roles}
        if not names.issuperset(CORE):
            return None
        roles = {r: r for r in ENGINE_ROLES if r in names}
        labels = labels or {a.name: a for a in claims}
    return Terms(roles, labels) if "content" in roles else None


def in_engine_words(scheme: Scheme, claim: Annotation) -> Annotation:
    """A claim as an engine would say it; what an engine has no words for is left out.

    The content of a scheme that says nothing of engines is one all the same.
    """
    mine = terms(scheme)
    if mine is None:
        mine = Terms({"content": scheme.content_name}, {})
    fragments, labels = mine.in_engine(claim)
    return replace(claim, fragments=fragments, attributes=labels)


def source_words(scheme: Scheme) -> tuple[str, str]:
    """The scheme's role for who said it, and its label for what kind of source that is.

    Either is empty where the scheme has none.
    """
    mine = terms(scheme)
    if mine is None:
        role, label = scheme.role("source"), scheme.attribute("claim", "source_type")
        return (role.name if role else ""), (label.name if label else "")
    label = mine.labels.get("source_type")
    return mine.roles.get("source", ""), label.name if label else ""


def form_label(scheme: Scheme) -> Attribute | None:
    """The label of claims for how words are reported, which their quotation marks tell."""
    mine = terms(scheme)
    if mine is not None:
        return mine.labels.get("form")
    return next((a for a in scheme.of_layer("claim") if a.taken_from == "form"), None)


def offered(scheme: Scheme, found: Iterable[StoredSuggestion]) -> list[StoredSuggestion]:
    """Suggestions in the words of the scheme; none when it has no words for them.

    One that is nested in a suggestion which is not offered stands alone.
    """
    mine = terms(scheme)
    if mine is None:
        return []
    said = [s for s in map(mine.in_scheme, found) if s]
    known = {s.id for s in said}
    return [s if s.parent in known else replace(s, parent=None) for s in said]


def role_said(scheme: Scheme, name: str) -> str:
    """The scheme's role for one of `ENGINE_ROLES`; empty where it has none.

    A content there always is (`Scheme.content`), but in a scheme without roles.
    """
    mine = terms(scheme)
    if mine is not None:
        return mine.roles.get(name, "")
    if name == "content":
        return scheme.content_name
    role = scheme.role(name)
    return role.name if role else ""
