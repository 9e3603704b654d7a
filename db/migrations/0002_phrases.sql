-- The phrase index: every distinct sentence in its normal form, where it occurs, and an inverted
-- index of its words. Written in the transaction that adds the article.

CREATE TABLE phrase (
  id     INTEGER PRIMARY KEY,
  hash   INTEGER NOT NULL,   -- 32 bits of the normal form's BLAKE2b; equal hashes are compared
  length INTEGER NOT NULL,   -- characters of the normal form
  normal TEXT NOT NULL
) STRICT;

CREATE INDEX phrase_hash ON phrase (hash);

CREATE TABLE phrase_occurrence (
  phrase   INTEGER NOT NULL REFERENCES phrase (id),
  article  INTEGER NOT NULL,   -- article.number: shorter than its uid
  sentence INTEGER NOT NULL,   -- sentence.idx
  PRIMARY KEY (phrase, article, sentence)
) STRICT, WITHOUT ROWID;

-- How many phrases hold a word; `word` is 47 bits of its BLAKE2b.
CREATE TABLE phrase_frequency (
  word INTEGER PRIMARY KEY,
  n    INTEGER NOT NULL
) STRICT;

-- Contentless: the words are those of phrase.normal, each spelt so that FTS5 cannot part it.
CREATE VIRTUAL TABLE phrase_words USING fts5(
  words, content = '', detail = none, columnsize = 0, tokenize = "ascii"
);

CREATE TABLE phrase_cluster (
  phrase  INTEGER PRIMARY KEY REFERENCES phrase (id),
  cluster INTEGER NOT NULL,
  score   REAL NOT NULL
) STRICT;

CREATE INDEX phrase_cluster_members ON phrase_cluster (cluster);
