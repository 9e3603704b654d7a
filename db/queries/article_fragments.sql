-- The fragments of the annotations of one article, those of each annotation in their order. The
-- order is that of the indexes, so nothing is sorted.
SELECT n.rowid AS key, f.role, f.start, f.end, f.span
FROM annotation n
CROSS JOIN fragment f ON f.annotation = n.id
WHERE n.article = :article
ORDER BY n.annotator, n.rowid, f.ord;
