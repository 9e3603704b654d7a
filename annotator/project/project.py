"""`Project`: open a database of articles and annotations, and everything one can do with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from annotator.domain.readers import GOLD
from annotator.project.exchange import ProjectExchange

if TYPE_CHECKING:
    from annotator.attribution.learn.model import Description, Model
    from annotator.domain.scheme import Scheme
    from annotator.project.adjudicating import Adjudicator
    from annotator.project.agreement import Agreement
    from annotator.project.article_records import PutRight
    from annotator.project.codebook import LeftBehind
    from annotator.project.concordance import Concordance, Order
    from annotator.project.phrases import Phrases
    from annotator.project.relation_agreement import RelationReport
    from annotator.project.splitting import Division
    from annotator.project.suggesting import Proposal, Suggested, Uncertainty
    from annotator.report.corpus import Corpus
    from annotator.report.questions import LayerName


class Project(ProjectExchange):
    """Articles and annotations in one SQLite file. Every write is on the disk when it returns.

    Use `Project.open` or `Project.create`; a project is a context manager. Every method may raise
    DatabaseError with what is wrong and how to mend it. What needs more than the database is
    imported when it is called.
    """

    # ------------------------------------------------------------------------------ the codebook

    def set_scheme(self, toml: str, annotator: str | None = None) -> Scheme:
        """Put a scheme in force for new annotations: one action, which one undo takes back.

        The annotations stay as they are. In a project in which nothing was done yet nobody needs
        to be named: it is being set up.

        Args:
            toml: The source.
            annotator: Who sets it; the project's own without.

        Raises:
            SchemeError: when it is not sound, or two of its meanings share a key.
            AnnotatorError: when nobody is named as the annotator.
        """
        from annotator.project.codebook import set_scheme

        if not (annotator or self.annotator or self.last_event()):
            return self._store.set_scheme(toml)
        return set_scheme(self, toml, self.who(annotator))

    def left_behind(self) -> list[LeftBehind]:
        """Names that annotations have under earlier versions of the scheme, and those in force.

        `annotator scheme migrate` brings them to these.
        """
        from annotator.project.codebook import left_behind

        return left_behind(self)

    # ------------------------------------------------------------------------------ suggestions

    def suggest(
        self,
        articles: Iterable[str | int] | None = None,
        *,
        rules: bool = False,
        again: bool = False,
        speech: bool | None = None,
        processes: int = 1,
        progress: Callable[[int, int], None] | None = None,
    ) -> Suggested:
        """Propose claims for articles (None: all) and store them, each article when it was read.

        Nothing counts as an annotation until a person accepts it. Interrupted, the same call goes
        on where it stopped.

        Args:
            articles: As `resolve` takes them.
            rules: Use the rules even when a learned model is in use.
            again: Also articles that this engine has read.
            speech: Reported speech alone, or wants, plans and attitudes too; remembered with the
                project. None for what is remembered.
            processes: How many processes read side by side.
            progress: Told how many articles are done, of how many.

        Raises:
            SchemeError: when the scheme does not say which of its roles are the engine's.
            MissingExtraError: when there is no pipeline.
            InputError: when the learned model cannot be used.
        """
        from annotator.project.suggesting import suggest

        return suggest(
            self,
            articles,
            rules=rules,
            again=again,
            speech=speech,
            processes=processes,
            progress=progress,
        )

    def propose(
        self,
        articles: Iterable[str | int] | None = None,
        *,
        rules: bool = False,
        again: bool = False,
        processes: int = 1,
    ) -> Iterator[Proposal]:
        """What `suggest` would store, article by article; nothing is written.

        Raises:
            SchemeError, MissingExtraError, InputError: as for `suggest`, before the first article.
        """
        from annotator.project.suggesting import plan, propose

        run = plan(self, articles, rules=rules, again=again)
        return propose(self, run, processes=processes)

    def uncertainties(self, articles: Iterable[str | int] | None = None) -> list[Uncertainty]:
        """Articles (None: all), those first whose suggestions the engine is least sure of."""
        from annotator.project.suggesting import uncertainties

        return uncertainties(self, articles)

    def learn(
        self,
        annotator: str | None = None,
        *,
        epochs: int = 3,
        scored: bool = True,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> Model:
        """Train a model on the claims here (minutes), beside the file and switched off.

        Args:
            annotator: Whose claims; None where no article was read by two.
            epochs: Passes over many articles; few get more.
            scored: Hold articles out and score on them, beside the rules.
            progress: Told of every stage: what, done, of how many.

        Raises:
            InputError: when there is too little to learn from, or an article has several readings.
            MissingExtraError: when there is no pipeline.
        """
        from annotator.project.learning import learn

        return learn(self.path, None, annotator, epochs=epochs, scored=scored, progress=progress)

    def switch_model(self, *, on: bool, anyway: bool = False) -> Description:
        """Put the learned model into use, or go back to the rules.

        Raises:
            InputError: when there is no model, or the rules are better and not `anyway`.
        """
        from annotator.project.learning import switch_model

        return switch_model(self.path, on=on, anyway=anyway)

    # ------------------------------------------------------------------------------ all articles

    @property
    def phrases(self) -> Phrases:
        """What repeats: find it, check its labels, cluster it, follow a claim through outlets."""
        from annotator.project.phrases import Phrases

        return Phrases(self)

    def search(
        self, query: str, *, regex: bool = False, context: int = 40, limit: int = 0
    ) -> Concordance:
        """Find words in every article, each place with its context.

        Args:
            query: Words, in any case and typography; or a regular expression (Python's).
            regex: Whether it is one.
            context: Code points on either side.
            limit: How many places are kept, all are counted; 0 for all.

        Raises:
            InputError: when there is nothing to search for.
            AnnotatorError: for a pattern that cannot be used, or takes too long.
        """
        from annotator.project.searching import search

        return search(self, query, regex=regex, context=context, limit=limit)

    def concordance(
        self,
        query: str,
        *,
        order: Order = "article",
        context: int = 40,
        limit: int = 1000,
        whose: str | None = None,
    ) -> Concordance:
        """Every place of a query in its context, by words and by what is annotated there.

        Args:
            query: Words, "phrases", prefix*, AND, OR, NOT, NEAR/n and conditions such as
                `label:stance=favor`; docs/concordance.md has the language.
            order: "article", "date", "left", "right" (by the words there) or "found".
            context: Code points on either side.
            limit: How many places are kept, the first in that order; all are counted; 0 for all.
            whose: Whose annotations conditions are about; None for everybody's.

        Raises:
            InputError: saying where and what, for a query that cannot be read.
        """
        from annotator.project.concordance import concordance

        return concordance(self, query, order=order, context=context, limit=limit, whose=whose)

    def split(
        self,
        shares: Mapping[str, float] | None = None,
        *,
        by: Sequence[str] = (),
        unfinished: bool = False,
        seed: int = 1,
        write: bool = True,
    ) -> Division:
        """Put articles into splits so that no two of different splits share text.

        Args:
            shares: Split -> share of the articles; 1 together. Without: train .8, dev .1, test .1.
            by: The annotators whose finished articles are divided; anybody's without.
            unfinished: Divide every article, also those that nobody has finished.
            seed: Which of the possible splits.
            write: Write it into the articles' metadata; only say what it would be otherwise.

        Raises:
            NotFoundError: for an annotator who is not there.
            InputError: when none of those named has finished any article, or the shares do not
                make 1.
        """
        from annotator.project.readers import known_annotators
        from annotator.project.splitting import SHARES, split_articles

        whose = known_annotators(self, by)
        parts = SHARES if shares is None else shares
        return split_articles(self, parts, by=whose, unfinished=unfinished, seed=seed, write=write)

    # ------------------------------------------------------------------------------ put right

    def set_metadata(self, changes: Mapping[Any, Mapping[str, object]]) -> PutRight:
        """Give articles new metadata: one action of the journal, which one undo takes back.

        Args:
            changes: Article, as `resolve` takes it -> field -> its new value. Fields are title,
                byline, outlet, published, url and language; others are fields of its own (`meta`).
                Those not named stay; an empty text takes one away.

        Raises:
            NotFoundError: for an article that is not there.
            InputError: for a field or value that cannot be.
            AnnotatorError: when nobody is named as the annotator.
        """
        from annotator.project.article_records import set_fields

        named: dict[str, dict[str, object]] = {}
        for article, fields in changes.items():  # one article may be named in two ways
            named.setdefault(self._resolved(article), {}).update(fields)
        return set_fields(self, named)

    def exclude(self, articles: Iterable[str | int], reason: str) -> PutRight:
        """Leave articles out of lists, exports, agreement, splits and all else: one action.

        Their annotations stay, and count again once they are taken in (`include`).

        Raises:
            NotFoundError: for an article that is not there.
            InputError: without a reason.
            AnnotatorError: when nobody is named as the annotator.
        """
        from annotator.project.article_records import exclude
        from annotator.project.base import refuse_text

        refuse_text(articles, "articles")
        return exclude(self, map(self._resolved, articles), reason)

    def include(self, articles: Iterable[str | int]) -> PutRight:
        """Take articles in again that were left out: one action.

        Raises:
            NotFoundError: for an article that is not there.
            AnnotatorError: when nobody is named as the annotator.
        """
        from annotator.project.article_records import include
        from annotator.project.base import refuse_text

        refuse_text(articles, "articles")
        return include(self, map(self._resolved, articles))

    def put_splits(self, splits: Mapping[str, str]) -> PutRight:
        """Write each article's split (uid -> name): one action; those not named lose theirs."""
        from annotator.project.article_records import put_splits

        return put_splits(self, splits)

    # ------------------------------------------------------------------------------ several people

    def relation_agreement(self, corpus: Corpus) -> RelationReport:
        """The relations of those whom a report compares, two at a time, between aligned ends.

        Args:
            corpus: What `agree` gives besides the report.
        """
        from annotator.project.relation_agreement import compare

        return compare(self, corpus)

    def agree(
        self,
        annotators: Sequence[str] = (),
        articles: Iterable[str | int] | None = None,
        *,
        layers: Sequence[LayerName] | None = None,
        finished: bool = False,
        rounds: Iterable[Iterable[str | int]] = (),
        resamples: int = 1000,
        seed: int = 0,
        gamma: bool = False,
        progress: Callable[[str, int, int], object] | None = None,
    ) -> Agreement:
        """Say how far the annotators agree, on what, and where they do not.

        Args:
            annotators: Whom to compare; everybody without.
            articles: As `resolve` takes them; all without.
            layers: What to compare: "claims", "spans", "sentences", "marks"; all without.
            finished: Leave out articles with sentences that an annotator has not reviewed yet.
            rounds: The articles of each round, two or more, to be compared with each other.
            resamples: Of articles, for the intervals.
            seed: Of the resampling.
            gamma: Compute gamma however many spans there are.
            progress: Told what is done ("reading", "comparing"), how much of it, and of how much.

        Raises:
            NotFoundError: when a named annotator has no annotation at all.
            InputError: for another layer.
            AnnotatorError: for a single round.
        """
        from annotator.project.agreement import agree

        return agree(
            self,
            annotators,
            None if articles is None else self._resolved_each(articles),
            layers=layers,
            finished=finished,
            rounds=[self._resolved_each(part) for part in rounds],
            resamples=resamples,
            seed=seed,
            gamma=gamma,
            progress=progress,
        )

    def adjudicate(self, judge: str = GOLD) -> Adjudicator:
        """Decide what the annotators differ about, as `judge`, whose annotations that becomes."""
        from annotator.project.adjudicating import Adjudicator

        return Adjudicator(self, judge)
