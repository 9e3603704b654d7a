"""Everything that the gold says can be said by hand: keys in, the same annotations out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotator.text.engine import LayoutEngine, load_engine
from fixtures.author import stored_texts
from tests.project.renamed import renaming
from tests.robot.__main__ import reproduced
from tests.robot.gold import fixture, fixture_names, polnear, polnear_folder
from tests.robot.report import counted


@pytest.fixture(scope="module")
def engine() -> LayoutEngine:
    return load_engine()


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return stored_texts()


@pytest.mark.slow
@pytest.mark.parametrize("name", fixture_names())
async def test_fixture(name: str, texts: dict[str, str], engine: LayoutEngine) -> None:
    (done,) = await reproduced([fixture(name, texts[name])], engine)
    assert done.differences == ()
    assert len(done.plans) == len(done.article.annotations) > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["01-harbour-bridge", "07-fish-quota-poll"])
async def test_a_scheme_without_any_default_name_takes_about_as_many_keys(
    name: str, texts: dict[str, str], engine: LayoutEngine
) -> None:
    names = renaming()
    gold = fixture(name, texts[name])
    own = replace(gold, annotations=tuple(map(names, gold.annotations)))
    (default,) = await reproduced([gold], engine)
    (done,) = await reproduced([own], engine, scheme=names.own.toml)
    assert done.differences == ()
    # In the form what is typed is the beginning of a name, which may be longer or shorter.
    keys, others = (sum(len(plan.keys) for plan in d.plans) for d in (done, default))
    assert abs(keys - others) < others / 20


@pytest.mark.slow
@pytest.mark.skipif(polnear_folder() is None, reason="PolNeAR is not below $ANNOTATOR_SHARED")
async def test_polnear(engine: LayoutEngine) -> None:
    done = await reproduced(polnear(3), engine, label=True)
    assert [d.differences for d in done] == [(), (), ()]
    # Measured on 30 articles: a median of 15 keys, roles and labels among them.
    keys = sorted(counted(done)["all"])
    assert keys[len(keys) // 2] <= 20
