"""Proposals held against gold claims: matching, scores, and what was counted."""
