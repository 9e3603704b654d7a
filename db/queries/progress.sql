-- In one row: with how many articles :annotator is done (with :kinds of sentences, a JSON list, to
-- review, and nothing of :required lacking), as article_summaries.sql counts for each; how many claims
-- they have made, how many claims and marks are incomplete, and what they flagged.
-- Articles that are left out do not count.
WITH kept AS (SELECT * FROM annotation WHERE annotator = :annotator
              AND article NOT IN (SELECT uid FROM article WHERE excluded <> '')),
mine AS (SELECT DISTINCT article AS uid FROM kept),
lacking AS MATERIALIZED (
        SELECT n.article AS uid FROM kept n WHERE EXISTS (
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
                                     AND instr('|' || t.value || '|', '|' || v.value || '|'))))))))
SELECT (SELECT count(*) FROM mine
        WHERE (SELECT count(*) FROM sentence s WHERE s.article = mine.uid
                AND s.kind IN (SELECT value FROM json_each(:kinds)))
           <= (SELECT count(DISTINCT s.idx)
               FROM annotation n
               JOIN fragment f ON f.annotation = n.id
               JOIN sentence s ON s.article = n.article AND s.start < f.end AND f.start < s.end
               WHERE n.article = mine.uid AND n.annotator = :annotator
                 AND (n.layer IN ('claim', 'mark') OR n.reviewed)
                 AND s.kind IN (SELECT value FROM json_each(:kinds)))
          AND mine.uid NOT IN (SELECT uid FROM lacking))
     -- Where there is nothing to review, there is nothing to do.
     + (SELECT count(*) FROM article a
        WHERE a.excluded = '' AND a.uid NOT IN (SELECT uid FROM mine)
          AND NOT EXISTS (SELECT 1 FROM sentence s WHERE s.article = a.uid
                           AND s.kind IN (SELECT value FROM json_each(:kinds)))) AS done,
       (SELECT count(*) FROM kept WHERE layer = 'claim') AS claims,
       (SELECT count(*) FROM lacking) AS incomplete,
       (SELECT count(*) FROM kept WHERE flagged) AS flagged;
