"""The open article and the way to others: opening, writing, undoing, lists that lead elsewhere."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from annotator.domain.errors import AnnotatorError, GoneError
from annotator.domain.model import Article, Batch
from annotator.domain.terms import role_said
from annotator.domain.times import now
from annotator.session import Session
from annotator.session.navigation import Step
from annotator.session.relation_begun import OtherEnd
from annotator.session.source_memory import Known, labels_of_sources, same_words
from annotator.text.speech_words import COMMON
from annotator.tui.annotate.window import AnnotateWindow

if TYPE_CHECKING:
    from annotator.tui.concordance.controller import Concordances
    from annotator.tui.results.lists import ResultList


class AnnotateController:
    """Opens articles on the annotation screen; what they decide is written here, then shown."""

    def __init__(self, window: AnnotateWindow) -> None:
        self._window = window
        self._host = window.host
        self._quotations: dict[str, list[tuple[int, int]]] = {}
        self._words = COMMON
        self._bookmarked = ("", 0)
        """Article and offset of the last bookmark."""
        self._sources: Known = {}
        """What each source was called in other articles, the last time."""
        self._concordances: Concordances | None = None

    # ------------------------------------------------------------------------------ opening

    def first_session(self, uid: str) -> Session:
        """The article to begin with, where the annotator stopped."""
        session = self.session_for(uid)
        self._bookmarked = uid, session.offset
        return session

    def session_for(self, uid: str, position: int | None = None) -> Session:
        """Read an article and the annotator's own work on it."""
        host = self._host
        host.renew_scheme()
        project, scheme = host.project, host.scheme
        article = project.article(uid)
        if position is None:
            mark = project.bookmark(article=uid)
            position = mark[1] if mark else 0
        annotations = project.annotations(uid, host.annotator)
        known = {a.id for a in annotations}
        annotations += [r for r in project.relations(uid, host.annotator) if r.id not in known]
        session = Session(
            article,
            annotations,
            host.annotator,
            scheme,
            lambda batch: self._write(batch, scheme.version),
            now,
            lambda: self.quotations_of(article),
            position,
            lambda: self._words,
        )
        session.sources.elsewhere = self._sources
        session.other_end = cache(self._other_end)
        return session

    def _other_end(self, id_: str) -> OtherEnd | None:
        """An annotation of another article, with its words."""
        project, scheme = self._host.project, self._host.scheme
        found = project.annotation(id_)
        if found is None:
            return None
        text = project.text_of(found.article)
        pieces = sorted(scheme.anchor(found), key=lambda f: f.start)
        words = " … ".join(text[f.start : f.end] for f in pieces)
        return OtherEnd(found, project.number_of(found.article), words)

    def learn_sources(self) -> None:
        """Read, in the background, what the annotator called each source before today."""
        role = role_said(self._host.scheme, "source")
        if role:
            self._window.in_background("sources", lambda: self._learn_sources(role))

    def _learn_sources(self, role: str) -> None:
        wanted = labels_of_sources(self._host.scheme)
        found: Known = {}
        with self._host.project.reader() as project:
            for words, labels in project.source_labels(role):
                known = found.setdefault(same_words(words), {})
                for name in wanted:
                    if name in labels:
                        known.setdefault(name, labels[name])
        self._window.app.call_from_thread(self._sources_read, found)

    def _sources_read(self, found: Known) -> None:
        """What was decided since then goes before what was read."""
        for words, labels in found.items():
            self._sources[words] = {**labels, **self._sources.get(words, {})}
        self._window.paint_lines()

    def _remember_sources(self) -> None:
        """Keep what the article that is left called its sources."""
        for words, labels in self._window.session.sources.known().items():
            self._sources.setdefault(words, {}).update(labels)

    def _write(self, batch: Batch, under: str) -> Batch:
        """Store a user action; when it returns, the action, as it returns it, is on the disk.

        Raises:
            SchemeChangedError: when the scheme it was decided under is no longer in force.
        """
        written = self._host.project.apply(batch, under)
        self._window.written(written)
        return written

    def quotations_of(self, article: Article) -> list[tuple[int, int]]:
        """The ranges of the article's quotations; one over several paragraphs is one range."""
        if article.uid not in self._quotations:
            from annotator.text.flow import flowing
            from annotator.text.quotations import chains, quotations

            found = quotations(flowing(article.text).text)
            ranges = {(found[c[0]].start, found[c[-1]].end) for c in chains(found)}
            self._quotations = {article.uid: sorted(ranges)}
        return self._quotations[article.uid]

    def read_words(self) -> None:
        """Read the words of speech of the lexicon, once; until then the commonest have to do."""
        from annotator.attribution.rules.word_forms import known_words

        self._words = known_words()

    def open(self, uid: str, position: int | None = None) -> None:
        """Show an article: where the annotator stopped, or at an offset."""
        self._remember_sources()
        session = self.session_for(uid, position)
        self.keep_bookmark()
        self._window.show_session(session)

    def reopen(self) -> None:
        """Read the open article again: somebody else changed it, or it lies elsewhere now."""
        session = self._window.session
        self.open(session.article.uid, session.offset)

    def step(self, step: Step) -> None:
        """To the next or previous article of the list."""
        order = self._host.order
        here = order.index(self._window.session.article.uid)
        at = -1 if here is None else here + step
        if found := order.uids(at, at + 1):
            self.open(found[0])
        else:
            self._window.flash_later(
                "this is the last article" if step > 0 else "this is the first article"
            )

    # ------------------------------------------------------------------------------ undo

    def undo(self) -> None:
        """Undo the last action, in whichever article it was, and go there."""
        self._show(self._host.project.undo(), "undo", "undone")

    def redo(self) -> None:
        """Do again what was undone last, and go there."""
        self._show(self._host.project.redo(), "redo", "redone")

    def _show(self, batch: Batch | None, verb: str, done: str) -> None:
        window = self._window
        if batch is None:
            window.flash_later(f"nothing to {verb}")
            return
        window.written(batch)
        if any(record.subject == "article" for record in batch.records):
            self._host.renew_order()
        if any(record.subject == "scheme" for record in batch.records):
            self.reopen()  # under the scheme that is in force now
        elif not window.session.apply_external(batch) and batch.changes:
            subject = batch.changes[0].subject
            head = self._host.project.annotation(subject.head) if subject.head else None
            self.open(subject.article, (head or subject).start)
        more = f" ({len(batch.changes)} changes)" if len(batch.changes) > 1 else ""
        window.flash_later(f"{done}: {batch.label}{more}")

    # ------------------------------------------------------------------------------ bookmark

    def keep_bookmark(self) -> None:
        """Remember the place when it changed; a full disk must not stop the reading."""
        session = self._window.session
        here = session.article.uid, session.offset
        if here == self._bookmarked:
            return
        self._bookmarked = here
        try:
            self._host.project.set_bookmark(self._host.annotator, *here)
        except GoneError:
            return  # who looks after the file says so
        except AnnotatorError as error:
            self._window.flash(error.message)

    # ------------------------------------------------------------------------------ lists

    def list_articles(self) -> None:
        """Show the list of articles."""
        from annotator.tui.articles.screen import ArticlesScreen

        self.keep_bookmark()
        here = self._window.session.article.uid
        self._window.app.push_screen(ArticlesScreen(self._host, here, self.open))

    def list_results(self, what: ResultList) -> None:
        """Show a table over the whole corpus; Enter on a row goes there."""
        from annotator.tui.results.lists import result_list

        window, words = self._window, ""
        if what == "errors" and not self._host.options.errors:
            window.flash_later("no errors to show: annotator evaluate --browse finds them")
            return
        if what == "lineage":
            words = self._words_at_hand()
            if not words:
                window.flash_later("no claim here: its lineage needs one, or a selection")
                return
        window.app.push_screen(
            result_list(self._host, what, words, lambda place: self.open(*place))
        )

    def _words_at_hand(self) -> str:
        """The words of the selection, or of the claim at work or under the cursor; or none."""
        from annotator.project.phrase_matches import query_of

        session = self._window.session
        if session.active is None:
            session.open_claim()
        query = query_of(session)
        return query.text if query else ""

    def open_concordance(self) -> None:
        """Show the places of words and labels in all articles, as it was left last."""
        from annotator.tui.concordance.controller import Concordances

        if self._concordances is None:
            self._concordances = Concordances(self._window, self.open)
        self._concordances.open()

    def back_to_concordance(self) -> bool:
        """Show the concordance again, where the open article was opened from it."""
        return self._concordances is not None and self._concordances.back()

    def propagate(self) -> None:
        """Show where the claim at work stands again, and propagate it to the places chosen."""
        from annotator.tui.propagate.controller import open_propagate

        open_propagate(self._window)
