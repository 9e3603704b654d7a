"""Arrays and JSON on disk: replaced whole, read without running any code."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.domain.errors import InputError

Floats = NDArray[np.float32]


def write_arrays(path: Path, arrays: Mapping[str, NDArray[np.floating[Any]]]) -> None:
    """Write arrays (no pickle), replacing the file whole."""
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def read_arrays(path: Path) -> dict[str, Floats]:
    """Read what `write_arrays` wrote; pickled objects are refused.

    Raises:
        InputError: the file is missing or damaged.
    """
    try:
        # numpy leaves the file open when the archive is damaged, so it is opened here.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: cannot be used ({error})", "train the model again") from error


def write_json(path: Path, value: object) -> None:
    """Write JSON, replacing the file whole."""
    part = path.with_name(path.name + ".part")
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    part.write_text(text + "\n", encoding="utf-8")
    part.replace(path)
