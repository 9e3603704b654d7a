"""What the tests of the application layer share."""

from tests.attribution.conftest import nlp

__all__ = ["nlp"]
