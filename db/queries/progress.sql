-- In one row: with how many articles :annotator is done (with :kinds of sentences, a JSON list, to
-- review), as article_summaries.sql counts for each; and how many claims they have made.
WITH mine AS (SELECT DISTINCT article AS uid FROM annotation WHERE annotator = :annotator)
SELECT (SELECT count(*) FROM mine
        WHERE (SELECT count(*) FROM sentence s WHERE s.article = mine.uid
                AND s.kind IN (SELECT value FROM json_each(:kinds)))
           <= (SELECT count(DISTINCT s.idx)
               FROM annotation n
               JOIN fragment f ON f.annotation = n.id
               JOIN sentence s ON s.article = n.article AND s.start < f.end AND f.start < s.end
               WHERE n.article = mine.uid AND n.annotator = :annotator
                 AND (n.layer IN ('claim', 'mark') OR n.reviewed)
                 AND s.kind IN (SELECT value FROM json_each(:kinds))))
     -- Where there is nothing to review, there is nothing to do.
     + (SELECT count(*) FROM article a
        WHERE a.uid NOT IN (SELECT uid FROM mine)
          AND NOT EXISTS (SELECT 1 FROM sentence s WHERE s.article = a.uid
                           AND s.kind IN (SELECT value FROM json_each(:kinds)))) AS done,
       (SELECT count(*) FROM annotation
        WHERE annotator = :annotator AND layer = 'claim') AS claims;
