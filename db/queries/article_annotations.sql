-- The annotations of one article (through the index, unlike annotations.sql), with their attributes
-- as a JSON object (by name: that is how the table's key lies). Their fragments come in article_fragments.sql, which is faster than
-- gathering them in here; `key` says which belong to which.
SELECT n.rowid AS key, n.id, n.layer, n.annotator, n.parent, n.provenance, n.scheme, n.reviewed,
       n.flagged, n.note, n.created_at, n.updated_at,
       (SELECT json_group_object(name, value) FROM attribute t WHERE t.annotation = n.id) AS attributes,
       n.head, n.tail
FROM annotation n
WHERE n.article = :article;
