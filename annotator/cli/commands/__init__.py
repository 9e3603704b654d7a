"""The commands, one module each; `cli/main.py` imports a module only when its command runs."""
