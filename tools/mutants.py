"""Mutation testing of one room, on a seeded sample: how much of a changed program do tests notice?

    make mutants ROOM=domain SAMPLE=200 SEED=1     a room of ROOMS below
    make mutants ROOM=formats.brat                 a module of a room, or a folder: report.render
    make mutants ROOM=session AGAIN=1              run again what is known too

mutmut 3 makes the mutants of all functions and methods without decorators, and knows which test
reaches which function; a mutant costs one fork and the tests that reach it. What was found is kept
in `.mutants/ROOM/results.json`: a mutant is run when it never was, when its function changed, or
when it lived and the tests or the room changed since. A mutant that was killed stays killed while
its function stays the same.
"""

from __future__ import annotations

import argparse
import contextlib
import fnmatch
import hashlib
import json
import math
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from mutmut.mutation.data import SourceFileMutationData

ROOT: Final = Path(__file__).resolve().parent.parent
WORK: Final = ROOT / ".mutants"
LINKED: Final = ("annotator", "tests", "pyproject.toml", "db", "fixtures", "docs", "README.md")
"""What the tests need to be found beside the mutated program."""


class Room(NamedTuple):
    """Where a room's mutants are made, and the tests that are held against them."""

    code: tuple[str, ...]
    tests: tuple[str, ...]


ROOMS: Final[Mapping[str, Room]] = {
    "domain": Room(
        ("annotator/domain/*",),
        (
            "tests/domain",
            "tests/session",
            "tests/store/test_alike.py",
            "tests/store/test_columns.py",
            "tests/store/test_importing.py",
            "tests/store/test_journal.py",
            "tests/report/test_second_pass.py",
        ),
    ),
    "session": Room(
        ("annotator/session/*",), ("tests/session", "tests/report/test_adjudication.py")
    ),
    "alignment": Room(
        ("annotator/alignment/*",),
        (
            "tests/alignment",
            "tests/agreement/test_claims.py",
            "tests/agreement/test_matching.py",
            "tests/agreement/test_spans.py",
        ),
    ),
    "agreement": Room(("annotator/agreement/*",), ("tests/agreement",)),
    "report": Room(("annotator/report/*",), ("tests/report",)),
    "formats": Room(("annotator/formats/*",), ("tests/formats",)),
}
APART: Final = ("tests/agreement/test_models.py::test_measures_import_numpy_and_no_more",)
"""Tests of what a fresh process imports: with mutants it imports mutmut too."""
KILLED: Final = ("killed", "timed out")
"""Endings that mean a test noticed: one failed, or what should end did not."""


@dataclass(frozen=True)
class Mutant:
    """One change of one function.

    Attributes:
        name: mutmut's, as `annotator.domain.ids.x_new_id__mutmut_1`.
        path: Of the module, from the root.
        function: Digest of the function it changes.
    """

    name: str
    path: str
    function: str


@dataclass(frozen=True)
class Ending:
    """What became of a mutant, and against what it was held."""

    status: str
    function: str
    against: str
    """Digest of the room and its tests."""


@dataclass(frozen=True)
class Figures:
    """The share of a sample that tests noticed."""

    mutants: int
    sampled: int
    counts: Counter[str]

    @property
    def killed(self) -> int:
        """Those that a test noticed, the timed out ones among them."""
        return sum(self.counts[status] for status in KILLED)


def wilson(hits: int, total: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927): sound for small samples and shares near 1."""
    if not total:
        return 0.0, 1.0
    share, spread = hits / total, z * z / total
    centre = share + spread / 2
    half = z * math.sqrt(share * (1 - share) / total + spread / total / 4)
    return max(0.0, (centre - half) / (1 + spread)), min(1.0, (centre + half) / (1 + spread))


def sample(names: Iterable[str], size: int | None, seed: str) -> list[str]:
    """So many of the names, the same ones for the same seed; all without a size."""
    ordered = sorted(names)
    if size is None or size >= len(ordered):
        return ordered
    return sorted(random.Random(seed).sample(ordered, size))  # noqa: S311 - no secret


def to_run(
    wanted: Iterable[Mutant], known: Mapping[str, Ending], against: str, *, again: bool
) -> list[Mutant]:
    """Those of which nothing is known that still holds."""

    def holds(mutant: Mutant) -> bool:
        ending = known.get(mutant.name)
        if ending is None or ending.function != mutant.function:
            return False
        return ending.status in KILLED or ending.against == against

    return [mutant for mutant in wanted if again or not holds(mutant)]


class Workspace:
    """A folder outside git in which mutmut works on one room."""

    def __init__(self, name: str) -> None:
        self.name, self.room = name, ROOMS[name]
        self.folder = WORK / name
        self._results = self.folder / "results.json"

    def prepare(self) -> None:
        """Link the tree, write mutmut's settings, and take away what is no longer in the tree."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in LINKED:
            link = self.folder / name
            if not link.is_symlink():
                link.symlink_to(ROOT / name)
        apart = [f"--deselect={test}" for test in APART]
        settings = "\n".join(
            (
                "[mutmut]",
                "source_paths = annotator",
                _setting("only_mutate", self.room.code),
                # Tests on the corpora take long and are skipped elsewhere.
                _setting(
                    "pytest_add_cli_args", ("-m", "not slow", "-p", "no:cacheprovider", *apart)
                ),
                _setting("pytest_add_cli_args_test_selection", self.room.tests),
                _setting("also_copy", LINKED[3:]),
                "timeout_constant = 4",
                "use_git_change_detection = false",
                "on_dependency_change = ignore",
                "",
            )
        )
        made = self.folder / "mutants"
        config = self.folder / "setup.cfg"
        if not config.exists() or config.read_text(encoding="utf-8") != settings:
            # With other settings other files are mutated, which mutmut does not look for.
            shutil.rmtree(made, ignore_errors=True)
            config.write_text(settings, encoding="utf-8")
        # Which test reaches what is asked anew after any change: mutmut asks new tests alone.
        stamp, against = self.folder / "reached", self.against()
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != against:
            (made / "mutmut-stats.json").unlink(missing_ok=True)
            stamp.write_text(against, encoding="utf-8")
        # mutmut copies the tests over those that are there, and other files only where none is.
        shutil.rmtree(made / "tests", ignore_errors=True)
        for path in (made / "annotator").rglob("*"):
            source = self.folder / path.relative_to(made)
            beside = path.suffix in (".meta", ".spans")
            source = source.with_suffix("") if beside else source
            if path.is_file() and (
                path.suffix not in (".py", ".meta", ".spans") or not source.exists()
            ):
                path.unlink()

    def mutants(self) -> list[Mutant]:
        """All mutants of the room, as mutmut will make them."""
        from mutmut.mutation.file_mutation import mutate_file_contents
        from mutmut.utils.format_utils import get_mutant_name, mangled_name_from_mutant_name

        out = []
        with contextlib.chdir(self.folder):
            for path in sorted(p for code in self.room.code for p in modules(code)):
                made = mutate_file_contents(str(path), path.read_text(encoding="utf-8"))
                for name in made.mutant_names:
                    function = made.hash_by_function_name.get(mangled_name_from_mutant_name(name))
                    out.append(Mutant(get_mutant_name(path, name), str(path), function or ""))
        return out

    def against(self) -> str:
        """Digest of the room and of the tests that are held against it."""
        digest = hashlib.sha256()
        roots = [ROOT / t for t in self.room.tests] + [
            ROOT / path for code in self.room.code for path in modules(code, ROOT)
        ]
        for root in roots:
            for path in sorted(root.rglob("*.py")) if root.is_dir() else [root]:
                digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
        return digest.hexdigest()[:12]

    def known(self) -> dict[str, Ending]:
        """What was found so far, by the name of the mutant."""
        if not self._results.exists():
            return {}
        stored = json.loads(self._results.read_text(encoding="utf-8"))
        return {name: Ending(**ending) for name, ending in stored.items()}

    def run(self, mutants: Sequence[Mutant], jobs: int) -> None:
        """Run mutants and keep what became of them, also of those before an interruption.

        Raises:
            SystemExit: when mutmut fails, for example because a test fails without any mutant.
        """
        against = self.against()
        self._forget(mutants)
        command = [Path(sys.executable).with_name("mutmut"), "run", "--max-children", str(jobs)]
        # With CI hypothesis takes the same examples each time: what kills a mutant kills it again.
        # Random layouts in fewer rounds than usual: what lives costs all of its tests.
        env = os.environ | {"CI": "1", "ANNOTATOR_SHARED": "none", "ANNOTATOR_ROUNDS": "2"}
        log = self.folder / "mutmut.log"
        try:
            with log.open("wb") as stream:
                done = subprocess.run(
                    [*command, *(m.name for m in mutants)],
                    cwd=self.folder,
                    env=env,
                    check=False,
                    stdout=stream,
                    stderr=subprocess.STDOUT,
                )
        finally:
            known = self.known()
            for mutant, status in self._endings(mutants):
                known[mutant.name] = Ending(status, mutant.function, against)
            stored = {name: asdict(ending) for name, ending in sorted(known.items())}
            self._results.write_text(json.dumps(stored, indent=1), encoding="utf-8")
        if done.returncode:
            raise SystemExit(f"error: mutmut ended with exit code {done.returncode}: see {log}")

    def _forget(self, mutants: Sequence[Mutant]) -> None:
        """Let mutmut's own records of an earlier run not pass for those of this one."""
        for data, names in self._records(mutants):
            for name in names & data.exit_code_by_key.keys():
                data.exit_code_by_key[name] = None
            if data.exit_code_by_key:
                data.save()

    def _endings(self, mutants: Sequence[Mutant]) -> Iterator[tuple[Mutant, str]]:
        from mutmut.stats import status_by_exit_code

        words = {"timeout": "timed out", "no tests": "not reached"}
        by_name = {m.name: m for m in mutants}
        for data, names in self._records(mutants):
            for name in names:
                code = data.exit_code_by_key.get(name)
                if code is not None:
                    status = status_by_exit_code[code]
                    yield by_name[name], words.get(status, status)

    def _records(
        self, mutants: Sequence[Mutant]
    ) -> Iterator[tuple[SourceFileMutationData, set[str]]]:
        from mutmut.mutation.data import SourceFileMutationData

        with contextlib.chdir(self.folder):
            for path in sorted({m.path for m in mutants}):
                data = SourceFileMutationData(path=path)
                data.load()
                yield data, {m.name for m in mutants if m.path == path}

    def difference(self, mutant: Mutant) -> str:
        """The lines that a mutant changes, as a diff of its function."""
        from mutmut.mutation.diff_apply import get_diff_for_mutant

        with contextlib.chdir(self.folder):
            found = str(get_diff_for_mutant(mutant.name, path=mutant.path))
        return "\n".join(
            line for line in found.splitlines()[2:] if line.startswith(("+", "-", "@"))
        )


def _setting(name: str, values: Iterable[str]) -> str:
    return "\n".join((f"{name} =", *(f"    {value}" for value in values)))


def modules(code: str, root: Path = Path()) -> list[Path]:
    """The modules of a pattern as mutmut takes it: `*` goes through folders."""
    folder = code.split("*")[0].rstrip("/")
    found = (path.relative_to(root) for path in (root / folder).rglob("*.py"))
    return [path for path in found if fnmatch.fnmatch(path.as_posix(), code)]


def report(room: str, figures: Figures) -> str:
    """One line of figures, and its head."""
    low, high = wilson(figures.killed, figures.sampled)
    share = figures.killed / figures.sampled if figures.sampled else 0.0
    others = figures.sampled - sum(
        figures.counts[s] for s in ("killed", "timed out", "survived", "not reached")
    )
    return (
        "room            mutants  sampled  killed  timed out  survived  not reached  other  share"
        "   95 % interval\n"
        f"{room:<15} {figures.mutants:7}  {figures.sampled:7}  {figures.counts['killed']:6}"
        f"  {figures.counts['timed out']:9}  {figures.counts['survived']:8}"
        f"  {figures.counts['not reached']:11}  {others:5}  {share:5.1%}  {low:.1%} to {high:.1%}"
    )


def main() -> None:
    """Draw the sample, run what is not known of it, and say what lived."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("room", help=f"one of {', '.join(ROOMS)}, or a module of one: domain.spans")
    parser.add_argument("--sample", type=int, help="how many mutants; all without")
    parser.add_argument("--seed", default="1", help="which ones (default 1)")
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time (default 1)")
    parser.add_argument("--again", action="store_true", help="run also what is known")
    parser.add_argument("--known", action="store_true", help="run nothing, report what is known")
    given = parser.parse_args()
    name, _, module = given.room.partition(".")
    if name not in ROOMS:
        parser.error(f"no room {name!r}: choose from {', '.join(ROOMS)}")
    workspace = Workspace(name)
    workspace.prepare()
    prefix = f"annotator.{given.room}."
    mutants = {m.name: m for m in workspace.mutants() if not module or m.name.startswith(prefix)}
    if not mutants:
        parser.error(f"no mutants in {given.room!r}")
    wanted = [mutants[n] for n in sample(mutants, given.sample, given.seed)]
    known, against = workspace.known(), workspace.against()
    open_ = [] if given.known else to_run(wanted, known, against, again=given.again)
    print(f"{given.room}: {len(mutants)} mutants, {len(wanted)} sampled, {len(open_)} to run")
    if open_:
        workspace.run(open_, given.jobs)
        known = workspace.known()
    wanted = [m for m in wanted if m.name in known]
    lived = [m for m in wanted if known[m.name].status not in KILLED]
    for mutant in lived:
        print(f"\n{known[mutant.name].status}: {mutant.name}\n{workspace.difference(mutant)}")
    counts = Counter(known[m.name].status for m in wanted)
    print("\n" + report(given.room, Figures(len(mutants), len(wanted), counts)))


if __name__ == "__main__":
    main()
