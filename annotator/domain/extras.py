"""What an optional extra consists of, and the command that adds it to this very copy.

The name on the package index that looks like ours belongs to another project, and a copy may come
from a checkout, a file or an index. So hints name the packages of the extra themselves, for the
interpreter that runs: that is right however this copy was installed.
"""

from __future__ import annotations

import re
import shlex
import sys
from typing import Final

from annotator.domain.errors import MissingExtraError

DISTRIBUTION: Final = "news-annotator"
"""The name of the distribution; the import package and the command are `annotator`."""
_OF_EXTRA: Final = re.compile(
    r"^(?P<package>[^;]+?)\s*;.*\bextra\s*==\s*['\"](?P<extra>[\w.-]+)['\"]"
)


def packages(extra: str) -> list[str]:
    """The requirements of an extra, as pip takes them: ["openpyxl>=3.1", ...].

    Empty when nothing says what was installed (the program runs from a bare folder).
    """
    from importlib.metadata import PackageNotFoundError, requires

    try:
        found = map(_OF_EXTRA.match, requires(DISTRIBUTION) or ())
    except PackageNotFoundError:
        return []
    return sorted(m["package"] for m in found if m and m["extra"] == extra)


def install_hint(extra: str) -> str:
    """The command that adds an extra to the environment that this program runs in."""
    from importlib.util import find_spec

    wanted = " ".join(shlex.quote(p) for p in packages(extra))
    if not wanted:
        return f"in a checkout: pip install '.[{extra}]'"
    python = shlex.quote(sys.executable or "python3")
    # Environments made by uv have no pip of their own.
    if find_spec("pip") is None:
        return f"uv pip install --python {python} {wanted}"
    return f"{python} -m pip install {wanted}"


def missing(what: str, extra: str, otherwise: str = "") -> MissingExtraError:
    """The error for a feature whose packages are not installed.

    Args:
        what: What is missing for what: "Parquet needs pyarrow".
        extra: The optional extra that brings it.
        otherwise: What can be done instead.
    """
    return MissingExtraError(what, install_hint(extra) + (f"; {otherwise}" if otherwise else ""))
