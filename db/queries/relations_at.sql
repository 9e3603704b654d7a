-- The relations of :annotator (all when null) with an end in :article, by id.
SELECT n.id, n.layer, n.article, n.annotator, n.parent, n.provenance, n.scheme, n.reviewed,
       n.flagged, n.note, n.created_at, n.updated_at, n.head, n.tail,
       (SELECT json_group_array(json_array(role, start, end, span))
        FROM (SELECT role, start, end, span FROM fragment f WHERE f.annotation = n.id ORDER BY ord)
       ) AS fragments,
       (SELECT json_group_object(name, value) FROM attribute t WHERE t.annotation = n.id) AS attributes
FROM annotation n
WHERE n.id IN (SELECT r.id FROM annotation e JOIN annotation r ON r.head = e.id WHERE e.article = :article
               UNION
               SELECT r.id FROM annotation e JOIN annotation r ON r.tail = e.id WHERE e.article = :article)
  AND (:annotator IS NULL OR n.annotator = :annotator)
ORDER BY n.id;
