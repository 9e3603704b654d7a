"""Training data for spaCy: `ner`, `spancat` and `textcat`, with configurations that train on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from annotator.domain.model import Annotation
from annotator.formats.spacy_config import Shares, Training, training_config
from annotator.formats.support import unsupported as unheld
from annotator.formats.support.base import Option
from annotator.formats.support.tokens import ALIGNMENTS, Aligner, sentence_starts, words
from annotator.formats.training.questions import SPANS, Answer, LabelQuestion
from annotator.formats.training.readings import PARTS, TrainingReading
from annotator.formats.training.work import Consumer, Work, placed, texts, why_absent

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, DocBin, Span
    from spacy.vocab import Vocab

KEY: Final = "sc"
"""The span group of all roles and span layers; other names trouble some of spaCy's programs."""
_ENTS: Final = ("ENT_IOB", "ENT_TYPE")


@dataclass(slots=True)
class _Placed:
    """A span of a Doc with its question and label."""

    annotation: Annotation
    question: LabelQuestion
    place: tuple[int, int]
    label: str
    """Within its question."""
    overall: str
    """Among all roles and layers; empty for what is said of them."""


@dataclass(slots=True)
class _Files:
    """The three files of one question."""

    entities: bool
    bins: dict[str, DocBin] = field(default_factory=dict)
    shares: Shares = field(default_factory=Shares)

    def add(self, part: str, doc: Doc) -> None:
        from spacy.tokens import DocBin

        if part not in self.bins:
            attrs = ["ORTH", "SPACY", "SENT_START", *(_ENTS if self.entities else ())]
            self.bins[part] = DocBin(attrs=attrs)
        self.bins[part].add(doc)

    def write(self, work: Work, folder: str) -> None:
        from spacy.tokens import DocBin

        for part in PARTS:
            with work.out.open(f"{folder}{part}.spacy") as stream:
                stream.write(self.bins.get(part, DocBin()).to_bytes())


def _pipeline(work: Work) -> Language:
    """The tokenizer that the configuration will have: spans are learned through its tokens."""
    import spacy

    code = work.language.replace("_", "-").partition("-")[0].lower() or "en"
    for name in dict.fromkeys((code, "xx")):
        try:
            return spacy.blank(name)
        except (ImportError, ValueError) as error:  # no such language, or its tokenizer is missing
            why = str(error).splitlines()[0]
            work.told.append(f"spaCy cannot read {name!r} here ({why}): xx is taken")
    return spacy.blank("xx")


class _Builder:
    def __init__(self, work: Work) -> None:
        from spacy.vocab import Vocab

        self.work = work
        self.vocab: Vocab = Vocab()
        self.nlp = _pipeline(work)
        self.language = str(self.nlp.lang)

    def doc(self, reading: TrainingReading) -> tuple[Doc, Aligner]:
        from spacy.tokens import Doc

        article = reading.article
        found = words(article)
        doc = Doc(
            self.vocab,
            words=[article.text[w.start : w.end] for w in found],
            spaces=[w.space for w in found],
            sent_starts=list(sentence_starts(article, found)),
        )
        return doc, Aligner(found)

    def spans(
        self, reading: TrainingReading, aligner: Aligner, wanted: set[str]
    ) -> Iterator[_Placed]:
        """The spans of a reading that answer the questions wanted; what has no place is counted."""
        work = self.work
        for a in reading.annotations:
            held: set[str] = set()
            there = False
            for answer in work.questions.answers(a):
                if answer.question.name not in wanted:
                    continue
                for span in self._placed(reading, aligner, a, answer):
                    there = True
                    if answer.question.attribute:
                        held.add(answer.question.attribute)
                    yield span
            if a.layer == "article":
                held |= work.questions.held(a)
            if there or (a.layer == "article" and held):
                work.lose(a, held)
            else:
                unheld.left_out(a, work.losses, why_absent(a), reading=True)

    def _placed(
        self, reading: TrainingReading, aligner: Aligner, a: Annotation, answer: Answer
    ) -> Iterator[_Placed]:
        question = answer.question
        for fragment in answer.fragments:
            place = placed(reading.article, aligner, fragment, a, self.work.align, self.work.losses)
            if place is not None:
                for label in answer.labels:
                    overall = self.work.questions.span_label(answer) if question.main else ""
                    yield _Placed(a, question, place, label, overall)

    def cats(self, doc: Doc, reading: TrainingReading) -> None:
        """The labels of the article: 1.0 for those given, 0.0 for the others of the question."""
        for a in reading.annotations:
            for answer in self.work.questions.answers(a) if a.layer == "article" else ():
                for label in answer.question.labels:
                    name = f"{answer.question.attribute}:{label}"
                    doc.cats[name] = max(doc.cats.get(name, 0.0), float(label in answer.labels))
        doc.cats = dict(sorted(doc.cats.items()))

    def reach(self, doc: Doc) -> Reach:
        return Reach(doc, self.nlp)


class Reach:
    """Which spans of a Doc the pipeline's own tokenizer keeps whole, and their length in tokens.

    Training reads the text anew: a span that begins or ends within one of its tokens is passed
    over there without a word.
    """

    def __init__(self, doc: Doc, nlp: Language) -> None:
        read = nlp.make_doc(doc.text)
        self._starts = {t.idx: t.i for t in read}
        self._ends = {t.idx + len(t): t.i + 1 for t in read}

    def length(self, span: Span) -> int:
        """Tokens of the pipeline in the span; 0 where it cuts one."""
        first, last = self._starts.get(span.start_char), self._ends.get(span.end_char)
        return 0 if first is None or last is None else last - first


def _sorted(spans: Iterable[Span]) -> list[Span]:
    return sorted(set(spans))


def _span_questions(work: Work, wheres: tuple[str, ...]) -> list[LabelQuestion]:
    return [q for q in work.asked if q.where in wheres]


def _one_main(asked: Iterable[LabelQuestion]) -> bool:
    return sum(q.main for q in asked) == 1


# ------------------------------------------------------------------------------------------ spancat


def write_spancat(found: Iterable[TrainingReading], work: Work) -> None:
    """One file a part with a span group for each question, and a configuration for each group."""
    from spacy.tokens import Span, SpanGroup

    builder = _Builder(work)
    asked = _span_questions(work, ("span", "sentence"))
    own = [q for q in asked if not (q.main and _one_main(asked))]
    work.ask(SPANS, work.questions.span_labels(), f'`doc.spans["{KEY}"]`')
    for q in own:
        work.ask(q.name, q.labels, f'`doc.spans["{q.name}"]`')
    files = _Files(entities=False)
    shares: defaultdict[str, Shares] = defaultdict(Shares)
    wanted = {q.name for q in asked}
    for reading in found:
        doc, aligner = builder.doc(reading)
        groups: defaultdict[str, list[Span]] = defaultdict(list)
        for s in builder.spans(reading, aligner, wanted):
            if s.overall:
                groups[KEY].append(Span(doc, *s.place, label=s.overall))
            groups[s.question.name].append(Span(doc, *s.place, label=s.label))
        reach = builder.reach(doc)
        for question, key in [(SPANS, KEY), *((q.name, q.name) for q in own)]:
            spans = _sorted(groups[key])
            same = len(groups[key]) - len(spans)
            if same and question == SPANS:
                work.losses.add(
                    "span of several annotations, written once", reading.article.uid, same
                )
            doc.spans[key] = SpanGroup(doc, name=key, spans=spans)
            shares[question].spans(map(reach.length, spans))
            for span in spans:
                work.counts.add(question, reading.part, (span.label_,))
        builder.cats(doc, reading)
        files.add(reading.part, doc)
    files.write(work, "")
    for question, key in [(SPANS, KEY), *((q.name, q.name) for q in own)]:
        name = "config.cfg" if question == SPANS else f"{work.folder(question)}config.cfg"
        paths = ("train.spacy", "validation.spacy")
        how = Training("spancat", builder.language, key, work.options.text("suggester"), paths)
        config, remark = training_config(how, shares[question])
        work.text(name, config)
        work.told.append(f"{question}: {remark}")


# ---------------------------------------------------------------------------------------------- ner


def write_ner(found: Iterable[TrainingReading], work: Work) -> None:
    """`doc.ents` of all roles and layers, and files of their own for each question.

    Entities do not overlap: the longest are kept in the first, and each question has what
    overlaps with others only.
    """
    from spacy.tokens import Doc, Span

    builder = _Builder(work)
    asked = _span_questions(work, ("span",))
    own = [q for q in asked if not (q.main and _one_main(asked))]
    files = {name: _Files(entities=True) for name in [SPANS, *(q.name for q in own)]}
    work.ask(SPANS, work.questions.span_labels(), "`train.spacy` and the like")
    for q in own:
        work.ask(q.name, q.labels, f"`{work.folder(q.name)}`")
    wanted = {q.name for q in asked}
    for reading in found:
        empty, aligner = builder.doc(reading)
        builder.cats(empty, reading)
        reach = builder.reach(empty)
        placed_spans = list(builder.spans(reading, aligner, wanted))
        kept: set[tuple[str, int, int, str]] = set()
        for question, its in files.items():
            doc = Doc(
                empty.vocab,
                words=[t.text for t in empty],
                spaces=[bool(t.whitespace_) for t in empty],
                sent_starts=[bool(t.is_sent_start) for t in empty],
            )
            doc.cats = dict(empty.cats)
            if question == SPANS:
                spans = _sorted(
                    Span(doc, *s.place, label=s.overall) for s in placed_spans if s.overall
                )
            else:
                spans = _sorted(
                    Span(doc, *s.place, label=s.label)
                    for s in placed_spans
                    if s.question.name == question
                )
            flat = _flat(spans)
            kept |= {(question, s.start, s.end, s.label_) for s in flat}
            its.shares.spans(map(reach.length, spans))
            its.shares.entities += sum(1 for s in flat if reach.length(s))
            doc.set_ents(flat)
            for span in flat:
                work.counts.add(question, reading.part, (span.label_,))
            its.add(reading.part, doc)
        for s in placed_spans:
            there = (s.question.name, *s.place, s.label), (SPANS, *s.place, s.overall)
            if kept.isdisjoint(there):
                work.losses.add("span that overlaps with another of its question", s.annotation.id)
    for question, its in files.items():
        folder = "" if question == SPANS else work.folder(question)
        its.write(work, folder)
        paths = (f"{folder}train.spacy", f"{folder}validation.spacy")
        how = Training("ner", builder.language, KEY, "auto", paths)
        config, remark = training_config(how, its.shares)
        work.text(f"{folder}config.cfg", config)
        work.told.append(f"{question}: {remark}")


def _flat(spans: list[Span]) -> list[Span]:
    from spacy.util import filter_spans

    return list(filter_spans(spans))


# ------------------------------------------------------------------------------------------ textcat


def write_textcat(found: Iterable[TrainingReading], work: Work) -> None:
    """A Doc for each text that a question was answered of; the question answered most is first."""
    from spacy.tokens import Doc

    builder = _Builder(work)
    asked = [q for q in work.asked if q.attribute]
    files = {q.name: _Files(entities=False) for q in asked}
    for i, q in enumerate(asked):
        work.ask(
            q.name, q.labels, f"`{work.folder(q.name)}`" if i else "`train.spacy` and the like"
        )
    for reading in found:
        for a in reading.annotations:
            held: set[str] = set()
            for answer in work.questions.answers(a):
                q = answer.question
                for text in texts(reading, a, answer, work) if q.attribute else ():
                    doc = Doc(builder.vocab, words=text.words, spaces=text.spaces)
                    doc.cats = {name: float(name in text.labels) for name in q.labels}
                    files[q.name].add(reading.part, doc)
                    files[q.name].shares.categories(doc.cats.values())
                    work.counts.add(q.name, reading.part, text.labels)
                    held.add(q.attribute)
            if held:
                work.lose(a, held)
            else:
                unheld.left_out(a, work.losses, reading=True)
    for i, q in enumerate(asked):
        folder = work.folder(q.name) if i else ""
        files[q.name].write(work, folder)
        # textcat refuses a single label.
        component = "textcat_multilabel" if q.several or len(q.labels) < 2 else "textcat"
        paths = (f"{folder}train.spacy", f"{folder}validation.spacy")
        how = Training(component, builder.language, KEY, "auto", paths)
        config, remark = training_config(how, files[q.name].shares)
        work.text(f"{folder}config.cfg", config)
        work.told.append(f"{q.name}: {remark}")
    work.tell_single(asked)


def _how(work: Work) -> str:
    others = [n for n in work.files if n != next(iter(work.files))]
    out = [
        "```sh",
        "python -m spacy train config.cfg --output model",
        "python -m spacy evaluate model/model-best test.spacy",
        "```",
    ]
    if others:
        folder = work.folder(others[0])
        out += [
            "",
            f"Each other question has a configuration of its own, such as `{folder}config.cfg`; all"
            " are run from this folder.",
        ]
    return "\n".join(out)


ALIGN: Final = Option("align", "expand", "what to do with a span that cuts a token", ALIGNMENTS)
SUGGESTER: Final = Option(
    "suggester",
    "auto",
    "how spancat comes by spans: all of the lengths in the data, or by a span_finder, which auto"
    " takes where some are long",
    ("auto", "ngrams", "span_finder"),
)

NER: Final = Consumer("spacy-ner", "spaCy named entities (`ner`)", write_ner, _how, (ALIGN,))
SPANCAT: Final = Consumer(
    "spacy-spancat", "spaCy span categorizer (`spancat`)", write_spancat, _how, (ALIGN, SUGGESTER)
)
TEXTCAT: Final = Consumer("spacy-textcat", "spaCy text classifier (`textcat`)", write_textcat, _how)
