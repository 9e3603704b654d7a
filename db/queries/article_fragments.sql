-- The fragments of the annotations of one article, those of each annotation in their order.
SELECT f.annotation, f.role, f.start, f.end, f.span
FROM annotation n
CROSS JOIN fragment f ON f.annotation = n.id
WHERE n.article = :article
ORDER BY f.annotation, f.ord;
