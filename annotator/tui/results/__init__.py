"""Lists over the whole corpus whose rows lead to places in articles."""
