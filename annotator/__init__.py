"""annotator: mark sources, stance and bias in news, in a terminal, into one SQLite file."""

__version__ = "0.1.0"
