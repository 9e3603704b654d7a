-- Who has annotated each article that is not left out: one row per article and annotator.
SELECT n.article AS article, n.annotator AS annotator, count(*) AS annotations,
       max(n.provenance = 'adjudicated') AS adjudicated
FROM annotation n
WHERE n.article NOT IN (SELECT uid FROM article WHERE excluded <> '')
GROUP BY n.article, n.annotator
ORDER BY n.article, n.annotator;
