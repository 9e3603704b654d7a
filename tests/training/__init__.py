"""Exports for training: what stands in them, how their parts are made, and that they train."""
