-- The roles of claims and the span layers of marks, with how many annotations hold each and where the first one is.
SELECT o.layer, f.role AS name, NULL AS value, count(DISTINCT n.id) AS annotations,
       min(a.number) AS article
FROM fragment AS f
JOIN annotation AS n ON n.id = f.annotation
JOIN layer_of AS o ON o.annotation = n.id
JOIN article AS a ON a.uid = n.article
WHERE n.layer IN ('claim', 'mark')
GROUP BY 1, f.role
ORDER BY n.layer, f.role;
