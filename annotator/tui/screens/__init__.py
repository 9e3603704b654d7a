"""One module and one .tcss file for each screen."""
