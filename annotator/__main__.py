"""`python -m annotator`."""

from annotator.cli.start import main

main()
