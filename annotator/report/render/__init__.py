"""The report as a page, as tables and as JSON: nothing is computed here."""
