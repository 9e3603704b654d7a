"""The version of the program, apart from its public names: files that it writes say it too."""

__version__ = "0.1.0"
