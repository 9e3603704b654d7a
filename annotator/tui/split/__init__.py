"""The places of a label that was split, each decided by one key."""
