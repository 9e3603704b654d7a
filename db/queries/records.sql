-- Every annotation, by id, as the journal would write it down (annotation_record, keys in order): an
-- event that leads to this state has this very text. So the two are compared without being read.
-- A relation has its ends besides.
SELECT n.id, iif(n.layer <> 'relation',
       json_object(
         'annotator', n.annotator, 'article', n.article,
         'attributes', json(coalesce(
           (SELECT json_group_object(name, value) FROM attribute t WHERE t.annotation = n.id), '{}')),
         'created_at', n.created_at, 'flagged', json(iif(n.flagged, 'true', 'false')),
         'fragments', json((
           SELECT json_group_array(json_object('end', end, 'role', role, 'span', span, 'start', start))
           FROM (SELECT role, start, end, span FROM fragment f WHERE f.annotation = n.id ORDER BY ord))),
         'id', n.id, 'layer', n.layer, 'note', n.note, 'parent', n.parent,
         'provenance', n.provenance, 'reviewed', json(iif(n.reviewed, 'true', 'false')),
         'scheme', n.scheme, 'updated_at', n.updated_at),
       json_object(
         'annotator', n.annotator, 'article', n.article,
         'attributes', json(coalesce(
           (SELECT json_group_object(name, value) FROM attribute t WHERE t.annotation = n.id), '{}')),
         'created_at', n.created_at, 'flagged', json(iif(n.flagged, 'true', 'false')),
         'fragments', json((
           SELECT json_group_array(json_object('end', end, 'role', role, 'span', span, 'start', start))
           FROM (SELECT role, start, end, span FROM fragment f WHERE f.annotation = n.id ORDER BY ord))),
         'head', n.head, 'id', n.id, 'layer', n.layer, 'note', n.note, 'parent', n.parent,
         'provenance', n.provenance, 'reviewed', json(iif(n.reviewed, 'true', 'false')),
         'scheme', n.scheme, 'tail', n.tail, 'updated_at', n.updated_at)) AS record
FROM annotation n
ORDER BY n.id;
