"""Make a release ready: build it, install the wheel as a stranger would, and use it from there.

    make release                         # check, build, try; the files are left in dist/
    make release ARGS=--rehearse         # the same before the version and its notes are written
    make release ARGS="--keep DIR"       # keep the clean environment in DIR, to look at

Nothing is published and nothing is tagged: the last lines say what is left for a person to do. It
is refused where something is not committed or CHANGELOG.md does not speak of the version. Network
is needed, since the clean environment takes its packages from the index.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PATIENCE: Final = 60.0
"""Seconds until the first paint of the demo, on a machine that is busy."""


class Refused(Exception):
    """Why this cannot be released, and what to do about it."""


def version() -> str:
    """The version that the package says it has."""
    text = (ROOT / "annotator/version.py").read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith("__version__")]
    return line.split('"')[1]


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """Run a command and return what it printed.

    Raises:
        Refused: when it fails, with the end of what it said.
    """
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-8:]
        raise Refused(f"{' '.join(map(str, command))} failed:\n  " + "\n  ".join(said))
    return done.stdout


def check_tree() -> None:
    """Only what is committed and written about can be released.

    Raises:
        Refused: when files are changed, or the version has no section in CHANGELOG.md.
    """
    if changed := run("git", "status", "--porcelain").splitlines():
        raise Refused(f"{len(changed)} files are not committed, first: {changed[0]}")
    heads = [
        line.split()[1].strip("[]:")
        for line in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("## ")
    ]
    if heads[:1] != [version()]:
        raise Refused(f"CHANGELOG.md must begin with {version()!r}, not with {heads[:1]}")


def build(out: Path) -> Path:
    """Build the source archive, and the wheel from it alone; returns the wheel."""
    for old in out.glob("news_annotator-*"):
        old.unlink()
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", out)
    (archive,) = out.glob("*.tar.gz")
    with tempfile.TemporaryDirectory() as unpacked:
        shutil.unpack_archive(archive, unpacked, filter="data")
        (source,) = Path(unpacked).iterdir()
        run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out, cwd=source)
    (wheel,) = out.glob("*.whl")
    return wheel


def install(wheel: Path, home: Path) -> Path:
    """Install the wheel and what it needs in a new environment; returns its programs' folder."""
    venv.create(home, with_pip=True, clear=True)
    scripts = home / ("Scripts" if sys.platform == "win32" else "bin")
    run(
        scripts / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet",
        "-c", ROOT / "constraints.txt", wheel,
    )  # fmt: skip
    return scripts


def demo(scripts: Path, folder: Path) -> list[str]:
    """Open the demo on a terminal that nobody sees, move, and leave by the key; returns the screen.

    Raises:
        Refused: when no article is on the screen in time, or the program does not end well.
    """
    from tests.crash.terminal import Terminal

    terminal = Terminal([str(scripts / "annotator"), "demo", "--keep", str(folder)], size=(80, 24))
    try:
        if not terminal.read_until("Bridge", PATIENCE):
            raise Refused("the demo showed no article:\n" + terminal.text())
        terminal.press("j")
        terminal.read_until_quiet()
        shown = terminal.text().splitlines()
        terminal.press("ctrl+q")
        if not terminal.read_until_end(PATIENCE) or terminal.process.returncode:
            raise Refused(f"the demo did not end well: {terminal.process.poll()}")
    finally:
        terminal.kill()
    return shown


def main(arguments: list[str] | None = None) -> int:
    """Do all of it; 0 when the files in dist/ may go out, 1 with the reason when not."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.release",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rehearse", action="store_true", help="do not look at tree and notes")
    parser.add_argument("--keep", type=Path, help="keep the clean environment in this folder")
    options = parser.parse_args(arguments)
    try:
        if not options.rehearse:
            check_tree()
        wheel = build(ROOT / "dist")
        print(f"built {wheel.name} and the source archive, in dist/")
        with tempfile.TemporaryDirectory() as scratch:
            home = options.keep or Path(scratch) / "clean"
            scripts = install(wheel, home)
            said = run(scripts / "annotator", "--version", cwd=Path(scratch)).strip()
            if said != f"annotator {version()}":
                raise Refused(f"the wheel says {said!r}")
            print(f"installed in a clean environment: {said}")
            shown = demo(scripts, Path(scratch) / "demo")
            print("the demo opened, took keys and ended; its screen:")
            print("\n".join(f"  | {line.rstrip()}" for line in shown[:6]))
    except Refused as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"].get("urls")
    if not urls:
        print("note: [project.urls] is empty: write the public address there first")
    if options.rehearse:
        print("a rehearsal: nothing of this may go out")
        return 0
    print(f"left for a person: git tag v{version()}, push it, and upload dist/ with twine")
    return 0


if __name__ == "__main__":
    sys.exit(main())
