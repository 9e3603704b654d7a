"""The programs that `annotator export train --for NAME` writes for."""

from __future__ import annotations

from typing import Final

from annotator.domain.errors import InputError
from annotator.formats.training.hf_target import SPAN, TOKEN
from annotator.formats.training.prodigy_target import PRODIGY
from annotator.formats.training.spacy_target import NER, SPANCAT, TEXTCAT
from annotator.formats.training.text_target import SETFIT
from annotator.formats.training.work import Consumer

TARGETS: Final = (NER, SPANCAT, TEXTCAT, TOKEN, SPAN, SETFIT, PRODIGY)


def target(name: str) -> Consumer:
    """The target of a name.

    Raises:
        InputError: when there is none.
    """
    found = next((t for t in TARGETS if t.name == name), None)
    if found is None:
        known = ", ".join(t.name for t in TARGETS)
        asked = f"no target {name!r}" if name else "what the data is for was not said"
        raise InputError(asked, f"--for takes {known}")
    return found
