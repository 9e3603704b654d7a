"""The database file is deleted, moved or replaced under the open screen: said, and nothing lost."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("pyte", reason="pyte reads the program's screen")

from annotator.domain.model import Annotation
from annotator.store import Store
from annotator.text.engine import load_engine
from tests.crash.keys import faults_of
from tests.crash.loop import ANNOTATOR, make_database
from tests.crash.terminal import Terminal
from tests.crash.test_keys import opened

pytestmark = pytest.mark.slow


def delete(path: Path) -> None:
    path.unlink()


def move(path: Path) -> None:
    path.rename(path.with_name("elsewhere.db"))


def replace(path: Path) -> None:
    """As a sync client or a restored backup does it: another file, under the same name."""
    path.with_name("backup.db").rename(path)


Harm = Callable[[Path], None]
harms = pytest.mark.parametrize("harm", [delete, move, replace])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A database, with a backup of it as it was before the work."""
    path = tmp_path / "project.db"
    make_database(path, load_engine(), seed=5)
    shutil.copy(path, tmp_path / "backup.db")
    return path


def found_in(path: Path) -> list[Annotation]:
    with Store.open(path) as store:
        return store.annotations(annotator=ANNOTATOR)


def claims(path: Path) -> list[Annotation]:
    return [a for a in found_in(path) if a.layer == "claim"]


def work(project: Path) -> Terminal:
    """A screen with a claim made, in three actions and more."""
    terminal = opened(project, ANNOTATOR)
    for key in ("e", "1", "j", "j", "e", "2"):
        terminal.press(key)
        terminal.read_until_quiet(0.1)
    assert terminal.read_until("saved")
    return terminal


@harms
def test_the_next_action_is_refused_and_the_work_kept(project: Path, harm: Harm) -> None:
    backup = project.with_name("backup.db").read_bytes()
    terminal = work(project)
    try:
        harm(project)
        terminal.press("f")
        assert terminal.read_until("keep your work in"), terminal.text()
        assert "was" in terminal.text()
        terminal.press("enter")
        assert terminal.read_until("From here on"), terminal.text()
        terminal.read_until_quiet(0.2)
        terminal.press("m")
        terminal.read_until_quiet(0.2)
        terminal.press("ctrl+q")
        assert terminal.read_until_end()
        assert terminal.process.returncode == 0
        assert "your work is in" in terminal.text()
    finally:
        terminal.kill()
    # On a busy machine the second's look may offer the new file before the key comes, which is then
    # typed into its name.
    (kept,) = (p for p in project.parent.glob("project-kept-*") if ".db" in p.suffix)
    assert faults_of(kept) == []
    assert [a.flagged for a in found_in(kept)].count(True) == 1
    assert len(claims(kept)) == 1
    assert "favor" not in {v for a in found_in(kept) for v in a.attributes.values()}
    beside = {p.name for p in project.parent.iterdir()} - {kept.name}
    if harm is replace:
        assert beside == {"project.db"}
        assert project.read_bytes() == backup
        assert found_in(project) == []
    elif harm is move:
        assert beside == {"backup.db", "elsewhere.db"}
        assert len(claims(project.with_name("elsewhere.db"))) == 1
    else:
        assert beside == {"backup.db"}


@harms
def test_it_is_said_without_a_key_and_leaving_it_is_no_success(project: Path, harm: Harm) -> None:
    terminal = work(project)
    try:
        harm(project)
        assert terminal.read_until("keep your work in"), terminal.text()
        terminal.press("escape")
        assert terminal.read_until_gone("keep your work in"), terminal.text()
        terminal.press("f")
        assert terminal.read_until("keep your work in"), terminal.text()
        terminal.press("escape")
        assert terminal.read_until_gone("keep your work in"), terminal.text()
        terminal.press("ctrl+q")
        assert terminal.read_until_end()
        assert terminal.process.returncode == 1
        assert "error:" in terminal.text()
    finally:
        terminal.kill()
    assert not list(project.parent.glob("*-wal"))


@pytest.mark.parametrize("seen", [True, False])
def test_a_file_that_comes_back_without_its_log_is_not_written_to(
    project: Path, *, seen: bool
) -> None:
    """Moved away and back, or only its log deleted: "saved" would be lost with the program."""
    terminal = work(project)
    try:
        terminal.read(2.5)
        if seen:
            move(project)
            assert terminal.read_until("keep your work in"), terminal.text()
            terminal.press("escape")
            assert terminal.read_until_gone("keep your work in"), terminal.text()
            project.with_name("elsewhere.db").rename(project)
        else:
            project.with_name(project.name + "-wal").unlink()
        terminal.press("f")
        assert terminal.read_until("keep your work in"), terminal.text()
        terminal.press("enter")
        assert terminal.read_until("From here on"), terminal.text()
        terminal.read_until_quiet(0.2)
        terminal.press("m")
        assert terminal.read_until("flagged"), terminal.text()
    finally:
        terminal.kill()
    found = {p.name.removesuffix("-wal").removesuffix("-shm") for p in project.parent.iterdir()}
    (kept,) = (project.with_name(name) for name in found if "-kept-" in name)
    assert [a.flagged for a in found_in(kept)].count(True) == 1
    assert len(claims(project)) == len(claims(kept)) == 1
    assert faults_of(project) == faults_of(kept) == []


def test_a_log_is_not_mixed_into_what_replaces_the_file(project: Path) -> None:
    """Killed before it could look: at rest the log is empty, and the file alone is whole."""
    backup = project.with_name("backup.db").read_bytes()
    terminal = work(project)
    try:
        log = project.with_name(f"{project.name}-wal")
        # At rest comes a while after the last key, on a busy machine later than any pause.
        for _ in range(300):
            if not log.stat().st_size:
                break
            terminal.read(0.2)
        terminal.process.send_signal(signal.SIGSTOP)
        shutil.copy(project, project.with_name("copy.db"))
        replace(project)
    finally:
        terminal.kill()
    assert len(claims(project.with_name("copy.db"))) == 1
    assert found_in(project) == []
    assert faults_of(project) == []
    assert project.read_bytes() == backup
