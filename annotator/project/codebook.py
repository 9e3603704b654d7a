"""A codebook that lives: plan what a change of the scheme does to the annotations, and do it.

Everything is planned first (a `Migration`, which says what it would do), then done as one action:
the scheme that is in force from then on, and the annotations in its words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from annotator.codebook import parts
from annotator.domain.errors import SchemeError
from annotator.domain.ids import new_id
from annotator.domain.migration import brought, steps_between
from annotator.domain.model import Annotation, Batch, Change, RecordChange
from annotator.domain.scheme import Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.domain.times import now
from annotator.session.actions import reserved_keys

if TYPE_CHECKING:
    from annotator.domain.scheme_steps import SchemeStep
    from annotator.project.data import ProjectData
    from annotator.report.label_merging import MergeEffect


@dataclass(frozen=True, slots=True)
class ChangedPlace:
    """An annotation that a migration changes: where it is, whose, and what it says then."""

    article: str
    number: int
    start: int
    annotator: str
    words: str
    was: str
    becomes: str


@dataclass(frozen=True, slots=True)
class Migration:
    """What a change of the scheme would do. Nothing is written until it is carried out."""

    before: Scheme
    after: Scheme
    steps: tuple[SchemeStep, ...]
    """The names that change."""
    changes: tuple[Change, ...]
    """The annotations that change with them, in the order of their articles."""
    lost: Mapping[str, int]
    """What annotations would hold that the scheme does not have any more, and how many do."""
    label: str
    """What a person reads in the log."""

    @property
    def articles(self) -> int:
        """In how many articles an annotation changes."""
        return len({c.subject.article for c in self.changes})

    @property
    def annotators(self) -> dict[str, int]:
        """Whose annotations change, and how many."""
        return dict(sorted(Counter(c.subject.annotator for c in self.changes).items()))

    @property
    def nothing(self) -> bool:
        """Whether it would leave everything as it is."""
        return not self.changes and self.before.version == self.after.version


# ---------------------------------------------------------------------------------- planning


def rename(project: ProjectData, what: str, new: str) -> Migration:
    """Plan another name for a value, a label, a role, a span layer or a relation.

    Args:
        project: Whose scheme.
        what: As `codebook.parts.named` takes it: "stance=favor", "role:source".
        new: The name.

    Raises:
        SchemeError: when there is no such part, the name is taken, or cannot be one.
    """
    scheme = project.scheme()
    return _stepped(project, scheme, parts.rename(scheme, parts.named(scheme, what), new))


def merge(project: ProjectData, what: Sequence[str], into: str, guideline: str = "") -> Migration:
    """Plan one value, role or relation in place of several.

    Args:
        project: Whose scheme.
        what: Those that are merged.
        into: The name of one of them, of another that is there, or a new one.
        guideline: Of what they become.

    Raises:
        SchemeError: when they are not of one sort, or there is nothing to merge.
    """
    scheme = project.scheme()
    step = parts.merge(scheme, [parts.named(scheme, w) for w in what], into)
    return _stepped(project, scheme, step, guideline)


def split(project: ProjectData, what: str, into: Sequence[str]) -> Migration:
    """Plan several values in place of one, which is archived: what has it has it until decided.

    Raises:
        SchemeError: when it is no value, or `into` are not two others.
    """
    scheme = project.scheme()
    return _stepped(project, scheme, parts.split(scheme, parts.named(scheme, what), into))


def archive(project: ProjectData, what: str) -> Migration:
    """Plan that a part is not offered any more; what has it keeps it, and it stays valid.

    Raises:
        SchemeError: when there is no such part, or it is archived already.
    """
    from annotator.codebook.edit import archived

    scheme = project.scheme()
    part = parts.named(scheme, what)
    if parts.is_archived(scheme, part):
        raise SchemeError(f"{part} is archived already")
    plan = planned(project, archived(scheme, part), f"{part} archived")
    if plan.after.content_name != scheme.content_name:
        raise SchemeError(
            f"{part} is the content of claims; without it {plan.after.content_name!r} would be",
            'say suggests = "content" in the role that is to be it, and set the scheme',
        )
    return plan


def _stepped(
    project: ProjectData, scheme: Scheme, step: SchemeStep, guideline: str = ""
) -> Migration:
    from annotator.codebook.edit import after

    return planned(project, after(scheme, step, guideline), str(step))


def planned(
    project: ProjectData,
    toml: str | None = None,
    label: str = "",
    reserved: Mapping[str, str] | None = None,
) -> Migration:
    """Plan a scheme in force with the annotations brought to it, each by the steps it lacks.

    Args:
        project: Whose annotations.
        toml: The source of the scheme; None for the one in force, where annotations were left
            under an earlier version (an import, another copy of the project).
        label: What a person reads in the log.
        reserved: Keys that the scheme cannot have; those of navigation without.

    Raises:
        SchemeError: when the source is not sound, or its history does not go on from the scheme
            in force.
    """
    before = project.scheme()
    after = before
    if toml is not None and toml != before.toml:
        after = parse_scheme(toml, reserved_keys() if reserved is None else reserved)
    steps = steps_between(before, after)
    if steps is None:
        raise SchemeError(
            f"{after.name} {after.version} does not go on from the scheme in force"
            f" ({before.name} {before.version}): its name or its history is another",
            "start from `annotator scheme show --toml`; `annotator scheme set FILE` puts another"
            " scheme in force and leaves the annotations as they are",
        )
    lack = _Lacking(project, after, steps)
    changes: list[Change] = []
    lost: Counter[str] = Counter()
    for annotation in _everything(project):
        then = brought(annotation, lack.of(annotation), after)
        if then is not annotation:
            changes.append(Change(annotation, then))
        faults = after.faults(then)
        if len(faults) > len(before.faults(annotation)):
            lost.update(f"{annotation.layer_name}: {f}" for f in faults)
    if not label:
        label = "; ".join(map(str, steps)) or f"{after.name} {after.version}"
    return Migration(before, after, steps, tuple(changes), dict(lost), f"scheme: {label}")


class _Lacking:
    """The steps that annotations lack, by the version that they were made under."""

    def __init__(
        self, project: ProjectData, scheme: Scheme, newest: tuple[SchemeStep, ...] = ()
    ) -> None:
        self._known = {version: toml for version, _, toml, _ in project.schemes()}
        self._scheme = scheme
        self._newest = newest
        self._in_force = project.scheme()
        self._parts: dict[str, frozenset[parts.Named]] = {}
        self._found: dict[str, tuple[Scheme | None, tuple[SchemeStep, ...]]] = {}

    def of(self, annotation: Annotation) -> tuple[SchemeStep, ...]:
        """Of one annotation."""
        made, steps = self.of_version(annotation.scheme)
        if made is not None and made.history and made.faults(annotation):
            return (*parts.strays(made), *steps)
        return steps

    def parts_of(self, made: Scheme) -> frozenset[parts.Named]:
        """The parts of a version."""
        if made.version not in self._parts:
            self._parts[made.version] = frozenset(parts.everything(made))
        return self._parts[made.version]

    def of_version(self, version: str) -> tuple[Scheme | None, tuple[SchemeStep, ...]]:
        """A version and the steps since; of another scheme None, and the newest.

        What names no version that is known here is taken as made under the one in force.
        """
        if version not in self._found:
            toml = self._known.get(version, self._in_force.toml)
            made = parse_scheme(toml, {})
            steps = steps_between(made, self._scheme)
            self._found[version] = (None, self._newest) if steps is None else (made, steps)
        return self._found[version]


def _everything(project: ProjectData) -> Iterator[Annotation]:
    """Every annotation, article by article; also of articles that are left out, for now."""
    for _, uid, _ in project.article_names():
        yield from project.annotations(uid)


# ---------------------------------------------------------------------------------- looking


def places(
    project: ProjectData, migration: Migration, limit: int | None = None
) -> list[ChangedPlace]:
    """The first annotations that would change (None: all), as people find them."""
    found: list[ChangedPlace] = []
    for change in migration.changes[:limit]:
        was, then = change.before, change.after
        if was is None or then is None:
            continue
        piece = min(was.fragments, key=lambda f: f.start, default=None)
        words = project.text_of(was.article)[piece.start : piece.end] if piece else ""
        old, new = _said(migration.before, was), _said(migration.after, then)
        found.append(
            ChangedPlace(
                was.article,
                project.number_of(was.article),
                was.start,
                was.annotator,
                " ".join(words.split()),
                ", ".join(sorted(old - new)),
                ", ".join(sorted(new - old)),
            )
        )
    return found


def _said(scheme: Scheme, annotation: Annotation) -> set[str]:
    found = {*(f.role for f in annotation.fragments)} if annotation.layer == "claim" else set()
    if annotation.layer == "mark":
        found.add(annotation.layer_name)
    return found | {f"{name}={value}" for name, value in annotation.attributes.items()}


def agreement(project: ProjectData, migration: Migration) -> MergeEffect | None:
    """Alpha before and after values are merged; None for other steps, or with nothing compared."""
    step = next((s for s in migration.steps if (s.change, s.part) == ("merge", "value")), None)
    if step is None:
        return None
    from annotator.project.agreement import read_corpus
    from annotator.report.label_merging import merge_effect
    from annotator.report.questions import Questions

    labels = {*step.old, *step.new}
    questions = Questions(read_corpus(project))
    return merge_effect(questions, step.layer, step.attribute, labels)


def uses(project: ProjectData, scheme: Scheme) -> Counter[parts.Named]:
    """How many annotations have each part of a scheme."""
    found: Counter[parts.Named] = Counter()
    for annotation in _everything(project):
        found.update(parts.parts_of(scheme, annotation))
    return found


# ---------------------------------------------------------------------------------- left behind


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A name that annotations of an earlier version have, and what it is called now."""

    was: str
    """As it can be typed: `claim.stance=favor`."""
    now: str
    annotations: int


def left_behind(project: ProjectData) -> list[LeftBehind]:
    """What annotations are still called under earlier versions of the scheme in force.

    An import brings them, and undoing what was done before a migration. `planned(project)` would
    bring them to the scheme in force.
    """
    scheme = project.scheme()
    if not scheme.history:
        return []
    lack = _Lacking(project, scheme)
    found: Counter[tuple[str, str]] = Counter()
    for version, layer, name, value, n in project.labels_by_version():
        made, steps = lack.of_version(version)
        if made is None:
            continue
        for one in parts.parts_in(made, layer, name, value):
            stray = one not in lack.parts_of(made)
            now = parts.through(one, (*parts.strays(made), *steps) if stray else steps)
            if now.name != one.name:
                found[str(one), str(now)] += n
    return [LeftBehind(was, now, n) for (was, now), n in sorted(found.items())]


# ---------------------------------------------------------------------------------- doing


def set_scheme(project: ProjectData, toml: str, annotator: str) -> Scheme:
    """Put a scheme in force as one action of one annotator; the annotations stay as they are.

    Raises:
        SchemeError: when it is not sound, or two of its meanings share a key.
        SchemeChangedError: when another scheme came into force meanwhile.
    """
    before, after = project.scheme(), parse_scheme(toml, reserved_keys())
    if before.version != after.version:
        label = f"scheme: {after.name} {after.version}"
        carry_out(project, Migration(before, after, (), (), {}, label), annotator)
    return after


def carry_out(project: ProjectData, migration: Migration, annotator: str) -> Batch:
    """Put the scheme in force and bring the annotations to it: one action of one annotator.

    Raises:
        SchemeError: when annotations would hold what the scheme does not have any more.
        SchemeChangedError: when another scheme came into force since it was planned.
        ConflictError: when an annotation was changed since.
    """
    if migration.lost:
        first, count = next(iter(migration.lost.items()))
        raise SchemeError(
            f"{sum(migration.lost.values())} annotations would hold what the scheme does not have"
            f" any more, first {first} ({count})",
            "rename, merge or archive it instead; `annotator scheme set FILE` puts a scheme in"
            " force and leaves the annotations as they are",
        )
    before, after, at = migration.before, migration.after, now()
    changes = tuple(
        Change(c.before, replace(c.after, updated_at=at)) for c in migration.changes if c.after
    )
    records: tuple[RecordChange, ...] = ()
    if before.version != after.version:
        records = (
            RecordChange(
                "scheme", "in_force", {"version": before.version}, {"version": after.version}
            ),
        )
    batch = Batch(new_id(), annotator, at, "migrate", migration.label, changes, records=records)
    project.add_annotator(annotator)
    project.change_scheme(batch, after.toml, before.version)
    return batch
