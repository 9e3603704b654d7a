-- The phrase index: every distinct sentence in its normal form, where it occurs, and an inverted
-- index of its words. Written in the transaction that adds the article.

CREATE TABLE phrase (
  id       INTEGER PRIMARY KEY,
  article  INTEGER NOT NULL,   -- where it occurs first: article.number, shorter than its uid
  sentence INTEGER NOT NULL,   -- and sentence.idx
  normal   TEXT NOT NULL
) STRICT;

-- Where a phrase occurs again.
CREATE TABLE phrase_repeat (
  phrase   INTEGER NOT NULL REFERENCES phrase (id),
  article  INTEGER NOT NULL,
  sentence INTEGER NOT NULL,
  PRIMARY KEY (phrase, article, sentence)
) STRICT, WITHOUT ROWID;

-- How many phrases hold a word; `word` is 47 bits of its BLAKE2b.
CREATE TABLE phrase_frequency (
  word INTEGER PRIMARY KEY,
  n    INTEGER NOT NULL
) STRICT;

-- Contentless: the distinct words of phrase.normal, and one token more ("§" and 20 bits of the
-- normal form's BLAKE2b) that finds a phrase by the whole of it.
CREATE VIRTUAL TABLE phrase_words USING fts5(
  words, content = '', detail = none, columnsize = 0, tokenize = "ascii"
);

CREATE TABLE phrase_cluster (
  phrase  INTEGER PRIMARY KEY REFERENCES phrase (id),
  cluster INTEGER NOT NULL,
  score   REAL NOT NULL
) STRICT;

CREATE INDEX phrase_cluster_members ON phrase_cluster (cluster);
