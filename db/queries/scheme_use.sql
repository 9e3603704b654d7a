-- Under which scheme versions annotators worked: how many annotations of each under each. Asked only
-- where more than one version is stored; what was decided about suggestions is left out.
SELECT n.annotator, n.scheme AS version, coalesce(s.name, '') AS name, count(*) AS annotations
FROM annotation AS n
LEFT JOIN scheme AS s ON s.version = n.scheme
WHERE n.layer <> 'verdict'
GROUP BY n.annotator, n.scheme
ORDER BY n.annotator, min(n.created_at), n.scheme;
