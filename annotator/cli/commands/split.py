"""`annotator split`: train, dev and test sets that share no text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.cli.context import Call
from annotator.cli.output import counted, emit, emit_json, emit_table, say
from annotator.cli.selecting import By, tell_excluded, tell_left_out

if TYPE_CHECKING:
    from annotator.phrases.split import Leak

app = typer.Typer(rich_markup_mode=None)


@app.command()
def split(
    ctx: typer.Context,
    train: Annotated[float, typer.Option(min=0, max=1, help="Share of the articles.")] = 0.8,
    dev: Annotated[float, typer.Option(min=0, max=1, help="Share of the articles.")] = 0.1,
    test: Annotated[float, typer.Option(min=0, max=1, help="Share of the articles.")] = 0.1,
    by: By = None,
    unfinished: Annotated[
        bool,
        typer.Option("--unfinished", help="Every article, also those that nobody has finished."),
    ] = False,
    seed: Annotated[int, typer.Option(help="Which of the possible splits.")] = 1,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report; write nothing.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only report the leaks of the split that is there.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Put articles into train, dev or test, so that no two of them share text.

    It divides what `annotator export` gives to programs that learn: the articles that somebody (or
    --by NAME) has finished; every article while none is. The others are in no split.

    Articles stay together that share 5 % of their 8-grams, whose near-identical sentences (found by
    `annotator phrases cluster`) are 5 % of them, or of which one is a revision of the other. The
    same articles and seed give the same split. `annotator export --by-split` writes it.
    """
    from annotator.project.splitting import check_split

    with Call.of(ctx).open() as project:
        tell_excluded(project)
        if check:
            of, leaks = check_split(project)
            _report(of, leaks, {}, json)
            return
        shares = {"train": train, "dev": dev, "test": test}
        made = project.split(
            shares, by=by or (), unfinished=unfinished, seed=seed, write=not dry_run
        )
    if made.nobody_finished:
        say("no article is finished by anybody yet: all of them are divided")
    result = made.split
    facts = {
        "groups": result.groups,
        "largest group": result.largest,
        "ties": len(result.ties),
        "seed": seed,
    }
    left = made.left_out.record() if made.left_out else None
    _report(result.of, result.leaks(), facts, json, left)
    if made.left_out:
        tell_left_out(made.left_out, "in no split")
    sizes = result.sizes()
    for name, share in shares.items():
        if share and not sizes[name]:
            say(f"nothing in {name}: {counted(made.articles, 'article')} in {result.groups} groups")


def _report(
    of: Mapping[str, str],
    leaks: list[Leak],
    facts: Mapping[str, int],
    json: bool,
    left_out: Mapping[str, object] | None = None,
) -> None:
    from collections import Counter

    sizes = Counter(of.values())
    if json:
        emit_json(
            {
                "sizes": dict(sorted(sizes.items())),
                **facts,
                **({"left_out": left_out} if left_out else {}),
                "leaks": [leak._asdict() for leak in leaks],
                "splits": dict(of),
            }
        )
    else:
        total = max(1, len(of))
        emit_table(
            ("split", "articles", "share"),
            ((name, n, f"{n / total:.1%}") for name, n in sorted(sizes.items())),
            right=(1, 2),
        )
        for name, value in facts.items():
            emit(f"{name}: {value}")
        for leak in leaks[:20]:
            emit(f"leak: {leak.first} {leak.second} {leak.reason} {leak.share:.0%}")
    say(f"{len(leaks):,} pairs of articles share text across splits")
