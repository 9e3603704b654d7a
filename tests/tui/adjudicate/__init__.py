"""The report and the adjudication screen."""
