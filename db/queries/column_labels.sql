-- Those of the same annotations that have attributes, by id, and all attributes of each as one JSON
-- object; objects stand between U+001F, which JSON text never holds.
SELECT json_group_array(annotation), group_concat(labels, char(31))
FROM (
  SELECT t.annotation, json_group_object(t.name, t.value) AS labels
  FROM attribute t
  WHERE :articles IS NULL OR t.annotation IN (
    SELECT id FROM annotation WHERE article IN (SELECT value FROM json_each(:articles)))
  GROUP BY t.annotation
  ORDER BY t.annotation);
