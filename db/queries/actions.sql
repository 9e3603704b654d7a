-- What :annotator did by hand, action by action, in order: when, and how many claims more there were
-- after it (fewer: a negative number). What came in a batch (an import, say) is no work of theirs.
SELECT b.at,
       (SELECT coalesce(sum(CASE e.kind WHEN 'create' THEN 1 WHEN 'delete' THEN -1 ELSE 0 END), 0)
        FROM event e
        WHERE e.batch = b.id AND e.kind <> 'change'
          AND json_extract(coalesce(e.after, e.before), '$.layer') = 'claim') AS claims
FROM batch b
WHERE b.annotator = :annotator AND b.kind IN ('edit', 'undo', 'redo', 'propagate')
ORDER BY b.seq;
