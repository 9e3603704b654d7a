-- What is compared of every annotation, by id: of :articles (a JSON list of uids; all when null).
-- One row of lists, so that SQLite does the work. A fact is 10 * the layer's place
-- + 2 * adjudicated + reviewed.
SELECT json_group_array(id), json_group_array(article), json_group_array(annotator),
       json_group_array(parent), group_concat(facts, ' ')
FROM (
  SELECT n.id, n.article, n.annotator, n.parent,
         10 * CASE n.layer WHEN 'claim' THEN 0 WHEN 'mark' THEN 1 WHEN 'sentence' THEN 2
                           WHEN 'article' THEN 3 WHEN 'verdict' THEN 4 ELSE 5 END
         + 2 * (n.provenance = 'adjudicated') + n.reviewed AS facts
  FROM annotation n
  WHERE :articles IS NULL OR n.article IN (SELECT value FROM json_each(:articles))
  ORDER BY n.id);
