"""The engine as a spaCy component."""

from __future__ import annotations

import subprocess
import sys

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from annotator.attribution.engine import attribute


def test_component(nlp: Language) -> None:
    pipe = spacy.blank("en")
    for name in nlp.pipe_names:
        pipe.add_pipe(name, source=nlp)
    pipe.add_pipe("attribution")
    doc = pipe("“We won,” Ana Ruiz said. The mayor denied that money was lost.")
    assert [span.text for span in doc.spans["attribution_source"]] == ["Ana Ruiz", "The mayor"]
    assert [span.text for span in doc.spans["attribution_cue"]] == ["said", "denied"]
    assert [span.text for span in doc.spans["attribution_content"]] == [
        "“We won,”",
        "that money was lost",
    ]
    assert [span.id for span in doc.spans["attribution_cue"]] == [0, 1]
    assert doc._.attributions.claims == attribute(doc).claims


def test_component_survives_serialising(nlp: Language) -> None:
    pipe = spacy.blank("en")
    for name in nlp.pipe_names:
        pipe.add_pipe(name, source=nlp)
    pipe.add_pipe("attribution", config={"spans_prefix": "who"})
    doc = pipe("“We won,” Ana Ruiz said.")
    back = Doc(pipe.vocab).from_bytes(doc.to_bytes(exclude=["user_data"]))
    assert [span.text for span in back.spans["who_content"]] == ["“We won,”"]


def test_component_on_an_empty_document() -> None:
    pipe = spacy.blank("en")
    pipe.add_pipe("attribution")
    assert list(pipe("").spans["attribution_cue"]) == []


def test_component_is_found_without_an_import() -> None:
    """In a fresh interpreter, as somebody's own pipeline meets it."""
    code = (
        "import sys, spacy; nlp = spacy.blank('en'); nlp.add_pipe('attribution');"
        "assert 'textual' not in sys.modules; print(nlp.pipe_names)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "['attribution']"), done.stderr
