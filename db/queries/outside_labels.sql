-- The labels of claims, marks, sentences and articles, counted by value.
SELECT o.layer, t.name, t.value, count(*) AS annotations,
       min(a.number) AS article
FROM attribute AS t
JOIN annotation AS n ON n.id = t.annotation
JOIN layer_of AS o ON o.annotation = n.id
JOIN article AS a ON a.uid = n.article
WHERE n.layer IN ('claim', 'mark', 'sentence', 'article', 'relation')
GROUP BY o.layer, t.name, t.value
ORDER BY o.layer, t.name, t.value;
