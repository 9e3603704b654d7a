-- The articles of :uids (a JSON list), in its order, with how far :annotator got: sentences, and those
-- with anything of theirs on them.
SELECT a.uid, a.number, a.name, a.title, a.outlet, a.published, a.language, a.revision_of,
       a.token_count AS tokens, length(a.text) AS characters,
       (SELECT count(*) FROM sentence s WHERE s.article = a.uid
         AND s.kind IN (SELECT value FROM json_each(:kinds))) AS sentences,
       (SELECT count(DISTINCT s.idx)
        FROM annotation n
        JOIN fragment f ON f.annotation = n.id
        JOIN sentence s ON s.article = n.article AND s.start < f.end AND f.start < s.end
        WHERE n.article = a.uid AND n.annotator = :annotator
          AND (n.layer IN ('claim', 'mark') OR n.reviewed)
          AND s.kind IN (SELECT value FROM json_each(:kinds))) AS done,
       (SELECT count(*) FROM annotation n WHERE n.article = a.uid AND n.layer = 'claim'
         AND n.annotator = :annotator) AS claims,
       (SELECT count(*) FROM annotation n WHERE n.article = a.uid AND n.flagged
         AND n.annotator = :annotator) AS flagged
-- CROSS: the list leads, and no article but those of the list is read.
FROM json_each(:uids) u
CROSS JOIN article a ON a.uid = u.value
ORDER BY u.key;
