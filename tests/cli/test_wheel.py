"""The wheel, as people install it: built, put into a clean environment, and used from there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout; hatchling is used as it is installed, so no network is needed."""
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (found,) = out.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of a clean environment with the wheel in it.

    The packages it depends on are taken from this environment, by a path file that does not carry
    over the editable install.
    """
    home = tmp_path_factory.mktemp("clean")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    scripts = home / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(scripts / "python"), "install", "--quiet",
         "--no-deps", "--no-index", "--disable-pip-version-check", str(wheel)],
        check=True,
    )  # fmt: skip
    (packages,) = home.glob("**/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return scripts


def call(environment: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [environment / "annotator", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
    )


def test_the_wheel_holds_what_the_program_needs_and_no_more(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "annotator/_db/migrations/0001_core.sql",
        "annotator/_db/queries/log.sql",
        "annotator/_demo/tour.toml",
        "annotator/schemes/news.toml",
        "annotator/py.typed",
    ):
        assert needed in names
    assert any(n.startswith("annotator/_demo/articles/") for n in names)
    assert any(n.endswith(".tcss") for n in names)
    pages = {
        p.name for p in (ROOT / "annotator" / "pages").iterdir() if p.suffix in (".j2", ".css")
    }
    assert len(pages) > 4
    assert pages <= {n.removeprefix("annotator/pages/") for n in names}
    assert not [n for n in names if n.startswith(("tests/", "fixtures/", "docs/", "db/"))]
    assert not [n for n in names if "__pycache__" in n]


def test_a_new_project_from_the_installed_wheel(environment: Path, tmp_path: Path) -> None:
    article = tmp_path / "bridge.txt"
    article.write_text("Bridge stays shut\n\n“Nobody wanted this,” Ana Ruiz said.\n", "utf-8")
    made = call(environment, "init", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    added = call(environment, "add", "bridge.txt", cwd=tmp_path)
    assert added.returncode == 0, added.stderr
    rows = json.loads(call(environment, "list", "--json", cwd=tmp_path).stdout)
    assert [(r["name"], r["title"]) for r in rows] == [("bridge", "Bridge stays shut")]
    checked = call(environment, "doctor", cwd=tmp_path)
    assert checked.returncode == 0, checked.stderr


def test_the_installed_program_is_the_wheels_with_its_samples(
    environment: Path, tmp_path: Path
) -> None:
    code = (
        "import annotator; from annotator.project.samples import samples;"
        "print(annotator.__file__); print(*sorted(p.name for p in samples().iterdir()))"
    )
    done = subprocess.run(
        [environment / "python", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
    )
    where, samples = done.stdout.splitlines()
    assert Path(where).is_relative_to(environment.parent)
    assert {"articles", "tour.toml"} <= set(samples.split())


def test_the_examples_run_from_the_installed_wheel(environment: Path, tmp_path: Path) -> None:
    code = (
        "import doctest, importlib, pathlib, annotator\n"
        "home = pathlib.Path(annotator.__file__).parent\n"
        "found = [p for p in sorted(home.rglob('*.py')) if '>>> ' in p.read_text('utf-8')]\n"
        "names = ['.'.join(p.relative_to(home.parent).with_suffix('').parts) for p in found]\n"
        "results = [doctest.testmod(importlib.import_module(n)) for n in names]\n"
        "print(home, sum(r.attempted for r in results), sum(r.failed for r in results))\n"
    )
    done = subprocess.run(
        [environment / "python", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
    )
    home, attempted, failed = done.stdout.splitlines()[-1].split()
    assert Path(home).is_relative_to(environment.parent)
    assert int(attempted) > 20
    assert failed == "0", done.stdout
