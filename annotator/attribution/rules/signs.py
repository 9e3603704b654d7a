"""Few signs, beside its score, that tell whether a proposed claim is right."""

from __future__ import annotations

from math import log1p
from typing import Final

from annotator.attribution.calibration import Signs
from annotator.attribution.rules.candidates import Candidate
from annotator.attribution.rules.lexicon import words
from annotator.attribution.rules.syntax import Tree

_HE: Final = frozenset(("he", "she"))
_I: Final = frozenset(("i", "we", "you", "me", "us"))
_IT: Final = frozenset(
    """it this that which these those what there nothing everything something""".split()  # noqa: SIM905
)


def signs_of(tree: Tree, candidate: Candidate, *, nested: bool) -> Signs:
    """The signs of a candidate; one that is not there is absent, amounts are log(1 + tokens).

    `nested` claims stand in what somebody says, so that a cue in quotation marks tells nothing
    against them; outside of everybody's content it mostly belongs to a quotation that is one claim.
    """
    parse = tree.parse
    i = candidate.token
    out = {
        "tokens before the cue": log1p(i - tree.sentence(i)[0]),
        "tokens of content": log1p(sum(hi - lo for lo, hi in candidate.content)),
    }
    if tree.quote_of[i] >= 0 and not nested:
        out["cue in a quotation"] = 1.0
    if candidate.source_head is not None:
        kind = _source(tree, candidate.source_head)
        if kind:
            out[f"source: {kind}"] = 1.0
        if parse.heads[candidate.source_head] == i:
            out["source is the cue's subject"] = 1.0
    if parse.deps[i] == "ROOT":
        out["cue is the main verb"] = 1.0
    if candidate.pattern.startswith("pass-"):
        out["passive"] = 1.0
    if any(parse.tags[k] == "MD" for k in tree.kids(i, "aux")):
        out["would, may, must"] = 1.0
    return out


def _source(tree: Tree, head: int) -> str:
    parse = tree.parse
    word, lemma = parse.words[head].lower(), parse.lemmas[head]
    for kind, known in (("he or she", _HE), ("I, we, you", _I), ("it", _IT)):
        if word in known:
            return kind
    if parse.pos[head] == "PROPN" or (parse.entities[head] and parse.pos[head] != "PRON"):
        return "a name"
    if parse.pos[head] != "NOUN":
        return ""
    return "person or group" if lemma in words("person") | words("group") else "another noun"
