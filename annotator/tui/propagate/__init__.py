"""Propagating one decision to the places with the same words."""
