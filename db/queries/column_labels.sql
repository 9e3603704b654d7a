-- All attributes of each of the same annotations that has any, as one JSON object.
SELECT t.annotation, json_group_object(t.name, t.value)
FROM attribute t
WHERE :articles IS NULL OR t.annotation IN (
  SELECT id FROM annotation WHERE article IN (SELECT value FROM json_each(:articles)))
GROUP BY t.annotation;
