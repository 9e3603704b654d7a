"""The concordance: places of a query under each other, labels for many of them at once."""
