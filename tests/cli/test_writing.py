"""What a command may write over: its own earlier output, and nothing else; a database never."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from annotator.store import Store
from tests.cli.conftest import Call
from tests.store.support import add

WRITERS: dict[str, tuple[str, ...]] = {
    "csv": ("export", "csv", "{}"),
    "jsonl": ("export", "jsonl", "{}", "--no-manifest"),
    "html": ("export", "html", "{}"),
    "agree": ("agree", "--html", "{}", "--resamples", "100"),
    "lineage": ("phrases", "lineage", "nobody wanted this", "--all", "--html", "{}"),
}
FOLDERS: dict[str, tuple[str, ...]] = {
    "brat": ("export", "brat", "{}"),
    "conll": ("export", "conll", "{}", "--unfinished"),
    "signatures": ("phrases", "export-signatures", "{}"),
}
files = pytest.mark.parametrize("command", WRITERS.values(), ids=WRITERS)
folders = pytest.mark.parametrize("command", FOLDERS.values(), ids=FOLDERS)


def to(command: tuple[str, ...], target: object) -> list[str]:
    return [part.format(target) for part in command]


def contents(folder: Path) -> dict[str, str]:
    """Every file with its hash."""
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.rglob("*")
        if p.is_file()
    }


def log_of(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


@files
@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_database_is_never_written_over(
    cli: Call, project: Path, command: tuple[str, ...], force: tuple[str, ...]
) -> None:
    with Store.create("other.sqlite"):
        pass
    Path("link.csv").symlink_to(project)
    os.link(project, "hard.csv")
    for name in (project, "other.sqlite", "link.csv", "hard.csv", project.resolve()):
        before = contents(Path())
        refused = cli(*to(command, name), *force)
        assert (refused.code, "is a database" in refused.err) == (1, True), refused.err
        assert contents(Path()) == before
    assert cli("doctor").code == 0


@files
@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
def test_nothing_is_written_where_sqlite_has_its_log(
    cli: Call, project: Path, command: tuple[str, ...], suffix: str
) -> None:
    """Whether the log is there or not: SQLite would take a file of that name for its own."""
    place = log_of(project, suffix)
    refused = cli(*to(command, place), "--force")
    assert (refused.code, "belongs to the database" in refused.err) == (1, True), refused.err
    assert not place.exists()
    with Store.open(project) as held:  # has its log open meanwhile
        held.add_annotator("zoe")
        refused = cli(*to(command, place), "--force")
        assert refused.code == 1
    with Store.open(project) as store:
        assert "zoe" in store.annotators()


@folders
def test_a_folder_with_a_database_is_never_replaced(
    cli: Call, project: Path, command: tuple[str, ...]
) -> None:
    assert cli(*to(command, "out")).code == 0
    project.rename("out/annotations.db")
    for force in ((), ("--force",)):
        refused = cli("--db", "out/annotations.db", *to(command, "out"), *force)
        assert (refused.code, "database" in refused.err) == (1, True), refused.err
    assert cli("--db", "out/annotations.db", "doctor").code == 0


@files
@pytest.mark.parametrize(
    ("data", "what"),
    [(b"my notes\n", "a text"), (b"%PDF-1.7 thesis", "a PDF"), (b"PK\x03\x04 x", "a ZIP archive")],
)
def test_a_file_of_somebody_else_needs_force(
    cli: Call, project: Path, command: tuple[str, ...], data: bytes, what: str
) -> None:
    mine = Path("mine")
    mine.write_bytes(data)
    refused = cli(*to(command, mine))
    assert refused.code == 1
    assert f"error: mine: is {what}" in refused.err
    assert "--force" in refused.err
    assert mine.read_bytes() == data
    assert cli(*to(command, mine), "--force").code == 0
    assert mine.read_bytes() != data


@files
def test_the_second_time_and_a_changed_file(
    cli: Call, project: Path, command: tuple[str, ...]
) -> None:
    """Our own output is replaced without a question, until somebody has changed it."""
    again = [part for part in to(command, "out") if part != "--no-manifest"]
    for _ in range(3):
        done = cli(*again)
        assert done.code == 0, done.err
    with Path("out").open("ab") as stream:
        stream.write(b"<p>a day's work</p>")
    before = contents(Path())
    refused = cli(*again)
    assert (refused.code, "out: was changed since" in refused.err) == (1, True), refused.err
    assert contents(Path()) == before
    assert cli(*again, "--force").code == 0


def test_what_stands_beside_an_export_is_not_written_over_either(cli: Call, project: Path) -> None:
    for name in ("x.csv.manifest.json", "x.csv.README.md"):
        Path(name).write_text("{}", encoding="utf-8")
        before = contents(Path())
        refused = cli("export", "csv", "x.csv", "--card")
        assert (refused.code, f"{name}: is a text" in refused.err) == (1, True), refused.err
        assert contents(Path()) == before
        Path(name).unlink()


def test_an_earlier_export_goes_with_all_that_it_brought(cli: Call, project: Path) -> None:
    assert cli("export", "csv", "x.csv", "--card").code == 0
    assert cli("export", "csv", "x.csv", "--no-manifest").code == 0
    left = {p.name for p in Path().iterdir() if p.name.startswith("x.csv")}
    assert left == {"x.csv"}  # no manifest that tells of other bytes


@files
def test_a_folder_in_the_place_of_the_file(
    cli: Call, project: Path, command: tuple[str, ...]
) -> None:
    Path("here").mkdir()
    for force in ((), ("--force",)):
        refused = cli(*to(command, "here"), *force)
        assert (refused.code, "here: is a folder" in refused.err) == (1, True), refused.err
    assert list(Path("here").iterdir()) == []


@folders
def test_a_folder_of_other_things(cli: Call, project: Path, command: tuple[str, ...]) -> None:
    Path("mine").mkdir()
    Path("mine/manifest.json").write_text('{"name": "a web app"}', encoding="utf-8")
    Path("mine/thesis.txt").write_text("precious", encoding="utf-8")
    for force in ((), ("--force",)):
        refused = cli(*to(command, "mine"), *force)
        assert (refused.code, "holds other things" in refused.err) == (1, True), refused.err
    assert Path("mine/thesis.txt").read_text() == "precious"
    Path("file").write_text("x", encoding="utf-8")
    assert cli(*to(command, "file"), "--force").code == 1


@folders
def test_a_folder_of_ours_with_something_added(
    cli: Call, project: Path, command: tuple[str, ...]
) -> None:
    for _ in range(2):
        assert cli(*to(command, "out")).code == 0
    Path("out/notes.txt").write_text("precious", encoding="utf-8")
    refused = cli(*to(command, "out"))
    assert (refused.code, "notes.txt" in refused.err) == (1, True), refused.err
    assert Path("out/notes.txt").read_text() == "precious"
    Path("out/notes.txt").unlink()
    changed = sorted(p for p in Path("out").iterdir() if p.name != "manifest.json")[0]
    changed.write_bytes(b"mended by hand")
    refused = cli(*to(command, "out"))
    assert (refused.code, changed.name in refused.err) == (1, True), refused.err
    assert cli(*to(command, "out"), "--force").code == 0
    assert changed.read_bytes() != b"mended by hand"


@files
def test_a_fifo_is_written_into(cli: Call, project: Path, command: tuple[str, ...]) -> None:
    os.mkfifo("pipe")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(Path("pipe").read_bytes()), daemon=True)
    reader.start()
    done = cli(*to(command, "pipe"))
    assert done.code == 0, done.err
    assert stat.S_ISFIFO(Path("pipe").stat().st_mode)
    assert {p.name for p in Path().iterdir()} == {"annotations.db", "pipe"}
    reader.join(timeout=30)
    assert len(read[0]) > 100


def device(number: int, name: str) -> Path:
    """A character device of one's own: these tests must not harm the machine's if they fail."""
    try:
        os.mknod(name, stat.S_IFCHR | 0o666, os.makedev(1, number))
        with Path(name).open("wb"):
            pass
    except OSError:
        if os.geteuid() == 0:
            pytest.skip("no devices can be made here")
        return Path("/dev", name)  # which nobody but root could replace
    return Path(name)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@files
def test_a_device_is_written_into(cli: Call, project: Path, command: tuple[str, ...]) -> None:
    full, null = device(7, "full"), device(3, "null")
    before = set(Path().iterdir())
    done = cli(*to(command, full))
    assert (done.code, "No space left" in done.err) == (1, True), done.err
    assert cli(*to(command, null), "--force").code == 0
    for path in (full, null):
        assert stat.S_ISCHR(path.stat().st_mode)
    assert set(Path().iterdir()) == before
    assert cli("export", "brat", null).code == 1


def test_what_the_shell_opened_is_written_into(project: Path) -> None:
    program = f"{sys.executable} -c 'from annotator.cli.start import main; main()'"
    line = f"{program} export csv /dev/fd/3 3> a.csv && {program} export csv - > b.csv"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert Path("a.csv").read_bytes() == Path("b.csv").read_bytes() != b""


@pytest.mark.parametrize(("mask", "folder", "file"), [(0o077, 0o700, 0o600), (0o002, 0o775, 0o664)])
def test_exports_have_the_permissions_that_the_umask_wants(
    cli: Call, project: Path, mask: int, folder: int, file: int
) -> None:
    before = os.umask(mask)
    try:
        for command in (*FOLDERS.values(), WRITERS["csv"]):
            target = Path(f"out-{command[1]}")
            assert cli(*to(command, target)).code == 0
            found = [p for p in [target, *target.rglob("*")] if target.is_dir()] or [target]
            for path in found:
                wanted = folder if path.is_dir() else file
                assert stat.S_IMODE(path.stat().st_mode) == wanted, path
    finally:
        os.umask(before)


def test_an_export_that_was_made_private_stays_private(cli: Call, project: Path) -> None:
    for command, mode in ((WRITERS["csv"], 0o600), (FOLDERS["brat"], 0o700)):
        assert cli(*to(command, "out")).code == 0
        Path("out").chmod(mode)
        assert cli(*to(command, "out")).code == 0
        assert stat.S_IMODE(Path("out").stat().st_mode) == mode
        for path in Path().glob("out*"):
            path.rename(f"done-{command[1]}{path.name}")


def test_a_link_goes_on_pointing_to_its_file(cli: Call, project: Path) -> None:
    Path("elsewhere").mkdir()
    Path("x.csv").symlink_to("elsewhere/real.csv")
    for _ in range(2):
        assert cli("export", "csv", "x.csv").code == 0
        assert Path("x.csv").is_symlink()
        assert Path("elsewhere/real.csv").stat().st_size > 100


def test_names_of_files_show_what_they_are(cli: Call, project: Path) -> None:
    """No control (also of C1), nothing invisible, nothing that turns the direction of what
    follows."""
    name = "a\u202egnp.exe\x9b2J\u200b\u2066x\x1b[0m\x85\u2028"
    with Store.open(project) as store:
        add(store, "Ana said it is late.", name=name)
    for form in ("brat", "gate", "webanno", "uima"):
        assert cli("export", form, form).code == 0
        found = [p.name for p in Path(form).iterdir() if "gnp" in p.name]
        assert found
        for path in found:
            assert path.startswith("a_gnp.exe_2J__x_[0m")
            assert path.isprintable()
