"""Suggestions of who said what: quotations, rules over a parse, learning, evaluation."""
