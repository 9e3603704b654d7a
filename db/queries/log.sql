-- The newest actions first: what :annotator (anybody when null) did to :article (any when null).
SELECT b.seq, b.id, b.annotator, b.at, b.kind, b.label, b.state, b.reverts,
       (SELECT count(*) FROM event e WHERE e.batch = b.id) AS changes,
       (SELECT json_group_array(DISTINCT e.article) FILTER (WHERE e.article IS NOT NULL) FROM event e WHERE e.batch = b.id) AS articles
FROM batch b
WHERE (:annotator IS NULL OR b.annotator = :annotator)
  AND (:article IS NULL OR EXISTS (SELECT 1 FROM event e WHERE e.batch = b.id AND e.article = :article))
ORDER BY b.seq DESC
LIMIT :limit;
