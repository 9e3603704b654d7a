-- The articles of :uids (a JSON list), in its order, with how far :annotator got: sentences, and those
-- with anything of theirs on them; and their claims and marks that lack something of :required, a JSON
-- list of [layer, "role" or "attribute", name]; and when they last worked on it.
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
         AND n.annotator = :annotator) AS flagged,
       (SELECT count(*) FROM annotation n
        WHERE n.article = a.uid AND n.annotator = :annotator AND EXISTS (
          SELECT 1 FROM json_each(:required) r
          WHERE json_extract(r.value, '$[0]') = (SELECT layer FROM layer_of o WHERE o.annotation = n.id)
            AND NOT EXISTS (SELECT 1 FROM fragment f
                            WHERE f.annotation = n.id AND json_extract(r.value, '$[1]') = 'role'
                              AND f.role = json_extract(r.value, '$[2]'))
            AND NOT EXISTS (SELECT 1 FROM attribute t
                            WHERE t.annotation = n.id
                              AND json_extract(r.value, '$[1]') = 'attribute'
                              AND t.name = json_extract(r.value, '$[2]'))
            -- [3]: asked only if each of these labels has one of its values; [4]: not required then.
            AND NOT EXISTS (SELECT 1 FROM json_each(r.value, '$[3]') c WHERE NOT EXISTS (
                              SELECT 1 FROM attribute t, json_each(c.value, '$[2]') v
                              WHERE t.annotation = n.id AND t.name = json_extract(c.value, '$[0]')
                                AND (t.value = v.value OR (json_extract(c.value, '$[1]')
                                     AND instr('|' || t.value || '|', '|' || v.value || '|')))))
            AND (json_array_length(r.value, '$[4]') = 0
                 OR EXISTS (SELECT 1 FROM json_each(r.value, '$[4]') c WHERE NOT EXISTS (
                              SELECT 1 FROM attribute t, json_each(c.value, '$[2]') v
                              WHERE t.annotation = n.id AND t.name = json_extract(c.value, '$[0]')
                                AND (t.value = v.value OR (json_extract(c.value, '$[1]')
                                     AND instr('|' || t.value || '|', '|' || v.value || '|')))))))) AS incomplete,
       (SELECT coalesce(max(n.updated_at), '') FROM annotation n
         WHERE n.article = a.uid AND n.annotator = :annotator) AS last_work
-- CROSS: the list leads, and no article but those of the list is read.
FROM json_each(:uids) u
CROSS JOIN article a ON a.uid = u.value
ORDER BY u.key;
