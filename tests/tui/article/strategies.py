"""Hypothesis strategies for texts that are hard to draw."""

from __future__ import annotations

from hypothesis import strategies as st

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
FLAG = "\U0001f1e8\U0001f1ed"

PIECES = (
    "a",
    "word",
    " ",
    "  ",
    "extraordinarily-long-compound",
    "“",
    "”",
    "\xa0",
    "\t",
    "\r\n",
    "\n",
    "e\u0301",
    "\u0301",
    "n\u0303\u0323",
    FAMILY,
    FLAG,
    "\U0001f1e8",
    "\U0001f44d\U0001f3fd",
    "\u2764\ufe0f",
    "1\ufe0f\u20e3",
    "東京",
    "の新しい",
    "、",
    "「",
    "」",
    "한국어",
    "\u1112\u1161\u11ab",
    "\u0915\u094d\u200d\u0937\u093f",
    "\u0645\u06cc\u200c\u062e",
    "שלום",
    "\x1b[0m",
    "\u202e",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\U000e0041",
    "\x00",
    "\x1f",
    "\u2028",
    "\u3000",
    "\u3164",
)

hard_texts = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
any_texts = st.one_of(hard_texts, st.text(max_size=60))
narrow_texts = st.text(alphabet="ab “”—é ", max_size=120)
