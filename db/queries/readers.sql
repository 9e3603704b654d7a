-- Who has annotated each article: one row per article and annotator.
SELECT n.article AS article, n.annotator AS annotator, count(*) AS annotations,
       max(n.provenance = 'adjudicated') AS adjudicated
FROM annotation n
GROUP BY n.article, n.annotator
ORDER BY n.article, n.annotator;
