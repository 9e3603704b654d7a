-- Relations by type and by what their ends are: layer, and the label of that layer that is named in
-- :labels, a JSON object (layer -> attribute); with how many there are, and where the first one is.
WITH ends AS (
  SELECT n.id, o.layer,
         coalesce((SELECT t.value FROM attribute t WHERE t.annotation = n.id
                   AND t.name = json_extract(:labels, '$."' || o.layer || '"')), '') AS label
  FROM annotation n
  JOIN layer_of o ON o.annotation = n.id
  WHERE n.id IN (SELECT head FROM annotation WHERE head IS NOT NULL
                 UNION SELECT tail FROM annotation WHERE tail IS NOT NULL)
)
SELECT coalesce(t.value, '') AS type, h.layer, h.label, e.layer, e.label, count(*) AS annotations,
       min(a.number) AS article
FROM annotation r
JOIN ends h ON h.id = r.head
JOIN ends e ON e.id = r.tail
JOIN article a ON a.uid = r.article
LEFT JOIN attribute t ON t.annotation = r.id AND t.name = 'type'
WHERE r.layer = 'relation'
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, 3, 4, 5;
