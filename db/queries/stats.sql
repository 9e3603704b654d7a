-- One row for each annotator: how much of what, in articles that are not left out.
WITH kept AS (SELECT * FROM annotation
              WHERE article NOT IN (SELECT uid FROM article WHERE excluded <> ''))
SELECT p.name AS annotator,
       (SELECT count(DISTINCT article) FROM kept n WHERE n.annotator = p.name) AS articles,
       (SELECT count(*) FROM kept n WHERE n.annotator = p.name AND n.layer = 'claim') AS claims,
       (SELECT count(*) FROM kept n WHERE n.annotator = p.name AND n.layer = 'mark') AS marks,
       (SELECT count(*) FROM kept n WHERE n.annotator = p.name AND n.layer = 'sentence'
         AND n.reviewed) AS reviewed,
       (SELECT count(*) FROM kept n WHERE n.annotator = p.name AND n.flagged) AS flagged,
       (SELECT count(*) FROM batch b WHERE b.annotator = p.name) AS actions,
       (SELECT min(at) FROM batch b WHERE b.annotator = p.name) AS first_action,
       (SELECT max(at) FROM batch b WHERE b.annotator = p.name) AS last_action
FROM annotator p
ORDER BY p.name;
