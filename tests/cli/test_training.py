"""`annotator export train`: what is told, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.training.support import gold_project


def test_the_command_says_what_is_there_and_what_is_not(cli: Call, tmp_path: Path) -> None:
    gold_project(Path("annotations.db"))
    done = cli("export", "train", "out", "--for", "hf-token", "--option", "agreement=no")
    assert done.code == 0, done.err
    assert "out: 19 articles (train 15, validation 2, test 2)" in done.err
    assert "warning: claim.certainty: no example of unstated" in done.err
    assert "not held for hf-token: note: 40" in done.err
    assert "taken as finished" in done.err
    again = cli("export", "train", "out", "--for", "hf-token", "--option", "agreement=no")
    assert again.code == 0  # our own folder, unchanged, is replaced
    (Path("out") / "mine.txt").write_text("mine")
    refused = cli("export", "train", "out", "--for", "hf-token", "-o", "agreement=no")
    assert refused.code == 1
    assert (Path("out") / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("train", "out"), "what the data is for was not said"),
        (("train", "out", "--for", "word2vec"), "no target 'word2vec'"),
        (("train", "out", "--for", "setfit", "--by-split"), "--by-split: train always does that"),
        (("train", "out", "--for", "setfit", "-o", "colour=red"), "no option 'colour'"),
        (("train", "out", "--for", "setfit", "-o", "seed=x"), "seed"),
        (("brat", "out", "--for", "setfit"), "--for goes with train, not with brat"),
        (("train", "-", "--for", "setfit"), "writes a folder"),
    ],
)
def test_what_cannot_be_is_refused(
    cli: Call, project: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = cli("export", *arguments, "--unfinished")
    assert done.code != 0
    assert said in done.err
    assert not Path("out").exists()
