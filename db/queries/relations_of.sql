-- The relations that have annotation :id as an end, by id.
SELECT n.id, n.layer, n.article, n.annotator, n.parent, n.provenance, n.scheme, n.reviewed,
       n.flagged, n.note, n.created_at, n.updated_at, n.head, n.tail,
       (SELECT json_group_array(json_array(role, start, end, span))
        FROM (SELECT role, start, end, span FROM fragment f WHERE f.annotation = n.id ORDER BY ord)
       ) AS fragments,
       (SELECT json_group_object(name, value) FROM attribute t WHERE t.annotation = n.id) AS attributes
FROM annotation n
WHERE n.head = :id OR n.tail = :id
ORDER BY n.id;
