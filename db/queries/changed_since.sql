-- Whose annotations of which articles were touched after the event :event.
SELECT DISTINCT e.article, json_extract(coalesce(e.after, e.before), '$.annotator')
FROM event e
WHERE e.seq > :event AND e.subject = 'annotation';
