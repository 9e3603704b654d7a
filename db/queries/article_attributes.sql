-- The attributes of the annotations of one article.
SELECT t.annotation, t.name, t.value
FROM annotation n
CROSS JOIN attribute t ON t.annotation = n.id
WHERE n.article = :article
ORDER BY t.annotation, t.name;
