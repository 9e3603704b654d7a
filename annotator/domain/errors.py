"""The errors a user can cause or meet; each says what went wrong and how to mend it."""


class AnnotatorError(Exception):
    """Base of every error that is shown to a user instead of a traceback.

    Args:
        message: What is wrong, and where.
        hint: How to mend it; empty when there is nothing to add.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class DatabaseError(AnnotatorError):
    """The database file cannot be opened, read or written."""


class DiskFullError(DatabaseError):
    """There is no room to write; what is there can be read."""


class GoneError(DatabaseError):
    """The database file was deleted, moved or replaced while it was open."""


class SchemeError(AnnotatorError):
    """A label scheme does not say what it must, or two of its keys clash."""


class InputError(AnnotatorError):
    """A file given to `add` or `import` cannot be used."""


class SpanError(AnnotatorError):
    """A span lies outside its text, is empty, or cuts a grapheme."""


class ConflictError(AnnotatorError):
    """Somebody else changed the same annotation in the meantime."""


class SchemeChangedError(AnnotatorError):
    """Another label scheme came into force since this one was read; nothing was written."""


class NotFoundError(AnnotatorError):
    """No article, annotator or annotation answers to that name."""


class MissingExtraError(AnnotatorError):
    """A feature needs a package that sits in an optional extra."""
