-- The articles that :annotator and one of :others (a JSON list of names) have annotated, in order.
SELECT a.uid
FROM (SELECT DISTINCT article FROM annotation WHERE annotator = :annotator) mine
CROSS JOIN article a ON a.uid = mine.article AND a.excluded = ''
WHERE EXISTS (SELECT 1 FROM json_each(:others) o
              CROSS JOIN annotation n ON n.article = mine.article AND n.annotator = o.value)
ORDER BY a.number;
