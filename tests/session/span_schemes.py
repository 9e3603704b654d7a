"""Schemes with span layers, drawn at random: with claims or without, with keys or without."""

from __future__ import annotations

import json
from string import ascii_lowercase

from hypothesis import strategies as st

from annotator.domain.scheme import Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.session.actions import reserved_keys

FREE = sorted({*ascii_lowercase, *"0123456789äßжé"} - reserved_keys().keys())
"""Characters that may be keys of labels."""
LAYERS = ["entity", "event", "mark", "wörter", "Ort"]


@st.composite
def span_schemes(draw: st.DrawFn, *, claims: bool | None = None) -> Scheme:
    """A scheme of one to three span layers; with `claims` (or by chance) two roles beside them."""
    keys = iter(draw(st.permutations(FREE)))
    parts = ['name = "drawn"']
    if draw(st.booleans()) if claims is None else claims:
        for role in ("Aussage", "Quelle"):
            parts += [f'[[role]]\nname = "{role}"']
    layers = draw(st.lists(st.sampled_from(LAYERS), min_size=1, max_size=3, unique=True))
    for layer in layers:
        parts += [f'[[span]]\nname = "{layer}"\ntitle = "{layer} (title)"']
    for layer in (*layers, *draw(st.sampled_from([(), ("sentence",), ("article",)]))):
        values = [
            {"name": f"{layer}-{n}", **({"key": next(keys)} if draw(st.booleans()) else {})}
            for n in range(draw(st.integers(1, 3)))
        ]
        kind = draw(st.sampled_from(["one", "one", "several"]))
        listed = ", ".join(
            "{" + ", ".join(f"{k} = {json.dumps(v)}" for k, v in v.items()) + "}" for v in values
        )
        parts += [
            f'[[attribute]]\nname = "type"\nlayer = "{layer}"\nkind = "{kind}"\nvalues = [{listed}]'
        ]
    return parse_scheme("\n".join(parts), reserved_keys())
