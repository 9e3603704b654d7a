-- The fragments of the same annotations in the same order, as numbers: where the role's name begins
-- in :roles (all names, each between two U+001F), twice, and one more for the first fragment of an
-- annotation; and where the fragment lies.
SELECT 2 * instr(:roles, char(31) || f.role || char(31)) + (f.ord = 0), f.start, f.end
FROM fragment f
WHERE :articles IS NULL OR f.annotation IN (
  SELECT id FROM annotation WHERE article IN (SELECT value FROM json_each(:articles)))
ORDER BY f.annotation, f.ord;
