-- The words of a role and the labels of an annotator's claims that have it, the last changed first.
SELECT (SELECT group_concat(words, ' … ')
        FROM (SELECT words FROM span s WHERE s.annotation = n.id AND s.role = :role ORDER BY s.start)
       ) AS words,
       (SELECT json_group_object(name, value) FROM attribute t WHERE t.annotation = n.id) AS attributes
FROM annotation n
WHERE n.annotator = :annotator AND n.layer = 'claim'
  AND EXISTS (SELECT 1 FROM fragment f WHERE f.annotation = n.id AND f.role = :role)
  AND EXISTS (SELECT 1 FROM attribute t WHERE t.annotation = n.id)
ORDER BY n.updated_at DESC
LIMIT :limit;
