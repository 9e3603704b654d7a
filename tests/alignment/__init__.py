"""Which annotations are about the same thing: one answer for report, cases and all others."""
