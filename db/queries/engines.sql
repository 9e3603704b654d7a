-- Which engines laid out how many articles: paragraphs, sentences and tokens come from them.
SELECT engine, count(*) AS articles
FROM article
GROUP BY engine
ORDER BY articles DESC, engine;
