"""A database of five sample articles read by the three invented annotators."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.agreement.bootstrap import Resampling
from annotator.domain.model import ArticleDraft
from annotator.project.data import ProjectData
from annotator.project.samples import load_readings
from annotator.report import Corpus, Report, build, gather
from annotator.report.build import ReportOptions
from annotator.store import Store
from tests.session.build import layout

FIXTURES = Path(__file__).parents[2] / "fixtures"
QUICK = ReportOptions(resampling=Resampling(200))


def fill(path: Path) -> None:
    """Make a database of the articles that have readings, with a layout that needs no spaCy."""
    with Store.create(path) as store:
        for reading in sorted((FIXTURES / "readings").glob("*.json")):
            text = (FIXTURES / "articles" / f"{reading.stem}.txt").read_text(encoding="utf-8")
            store.add_article(ArticleDraft(text, name=reading.stem), layout(text))
        assert load_readings(ProjectData(store), FIXTURES / "readings") > 400


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database, made once; copy it before writing to it."""
    path = tmp_path_factory.mktemp("readings") / "read.db"
    fill(path)
    return path


@pytest.fixture
def store(filled: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of one's own."""
    path = tmp_path / "read.db"
    path.write_bytes(filled.read_bytes())
    with Store.open(path) as opened:
        yield opened


def corpus_of(store: Store, *annotators: str, finished: bool = False) -> Corpus:
    """All articles and annotations of a database."""
    articles = [store.article(uid) for uid in store.uids()]
    return gather(
        articles, store.annotations(), store.scheme(), annotators=annotators, finished=finished
    )


@pytest.fixture(scope="session")
def corpus(filled: Path) -> Corpus:
    """The corpus of the readings."""
    with Store.open(filled) as opened:
        return corpus_of(opened)


@pytest.fixture(scope="session")
def report(corpus: Corpus) -> Report:
    """Its report, with few resamples."""
    return build(corpus, QUICK)
