-- How often each value of each attribute was given, by annotator and layer. What was decided about
-- suggestions and readings (verdicts) is no label.
SELECT n.annotator, n.layer, t.name, t.value, count(*) AS n
FROM attribute t
JOIN annotation n ON n.id = t.annotation
WHERE n.layer <> 'verdict' AND n.article NOT IN (SELECT uid FROM article WHERE excluded <> '')
GROUP BY n.annotator, n.layer, t.name, t.value
ORDER BY n.annotator, n.layer, t.name, n DESC, t.value;
