-- The roles of claims, with how many annotations hold each and where the first one is.
SELECT n.layer, f.role AS name, NULL AS value, count(DISTINCT n.id) AS annotations,
       min(a.number) AS article
FROM fragment AS f
JOIN annotation AS n ON n.id = f.annotation
JOIN article AS a ON a.uid = n.article
WHERE n.layer = 'claim'
GROUP BY f.role
ORDER BY f.role;
