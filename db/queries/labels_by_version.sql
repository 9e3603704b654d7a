-- The roles, span layers and labels in use, by the version of the scheme that they were given under,
-- with how many annotations hold each: what the one in force may call otherwise.
SELECT n.scheme AS version, o.layer, f.role AS name, NULL AS value,
       count(DISTINCT n.id) AS annotations
FROM annotation AS n
JOIN fragment AS f ON f.annotation = n.id
JOIN layer_of AS o ON o.annotation = n.id
WHERE n.layer IN ('claim', 'mark')
GROUP BY n.scheme, o.layer, f.role
UNION ALL
SELECT n.scheme, o.layer, t.name, t.value, count(*) AS annotations
FROM annotation AS n
JOIN attribute AS t ON t.annotation = n.id
JOIN layer_of AS o ON o.annotation = n.id
WHERE n.layer <> 'verdict'
GROUP BY n.scheme, o.layer, t.name, t.value
ORDER BY 1, 2, 3, 4;
