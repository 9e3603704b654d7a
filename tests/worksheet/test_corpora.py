"""Worksheets of articles that other people annotated: nested, in pieces, from four newsrooms."""

from __future__ import annotations

import annotator
from annotator.domain.model import ArticleDraft
from annotator.worksheet.facts import Facts
from tests.formats.corpora import corpus

MOST = 12


def test_annotated_articles_come_back_as_they_were() -> None:
    folder = corpus("polnear", "dev")
    compared = 0
    with annotator.create(":memory:", "anna") as project:
        project.import_("brat", folder, whose="importer")
        for uid in project.uids()[:MOST]:
            sheet = project.worksheet(uid)
            assert project.apply_worksheet(sheet).changes == ()
            mine = project.annotations(uid, "anna")
            scheme = project.scheme()
            if any(scheme.faults(a) for a in mine):
                continue
            with annotator.create(":memory:", "anna") as other:
                article = project.article(uid)
                other.add(ArticleDraft(article.text, name=article.name))
                if other.article(uid).layout.sentences != article.layout.sentences:
                    continue
                other.apply_worksheet("\ufeff" + sheet.replace("\n", "\r\n"))
                assert {a.id: Facts.of(a).digest() for a in other.annotations(uid)} == {
                    a.id: Facts.of(a).digest() for a in mine
                }
                compared += len(mine)
    assert compared > 50
