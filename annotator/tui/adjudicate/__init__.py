"""The adjudication screen and its tables."""
