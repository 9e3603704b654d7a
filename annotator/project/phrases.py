"""Repeated phrases of a project: find them, check their labels, cluster them, follow a claim."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from annotator.domain.errors import InputError, NotFoundError
from annotator.domain.model import Annotation
from annotator.domain.terms import in_engine_words, source_words
from annotator.phrases.find import DEFAULT_THRESHOLD

if TYPE_CHECKING:
    from annotator.domain.occurrence import PhraseOccurrence
    from annotator.phrases.cluster import PairSource
    from annotator.phrases.lineage import Step
    from annotator.phrases.lint import LintRow
    from annotator.phrases.matches import Matches
    from annotator.phrases.signatures import Tick
    from annotator.project.data import ProjectData
    from annotator.store.clusters import ClusterRow

Engine = Literal["numpy", "sqlite", "duckdb"]
"""Where the pairs of a clustering are found; all find the same."""
Progress = Callable[[int, int], object]
"""Told how many steps are done, and of how many."""
_IDENTIFIER = 26
"""Letters and digits of an annotation's id."""


class Clustering(NamedTuple):
    """What a clustering found."""

    clusters: int
    members: int
    """Sentences that are in a cluster."""
    phrases: int
    """Different sentences that there are."""


class Lineage(NamedTuple):
    """A claim's occurrences in time order, with the attribution that each gave."""

    words: str
    """What was looked for."""
    matches: Matches
    steps: list[Step]

    @property
    def outlets(self) -> int:
        """In how many outlets it stands."""
        return len({s.match.outlet for s in self.steps if s.match.outlet})


class Phrases:
    """What can be asked of the phrases of a project; `Project.phrases` is one.

    Every method may raise DatabaseError, also for an index of another version of the program, which
    `reindex` builds anew.
    """

    def __init__(self, project: ProjectData) -> None:
        self._project = project

    def find(
        self,
        text: str,
        threshold: float = DEFAULT_THRESHOLD,
        *,
        inside: bool = True,
        here: tuple[str, int, int] | None = None,
    ) -> Matches:
        """Every place where a phrase stands, word for word or nearly: the best 2,000 at most.

        Args:
            text: A sentence, or part of one; case, marks and typography do not count.
            threshold: Least likeness (rapidfuzz's ratio of normal forms), 0 to 100.
            inside: Whether to look inside longer sentences too.
            here: Article, start and end of the phrase itself: places that overlap it are left out.

        Raises:
            InputError: when there is nothing to search for.
        """
        from annotator.phrases.matches import search

        if not text.strip():
            raise InputError("there is nothing to search for")
        return search(self._project.phrase_index(), text, threshold, inside=inside, here=here)

    def lint(
        self, annotator: str | None = None, threshold: float = DEFAULT_THRESHOLD
    ) -> list[LintRow]:
        """Near-identical claims, and source strings, that are labelled differently.

        What differs once among many comes first. Compared are the labels of the scheme in force.

        Args:
            annotator: Whose claims; None for everybody's.
            threshold: Least likeness of claims that are held against each other, 0 to 100.
        """
        from annotator.phrases.lint import compared, lint

        scheme = self._project.scheme()
        role, label = source_words(scheme)
        return lint(
            self._project.role_texts(scheme.content_name, annotator),
            self._project.role_texts(role, annotator),
            threshold,
            attributes=compared(scheme),
            source_label=label,
        )

    def words_of(self, what: str) -> str:
        """The words to follow for a claim's id; other words are themselves.

        Raises:
            NotFoundError: for an id that no claim has, or that of one without content.
        """
        from annotator.phrases.propagate import content_text

        if len(what) != _IDENTIFIER or not what.isalnum():
            return what
        found = next((a for a in self._project.annotations() if a.id == what), None)
        if found is None:
            raise NotFoundError(f"no claim {what}", "`annotator show ARTICLE --json` has the ids")
        content = self._project.scheme().content_name
        if not found.role(content):
            raise NotFoundError(f"claim {what} has no {content or 'content'} to follow")
        return content_text(found, self._project.text_of(found.article), content)

    def lineage(
        self, words: str, annotator: str | None = None, threshold: float = DEFAULT_THRESHOLD
    ) -> Lineage:
        """Follow a claim through the outlets in time order: who was named as its source, and when.

        Args:
            words: Of the claim: what it says.
            annotator: Whose claims tell of the attribution; None for everybody's.
            threshold: Least likeness of the occurrences, 0 to 100.
        """
        from annotator.phrases.lineage import lineage
        from annotator.phrases.matches import search

        project, scheme = self._project, self._project.scheme()
        matches = search(project.phrase_index(), words, threshold)

        @cache
        def claims_of(uid: str) -> Sequence[Annotation]:
            found = project.annotations(uid, annotator)
            return [in_engine_words(scheme, a) for a in found if a.layer == "claim"]

        return Lineage(words, matches, lineage(matches.found, claims_of, project.text_of))

    # ------------------------------------------------------------------------------ clusters

    def cluster(
        self,
        threshold: float = DEFAULT_THRESHOLD,
        *,
        engine: Engine = "numpy",
        progress: Progress | None = None,
    ) -> Clustering:
        """Cluster the near-identical sentences of the corpus, and keep that in place of the last.

        Sentences that reach the threshold are neighbours; each member of a cluster is like its
        medoid.

        Args:
            threshold: Least likeness of neighbours, 0 to 100.
            engine: Where the pairs are found; all find the same.
            progress: Told of the steps; what it raises ends the clustering, and nothing is kept.

        Raises:
            MissingExtraError: when what an engine needs is not installed.
        """
        from annotator.phrases.cluster import STEPS, cluster
        from annotator.phrases.signatures import SIGNATURE_VERSION

        ids, normals = self._project.distinct_phrases()
        tick = _ticking(progress, STEPS * len(normals))
        found = cluster(normals, threshold, _pairs_of(engine, tick))
        self._project.put_clusters(
            ((ids[m.sid], ids[m.medoid], m.score) for m in found),
            {"threshold": threshold, "signature": SIGNATURE_VERSION, "phrases": len(ids)},
        )
        return Clustering(len({m.medoid for m in found}), len(found), len(ids))

    def clusters(self, limit: int = 0) -> list[ClusterRow]:
        """The clusters that were found last, those with most places first; 0 for all."""
        return self._project.clusters(limit or -1)

    def first_places(self, limit: int = 0) -> Iterator[tuple[ClusterRow, PhraseOccurrence]]:
        """The same clusters, each with the first place of its medoid."""
        index = self._project.phrase_index()
        for row in self.clusters(limit):
            for place in index.places([row.medoid], 1):
                yield row, place

    # ------------------------------------------------------------------------------ the index

    def reindex(self) -> int:
        """Build the index anew from the articles; clusters are forgotten.

        Returns:
            How many articles were indexed.
        """
        return self._project.reindex_phrases()

    def export_signatures(
        self, folder: Path, *, force: bool = False, progress: Progress | None = None
    ) -> list[tuple[str, int]]:
        """Write the phrases and their keys as Parquet, and the SQL that makes pairs of them.

        Args:
            folder: Where; it is made.
            force: Whether files of an earlier export may be written over.
            progress: Told of the steps.

        Returns:
            The name and size in bytes of each file.

        Raises:
            MissingExtraError: when pyarrow is not installed.
            InputError: when there is something in the folder that is not ours.
        """
        from annotator.formats.support.output import Output, manifest_of
        from annotator.formats.support.overwriting import MANIFEST
        from annotator.phrases.candidate_pairs import pairs_sql
        from annotator.phrases.signature_files import SIGNATURES, TEXTS, write_tables

        ids, normals = self._project.distinct_phrases()
        tick = _ticking(progress, 2 * len(normals))
        with Output(folder, folder=True, force=force) as out:
            with out.open(SIGNATURES) as signatures, out.open(TEXTS) as texts:
                write_tables(signatures, texts, normals, ids, tick)
            with out.open("pairs.sql") as sql:
                sql.write((pairs_sql(DEFAULT_THRESHOLD) + "\n").encode("utf-8"))
            with out.open(MANIFEST) as about:
                about.write(manifest_of(out.files, {"phrases": len(normals)}))
        return [(name, size) for name, size, _ in out.files]


def _ticking(progress: Progress | None, total: int) -> Tick | None:
    """Who hears of single steps and tells of all that are done."""
    if progress is None:
        return None
    done = 0

    def tick(steps: int) -> None:
        nonlocal done
        done += steps
        if total:
            progress(done, total)

    return tick


def _pairs_of(engine: Engine, tick: Tick | None) -> PairSource:
    if engine not in get_args(Engine):
        raise InputError(f"no engine {engine!r}", f"there are: {', '.join(get_args(Engine))}")
    from annotator.phrases import engines
    from annotator.phrases.cluster import numpy_engine

    if engine == "duckdb":
        return engines.duckdb_engine(tick)
    if engine == "sqlite":
        from annotator.store.clusters import run_pairs

        return engines.sqlite_engine(run_pairs, tick)
    return numpy_engine(tick)
