"""Whatever the scheme and whatever the step: its source stays sound, annotations are brought."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from annotator.codebook import edit
from annotator.codebook.parts import Named, through
from annotator.domain.errors import SchemeError
from annotator.domain.migration import brought, steps_between
from annotator.domain.model import Annotation
from annotator.domain.scheme import Scheme
from annotator.domain.scheme_file import parse_scheme
from annotator.domain.scheme_steps import SchemeStep
from tests.codebook import schemes

REFUSED = "cannot be a name|program's own|cannot be archived|relation's own name|stands twice"


def taken(scheme: Scheme, step: SchemeStep | Named) -> Scheme | None:
    """The scheme after a step; None where the new name cannot be one, which is said."""
    said = ""
    try:
        toml = edit.archived(scheme, step) if isinstance(step, Named) else edit.after(scheme, step)
        return parse_scheme(toml, {})
    except SchemeError as error:
        said = error.message
    assert re.search(REFUSED, said), said
    return None


@settings(max_examples=300, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_after_any_steps_the_annotations_have_no_unknown_label(data: st.DataObject) -> None:
    first = scheme = parse_scheme(data.draw(schemes.sources()), {})
    before = [replace(a, scheme=first.version) for a in data.draw(schemes.allowed(first))]
    assert [first.faults(a) for a in before] == [()] * len(before)
    stepped: list[Annotation] = before
    for _ in range(data.draw(st.integers(1, 5))):
        step = data.draw(schemes.steps(scheme))
        now = taken(scheme, step) if step is not None else None
        if step is None or now is None:
            continue
        assert not set(re.findall('"gone .*"', now.toml)), now.toml
        event(step.change + " " + step.part if isinstance(step, SchemeStep) else "archive")
        assert set(re.findall("# of .*", first.toml)) <= set(re.findall("# of .*", now.toml))
        assert now.history == (*scheme.history, *([step] if isinstance(step, SchemeStep) else []))
        if isinstance(step, SchemeStep):
            content = through(Named("role", scheme.content_name), [step]).name
            assert now.content_name == content, now.toml
        stepped = [brought(a, now.history[len(scheme.history) :], now) for a in stepped]
        scheme = now
    assert [scheme.faults(a) for a in stepped] == [()] * len(before)
    # Those who come late, by all steps at once, arrive at the same.
    steps = steps_between(first, scheme)
    assert steps == scheme.history
    late = [brought(a, steps, scheme) for a in before]
    assert [scheme.faults(a) for a in late] == [()] * len(before)
    for a, b, c in zip(before, stepped, late, strict=True):
        assert (b.fragments, dict(b.attributes)) == (c.fragments, dict(c.attributes))
        assert (c is a) == (c.scheme == first.version) or scheme.version == first.version
        # Nothing is lost but the difference between names that are one now.
        assert {f[1:3] for f in a.fragments} == {f[1:3] for f in c.fragments}
        assert len(a.attributes) == len(c.attributes)
        assert replace(c, fragments=(), attributes={}, scheme="") == replace(
            a, fragments=(), attributes={}, scheme=""
        )
