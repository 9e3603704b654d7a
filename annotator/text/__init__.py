"""Text in: files to article drafts, and articles to paragraphs, sentences, tokens and kinds."""
