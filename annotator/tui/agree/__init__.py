"""The agreement screens: the report, and the way from a row to its articles."""
