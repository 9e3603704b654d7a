"""The annotation state machine, without a terminal or a database."""
