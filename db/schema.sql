CREATE TABLE article (
  uid         TEXT PRIMARY KEY,
  number      INTEGER NOT NULL UNIQUE,
  name        TEXT NOT NULL DEFAULT '',
  title       TEXT NOT NULL DEFAULT '',
  byline      TEXT NOT NULL DEFAULT '',
  outlet      TEXT NOT NULL DEFAULT '',
  published   TEXT NOT NULL DEFAULT '',
  url         TEXT NOT NULL DEFAULT '',
  language    TEXT NOT NULL DEFAULT '',
  origin      TEXT NOT NULL DEFAULT '',
  text        TEXT NOT NULL,
  sha256      TEXT NOT NULL UNIQUE,
  revision_of TEXT REFERENCES article (uid),
  meta        TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(meta)),
  engine      TEXT NOT NULL,
  tokens      BLOB NOT NULL,
  token_count INTEGER NOT NULL,
  imported_at TEXT NOT NULL
, plain_sha256 TEXT NOT NULL DEFAULT '', excluded TEXT NOT NULL DEFAULT '') STRICT;

CREATE TABLE paragraph (
  article TEXT NOT NULL REFERENCES article (uid),
  idx     INTEGER NOT NULL,
  start   INTEGER NOT NULL CHECK (start >= 0),
  end     INTEGER NOT NULL CHECK (end > start),
  PRIMARY KEY (article, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE sentence (
  article   TEXT NOT NULL REFERENCES article (uid),
  idx       INTEGER NOT NULL,
  paragraph INTEGER NOT NULL,
  start     INTEGER NOT NULL CHECK (start >= 0),
  end       INTEGER NOT NULL CHECK (end > start),
  kind      TEXT NOT NULL CHECK (kind IN ('body', 'heading', 'byline', 'caption', 'credit', 'footer')),
  PRIMARY KEY (article, idx),
  FOREIGN KEY (article, paragraph) REFERENCES paragraph (article, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE annotator (
  name       TEXT PRIMARY KEY CHECK (name <> ''),
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE scheme (
  version    TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  toml       TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE batch (
  seq       INTEGER PRIMARY KEY AUTOINCREMENT,
  id        TEXT NOT NULL UNIQUE,
  annotator TEXT NOT NULL REFERENCES annotator (name),
  at        TEXT NOT NULL,
  kind      TEXT NOT NULL
            CHECK (kind IN ('edit', 'undo', 'redo', 'import', 'propagate', 'migrate', 'adjudicate')),
  label     TEXT NOT NULL,
  reverts   TEXT REFERENCES batch (id),
  -- A projection of the journal, kept so that undo need not read it: is the batch in force, taken
  -- back, or taken back and then overtaken by another action (so that redo no longer offers it)?
  state     TEXT NOT NULL CHECK (state IN ('applied', 'undone', 'dropped', 'control'))
) STRICT;

CREATE TABLE fragment (
  annotation TEXT NOT NULL REFERENCES annotation (id) ON DELETE CASCADE,
  ord        INTEGER NOT NULL,
  role       TEXT NOT NULL,
  span       INTEGER NOT NULL CHECK (span >= 0),
  start      INTEGER NOT NULL CHECK (start >= 0),
  end        INTEGER NOT NULL CHECK (end > start),
  PRIMARY KEY (annotation, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE attribute (
  annotation TEXT NOT NULL REFERENCES annotation (id) ON DELETE CASCADE,
  name       TEXT NOT NULL,
  value      TEXT NOT NULL,
  PRIMARY KEY (annotation, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE bookmark (
  annotator TEXT NOT NULL REFERENCES annotator (name),
  article   TEXT NOT NULL REFERENCES article (uid),
  position  INTEGER NOT NULL,
  at        TEXT NOT NULL,
  PRIMARY KEY (annotator, article)
) STRICT, WITHOUT ROWID;

CREATE TABLE phrase (
  id       INTEGER PRIMARY KEY,
  article  INTEGER NOT NULL,   -- where it occurs first: article.number, shorter than its uid
  sentence INTEGER NOT NULL,   -- and sentence.idx
  normal   TEXT NOT NULL
) STRICT;

CREATE TABLE phrase_repeat (
  phrase   INTEGER NOT NULL REFERENCES phrase (id),
  article  INTEGER NOT NULL,
  sentence INTEGER NOT NULL,
  PRIMARY KEY (phrase, article, sentence)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE phrase_words USING fts5(
  words, content = '', detail = none, columnsize = 0, tokenize = "ascii"
);

CREATE TABLE phrase_cluster (
  phrase  INTEGER PRIMARY KEY REFERENCES phrase (id),
  cluster INTEGER NOT NULL,
  score   REAL NOT NULL
) STRICT;

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

CREATE TABLE phrase_frequency (
  word TEXT PRIMARY KEY,
  n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE phrase_partial (
  article INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE "annotation" (
  id         TEXT PRIMARY KEY,
  layer      TEXT NOT NULL
             CHECK (layer IN ('claim', 'mark', 'sentence', 'article', 'verdict', 'relation')),
  article    TEXT NOT NULL REFERENCES article (uid),
  annotator  TEXT NOT NULL REFERENCES annotator (name),
  parent     TEXT REFERENCES annotation (id) DEFERRABLE INITIALLY DEFERRED,
  provenance TEXT NOT NULL
             CHECK (provenance IN ('human', 'suggested', 'propagated', 'imported', 'adjudicated')),
  scheme     TEXT NOT NULL,
  reviewed   INTEGER NOT NULL DEFAULT 0 CHECK (reviewed IN (0, 1)),
  flagged    INTEGER NOT NULL DEFAULT 0 CHECK (flagged IN (0, 1)),
  note       TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  head       TEXT REFERENCES annotation (id) DEFERRABLE INITIALLY DEFERRED,
  tail       TEXT REFERENCES annotation (id) DEFERRABLE INITIALLY DEFERRED,
  CHECK ((layer = 'relation') = (head IS NOT NULL) AND (layer = 'relation') = (tail IS NOT NULL))
) STRICT;

CREATE TABLE "event" (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  id         TEXT NOT NULL UNIQUE,
  batch      TEXT NOT NULL REFERENCES batch (id),
  annotator  TEXT NOT NULL REFERENCES annotator (name),
  at         TEXT NOT NULL,
  kind       TEXT NOT NULL CHECK (kind IN ('create', 'change', 'delete')),
  subject    TEXT NOT NULL CHECK (subject IN ('annotation', 'article', 'scheme')),
  subject_id TEXT NOT NULL,
  article    TEXT REFERENCES article (uid),
  before     TEXT CHECK (before IS NULL OR json_valid(before)),
  after      TEXT CHECK (after IS NULL OR json_valid(after)),
  CHECK (before IS NOT NULL OR after IS NOT NULL),
  CHECK (subject = 'scheme' OR article IS NOT NULL)
) STRICT;

CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");

CREATE INDEX article_name ON article (name);

CREATE INDEX batch_undo ON batch (annotator, state, seq);

CREATE INDEX phrase_cluster_members ON phrase_cluster (cluster);

CREATE INDEX suggestion_article ON suggestion (article, engine, ord);

CREATE INDEX article_plain ON article (plain_sha256);

CREATE INDEX article_url ON article (url, number) WHERE url <> '';

CREATE INDEX article_origin ON article (origin, number) WHERE origin <> '';

CREATE UNIQUE INDEX article_order ON article (number, uid);

CREATE INDEX bookmark_latest ON bookmark (annotator, at);

CREATE INDEX suggestion_parent ON suggestion (parent) WHERE parent IS NOT NULL;

CREATE INDEX annotation_article ON annotation (article, annotator);

CREATE INDEX annotation_annotator ON annotation (annotator);

CREATE INDEX annotation_parent ON annotation (parent) WHERE parent IS NOT NULL;

CREATE INDEX annotation_head ON annotation (head) WHERE head IS NOT NULL;

CREATE INDEX annotation_tail ON annotation (tail) WHERE tail IS NOT NULL;

CREATE INDEX event_batch ON event (batch);

CREATE INDEX event_subject ON event (subject, subject_id);

CREATE UNIQUE INDEX article_included ON article (number, uid) WHERE excluded = '';

CREATE INDEX article_excluded ON article (number) WHERE excluded <> '';

CREATE TRIGGER batch_is_append_only_delete BEFORE DELETE ON batch
BEGIN
  SELECT raise(ABORT, 'the journal is append-only');
END;

CREATE TRIGGER batch_is_append_only_update
BEFORE UPDATE OF seq, id, annotator, at, kind, label, reverts ON batch
BEGIN
  SELECT raise(ABORT, 'the journal is append-only');
END;

CREATE TRIGGER article_text_is_fixed
BEFORE UPDATE OF uid, text, sha256, plain_sha256, engine, tokens, token_count ON article
BEGIN
  SELECT raise(ABORT, 'the text of an article never changes: add the new text as a revision');
END;

CREATE TRIGGER event_is_append_only_update BEFORE UPDATE ON event
BEGIN
  SELECT raise(ABORT, 'the journal is append-only');
END;

CREATE TRIGGER event_is_append_only_delete BEFORE DELETE ON event
BEGIN
  SELECT raise(ABORT, 'the journal is append-only');
END;

CREATE VIEW layer_of AS
SELECT n.id AS annotation,
       iif(n.layer = 'mark',
           coalesce((SELECT iif(f.role = 'span', 'mark', f.role) FROM fragment f
                     WHERE f.annotation = n.id ORDER BY f.ord LIMIT 1), 'mark'),
           n.layer) AS layer
FROM annotation n;

CREATE VIEW span AS
SELECT n.id AS annotation, n.layer, a.number AS article_number, a.name AS article_name,
       n.article, n.annotator, f.role, f.span, f.ord, f.start, f.end,
       substr(a.text, f.start + 1, f.end - f.start) AS words
FROM fragment f
JOIN annotation n ON n.id = f.annotation
JOIN article a ON a.uid = n.article;

CREATE VIEW sentence_tag AS
SELECT n.id, a.number AS article_number, a.name AS article_name, n.annotator,
       f.start, f.end, substr(a.text, f.start + 1, f.end - f.start) AS words, n.reviewed,
       (SELECT json_group_object(name, value) FROM attribute t WHERE t.annotation = n.id) AS attributes,
       n.provenance, n.flagged, n.note, n.scheme, n.created_at, n.updated_at
FROM annotation n
JOIN article a ON a.uid = n.article
JOIN fragment f ON f.annotation = n.id
WHERE n.layer = 'sentence';

CREATE VIEW relation AS
SELECT n.id, a.number AS article_number, a.name AS article_name, n.annotator,
       (SELECT value FROM attribute t WHERE t.annotation = n.id AND t.name = 'type') AS type,
       n.head, (SELECT group_concat(words, ' … ') FROM (SELECT words FROM span s
                WHERE s.annotation = n.head ORDER BY s.start)) AS head_words,
       n.tail, (SELECT group_concat(words, ' … ') FROM (SELECT words FROM span s
                WHERE s.annotation = n.tail ORDER BY s.start)) AS tail_words,
       (SELECT json_group_object(name, value) FROM attribute t WHERE t.annotation = n.id) AS attributes,
       n.provenance, n.flagged, n.note, n.scheme, n.created_at, n.updated_at
FROM annotation n
JOIN article a ON a.uid = n.article
WHERE n.layer = 'relation';

CREATE VIEW history AS
SELECT e.seq, e.at, e.annotator, b.kind AS action, b.label, b.state, e.kind, e.subject, e.subject_id,
       a.number AS article_number, a.name AS article_name, e.before, e.after, e.batch
FROM event e
JOIN batch b ON b.id = e.batch
LEFT JOIN article a ON a.uid = e.article;

CREATE VIEW claim AS
SELECT n.id,
       a.number AS article_number,
       a.name AS article_name,
       n.annotator,
       (SELECT min(start) FROM fragment f WHERE f.annotation = n.id) AS start,
       (SELECT max(end) FROM fragment f WHERE f.annotation = n.id) AS end,
       (SELECT group_concat(words, ' | ') FROM (
         SELECT group_concat(words, ' … ') AS words FROM (
           SELECT s.span, s.words FROM span s
           WHERE s.annotation = n.id AND s.role = 'content' ORDER BY s.span, s.start)
         GROUP BY span ORDER BY span)) AS "content",
       (SELECT group_concat(words, ' | ') FROM (
         SELECT group_concat(words, ' … ') AS words FROM (
           SELECT s.span, s.words FROM span s
           WHERE s.annotation = n.id AND s.role = 'source' ORDER BY s.span, s.start)
         GROUP BY span ORDER BY span)) AS "source",
       (SELECT group_concat(words, ' | ') FROM (
         SELECT group_concat(words, ' … ') AS words FROM (
           SELECT s.span, s.words FROM span s
           WHERE s.annotation = n.id AND s.role = 'cue' ORDER BY s.span, s.start)
         GROUP BY span ORDER BY span)) AS "cue",
       (SELECT group_concat(words, ' | ') FROM (
         SELECT group_concat(words, ' … ') AS words FROM (
           SELECT s.span, s.words FROM span s
           WHERE s.annotation = n.id AND s.role = 'addressee' ORDER BY s.span, s.start)
         GROUP BY span ORDER BY span)) AS "addressee",
       (SELECT group_concat(words, ' | ') FROM (
         SELECT group_concat(words, ' … ') AS words FROM (
           SELECT s.span, s.words FROM span s
           WHERE s.annotation = n.id AND s.role = 'via' ORDER BY s.span, s.start)
         GROUP BY span ORDER BY span)) AS "via",
       (SELECT value FROM attribute t WHERE t.annotation = n.id AND t.name = 'source_type') AS "source_type",
       (SELECT value FROM attribute t WHERE t.annotation = n.id AND t.name = 'stance') AS "stance",
       (SELECT value FROM attribute t WHERE t.annotation = n.id AND t.name = 'form') AS "form",
       (SELECT value FROM attribute t WHERE t.annotation = n.id AND t.name = 'cue_attitude') AS "cue_attitude",
       (SELECT value FROM attribute t WHERE t.annotation = n.id AND t.name = 'source_role') AS "source_role",
       (SELECT value FROM attribute t WHERE t.annotation = n.id AND t.name = 'act') AS "act",
       (SELECT value FROM attribute t WHERE t.annotation = n.id AND t.name = 'certainty') AS "certainty",
       (SELECT value FROM attribute t WHERE t.annotation = n.id AND t.name = 'negated') AS "negated",
       (SELECT value FROM attribute t WHERE t.annotation = n.id AND t.name = 'target') AS "target",
       (SELECT json_group_object(name, value) FROM attribute t WHERE t.annotation = n.id) AS attributes,
       a.title AS article_title,
       a.outlet AS article_outlet,
       a.published AS article_published,
       a.excluded AS article_excluded,
       n.parent,
       n.provenance,
       n.flagged,
       n.note,
       n.scheme,
       n.created_at,
       n.updated_at
FROM annotation n
JOIN article a ON a.uid = n.article
WHERE n.layer = 'claim';

CREATE VIEW mark AS
SELECT n.id,
       a.number AS article_number,
       a.name AS article_name,
       n.annotator,
       coalesce((SELECT iif(f.role = 'span', 'mark', f.role) FROM fragment f
         WHERE f.annotation = n.id ORDER BY f.ord LIMIT 1), 'mark') AS layer,
       (SELECT min(start) FROM fragment f WHERE f.annotation = n.id) AS start,
       (SELECT max(end) FROM fragment f WHERE f.annotation = n.id) AS end,
       (SELECT group_concat(words, ' | ') FROM (
         SELECT group_concat(words, ' … ') AS words FROM (
           SELECT s.span, s.words FROM span s
           WHERE s.annotation = n.id  ORDER BY s.span, s.start)
         GROUP BY span ORDER BY span)) AS "words",
       (SELECT value FROM attribute t WHERE t.annotation = n.id AND t.name = 'type') AS "type",
       (SELECT value FROM attribute t WHERE t.annotation = n.id AND t.name = 'polarity') AS "polarity",
       (SELECT value FROM attribute t WHERE t.annotation = n.id AND t.name = 'aim') AS "aim",
       (SELECT value FROM attribute t WHERE t.annotation = n.id AND t.name = 'owner') AS "owner",
       (SELECT value FROM attribute t WHERE t.annotation = n.id AND t.name = 'technique') AS "technique",
       (SELECT value FROM attribute t WHERE t.annotation = n.id AND t.name = 'target') AS "target",
       (SELECT json_group_object(name, value) FROM attribute t WHERE t.annotation = n.id) AS attributes,
       a.title AS article_title,
       a.outlet AS article_outlet,
       a.published AS article_published,
       a.excluded AS article_excluded,
       n.provenance,
       n.flagged,
       n.note,
       n.scheme,
       n.created_at,
       n.updated_at
FROM annotation n
JOIN article a ON a.uid = n.article
WHERE n.layer = 'mark';
