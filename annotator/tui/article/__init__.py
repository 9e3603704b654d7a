"""The article view: one article with its spans, drawn line by line."""
