"""Repeated phrases: find them fuzzily, carry decisions, follow claims, split without leaks."""
