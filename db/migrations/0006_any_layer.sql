-- Layers of any name: relations between annotations, and marks of span layers that the scheme names
-- (their fragments' role is the layer's name). And the journal holds whatever a person decides, not
-- annotations alone: an event has a subject.
-- (Foreign keys are off while migrations run, and checked after them.)

DROP VIEW history;
DROP VIEW sentence_tag;
DROP VIEW mark;
DROP VIEW claim;
DROP VIEW span;

CREATE TABLE new_annotation (
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

INSERT INTO new_annotation (id, layer, article, annotator, parent, provenance, scheme, reviewed,
                            flagged, note, created_at, updated_at)
SELECT id, layer, article, annotator, parent, provenance, scheme, reviewed,
       flagged, note, created_at, updated_at
FROM annotation ORDER BY rowid;

DROP TABLE annotation;
ALTER TABLE new_annotation RENAME TO annotation;

CREATE INDEX annotation_article ON annotation (article, annotator);
CREATE INDEX annotation_annotator ON annotation (annotator);
CREATE INDEX annotation_parent ON annotation (parent) WHERE parent IS NOT NULL;
CREATE INDEX annotation_head ON annotation (head) WHERE head IS NOT NULL;
CREATE INDEX annotation_tail ON annotation (tail) WHERE tail IS NOT NULL;

CREATE TABLE new_event (
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

INSERT INTO new_event (seq, id, batch, annotator, at, kind, subject, subject_id, article, before, after)
SELECT seq, id, batch, annotator, at, kind, 'annotation', annotation, article, before, after
FROM event ORDER BY seq;

DROP TABLE event;
ALTER TABLE new_event RENAME TO event;

CREATE INDEX event_batch ON event (batch);
CREATE INDEX event_subject ON event (subject, subject_id);

CREATE TRIGGER event_is_append_only_update BEFORE UPDATE ON event
BEGIN
  SELECT raise(ABORT, 'the journal is append-only');
END;

CREATE TRIGGER event_is_append_only_delete BEFORE DELETE ON event
BEGIN
  SELECT raise(ABORT, 'the journal is append-only');
END;

-- Why an article is left out of lists, exports and agreement; '' where it is not.
ALTER TABLE article ADD COLUMN excluded TEXT NOT NULL DEFAULT '';
-- The order of the articles that are not left out, and those that are: neither reads a text.
CREATE UNIQUE INDEX article_included ON article (number, uid) WHERE excluded = '';
CREATE INDEX article_excluded ON article (number) WHERE excluded <> '';

-- What the scheme calls the layer of an annotation: of a mark the name of its span layer.
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

CREATE VIEW claim AS
SELECT n.id, a.number AS article_number, a.name AS article_name, n.annotator,
       (SELECT group_concat(words, ' … ') FROM (SELECT words FROM span s
         WHERE s.annotation = n.id AND s.role = 'content' ORDER BY s.start)) AS content,
       (SELECT group_concat(words, ' … ') FROM (SELECT words FROM span s
         WHERE s.annotation = n.id AND s.role = 'cue' ORDER BY s.start)) AS cue,
       (SELECT group_concat(words, ' … ') FROM (SELECT words FROM span s
         WHERE s.annotation = n.id AND s.role = 'source' ORDER BY s.start)) AS source,
       (SELECT value FROM attribute t WHERE t.annotation = n.id AND t.name = 'source_type') AS source_type,
       (SELECT value FROM attribute t WHERE t.annotation = n.id AND t.name = 'stance') AS stance,
       (SELECT json_group_object(name, value) FROM attribute t WHERE t.annotation = n.id) AS attributes,
       n.parent, n.provenance, n.flagged, n.note, n.scheme, n.created_at, n.updated_at
FROM annotation n
JOIN article a ON a.uid = n.article
WHERE n.layer = 'claim';

CREATE VIEW mark AS
SELECT n.id, a.number AS article_number, a.name AS article_name, n.annotator,
       iif(f.role = 'span', 'mark', f.role) AS layer,
       f.start, f.end, substr(a.text, f.start + 1, f.end - f.start) AS words,
       (SELECT json_group_object(name, value) FROM attribute t WHERE t.annotation = n.id) AS attributes,
       n.provenance, n.flagged, n.note, n.scheme, n.created_at, n.updated_at
FROM annotation n
JOIN article a ON a.uid = n.article
JOIN fragment f ON f.annotation = n.id
WHERE n.layer = 'mark';

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
