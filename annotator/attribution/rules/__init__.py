"""Attribution by rules over a parse: cues, quotations, sources, contents, types."""
