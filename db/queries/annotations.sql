-- The annotations of :article (all when null) by :annotator (all when null), in reading order.
SELECT n.id, n.layer, n.article, n.annotator, n.parent, n.provenance, n.scheme, n.reviewed,
       n.flagged, n.note, n.created_at, n.updated_at,
       (SELECT json_group_array(json_array(role, start, end, span))
        FROM (SELECT role, start, end, span FROM fragment f WHERE f.annotation = n.id ORDER BY ord)
       ) AS fragments,
       (SELECT json_group_object(name, value) FROM attribute t WHERE t.annotation = n.id) AS attributes
FROM annotation n
-- IN, so that one article is found through the index.
WHERE n.article IN (SELECT uid FROM article WHERE :article IS NULL OR uid = :article)
  AND (:annotator IS NULL OR n.annotator = :annotator)
  AND (:id IS NULL OR n.id = :id)
ORDER BY n.article,
         (SELECT min(start) FROM fragment f WHERE f.annotation = n.id), n.id;
