-- The labels of claims, marks, sentences and articles, counted by value.
SELECT n.layer, t.name, t.value, count(*) AS annotations,
       min(a.number) AS article
FROM attribute AS t
JOIN annotation AS n ON n.id = t.annotation
JOIN article AS a ON a.uid = n.article
WHERE n.layer IN ('claim', 'mark', 'sentence', 'article')
GROUP BY n.layer, t.name, t.value
ORDER BY n.layer, t.name, t.value;
