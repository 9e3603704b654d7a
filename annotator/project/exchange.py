"""What comes into a project and goes out of it: that part of `Project`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.project.data import ProjectData

if TYPE_CHECKING:
    from annotator.domain.model import Annotation, ArticleDraft
    from annotator.formats import ExportReport
    from annotator.formats.training.exporting import TrainingReport
    from annotator.project.adding import Outcome
    from annotator.project.frames import Table
    from annotator.project.importing import Whose
    from annotator.project.worksheets import Applied
    from annotator.store.imported import Imported
    from annotator.store.transfer import ExportSelection
    from annotator.text.readers import ReadOptions


class ProjectExchange(ProjectData):
    """Articles and annotations in, annotations and tables out."""

    def add(
        self,
        *what: str | Path | ArticleDraft,
        pipeline: str = "",
        options: ReadOptions | None = None,
        advance: Callable[[int], None] | None = None,
    ) -> Outcome:
        """Add articles; a text that is there already is not added again.

        Args:
            what: Files, folders and patterns as `annotator add` takes them; or articles.
            pipeline: What finds the tokens of new articles: a spaCy pipeline, a folder that holds
                one, or blank:LANG.
            options: How files are read.
            advance: Told of every step over the files, in bytes.

        Returns:
            What became of everything; what could not be read is in `failed`.

        Raises:
            InputError: the options cannot be used.
        """
        from annotator.project.adding import add_drafts, add_sources
        from annotator.project.layouts import Layouts

        layouts = Layouts(pipeline)
        paths = [str(w) for w in what if isinstance(w, str | Path)]
        drafts = [w for w in what if not isinstance(w, str | Path)]
        outcome = add_drafts(self, drafts, layouts)
        if paths:
            add_sources(self, paths, layouts, options, advance=advance, outcome=outcome)
        return outcome

    def annotate(
        self,
        annotations: Iterable[Annotation],
        annotator: str | None = None,
        *,
        label: str = "written by a program",
    ) -> list[Annotation]:
        """Write new annotations as one action, which one undo takes back.

        Args:
            annotations: Their `article` is what `resolve` takes. New ids take the place of theirs;
                `parent`, and the `head` and `tail` of a relation, may name the id of another of
                them. An empty annotator is the one below, empty times are now.
            annotator: Whose they are; None for the project's own.
            label: What the journal says of the action.

        Returns:
            The annotations as they were written.

        Raises:
            InputError: when one is somebody else's, or the end of a relation is.
            ConflictError: when the end of a relation is not there.
            NotFoundError: when there is no such article.
            SchemeError: when a role, label or relation is not in the scheme in force.
            SpanError: when a span does not lie in its text.

        >>> import annotator
        >>> from annotator import Annotation, ArticleDraft, Fragment
        >>> project = annotator.create(":memory:", "anna")
        >>> added = project.add(ArticleDraft("“Nobody wanted this,” Ana Ruiz said."))
        >>> quote = (Fragment("content", 0, 21), Fragment("source", 22, 30))
        >>> (claim,) = project.annotate([Annotation("", "claim", "1", "", quote)])
        >>> project.claims() == [claim]
        True
        >>> project.undo().label
        'written by a program'
        >>> project.claims()
        []
        """
        from annotator.project.annotating import annotate

        return annotate(self, annotations, self.who(annotator), label)

    def import_(
        self,
        format_name: str,
        source: str | Path,
        options: Mapping[str, str] | None = None,
        *,
        annotator: str | None = None,
        whose: Whose | None = None,
        skip_bad: bool = False,
        new_ids: bool = False,
        apart: str = "",
        strict: bool = False,
        pipeline: str = "",
        scheme_from_data: bool = False,
        scheme_file: str | Path | None = None,
        reserved: Mapping[str, str] | None = None,
        progress: Callable[[], None] | None = None,
    ) -> Imported:
        """Read annotations of another format: all of them, or (on any bad record) none.

        Articles that are not there yet are added. The whole import is one action, which one undo
        takes back (the articles stay).

        Args:
            format_name: One of `annotator.formats.names()`.
            source: A file or folder; "-" is standard input.
            options: The format's own, by name.
            annotator: Who imports, and whose annotations are that name nobody; None for the
                project's own annotator, and for nobody: then all of them must name theirs.
            whose: Whose the annotations are: "field" (what the file says), "suffix" (NAME_anna.ann
                is anna's) or "importer"; None for what is usual with the format.
            skip_bad: Pass over records that cannot be used; they are named in the result.
            new_ids: New ids for every annotation: a copy beside the old ones.
            apart: Keep them apart from what is here: as new annotations, anna's as anna-NAME's.
            strict: Refuse when something would not be taken over.
            pipeline: What finds the tokens of new articles; as for `add`.
            scheme_from_data: Put a scheme in force that has what the files hold: layers, labels
                with keys by frequency, attributes, relations, roles of events. Where there are
                annotations already, the scheme in force gets what it lacks.
            scheme_file: Where that scheme is written too; no file is written over.
            reserved: Characters that cannot be keys of labels -> what they do; None for those of
                the program.
            progress: Called after each document.

        Raises:
            InputError: for a format, option or file that cannot be used, bad records without
                `skip_bad`, or losses with `strict`; nothing is written.
        """
        from annotator.project.importing import import_annotations

        return import_annotations(
            self,
            format_name,
            source,
            options,
            annotator=annotator or self.annotator,
            whose=whose,
            skip_bad=skip_bad,
            new_ids=new_ids,
            apart=apart,
            strict=strict,
            pipeline=pipeline,
            scheme_from_data=scheme_from_data,
            scheme_file=scheme_file,
            reserved=reserved,
            progress=progress,
        )

    def select(
        self,
        *,
        annotators: Sequence[str] = (),
        layers: Sequence[str] = (),
        labels: Sequence[tuple[str, str]] = (),
        provenance: Sequence[str] = (),
        articles: Iterable[str | int] = (),
        splits: Sequence[str] = (),
        annotated: bool = False,
    ) -> ExportSelection:
        """Say which articles and annotations `export` is to take; what is left out means all.

        Args:
            annotators: Whose.
            layers: "claim", "mark", "sentence", "article", "verdict".
            labels: (attribute, value): an annotation must have one of them.
            provenance: "human", "suggested", "propagated", "imported", "adjudicated" (the gold).
            articles: As `resolve` takes them.
            splits: The splits that articles are in.
            annotated: Leave out articles without a selected annotation.

        Raises:
            NotFoundError: for an annotator, article, label or split that is not there.
            InputError: for another layer or provenance.
        """
        from annotator.project.exporting import select

        return select(
            self,
            annotators=annotators,
            layers=layers,
            labels=labels,
            provenance=provenance,
            articles=articles,
            splits=splits,
            annotated=annotated,
        )

    def export(
        self,
        format_name: str,
        target: str | Path,
        options: Mapping[str, str] | None = None,
        selection: ExportSelection | None = None,
        *,
        finished: bool | None = None,
        by_split: bool = False,
        allow_leaks: bool = False,
        strict: bool = False,
        manifest: bool = True,
        card: bool = False,
        force: bool = False,
        command: str = "",
        progress: Callable[[int, int], None] | None = None,
    ) -> ExportReport:
        """Write the annotations in a format: all of it, or (on any error) nothing.

        The same database gives the same bytes.

        Args:
            format_name: One of `annotator.formats.names()`.
            target: A file, a folder (for formats of several files), or "-" for standard output.
            options: The format's own, by name.
            selection: From `select`; None for everything.
            finished: Only readings that are finished, or all; None for what the format is for:
                those for training take the finished.
            by_split: One file or folder for each split.
            allow_leaks: Write splits although they share text.
            strict: Refuse when the format cannot hold everything.
            manifest: Write counts and hashes beside the export.
            card: Write a README of the data set.
            force: Write over a file that annotator did not write; never over a database.
            command: What was typed, for the manifest.
            progress: Told how many articles were looked at, of how many.

        Returns:
            Counts, what the format could not hold (`losses`), what was left out (`left_out`).

        Raises:
            InputError: for a format, option or target that cannot be used, when nothing is chosen,
                or something would be lost and `strict` is given.
            AnnotatorError: when splits share text and `allow_leaks` is not given.
        """
        from annotator.project.exporting import export

        return export(
            self,
            format_name,
            target,
            options,
            selection,
            finished=finished,
            by_split=by_split,
            allow_leaks=allow_leaks,
            strict=strict,
            manifest=manifest,
            card=card,
            force=force,
            command=command,
            progress=progress,
        )

    def export_train(
        self,
        folder: str | Path,
        consumer: str,
        options: Mapping[str, str] | None = None,
        selection: ExportSelection | None = None,
        *,
        finished: bool = True,
        allow_leaks: bool = False,
        strict: bool = False,
        force: bool = False,
        command: str = "",
        progress: Callable[[int, int], None] | None = None,
    ) -> TrainingReport:
        """Write a folder to train on: data in parts, a configuration, a label map, a data card.

        The same project gives the same bytes.

        Args:
            folder: Where.
            consumer: "spacy-ner", "spacy-spancat", "spacy-textcat", "hf-token", "hf-span", "setfit"
                or "prodigy".
            options: `split` ("auto", "project", "new"), `seed`, `agreement` ("yes", "no"), and
                what the consumer has: `align`, `suggester`.
            selection: From `select`; None for everything.
            finished: Only readings that are finished.
            allow_leaks: Use the project's split although articles share text across it.
            strict: Refuse when something cannot be held.
            force: Write over a folder of ours that was changed.
            command: What was typed, for the manifest.
            progress: Told how many articles were looked at, of how many.

        Returns:
            Counts by part and label, what a trainer will stumble over (`warnings`), what the
            configurations reach (`told`), what could not be held (`losses`).

        Raises:
            InputError: for a consumer, option or folder that cannot be used, when nothing is
                chosen, or something would be lost and `strict` is given.
            AnnotatorError: when the project's split leaks and `allow_leaks` is not given.
        """
        from annotator.project.training import export_train

        return export_train(
            self,
            folder,
            consumer,
            options,
            selection,
            finished=finished,
            allow_leaks=allow_leaks,
            strict=strict,
            force=force,
            command=command,
            progress=progress,
        )

    def worksheet(self, which: str | int, annotator: str | None = None) -> str:
        """An article and an annotator's work on it as plain text, to be changed in any editor.

        Args:
            which: The article, as `resolve` takes it.
            annotator: Whose; None for the project's own.

        Raises:
            NotFoundError: when there is no such article.
            InputError: when it is left out.

        >>> import annotator
        >>> project = annotator.create(":memory:", "anna")
        >>> added = project.add(annotator.ArticleDraft("“Nobody wanted this,” Ana Ruiz said."))
        >>> sheet = project.worksheet(1)
        >>> claim = 'reviewed: no\\nclaim new\\nsource: s1 "Ana Ruiz"'
        >>> project.apply_worksheet(sheet.replace("reviewed: no", claim)).told
        ('claim new: new “Ana Ruiz”',)
        """
        from annotator.project.worksheets import worksheet

        return worksheet(self, which, self.who(annotator))

    def apply_worksheet(
        self,
        given: str | bytes,
        annotator: str | None = None,
        *,
        article: str | int | None = None,
        dry_run: bool = False,
        name: str = "worksheet",
    ) -> Applied:
        """Store what was changed in a worksheet: all of it, as one action, or nothing.

        An annotation whose lines were left alone stays as it is. What was changed elsewhere since
        the worksheet was written stays so, unless it was changed in the worksheet too.

        Args:
            given: The worksheet's text, or a file's bytes.
            annotator: Who gives it back: whose worksheet it is.
            article: Which article it must be about; None for any.
            dry_run: Only say what would change.
            name: What messages call it.

        Raises:
            WorksheetError: with everything that is wrong in it, line by line (`faults`).
            InputError: when it is somebody else's, about another article or one that is left out,
                or was given back before.
        """
        from annotator.project.worksheets import apply_worksheet

        return apply_worksheet(
            self, given, self.who(annotator), article=article, dry_run=dry_run, name=name
        )

    def to_pandas(self, table: Table = "claims", annotator: str | None = None) -> Any:
        """A table of the project as a `pandas.DataFrame` (extra "frames").

        Args:
            table: What the rows are.

                - "articles": one each, with its text;
                - "claims": one each, with the words, start and end of each role, and a column for
                  each label of the scheme (`label_` before its name where that is taken);
                - "marks": one each, with its words and labels;
                - "spans": each unbroken piece of each annotation of any layer;
                - "labels": each label of each annotation of any layer.
            annotator: Whose annotations; None for everybody's.

        Returns:
            `article` is the article's number, `uid` its uid; offsets are code points, half-open.
            The words of a span in pieces are joined by " … ".

        Raises:
            InputError: when there is no such table.
            MissingExtraError: without pandas.
        """
        from annotator.project.frames import to_pandas

        return to_pandas(self, table, annotator)

    def to_arrow(self, table: Table = "claims", annotator: str | None = None) -> Any:
        """The same tables as a `pyarrow.Table` (extra "frames"); see `to_pandas`.

        Raises:
            InputError: when there is no such table.
            MissingExtraError: without pyarrow.
        """
        from annotator.project.frames import to_arrow

        return to_arrow(self, table, annotator)
