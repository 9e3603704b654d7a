"""The command line: a thin door to everything else, one module per command."""
