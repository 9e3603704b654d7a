"""A session as in a notebook: own articles, two annotators, a table, alpha, a file to train on.

    python docs/notebook.py FOLDER        # writes news.db, claims.csv and train.jsonl there

Replace ARTICLES by your own (`frame.to_dict("records")` makes such rows of a DataFrame), and the
claims by what your annotators marked, on the screen or in another program.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

import annotator
from annotator import Annotation, ArticleDraft, Fragment

ARTICLES = [
    {
        "name": "bridge",
        "outlet": "The Post",
        "text": "The bridge stays shut until May. “Nobody wanted this,” Ana Ruiz said on Friday.",
    },
    {
        "name": "budget",
        "outlet": "The Herald",
        "text": "Taxes will rise, the mayor said. “It is a scandal,” Bo Lind told the council.",
    },
    {
        "name": "school",
        "outlet": "The Post",
        "text": "“Our school is full,” Cleo Marsh said. The ministry denied that.",
    },
]
QUOTES = {
    "bridge": ("“Nobody wanted this,”", "Ana Ruiz"),
    "budget": ("“It is a scandal,”", "Bo Lind"),
    "school": ("“Our school is full,”", "Cleo Marsh"),
}
STANCES = {
    "anna": {"bridge": "against", "budget": "favor", "school": "against"},
    "ben": {"bridge": "against", "budget": "favor", "school": "favor"},
}


def span(role: str, text: str, words: str) -> Fragment:
    """The first place of some words, as a piece of an annotation."""
    start = text.index(words)
    return Fragment(role, start, start + len(words))


def main(folder: Path) -> float | None:
    """Do it all; returns alpha of the stances."""
    with annotator.create(folder / "news.db") as project:
        # Own articles into the project. What was there already, or could not be read, is said.
        added = project.add(*(ArticleDraft(**article) for article in ARTICLES))
        print(f"{len(added.added)} articles added, {len(added.failed)} failed")

        # What two annotators marked: each call is one action, which one undo takes back.
        texts = {article.name: article.text for article in project.articles()}
        for who, stances in STANCES.items():
            claims = [
                Annotation(
                    "",
                    "claim",
                    name,
                    "",
                    (
                        span("content", texts[name], QUOTES[name][0]),
                        span("source", texts[name], QUOTES[name][1]),
                    ),
                    {"stance": stance},
                )
                for name, stance in stances.items()
            ]
            project.annotate(claims, who, label="marked in a notebook")

        # A table: to_pandas("claims") gives a DataFrame with the same columns.
        table = project.to_arrow("claims")
        print(table.select(["article", "annotator", "content", "source", "stance"]).to_pylist()[0])

        # Alpha of one label: annotator -> unit -> label; here a unit is a quotation.
        labels: dict[str, dict[tuple[int, int], str]] = defaultdict(dict)
        for row in table.to_pylist():
            labels[row["annotator"]][row["article"], row["content_start"]] = row["stance"]
        stance = annotator.alpha(labels, seed=1)
        print(f"stance: alpha {stance}")

        # Everything else about agreement, and what nobody disagrees about as gold.
        project.agree(resamples=100)
        decided = project.adjudicate().decide()
        print(f"{decided.decided} cases decided by majority")

        # A file to train on: Ben's claims, although nobody marked the articles as finished.
        chosen = project.select(annotators=["ben"], layers=["claim"])
        report = project.export("prodigy", folder / "train.jsonl", selection=chosen, finished=False)
        print(f"train.jsonl: {report.articles} articles, {report.annotations} claims")
        project.export("csv", folder / "claims.csv")
    return stance.value


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
