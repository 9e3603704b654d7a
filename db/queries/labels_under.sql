-- The roles, span layers and labels of what was made under a version of the scheme, with how many
-- annotations hold each: what a later version may call otherwise.
SELECT o.layer, f.role AS name, NULL AS value, count(DISTINCT n.id) AS annotations
FROM annotation AS n
JOIN fragment AS f ON f.annotation = n.id
JOIN layer_of AS o ON o.annotation = n.id
WHERE n.scheme = :version AND n.layer IN ('claim', 'mark')
GROUP BY o.layer, f.role
UNION ALL
SELECT o.layer, t.name, t.value, count(*) AS annotations
FROM annotation AS n
JOIN attribute AS t ON t.annotation = n.id
JOIN layer_of AS o ON o.annotation = n.id
WHERE n.scheme = :version AND n.layer <> 'verdict'
GROUP BY o.layer, t.name, t.value
ORDER BY 1, 2, 3;
