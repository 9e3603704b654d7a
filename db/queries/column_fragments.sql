-- The fragments of the same annotations in the same order, as lists of numbers: where the role's
-- name begins in :roles (all names, each between two U+001F), times 65536, plus the fragment's place
-- in its annotation; and where the fragment lies.
SELECT group_concat(code, ' '), group_concat(start, ' '), group_concat(end, ' ')
FROM (
  SELECT 65536 * instr(:roles, char(31) || f.role || char(31)) + f.ord AS code, f.start, f.end
  FROM fragment f
  WHERE :articles IS NULL OR f.annotation IN (
    SELECT id FROM annotation WHERE article IN (SELECT value FROM json_each(:articles)))
  ORDER BY f.annotation, f.ord);
