-- The annotations of one article (through the index, unlike annotations.sql), without their
-- fragments and attributes: those come in article_fragments.sql and article_attributes.sql, which
-- is three times as fast as gathering them in here.
SELECT id, layer, article, annotator, parent, provenance, scheme, reviewed, flagged, note,
       created_at, updated_at
FROM annotation
WHERE article = :article;
