"""Install optional extras one by one; one that cannot be had is said, and the rest goes on.

    python -m tools.extras nlp-model encoder html

Some extras are single packages of others, which an index may lose any day. Neither `make demo` nor
`make test` stands or falls with them.
"""

import sys
import tomllib
from pathlib import Path
from typing import Final

from tools import installing

ROOT: Final = Path(__file__).resolve().parent.parent
WITHOUT: Final = {
    "nlp-model": "only quotations are suggested, and sentences are found by rules",
    "encoder": "`annotator learn` starts from nothing instead of a pretrained model",
    "html": "web pages are read by a simple reader",
}
"""What is different without an extra."""
WHAT: Final = {
    "nlp-model": "the language pipeline, which reads sentences",
    "encoder": "the encoder, from which a model learns",
    "html": "the reader of web pages",
}


def install(extra: str) -> bool:
    """Install the packages of an extra; False, and a note on stderr, when that fails."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["optional-dependencies"][extra]
    code, said = installing.install(*wanted)
    if code == 0:
        return True
    errors = [line for line in said.splitlines() if line.startswith("ERROR")]
    print(f"note: the extra {extra} ({', '.join(wanted)}) could not be installed", file=sys.stderr)
    if errors:
        print(f"note: pip says: {errors[-1].removeprefix('ERROR: ')}", file=sys.stderr)
    print(f"note: going on without it: {WITHOUT[extra]}", file=sys.stderr)
    return False


def main() -> None:
    """Install each extra that is named; always exit 0."""
    for extra in sys.argv[1:]:
        print(f"adding {WHAT[extra]}", file=sys.stderr, flush=True)
        install(extra)


if __name__ == "__main__":
    main()
