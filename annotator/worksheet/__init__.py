"""The worksheet: an article and one annotator's work on it as plain text, written and read back.

It is the path without the screen: for screen readers, and for any editor. `writing` makes the text,
`reading` takes it apart again, line by line; what of it is stored is decided in
`annotator/project/worksheets.py`.
"""
