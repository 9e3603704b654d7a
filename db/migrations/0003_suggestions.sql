-- What the attribution engine (or a learned model) proposes. Not annotations: nothing here counts
-- until a person accepts it; what was decided is in the journal, as annotations of layer 'verdict'.

CREATE TABLE suggestion_run (
  article TEXT NOT NULL REFERENCES article (uid),
  engine  TEXT NOT NULL,
  at      TEXT NOT NULL,
  PRIMARY KEY (article, engine)
) STRICT, WITHOUT ROWID;

CREATE TABLE suggestion (
  id         TEXT PRIMARY KEY,
  article    TEXT NOT NULL,
  engine     TEXT NOT NULL,
  ord        INTEGER NOT NULL,
  confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
  parent     TEXT REFERENCES suggestion (id) DEFERRABLE INITIALLY DEFERRED,
  evidence   TEXT NOT NULL,
  fragments  TEXT NOT NULL CHECK (json_valid(fragments)),
  attributes TEXT NOT NULL CHECK (json_valid(attributes)),
  FOREIGN KEY (article, engine) REFERENCES suggestion_run (article, engine)
) STRICT;

CREATE INDEX suggestion_article ON suggestion (article, engine, ord);
