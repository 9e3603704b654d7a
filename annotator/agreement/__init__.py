"""How far annotators agree: measures on arrays and spans, each with n, interval and reason."""
