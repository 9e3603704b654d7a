-- What a large corpus needs: every look-up through an index that the planner can use, also with bound
-- parameters, and the words of the phrase index as they are, so that parts of words can be looked for.

DROP INDEX article_url;
DROP INDEX article_origin;
-- By number, so that the newest earlier article is one step. A query must say `url <> ''` itself: of
-- a bound parameter the planner cannot know that it is not empty.
CREATE INDEX article_url ON article (url, number) WHERE url <> '';
CREATE INDEX article_origin ON article (origin, number) WHERE origin <> '';
-- The order of the articles without their texts.
CREATE UNIQUE INDEX article_order ON article (number, uid);

CREATE INDEX bookmark_latest ON bookmark (annotator, at);

-- For the foreign key: without it, each suggestion that is replaced reads the whole table.
CREATE INDEX suggestion_parent ON suggestion (parent) WHERE parent IS NOT NULL;

DROP TABLE phrase_frequency;
CREATE TABLE phrase_frequency (
  word TEXT PRIMARY KEY,
  n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The articles whose sentences do not make up all of their text: a search reads them in any case.
CREATE TABLE phrase_partial (
  article INTEGER PRIMARY KEY
) STRICT;

-- Without this the index is built anew when the migrations are done.
DELETE FROM setting WHERE name = 'phrase_index';
