"""Which annotations of different people are about the same thing: the one answer to it."""
