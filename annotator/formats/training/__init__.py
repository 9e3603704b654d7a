"""Files that a trainer trains on: data in parts, a configuration, a label map, a data card.

`annotator export train OUT --for NAME`; `Project.export_train` is the same with a database at the
other end.
"""
